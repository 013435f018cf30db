package webex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"
)

// Keys gives the admin's access token and keeps it alive. A renewal is made
// once for any number of callers and replicas: it is announced in the store by
// compare-and-set before Webex is asked, and whoever loses that race takes the
// winner's pair. Each new pair is stored, sealed, before it is used.
//
// A process that dies between Webex's answer and the store, a few milliseconds
// apart, loses a pair. The announcement is found by the next process, which
// waits 20 seconds for its author and then tries the old refresh token: that
// works where Webex still takes it, which it does not document, and is refused
// in words otherwise. The old access token stays in use while it is valid.
//
// The methods may be called from any goroutine. Keys print as [hidden].
type Keys struct {
	o      OAuthOptions
	grants *granter
	me     string // names this process in announcements
	group  singleflight.Group

	mu        sync.Mutex // guards what follows; never held during I/O
	cur       view
	unsaved   *view  // a pair that the store did not take yet
	loose     bool   // the store had its tries: unsaved is better than no token
	dead      string // the stored access token, once Webex refused it while loose
	seenRev   uint64 // the announcement of somebody else ...
	seenAt    time.Time
	failure   error  // of the last renewal; nil after a good one
	failed    string // digest of the refresh token that failure is about
	failures  int    // in a row
	nextTry   time.Time
	early     int // renewals in a row of tokens that Webex refused before their time
	refreshes uint64
}

// NewKeys returns keys that read the store when they are first asked. It panics
// where a required option is missing or BaseURL is no URL.
func NewKeys(o OAuthOptions) *Keys {
	if o.Store == nil || o.Seal == nil {
		panic("webex: OAuthOptions.Store or Seal is missing")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Keys{o: o, me: uuid.NewString(), grants: newGranter(o.BaseURL, o.ClientID, o.ClientSecret, o.Transport)}
}

// Format writes [hidden] for every verb and flag.
func (k *Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns [hidden].
func (k *Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// Token gives an access token; it fits [Options]. While one is valid it is
// given at once, without I/O. Otherwise the call waits for a renewal, within
// ctx. Its error is a [*RefusedError], a [*NoTokenError], or says that there is
// no refresh token or that the stored one can't be opened.
func (k *Keys) Token(ctx context.Context) (string, error) {
	token, stale := k.usable()
	if token != "" {
		return token, nil
	}
	if err := k.Renew(ctx, stale); err != nil {
		return "", err
	}
	if token, _ = k.usable(); token == "" {
		return "", &NoTokenError{Words: "the new access token has run out already"}
	}
	return token, nil
}

// usable gives the access token to use, or the one that is of no use any more.
func (k *Keys) usable() (token, stale string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := time.Now()
	switch {
	case k.cur.fresh(now) && (!k.loose || k.cur.pair.AccessToken != k.dead):
		return k.cur.pair.AccessToken, ""
	case k.loose && k.unsaved.fresh(now):
		return k.unsaved.pair.AccessToken, ""
	}
	return "", k.cur.pair.AccessToken
}

// Renew sees to it that there is another access token than stale, which Webex
// refused; it fits [Options]. Its errors are those of [Keys.Token]. A renewal
// that is under way goes on when ctx ends.
func (k *Keys) Renew(ctx context.Context, stale string) error { return k.join(ctx, stale, false) }

// join waits for one renewal, under way or new. A token that is due is still
// good, one that is stale otherwise is not.
func (k *Keys) join(ctx context.Context, stale string, due bool) error {
	for range 2 { // the renewal that this call joins may be about another token
		if token, _ := k.usable(); token != "" && token != stale && (!due || !k.pending()) {
			return nil
		}
		done := k.group.DoChan("", func() (any, error) {
			return nil, k.renew(context.WithoutCancel(ctx), stale, due)
		})
		select {
		case <-ctx.Done():
			return &NoTokenError{Words: "the renewal of the access token takes longer than the call may", Err: ended(ctx)}
		case r := <-done:
			if r.Err != nil {
				return r.Err
			}
		}
	}
	return nil
}

// Load reads the store without asking Webex, so that [Keys.Status] knows the
// days that are left. Its error says why no token can be used.
func (k *Keys) Load(ctx context.Context) error {
	v, err := k.read(ctx)
	if err != nil {
		return err
	}
	k.take(v)
	return nil
}

// Adopt stores a pair that a sign-in gave; it counts from then on, before the
// refresh token of the settings. Running replicas take it within a minute.
func (k *Keys) Adopt(ctx context.Context, p Pair) error {
	for {
		v, err := k.read(ctx)
		if _, unread := errors.AsType[*NoTokenError](err); unread {
			return err // anything else is what the new pair mends
		}
		n, err := v.next(k.o.Seal, p, k.fromSettings(), p.RefreshToken)
		if err != nil {
			return err
		}
		err = k.save(ctx, &n)
		if err == nil {
			k.renewed(n)
			return nil
		}
		if !errors.Is(err, ErrChanged) || !sleep(ctx, storeStep) {
			return &NoTokenError{Words: "the new tokens can't be stored", Err: err}
		}
	}
}

// take puts a view in use.
func (k *Keys) take(v view) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cur = v
}

// renewed puts a new pair in use and forgets what was wrong before.
func (k *Keys) renewed(v view) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cur, k.unsaved, k.loose, k.dead = v, nil, false, ""
	k.failure, k.failed, k.failures, k.nextTry = nil, "", 0, time.Time{}
}

// Status is what is known of the tokens.
type Status struct {
	// AccessExpires and RefreshExpires are when the tokens run out; zero where
	// that is not known.
	AccessExpires, RefreshExpires time.Time
	// Refused is why only a person can mend it, and how: Webex refused the last
	// renewal, or there is no refresh token that can be read. "" where all is well.
	Refused string
	// Trouble is why the last renewal failed otherwise, in words; it is tried
	// again by itself.
	Trouble string
	// Unsaved is set while the store does not take the newest pair: if the
	// process ended now, somebody might have to sign in again.
	Unsaved bool
	// Generation counts the pairs since the first, over all replicas.
	Generation uint64
	// Refreshes counts the renewals that this process made.
	Refreshes uint64
}

// AccessDays are the days that are left of the access token at a time; 0 where
// that is not known or it has run out.
func (s Status) AccessDays(now time.Time) float64 { return days(s.AccessExpires, now) }

// RefreshDays are the days that are left of the refresh token at a time; 0
// where that is not known or it has run out.
func (s Status) RefreshDays(now time.Time) float64 { return days(s.RefreshExpires, now) }

func days(end, now time.Time) float64 {
	if end.IsZero() {
		return 0
	}
	return max(end.Sub(now).Hours()/24, 0)
}

// Status tells what is known, without I/O.
func (k *Keys) Status() Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	v := &k.cur
	if k.unsaved != nil {
		v = k.unsaved
	}
	s := Status{
		AccessExpires: v.pair.AccessExpires, RefreshExpires: v.pair.RefreshExpires,
		Unsaved: k.unsaved != nil, Generation: v.box.Gen, Refreshes: k.refreshes,
	}
	if k.failure == nil {
		if r := v.box.Refused; r != nil && r.Token == digest(v.pair.RefreshToken) { // by another process
			s.Refused = (&RefusedError{Words: clean(r.Words), Doubt: v.box.Doubt, Settings: v.settings}).Error()
		}
		return s
	}
	if _, passing := errors.AsType[*NoTokenError](k.failure); passing {
		s.Trouble = k.failure.Error()
	} else {
		s.Refused = k.failure.Error()
	}
	return s
}
