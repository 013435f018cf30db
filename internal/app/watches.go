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
	stored, err := a.storedWatches(ctx)
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
	stored, err := a.storedWatches(ctx)
	if err != nil {
		return -1
	}
	return len(stored)
}

func (a *App) storedWatches(ctx context.Context) (stored map[string][]byte, err error) {
	err = a.db.View(ctx, func(tx *store.Tx) (err error) {
		stored, err = tx.NotesWith(handlers.WatchNote)
		return err
	})
	return stored, err
}

// tellEvery is how often it is looked for changes that a watch was not told of,
// beside each reading that found some.
const tellEvery = time.Minute

// runWatches tells the watches of changes until ctx is done. One replica runs it.
func (a *App) runWatches(ctx context.Context) {
	found, t := a.db.Wake(readings.Topic), time.NewTicker(tellEvery)
	defer t.Stop()
	for ctx.Err() == nil {
		if err := a.tellWatches(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("not all watches could be told", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-found:
		case <-t.C:
		}
	}
}

// tellWatches tells each watch what it was not told yet.
func (a *App) tellWatches(ctx context.Context) error {
	stored, err := a.storedWatches(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, key := range slices.Sorted(maps.Keys(stored)) {
		if err := a.tellWatch(ctx, key, stored[key]); err != nil {
			failed = append(failed, fmt.Errorf("a watch: %w", err))
		}
	}
	return errors.Join(failed...)
}

// tellWatch tells one watch, in one message, what changed since it was told last.
// A watch whose space is gone ends; one whose readers may not read waits.
func (a *App) tellWatch(ctx context.Context, key string, value []byte) error {
	var w handlers.Watch
	if err := json.Unmarshal(value, &w); err != nil {
		return fmt.Errorf("read a stored watch: %w", err)
	}
	list, err := handlers.Attributed(readings.Memory{DB: a.db}, plans{a.db}).Changes(ctx, history.Query{Sites: []string{w.Site}, Code: w.Code, After: w.Told})
	if err != nil || len(list) == 0 {
		return err
	}
	to := bot.Listener{RoomID: w.RoomID, PersonID: w.Person.ID}
	ok, gone, err := a.bot.MayTell(ctx, to)
	switch {
	case err != nil:
		return err
	case gone:
		a.log.Info("a watch ends: its space or person is gone", "site", w.Site)
		return a.replaceWatch(ctx, key, value, nil, nil)
	case !ok:
		a.log.Debug("a watch is not told: not all who would read it may", "site", w.Site)
		return nil
	}
	w.Told = list[len(list)-1].Seq
	id := fmt.Sprintf("%s %d", key, w.Told)
	o, err := a.bot.Tell(ctx, to, id, handlers.Told(w, list, bot.Ref(id)))
	if err != nil {
		return err
	}
	told, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode a watch: %w", err)
	}
	return a.replaceWatch(ctx, key, value, told, &o)
}

// replaceWatch stores a watch as it is now, nil where it ends, together with the
// message that tells it. Where it was told, changed or ended meanwhile, nothing
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
		case o == nil:
			return tx.DeleteNote(key)
		}
		if _, err := a.outbox.Put(tx, row); err != nil {
			return err
		}
		return tx.SetNote(key, now, 0)
	})
}
