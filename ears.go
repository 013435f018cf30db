package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/socket"
	"trackbot/webex"
	"trackbot/webhook"
)

// hearing is all that makes the bot hear: webhooks that are kept, a websocket,
// or both, and what is made good after a time without either. One replica at a
// time has the websocket and keeps the webhooks; webhooks deliver to all.
type hearing struct {
	c        config.Config
	log      *slog.Logger
	client   *webex.Bot
	put      func(context.Context, webex.Event) (fresh bool, err error) // stores an event
	tell     func(context.Context, bot.Outgoing) error
	dial     func(context.Context, string, string) (net.Conn, error) // of the websocket; nil: the network's
	keeper   *webhook.Keeper                                         // nil without webhooks
	watcher  *webhook.Keeper                                         // of a replica that does not keep them
	catchUp  *catchUp
	notes    notes
	receiver atomic.Pointer[socket.Receiver] // nil without a websocket, and until this replica leads
	leads    atomic.Bool
}

// notes are what outlives a restart: a [queue.Bucket], or a map in tests whose
// clock the queue would stop.
type notes interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Put(ctx context.Context, key string, value []byte) (uint64, error)
	Create(ctx context.Context, key string, value []byte) (uint64, error)
}

// Keys of the notes that outlive a restart.
const (
	noteInstance = "instance" // names this installation's device
	noteHeard    = "heard"    // until when nothing was missed, in ms since 1970
)

const (
	lookEvery  = time.Second      // at whether the bot hears
	noteEvery  = 15 * time.Second // of the time until which nothing was missed
	deafTold   = 5 * time.Minute  // so long a deafness is told
	standbyMax = 2 * time.Minute  // so old a note may be while another replica hears
)

// listening makes the bot's hearing; nothing runs yet.
func (a *app) listening(ctx context.Context, client *webex.Bot) (*hearing, error) {
	rooms, err := a.queue.Bucket(ctx, "rooms", maxWait)
	if err != nil {
		return nil, fmt.Errorf("open the bucket rooms: %w", err)
	}
	h := &hearing{c: a.c, client: client, put: a.missed, tell: a.tell, notes: a.shared.install, log: a.log}
	h.parts(rooms)
	return h, nil
}

// parts makes what stands on the rest.
func (h *hearing) parts(rooms notes) {
	log := h.log
	h.log = log.With("part", "ears")
	h.catchUp = &catchUp{
		h: h, rooms: rooms, window: time.Duration(h.c.CatchUpMinutes) * time.Minute, calls: make(chan struct{}, 1),
	}
	if h.c.Webhooks() {
		h.watcher = webhook.NewKeeper(webhook.KeeperOptions{API: h.client, Name: keeperName})
		h.keeper = webhook.NewKeeper(keeperOptions(h.c, h.client, log.With("part", "webhooks"), h.catchUp.wake))
	}
}

// replicated reports whether other replicas of this bot may run.
func (h *hearing) replicated() bool { return h.c.NATSURL != "" }

// keeperOptions say which webhooks are ours. revived is called where some of
// them were off.
func keeperOptions(c config.Config, api webhook.API, log *slog.Logger, revived func()) webhook.KeeperOptions {
	o := webhook.KeeperOptions{API: api, Name: keeperName, Logger: log, Revived: func(webex.Webhook) { revived() }}
	if c.PublicURL != "" && len(c.WebhookSecrets) > 0 {
		o.TargetURL, o.Secret = c.PublicURL+webhook.Path, c.WebhookSecrets[0].Reveal()
	}
	return o
}

// Run hears while this replica holds the lease on that, which another takes
// over within 15 s.
func (h *hearing) Run(ctx context.Context, leases *queue.Bucket) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	if h.watcher != nil && h.replicated() {
		wg.Go(func() { _ = h.watcher.Run(ctx) })
	}
	return leases.Hold(ctx, "ears", rand.Text(), leaseTime, h.lead)
}

// lead runs everything that only one replica does.
func (h *hearing) lead(ctx context.Context) {
	var wg sync.WaitGroup
	h.leads.Store(true)
	defer h.leads.Store(false)
	defer wg.Wait()
	if h.keeper != nil {
		wg.Go(func() { _ = h.keeper.Run(ctx) })
	}
	if h.c.Websocket() {
		wg.Go(func() { h.listen(ctx) })
	}
	wg.Go(func() { h.catchUp.Run(ctx) })
	wg.Go(func() { h.mind(ctx) })
}

// listen runs the websocket receiver.
func (h *hearing) listen(ctx context.Context) {
	if h.receiver.Load() == nil {
		name, err := h.instance(ctx)
		if err != nil {
			return // the lease is held by a store that is gone; it is tried again
		}
		h.receiver.Store(socket.New(socket.Options{
			U2C: h.c.U2CURL, Name: keeperName + "-" + name, Inbox: h.hear, Find: h.find, Gap: h.catchUp.wake, Dial: h.dial,
			Token:  func(context.Context) (string, error) { return h.c.BotToken.Reveal(), nil },
			Logger: h.log,
		}))
	}
	_ = h.receiver.Load().Run(ctx)
}

// hear is the receiver's inbox.
func (h *hearing) hear(ctx context.Context, e webex.Event) error {
	_, err := h.put(ctx, e)
	return err
}

// find fetches what an event names.
func (h *hearing) find(ctx context.Context, e webex.Event) error {
	var err error
	switch e.Resource {
	case webex.Messages:
		_, err = h.client.Message(ctx, e.ID)
	case webex.AttachmentActions:
		_, err = h.client.AttachmentAction(ctx, e.ID)
	case webex.Memberships:
		_, _, err = h.client.Memberships(ctx, e.RoomID, 1)
	}
	return err
}

// instance is this installation's name, which all its replicas share and which
// outlives them: so its device is one, and is found again.
func (h *hearing) instance(ctx context.Context) (string, error) {
	for {
		name := uuid.NewString()
		_, err := h.notes.Create(ctx, noteInstance, []byte(name))
		if errors.Is(err, queue.ErrExists) {
			var known []byte
			known, _, err = h.notes.Get(ctx, noteInstance)
			name = string(known)
		}
		if err == nil {
			return name, nil
		}
		h.log.WarnContext(ctx, "the name of the device can't be read; trying again", "error", err)
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// heard is until when nothing was missed; zero where nothing was ever heard.
func (h *hearing) heard(ctx context.Context) (time.Time, error) {
	raw, _, err := h.notes.Get(ctx, noteHeard)
	if errors.Is(err, queue.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // a note that nobody can read is none
	}
	return time.UnixMilli(ms), nil
}

// note writes until when nothing was missed.
func (h *hearing) note(ctx context.Context, at time.Time) error {
	_, err := h.notes.Put(ctx, noteHeard, []byte(strconv.FormatInt(at.UnixMilli(), 10)))
	return err
}

// mind watches whether the bot hears: it starts the catching up after each time
// in which it did not, tells of a long one, and notes the time while all is
// well.
func (h *hearing) mind(ctx context.Context) {
	last, err := h.heard(ctx) // when it heard last
	if err != nil {
		h.log.WarnContext(ctx, "until when the bot heard is not known", "error", err)
	}
	var noted time.Time
	hears := false
	for t := time.NewTicker(lookEvery); ; {
		was := hears
		if hears = h.deaf() == nil; hears {
			if !was {
				h.catchUp.wake()
				h.told(ctx, last, time.Now())
			}
			last = time.Now()
			noted = h.keep(ctx, noted, last)
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// keep notes now and then that nothing was missed, and returns when it did.
func (h *hearing) keep(ctx context.Context, noted, now time.Time) time.Time {
	if now.Sub(noted) < noteEvery || !h.catchUp.whole() || h.note(ctx, now) != nil {
		return noted
	}
	return now
}

// told tells the space for it that the bot was deaf for long, once it is not.
func (h *hearing) told(ctx context.Context, from, to time.Time) {
	if from.IsZero() || to.Sub(from) < deafTold {
		return
	}
	h.log.WarnContext(ctx, "the bot could not hear", "from", from, "to", to)
	if h.c.AdminRoom == "" {
		return
	}
	key := "deaf " + strconv.FormatInt(from.UnixMilli(), 10)
	n := cards.Notice{Title: "This bot was deaf", Tone: cards.Warning, Ref: bot.Ref(key), Lines: []string{
		fmt.Sprintf("It could not hear Webex from %s to %s UTC.", from.UTC().Format("2 Jan 15:04"), to.UTC().Format("2 Jan 15:04")),
		"It looks for what was asked meanwhile. Why it could not hear stands in its log.",
	}}
	err := h.tell(ctx, bot.Outgoing{Key: key, Ref: bot.Ref(key), RoomID: h.c.AdminRoom, Markdown: n.Markdown(), Asked: to})
	if err != nil {
		h.log.WarnContext(ctx, "the admin space was not told", "error", err)
	}
}
