package webhook

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"trackbot/webex"
)

const (
	defaultEvery = time.Minute
	lookTimeout  = time.Minute      // for one look with all its calls
	firstRetry   = time.Second      // doubled up to the time between looks
	longestWait  = 10 * time.Minute // whatever Retry-After asks for
	trust        = 5 * time.Minute  // how long a good look counts while Webex can't be asked
)

// API is the part of Webex that a [Keeper] needs.
type API interface {
	// Webhooks lists all registrations of the token's owner.
	Webhooks(context.Context) ([]webex.Webhook, error)
	// CreateWebhook registers and returns what Webex made of it.
	CreateWebhook(context.Context, webex.Webhook) (webex.Webhook, error)
	// UpdateWebhook sets name, target, secret and status of the one with that id.
	UpdateWebhook(context.Context, webex.Webhook) (webex.Webhook, error)
	// DeleteWebhook removes the one with that id.
	DeleteWebhook(ctx context.Context, id string) error
}

// KeeperOptions are what [NewKeeper] needs.
type KeeperOptions struct {
	// API is Webex, with the bot's token; required.
	API API
	// Name tells our registrations from others; required. Ones of another name
	// are never touched.
	Name string
	// TargetURL is where Webex shall post; required.
	TargetURL string
	// Secret signs what our registrations deliver; required: Webex signs nothing
	// without one, and we would refuse all of it.
	Secret string
	// Every is the time between looks; zero is a minute.
	Every time.Duration
	// Logger hears of every change and of failures; nil is silent.
	Logger *slog.Logger
	// Revived is told the resource of a registration of ours that Webex had
	// switched off, or that was gone, once it is active again: what happened in
	// between was not delivered and will not be. Edits are not looked for, so that
	// theirs is not told. It must return soon: the keeper
	// waits for it. Nil: nobody is told.
	Revived func(resource string)
}

// Keeper keeps the bot's four registrations (messages, attachmentActions and
// memberships, each as created, and messages as updated) present, active, pointing
// at us, and single. The last is worth a line in the log where it can't be kept:
// without it people write anew instead of mending what they wrote.
type Keeper struct {
	o KeeperOptions

	// Only Run's goroutine touches these.
	shown   map[string]string // id → the secret that Webex showed when we sent ours
	known   map[topic]bool    // that we have seen registered
	changed bool              // somebody else changed registrations during the round
	missing string            // why an optional registration could not be kept, as it was last told

	mu     sync.Mutex
	good   time.Time // of the last look that found all in order
	bad    error     // why the last one did not; nil if it did
	unseen bool      // the last look could not read the list, so that bad proves nothing
}

// NewKeeper returns a keeper that does nothing before [Keeper.Run]. It panics
// where a required option is missing.
func NewKeeper(o KeeperOptions) *Keeper {
	if o.API == nil || o.Name == "" || o.TargetURL == "" || o.Secret == "" {
		panic("webhook: a keeper needs an API, a name, a target and a secret")
	}
	if o.Revived == nil {
		o.Revived = func(string) {}
	}
	if o.Every <= 0 {
		o.Every = defaultEvery
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Keeper{
		o:     o,
		shown: map[string]string{},
		known: map[topic]bool{},
		bad:   errors.New("not looked at yet"),
	}
}

// Run looks at once and then every minute, and puts right what is wrong, until
// ctx ends; it then returns nil. Failures are logged, shown by [Keeper.Ready]
// and tried again, sooner at first and then every minute, or when Webex asks
// us to come back; they never end it. It is called once.
func (k *Keeper) Run(ctx context.Context) error {
	// With a fifth more or less many bots do not return together.
	waits := backoff.ExponentialBackOff{InitialInterval: firstRetry, MaxInterval: k.o.Every, Multiplier: 2, RandomizationFactor: 0.2}
	for {
		err := k.look(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // being stopped is no failure
		}
		wait := k.o.Every
		if err != nil {
			wait = max(waits.NextBackOff(), min(retryAfter(err), longestWait))
		} else {
			waits.Reset()
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
	}
}

// look does one round and remembers what came of it.
func (k *Keeper) look(ctx context.Context) error {
	look, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	unseen, err := k.reconcile(look)
	if ctx.Err() != nil {
		return err // we were stopped, which says nothing about Webex
	}
	k.mu.Lock()
	before := k.bad
	k.bad, k.unseen = err, unseen
	if err == nil {
		k.good = time.Now()
	}
	k.mu.Unlock()
	switch {
	case err != nil:
		k.o.Logger.WarnContext(ctx, "webhooks not in order", "err", err)
	case before != nil:
		k.o.Logger.InfoContext(ctx, "webhooks in order")
	}
	return err
}

// Ready returns nil while our registrations are in order: present, active and
// pointing at us. Otherwise it says in one line what is wrong, without secrets.
// A Webex that can't be asked for a while proves nothing: what a look found then
// counts for five minutes more.
func (k *Keeper) Ready() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unseen && passing(k.bad) && !k.good.IsZero() && time.Since(k.good) < trust {
		return nil
	}
	if k.bad == nil {
		return nil
	}
	return errors.New("webhooks: " + strings.ReplaceAll(k.bad.Error(), "\n", "; "))
}

// InOrder reports whether the last look found all in order. Unlike
// [Keeper.Ready] it has no patience: who looks back for what was missed while
// Webex could not be asked goes by it.
func (k *Keeper) InOrder() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.bad == nil
}
