package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trackbot/internal/store"
)

// ErrNotFound says that there is no row with the key.
var ErrNotFound = errors.New("no such row")

// ErrRunning says that a row can't be changed, because a process runs it.
var ErrRunning = errors.New("it runs just now")

// Entry is a row as operators see it.
type Entry struct {
	Table   Table     `json:"table"`
	Key     string    `json:"key"`
	Lane    string    `json:"lane"`
	Ref     string    `json:"ref,omitempty"`
	State   string    `json:"state"`
	Attempt int       `json:"attempt"`
	Stored  time.Time `json:"stored"`
	Due     time.Time `json:"due"`
	Reason  string    `json:"reason,omitempty"` // of the last failure
	Unsure  bool      `json:"unsure,omitempty"` // it may have been posted
	// Body is shown for one row alone: the event, message or job.
	Body json.RawMessage `json:"body,omitempty"`
}

const entryColumns = `key, lane, ref, state, attempt, stored, due, reason, unsure`

func readEntry(tx *store.Tx, t Table, whole bool) func(store.Scanner) (Entry, error) {
	return func(row store.Scanner) (Entry, error) {
		e := Entry{Table: t}
		var body []byte
		var stored, due, unsure int64
		into := []any{&e.Key, &e.Lane, &e.Ref, &e.State, &e.Attempt, &stored, &due, &e.Reason, &unsure}
		if whole {
			into = append(into, &body)
		}
		err := row.Scan(into...)
		if whole && err == nil {
			e.Body, err = tx.Unseal(body)
		}
		e.Stored, e.Due, e.Unsure = time.UnixMilli(stored), time.UnixMilli(due), unsure > 0
		return e, err
	}
}

// List returns the rows of a table that are open or failed, the oldest first.
// state picks one state; limit bounds how many are returned.
func List(tx *store.Tx, t Table, state string, limit int) ([]Entry, error) {
	return store.List(tx, t.sql(`SELECT `+entryColumns+` FROM {table}
		WHERE (state = $1 OR $1 = '' AND state IN ('queued', 'waiting', 'running', 'failed')) ORDER BY seq LIMIT $2`), readEntry(tx, t, false), state, limit)
}

// Show returns one row with its body.
func Show(tx *store.Tx, t Table, key string) (Entry, error) {
	list, err := store.List(tx, t.sql(`SELECT `+entryColumns+`, body FROM {table} WHERE key = $1`), readEntry(tx, t, true), key)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Entry{}, fmt.Errorf("%s %s: %w", t, key, err)
	}
	return list[0], nil
}

// Retry makes a row due now. One that failed gets another chance, before what its
// lane has stored since.
func Retry(tx *store.Tx, t Table, key string) error {
	e, err := locked(tx, t, key)
	if err != nil {
		return err
	}
	now := tx.Now().UnixMilli()
	switch e.State {
	case Waiting, Queued:
		_, err = tx.Exec(t.sql(`UPDATE {table} SET due = $1 WHERE key = $2`), now, key)
	case Failed:
		_, err = tx.Exec(t.sql(`UPDATE {table} SET state = 'queued', due = $1, stored = $1, crashes = 0, finished = 0 WHERE key = $2`), now, key)
		if err == nil {
			err = settle(tx, t, e.Lane)
		}
	default:
		return fmt.Errorf("%s %s: there is nothing to try again: it is %s", t, key, e.State)
	}
	tx.Notify(string(t))
	return err
}

// Drop removes a row for good: its body goes, and its key stays taken.
func Drop(tx *store.Tx, t Table, key string) error {
	e, err := locked(tx, t, key)
	if err != nil {
		return err
	}
	switch e.State {
	case Running:
		return fmt.Errorf("%s %s: %w; try again in a moment", t, key, ErrRunning)
	case Done, Dropped:
		return fmt.Errorf("%s %s: there is nothing to drop: it is %s", t, key, e.State)
	}
	_, err = tx.Exec(t.sql(`UPDATE {table} SET state = 'dropped', finished = $1, body = NULL WHERE key = $2`), tx.Now().UnixMilli(), key)
	if err == nil {
		err = settle(tx, t, e.Lane)
	}
	tx.Notify(string(t))
	return err
}

// locked reads a row and keeps others out of its lane until the end of the
// transaction.
func locked(tx *store.Tx, t Table, key string) (Entry, error) {
	e, err := Show(tx, t, key)
	if err != nil {
		return e, err
	}
	if err := tx.Lock(string(t) + " " + e.Lane); err != nil {
		return e, err
	}
	return Show(tx, t, key)
}

// settle lets the first row of a lane wait where none waits or runs.
func settle(tx *store.Tx, t Table, lane string) error {
	var busy bool
	err := tx.Row(t.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE lane = $1 AND state IN `+open+` AND state <> 'queued')`), lane).Scan(&busy)
	if err != nil || busy {
		return err
	}
	return promote(tx, t, lane)
}

// Open is how many rows of a table have not ended.
func Open(tx *store.Tx, t Table) (n int, err error) {
	if err := tx.Row(t.sql(`SELECT count(*) FROM {table} WHERE state IN ` + open)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the %s: %w", t, err)
	}
	return n, nil
}

// Soon reports whether a row runs, or will within a time: then what can wait does.
func Soon(tx *store.Tx, t Table, within time.Duration) (soon bool, err error) {
	err = tx.Row(t.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE state = 'running') OR EXISTS (SELECT 1 FROM {table} WHERE state = 'waiting' AND due <= $1)`), tx.Now().Add(within).UnixMilli()).Scan(&soon)
	return soon, err
}

// Known reports whether a table has a row with the key, in whatever state.
func Known(tx *store.Tx, t Table, key string) (known bool, err error) {
	err = tx.Row(t.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE key = $1)`), key).Scan(&known)
	return known, err
}
