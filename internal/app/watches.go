package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"trackbot/bot"
	"trackbot/handlers"
	"trackbot/internal/history"
	"trackbot/internal/queue"
	"trackbot/internal/readings"
	"trackbot/internal/store"
)

// watches are those that there are, for the commands, in the order of their keys.
func (a *App) watches(ctx context.Context) (list []handlers.Watch, err error) {
	stored, err := notes{a.db}.With(ctx, handlers.WatchNote)
	for _, key := range slices.Sorted(maps.Keys(stored)) {
		var w handlers.Watch
		if err := json.Unmarshal(stored[key], &w); err != nil {
			return nil, fmt.Errorf("read a stored watch: %w", err)
		}
		list = append(list, w)
	}
	return list, err
}

// countWatches is for the metrics; -1 where it can't be told.
func (a *App) countWatches(ctx context.Context) int {
	stored, err := notes{a.db}.With(ctx, handlers.WatchNote)
	if err != nil {
		return -1
	}
	return len(stored)
}

// runWatches tells the watches of changes until ctx is done: after each reading, and
// every few seconds, since the hours of a watch may have come. One replica runs it.
func (a *App) runWatches(ctx context.Context) {
	found := a.db.Wake(readings.Topic)
	waits := map[string]time.Time{}
	for ctx.Err() == nil {
		if err := a.tellWatches(ctx, waits); err != nil && ctx.Err() == nil {
			a.log.Warn("not all watches could be told", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-found:
		}
	}
}

// errNotTold says that a watch may not be told now, or is ended.
var errNotTold = errors.New("a watch may not be told")

// tellWatches tells each watch what it was not told yet, if its hours let it. One that
// can't be told waits for a minute, as each try asks Webex.
func (a *App) tellWatches(ctx context.Context, waits map[string]time.Time) error {
	stored, err := notes{a.db}.With(ctx, handlers.WatchNote)
	if err != nil {
		return err
	}
	now := a.db.Date()
	var failed []error
	for _, key := range slices.Sorted(maps.Keys(stored)) {
		var w handlers.Watch
		err := json.Unmarshal(stored[key], &w)
		if until, ok := w.Hours.Tells(now); err == nil && ok && !now.Before(waits[key]) {
			err = a.tellWatch(ctx, key, stored[key], w, until)
		}
		if err == nil {
			continue
		}
		waits[key] = now.Add(time.Minute)
		if errors.Is(err, errNotTold) {
			a.log.Debug("a watch is not told: not all who would read it may", "site", w.Site)
		} else {
			failed = append(failed, fmt.Errorf("a watch: %w", err))
		}
	}
	return errors.Join(failed...)
}

// tellWatch tells one watch, in one message, what changed until then since it was
// told last. A watch whose space is gone ends; one whose readers may not read waits.
func (a *App) tellWatch(ctx context.Context, key string, value []byte, w handlers.Watch, until time.Time) error {
	list, err := a.untold(ctx, w, until)
	if err != nil || len(list) == 0 {
		return err
	}
	to := bot.Listener{RoomID: w.RoomID, PersonID: w.Person.ID}
	if err := a.mayTell(ctx, key, value, w); err != nil {
		return err
	}
	w.Told = list[len(list)-1].Seq
	id := fmt.Sprintf("%s %d", key, w.Told)
	reply, tell, err := a.watchMessage(ctx, &w, list, bot.Ref(id))
	if err != nil {
		return err
	}
	told, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode a watch: %w", err)
	}
	if !tell {
		return a.replaceWatch(ctx, key, value, told, nil)
	}
	o, err := a.bot.Tell(ctx, to, id, reply)
	if err != nil {
		return err
	}
	return a.replaceWatch(ctx, key, value, told, &o)
}

// mayTell is an [errNotTold] where a watch may not be told now; it ends the watch where
// its space or person is gone.
func (a *App) mayTell(ctx context.Context, key string, value []byte, w handlers.Watch) error {
	ok, gone, err := a.bot.MayTell(ctx, bot.Listener{RoomID: w.RoomID, PersonID: w.Person.ID})
	switch {
	case err != nil || ok:
		return err
	case gone:
		a.log.Info("a watch ends: its space or person is gone", "site", w.Site)
		if err := a.replaceWatch(ctx, key, value, nil, nil); err != nil {
			return err
		}
	}
	return errNotTold
}

// endGone ends the watches whose space or person is gone, also where there is nothing
// to tell them.
func (a *App) endGone(ctx context.Context) error {
	stored, err := notes{a.db}.With(ctx, handlers.WatchNote)
	failed := []error{err}
	for key, value := range stored {
		var w handlers.Watch
		err := json.Unmarshal(value, &w)
		if err == nil {
			err = a.mayTell(ctx, key, value, w)
		}
		if !errors.Is(err, errNotTold) {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// untold are the changes until then that a watch was not told. Those that another
// site of a kept code may share count once all of its sites were read since.
func (a *App) untold(ctx context.Context, w handlers.Watch, until time.Time) ([]history.Change, error) {
	memory := readings.Memory{DB: a.db}
	q := history.Query{Sites: w.Sites(), Code: w.Code, After: w.Told}
	if len(w.With) > 0 {
		q.Code = "" // an id is one of the first site
		sites, err := memory.Sites(ctx)
		if err != nil {
			return nil, err
		}
		read := make(map[string]time.Time, len(sites)) // the zero time of one that never was
		for _, s := range sites {
			read[s.Host] = s.Read
		}
		for _, host := range q.Sites {
			if read[host].Before(until) {
				until = read[host]
			}
		}
	}
	list, err := handlers.Attributed(memory, plans{a.db}, a.db.Date).Changes(ctx, q)
	return slices.DeleteFunc(list, func(c history.Change) bool { return c.Seen.After(until) }), err
}

// watchMessage is what a watch is told of changes; false: they are none to tell, as
// for a code that is kept the same and still is. It notes in w whether it is broken.
func (a *App) watchMessage(ctx context.Context, w *handlers.Watch, list []history.Change, ref string) (r bot.Reply, tell bool, err error) {
	switch {
	case len(w.With) == 0:
		return handlers.Told(*w, list, ref), true, nil
	case !slices.ContainsFunc(list, w.Concerns):
		return r, false, nil
	}
	codes, err := readings.Memory{DB: a.db}.Codes(ctx, w.Sites())
	if err != nil {
		return r, false, err
	}
	editor, err := a.changing.MayCopy(ctx, w.Person.ID)
	if err != nil {
		return r, false, err
	}
	r, differs := handlers.Differs(*w, codes, ref, editor)
	tell = differs || w.Broken
	w.Broken = differs
	return r, tell, nil
}

// replaceWatch stores a watch as it is now, nil where it ends, together with the
// message that tells it, if there is one. Where it was told, changed or ended meanwhile, nothing
// is stored: so it is told once, whatever dies and however many replicas try.
func (a *App) replaceWatch(ctx context.Context, key string, was, now []byte, o *bot.Outgoing) error {
	var row queue.New
	if o != nil {
		var err error
		if row, err = message(*o); err != nil {
			return err
		}
	}
	return a.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Lock(key); err != nil {
			return err
		}
		stands, err := tx.Note(key)
		switch {
		case err != nil || !bytes.Equal(stands, was):
			return err
		case now == nil:
			return tx.DeleteNote(key)
		case o != nil:
			if _, err := a.outbox.Put(tx, row); err != nil {
				return err
			}
		}
		return tx.SetNote(key, now, 0)
	})
}
