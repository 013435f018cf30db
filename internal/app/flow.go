package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/internal/audit"
	"trackbot/internal/queue"
	"trackbot/internal/store"
	"trackbot/webex"
)

// maxWait is how long a row may wait to be worked on. What can't be fetched or
// posted for a day and an hour is given up: by then its thread reads that it is
// too late.
const maxWait = 25 * time.Hour

// makeWorkers makes what works off the inbox, the jobs and the outbox.
func (a *App) makeWorkers() {
	worker := func(o queue.Options) *queue.Worker {
		o.MaxAge, o.Grace, o.Logger = maxWait, cmp.Or(o.Grace, stopGrace), a.log.With("part", string(o.Table))
		return queue.NewWorker(a.db, o)
	}
	a.turns = make(chan struct{}, adminTurns(a.c.Workers))
	a.inbox = worker(queue.Options{Table: queue.Inbox, Workers: a.c.Workers, Handle: a.answer, GiveUp: a.apologize})
	a.outbox = worker(queue.Options{Table: queue.Outbox, Workers: a.c.Workers, Handle: a.send, GiveUp: a.notDelivered})
	a.jobs = worker(queue.Options{Table: queue.Jobs, Workers: 1, Grace: time.Millisecond, Handle: a.work, GiveUp: a.abandon})
}

// hear is what receivers call with each event. It is stored before they
// acknowledge it.
func (a *App) hear(ctx context.Context, e webex.Event) error {
	_, err := a.putEvent(ctx, e)
	return err
}

// putEvent stores an event, the first commit of a question, and reports whether
// it is a new one.
func (a *App) putEvent(ctx context.Context, e webex.Event) (fresh bool, err error) {
	if !e.Missed {
		a.heardAt.Store(time.Now().UnixMilli())
	}
	if a.bot.Own(e) {
		return false, a.storeEcho(ctx, e)
	}
	if e.Missed { // most of what looking back lists was heard, and needs no write
		if known, err := a.known(ctx, e.Key()); known || err != nil {
			return false, err
		}
	}
	if err := a.disk.room(); err != nil {
		return false, err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return false, fmt.Errorf("encode an event: %w", err)
	}
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		var err error
		if e.Resource == webex.Memberships {
			err = setJoined(tx, e.RoomID) // so that it is looked anew who reads there
		}
		if err == nil {
			fresh, err = a.inbox.Put(tx, queue.New{Key: e.Key(), Lane: bot.Lane(e.RoomID, e.PersonID), Ref: bot.Ref(e.Key()), Body: body})
		}
		return err
	})
	return fresh, err
}

// known reports whether an event is stored already.
func (a *App) known(ctx context.Context, key string) (bool, error) {
	return store.Read(ctx, a.db, func(tx *store.Tx) (bool, error) { return queue.Known(tx, queue.Inbox, key) })
}

// answer works on one event. What it returns is the second commit of a question:
// its answer, its lines of the record and what the command changed.
func (a *App) answer(ctx context.Context, it queue.Item) (func(*store.Tx) error, error) {
	var e webex.Event
	if err := json.Unmarshal(it.Body, &e); err != nil {
		return nil, fmt.Errorf("read a stored event: %w", err)
	}
	answer, err := a.bot.Handle(ctx, e)
	if err != nil {
		return nil, err
	}
	if answer.Echo {
		return func(tx *store.Tx) error { return setEcho(tx, e) }, nil
	}
	return a.commit(answer)
}

// commit returns what stores the outcome of an event or of a job. What can fail
// without the database does so before.
func (a *App) commit(answer bot.Answer) (func(*store.Tx) error, error) {
	var puts []func(*store.Tx) (bool, error)
	for _, o := range answer.Messages {
		row, err := message(o)
		if err != nil {
			return nil, err
		}
		puts = append(puts, func(tx *store.Tx) (bool, error) { return a.outbox.Put(tx, row) })
	}
	if j := answer.Job; j != nil {
		body, err := json.Marshal(j)
		if err != nil {
			return nil, fmt.Errorf("encode a job: %w", err)
		}
		row := queue.New{Key: j.Key, Lane: "jobs", Ref: j.Ref, Body: body} // one lane, so that two never share the rate
		puts = append(puts, func(tx *store.Tx) (bool, error) { return a.jobs.Put(tx, row) })
	}
	return func(tx *store.Tx) error {
		for _, put := range puts {
			if _, err := put(tx); err != nil {
				return err
			}
		}
		if err := setChanges(tx, answer.Changes); err != nil {
			return err
		}
		return a.record(tx, answer.Entries)
	}, nil
}

// message is a reply as the outbox stores it.
func message(o bot.Outgoing) (queue.New, error) {
	row := queue.New{Key: o.Key, Lane: cmp.Or(o.Lane, o.Key), Ref: o.Ref, Room: webex.UUID(o.RoomID)}
	var err error
	if row.Body, err = json.Marshal(o); err != nil {
		return queue.New{}, fmt.Errorf("encode a message: %w", err)
	}
	if o.Trace == nil {
		return row, nil
	}
	row.Root = webex.UUID(o.Trace.Root)
	if row.Trace, err = json.Marshal(o.Trace); err != nil {
		return queue.New{}, fmt.Errorf("encode how an answer came about: %w", err)
	}
	return row, nil
}

// record writes lines of who did what, and counts them once they are stored.
func (a *App) record(tx *store.Tx, entries []bot.Entry) error {
	for _, e := range entries {
		err := audit.Append(tx, audit.Record{
			Time: e.Asked, Ref: e.Ref, PersonID: e.Person.ID, Email: e.Person.Email, Space: e.RoomID,
			Command: e.Command, Site: e.Site, Code: e.Text, Via: e.Via, Decision: e.Decision, Reason: e.Reason,
			Outcome: e.Outcome, Calls: e.Calls, TrackingID: e.TrackingID, Duration: e.Took,
		})
		if err != nil {
			return fmt.Errorf("record a question: %w", err)
		}
		tx.OnEnd(func(err error) {
			if err == nil {
				a.metrics.Question(e.Outcome)
			}
		})
	}
	return nil
}

// apologize tells the asker of an event that was given up.
func (a *App) apologize(_ context.Context, it queue.Item, reason error) (func(*store.Tx) error, error) {
	var e webex.Event
	if err := json.Unmarshal(it.Body, &e); err != nil {
		return nil, nil //nolint:nilerr,nilnil // nobody knows who asked
	}
	return a.commit(bot.Answer{
		Messages: []bot.Outgoing{a.bot.Sorry(e)},
		Entries: []bot.Entry{{
			Asked: e.Created, Ref: it.Ref, Person: bot.Person{ID: e.PersonID, Email: e.PersonEmail}, RoomID: e.RoomID,
			Reason: "given up: " + reason.Error(), Outcome: bot.Failed,
		}},
	})
}

// enqueue stores a message that comes before an answer, unless that is stored
// already.
func (a *App) enqueue(ctx context.Context, o bot.Outgoing) error {
	row, err := message(o)
	if err != nil {
		return err
	}
	return a.db.Update(ctx, func(tx *store.Tx) error {
		if answer, ok := bot.Precedes(o); ok {
			if known, err := queue.Known(tx, queue.Outbox, answer); err != nil || known {
				return err
			}
		}
		_, err := a.outbox.Put(tx, row)
		return err
	})
}

// send posts one message. What it returns is the third commit of a question:
// where the message stands.
func (a *App) send(ctx context.Context, it queue.Item) (func(*store.Tx) error, error) {
	var o bot.Outgoing
	if err := json.Unmarshal(it.Body, &o); err != nil {
		return nil, fmt.Errorf("read a stored message: %w", err)
	}
	unsure := it.Unsure
	if usable := a.db.UsableSince(); !unsure.IsZero() && unsure.Before(usable) { // until then no echo could be stored
		unsure = usable
	}
	at, err := a.bot.Send(ctx, o, unsure)
	a.metrics.Posted(o.Asked, err)
	switch {
	case err != nil:
		return nil, err
	case at.Gone:
		return a.commit(bot.Answer{Entries: []bot.Entry{o.Entry(bot.Gone, "the space or the question is gone")}})
	case at.Message == "":
		return nil, nil //nolint:nilnil // there was no point in it any more
	}
	return func(tx *store.Tx) error {
		if at.Unseen {
			if err := a.record(tx, []bot.Entry{o.Entry(bot.Answered, "posted again, as Webex does not show whether the first try had arrived")}); err != nil {
				return err
			}
		}
		return queue.SetPosted(tx, it.Key, at.Message, at.Room)
	}, nil
}

// notDelivered records that a message was given up: until then the record says
// that its question was answered.
func (a *App) notDelivered(_ context.Context, it queue.Item, reason error) (func(*store.Tx) error, error) {
	o := bot.Outgoing{Ref: it.Ref}
	if err := json.Unmarshal(it.Body, &o); err != nil {
		reason = errors.Join(reason, err)
	}
	return a.commit(bot.Answer{Entries: []bot.Entry{o.Entry(bot.NotDelivered, "not delivered: "+reason.Error())}})
}

// Waiting is how many rows of the inbox, the jobs and the outbox have not ended;
// -1 where that can't be counted. 0 is rest.
func (a *App) Waiting(ctx context.Context) int {
	all := 0
	err := a.db.View(ctx, func(tx *store.Tx) error {
		for _, t := range queue.Tables() {
			n, err := queue.Open(tx, t)
			if err != nil {
				return err
			}
			all += n
		}
		return nil
	})
	if err != nil {
		return -1
	}
	return all
}

// LookedBack reports whether nothing is left to look for that was asked before
// this process heard, or while it did not.
func (a *App) LookedBack() bool { return a.receivers.LookedBack() }
