package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	// TargetURL is where Webex shall post. Empty means that somebody else
	// registers: the keeper then only watches that an active registration for
	// new messages is there, and changes nothing.
	TargetURL string
	// Secret signs what our registrations deliver; required with TargetURL.
	Secret string
	// Every is the time between looks; zero is a minute.
	Every time.Duration
	// Logger hears of every change and of failures; nil is silent.
	Logger *slog.Logger
	// Revived, where it is set, is called after a registration of ours that
	// Webex had switched off, or that was gone, is active again: what happened
	// in between was not delivered and will not be. It gets no secret, and must
	// return soon: the keeper waits for it.
	Revived func(webex.Webhook)
}

// Keeper keeps the bot's three registrations (messages, attachmentActions and
// memberships, each as created) present, active, pointing at us, and single.
type Keeper struct {
	o KeeperOptions

	// Only Run's goroutine touches these.
	told  map[string]string // id → the secret that Webex showed when we sent ours
	known map[string]bool   // resources that we have seen registered

	mu   sync.Mutex
	good time.Time // of the last look that found all in order
	bad  error     // why the last one did not; nil if it did
}

// NewKeeper returns a keeper that does nothing before [Keeper.Run]. It panics
// without an API or a Name, and with a TargetURL without a Secret: Webex signs
// nothing then, and we would refuse all of it.
func NewKeeper(o KeeperOptions) *Keeper {
	if o.API == nil || o.Name == "" || (o.TargetURL != "" && o.Secret == "") {
		panic("webhook: a keeper needs an API, a name, and a secret for its target")
	}
	if o.Every <= 0 {
		o.Every = defaultEvery
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Keeper{
		o:     o,
		told:  map[string]string{},
		known: map[string]bool{},
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
	var err error
	if k.o.TargetURL == "" {
		err = k.watch(look)
	} else {
		err = k.reconcile(look)
	}
	if ctx.Err() != nil {
		return err // we were stopped, which says nothing about Webex
	}
	k.mu.Lock()
	before := k.bad
	k.bad = err
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
// pointing at us. Otherwise it says in words what is wrong, without secrets. A
// Webex that can't be asked for a while proves nothing: what a look found then
// counts for five minutes more.
func (k *Keeper) Ready() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.bad == nil || (passing(k.bad) && !k.good.IsZero() && time.Since(k.good) < trust) {
		return nil
	}
	return fmt.Errorf("webhooks: %w", k.bad)
}
