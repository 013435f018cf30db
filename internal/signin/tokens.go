// Package signin keeps an administrator signed in: it gets the first pair of tokens from a person who agrees ([Client]),
// and keeps the pair alive and stored, sealed, for all replicas ([Tokens]).
package signin

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"trackbot/internal/config"
	"trackbot/internal/store"
	"trackbot/webex"
)

// Options is what [Tokens] are made of.
type Options struct {
	Config    config.Config     // the API, the client, the refresh token of the settings, and the key or the folder for one
	DB        *store.DB         // keeps the pair; one that only reads is enough for [Tokens.Load]
	Transport http.RoundTripper // nil: [webex.NewTransport]
	Logger    *slog.Logger
	// Warn tells whoever looks after the bot, in a sentence without secrets, at most once a day and reason over all
	// replicas. After an error it is tried again. Nil: nobody is told.
	Warn func(ctx context.Context, words string) error
}

// Tokens give the admin's access token and keep it alive. One process at a time renews it: it takes a lease, asks Webex
// with no transaction open, and stores the new pair before it is used; the others wait and take that pair.
//
// A process that dies between Webex's answer and the store loses a pair. The next one waits for the end of the lease, 20
// seconds, and tries the old refresh token: that works where Webex still takes it, which it does not document, and is a
// [*RefusedError] otherwise. A pair that the database does not take is used from memory, and stored later.
//
// The methods may be called from any goroutine.
type Tokens struct {
	o      Options
	client *Client
	seal   cipher.AEAD
	owner  string // of the lease
	group  singleflight.Group

	mu        sync.Mutex // guards what follows; never held while something is asked
	cur       state      // the newest that is known
	behind    *state     // what the database holds while it does not take cur; nil: it holds cur
	failure   failure    // of the last renewal
	early     time.Time  // of the last renewal of a token that had not run out
	refreshes uint64
}

// New returns the tokens of the sign-in that the configuration names; nil where it names none. The key file is made where
// TOKEN_KEY is not set and there is none yet.
func New(o Options) (*Tokens, error) {
	if o.Config.AdminClientID == "" {
		return nil, nil //nolint:nilnil // nil is the answer
	}
	seal, err := newSeal(o.Config)
	if err != nil {
		return nil, err
	}
	return &Tokens{o: o, client: NewClient(o.Config, o.Transport), seal: seal, owner: rand.Text()}, nil
}

// Format writes [hidden] for every verb and flag.
func (t *Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden]") }

// Token gives an access token; it fits [webex.Options]. While one is valid it is given at once. Otherwise the call waits for
// a renewal, within ctx. Its error is a [*RefusedError], a [*webex.NoTokenError], or says that there is no refresh token or
// that the stored one can't be opened.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	token, ok := t.usable()
	if ok {
		return token, nil
	}
	if err := t.Renew(ctx, token); err != nil {
		return "", err
	}
	if token, ok = t.usable(); !ok {
		return "", &webex.NoTokenError{Words: "the new access token has run out already"}
	}
	return token, nil
}

// usable gives the access token that is known, and whether it has not run out.
func (t *Tokens) usable() (token string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cur.pair.AccessToken, t.cur.pair.good(time.Now())
}

// Renew sees to it that there is another access token than stale, which Webex refused; it fits [webex.Options]. Its errors
// are those of [Tokens.Token]. A renewal that is under way goes on when ctx ends.
func (t *Tokens) Renew(ctx context.Context, stale string) error {
	for range 2 { // the renewal that this call joins may be about another token
		if token, ok := t.usable(); ok && token != stale {
			return nil
		}
		done := t.group.DoChan("", func() (any, error) { return nil, t.renew(context.WithoutCancel(ctx), stale) })
		select {
		case <-ctx.Done():
			return &webex.NoTokenError{Words: "the renewal of the access token takes longer than the call may", Err: ctx.Err()}
		case r := <-done:
			if r.Err != nil {
				return r.Err
			}
		}
	}
	return nil
}

// Load reads the database, asks nobody and writes nothing, so that [Tokens.Status] knows the days that are left. Its error
// says why no token can be used.
func (t *Tokens) Load(ctx context.Context) error {
	s, err := t.look(ctx)
	if err != nil {
		return err
	}
	return s.err
}

// Adopt stores a pair that a sign-in gave; it counts from then on, before the refresh token of the settings. Bots that run
// take it within a minute.
func (t *Tokens) Adopt(ctx context.Context, p Pair) error {
	err := t.o.DB.Update(ctx, func(tx *store.Tx) error {
		s, err := t.read(tx, tx.ForUpdate())
		if err != nil {
			return err
		}
		n := t.next(&s, p)
		return n.write(tx)
	})
	if err != nil {
		return fmt.Errorf("store the new tokens: %w", err)
	}
	return nil
}

// Status is what is known of the tokens.
type Status struct {
	AccessExpires, RefreshExpires time.Time // when the tokens run out; zero where that is not known
	Refused                       string    // why only a person can mend it, and how; "" where all is well
	Refreshes                     uint64    // the renewals that this process made
}

// Status tells what is known, without asking anybody.
func (t *Tokens) Status() Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Status{AccessExpires: t.cur.pair.AccessExpires, RefreshExpires: t.cur.pair.RefreshExpires, Refreshes: t.refreshes}
	if err := t.cur.refused(); err != nil {
		s.Refused = err.Error()
	}
	return s
}
