// Package receive makes the bot hear of events. It chooses the receiver, by
// webhooks (package webhook) or a websocket (package websocket), runs it on one
// replica, watches whether it hears, and looks back through the spaces after a
// time in which nothing was heard.
package receive

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"trackbot/internal/config"
	"trackbot/internal/websocket"
	"trackbot/webex"
	"trackbot/webhook"
)

// Receivers are all that makes the bot hear: webhooks that are kept, a websocket,
// or both, and the look back after a time without either. One replica at a
// time has the websocket and keeps the webhooks; webhooks deliver to all.
type Receivers struct {
	o        Options
	c        config.Config
	log      *slog.Logger
	keeper   *webhook.Keeper // nil without webhooks
	lookBack *lookBack
	receiver atomic.Pointer[websocket.Receiver] // nil without a websocket, and until this replica leads
	isLeader atomic.Bool
	wasReady atomic.Bool // since this replica leads
}

// Options are what [New] needs; all but Dial are required.
type Options struct {
	Config config.Config
	Client *webex.Bot
	// Put stores an event, and reports whether it is a new one.
	Put func(context.Context, webex.Event) (fresh bool, err error)
	// Accepting returns nil while events can be stored; otherwise why not.
	Accepting func() error
	// Own reports whether an event is about something that the bot itself wrote.
	Own func(webex.Event) bool
	// Notes outlive a restart: the name of the device, and until when the bot
	// received, was ready, and missed nothing.
	Notes Notes
	// Shared says that other replicas of this bot may run.
	Shared bool
	// Outage is called after a time of [reportAfter] or longer in which nothing
	// was heard.
	Outage func(ctx context.Context, from, to time.Time) error
	Dial   func(context.Context, string, string) (net.Conn, error) // of the websocket; nil: the network's
	Logger *slog.Logger
}

// Notes are values by their keys.
type Notes interface {
	// Get returns nil for a key that is not there.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put stores a value whatever was there.
	Put(ctx context.Context, key string, value []byte) error
	// First stores a value where there is none, and returns what is stored then.
	First(ctx context.Context, key string, value []byte) ([]byte, error)
}

// KeeperName tells our webhooks and devices from others of the same bot.
const KeeperName = "trackbot"

// Keys of the notes that outlive a restart. The times are Webex's, in ms since 1970.
const (
	noteInstance = "instance" // names this installation's device
	noteHeard    = "heard"    // until when nothing was missed, as looking back found
	noteReceived = "received" // when a receiver was last known to be well
	noteReady    = "ready"    // until when replicas that don't lead may count on the one that does
)

// New makes the receivers of a configuration; nothing runs yet.
func New(o Options) *Receivers {
	r := &Receivers{o: o, c: o.Config, log: o.Logger.With("part", "receivers")}
	r.lookBack = newLookBack(r, time.Duration(r.c.CatchUpMinutes)*time.Minute)
	if r.c.Webhooks() {
		r.keeper = webhook.NewKeeper(KeeperOptions(r.c, o.Client, o.Logger.With("part", "webhooks"), r.lookBack.wake))
	}
	return r
}

// KeeperOptions say which webhooks are ours. revived is called where some of
// them were off; nil: nothing is. With webhooks a configuration has an address
// and a secret.
func KeeperOptions(c config.Config, api webhook.API, log *slog.Logger, revived func()) webhook.KeeperOptions {
	o := webhook.KeeperOptions{
		API: api, Name: KeeperName, Logger: log, TargetURL: c.PublicURL + webhook.Path, Secret: c.WebhookSecrets[0].Reveal(),
	}
	if revived != nil {
		o.Revived = func(string) { revived() }
	}
	return o
}

// Run receives while this replica leads: lead runs a func as often and as long
// as that is so.
func (r *Receivers) Run(ctx context.Context, lead func(context.Context, func(context.Context)) error) error {
	return lead(ctx, r.runAsLeader)
}

// runAsLeader runs everything that only one replica does.
func (r *Receivers) runAsLeader(ctx context.Context) {
	var wg sync.WaitGroup
	r.wasReady.Store(false)
	r.isLeader.Store(true)
	defer r.isLeader.Store(false)
	defer wg.Wait()
	if r.keeper != nil {
		wg.Go(func() { _ = r.keeper.Run(ctx) })
	}
	if r.c.Websocket() {
		wg.Go(func() { r.listen(ctx) })
	}
	wg.Go(func() { r.lookBack.Run(ctx) })
	wg.Go(func() { r.watch(ctx) })
}

// listen runs the websocket receiver.
func (r *Receivers) listen(ctx context.Context) {
	if r.receiver.Load() == nil {
		name, err := r.instance(ctx)
		if err != nil {
			return // the lease is held by a store that is gone; it is tried again
		}
		r.receiver.Store(websocket.New(websocket.Options{
			U2C: r.c.U2CURL, Name: KeeperName + "-" + name, Inbox: r.hear, Find: r.find, Gap: r.lookBack.wake, Dial: r.o.Dial,
			Token:  func(context.Context) (string, error) { return r.c.BotToken.Reveal(), nil },
			Logger: r.log,
		}))
	}
	_ = r.receiver.Load().Run(ctx)
}

// hear is the websocket receiver's inbox.
func (r *Receivers) hear(ctx context.Context, e webex.Event) error {
	_, err := r.o.Put(ctx, e)
	return err
}

// find fetches what an event names.
func (r *Receivers) find(ctx context.Context, e webex.Event) error {
	var err error
	switch e.Resource {
	case webex.Messages:
		_, err = r.o.Client.Message(ctx, e.ID)
	case webex.AttachmentActions:
		_, err = r.o.Client.AttachmentAction(ctx, e.ID)
	case webex.Memberships:
		_, _, err = r.o.Client.Memberships(ctx, e.RoomID, 1)
	}
	return err
}

// instance is this installation's name, which all its replicas share and which
// outlives them: so its device is one, and is found again.
func (r *Receivers) instance(ctx context.Context) (string, error) {
	for {
		name, err := r.o.Notes.First(ctx, noteInstance, []byte(uuid.NewString()))
		if err == nil {
			return string(name), nil
		}
		r.log.WarnContext(ctx, "the name of the device can't be read; trying again", "error", err)
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(watchEvery):
		}
	}
}
