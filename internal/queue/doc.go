// Package queue works off three tables of the database: the inbox (what was
// heard), the outbox (what is to be posted) and the jobs (what takes long).
//
// A row says all there is to know. Its state is queued while an earlier row of
// its lane is open, waiting until it is due, running while a process has claimed
// it, and done, failed or dropped at its end. Rows of one lane run one after the
// other, in the order in which they were put; those of different lanes run at
// the same time.
//
// A [Worker] claims rows, runs each without a transaction open, and stores the
// end of a row together with what came of it, all or nothing. A claim carries
// its owner; where several processes share the database it also has an end,
// which a live owner moves on, so that the rows of a dead one are taken over.
package queue

import (
	"fmt"
	"strings"
	"time"

	"trackbot/internal/store"
)

// Table is one of the tables that a queue works off.
type Table string

// The tables.
const (
	Inbox  Table = "inbox"
	Outbox Table = "outbox"
	Jobs   Table = "job"
)

// Tables are all of them, in the order in which a question goes through them.
func Tables() []Table { return []Table{Inbox, Jobs, Outbox} }

// The states of a row.
const (
	Queued  = "queued"  // behind an earlier row of its lane
	Waiting = "waiting" // runs when it is due
	Running = "running" // claimed by a process
	Done    = "done"
	Failed  = "failed"  // given up
	Dropped = "dropped" // removed by an operator
)

// open are the states of a row that has not ended. A query says this to the letter,
// even beside a narrower state: by that SQLite sees that it may use an index of
// open rows.
const open = "('queued', 'waiting', 'running')"

// sql fills in the table's name.
func (t Table) sql(text string) string { return strings.ReplaceAll(text, "{table}", string(t)) }

// New is a row to be put into a table.
type New struct {
	Key  string // unique in its table, such as msg:1a2b…
	Lane string
	Ref  string // the reference that people see
	Body []byte

	// Of the outbox alone: the space that the message goes to and the message that
	// its thread begins with, as bare UUIDs, and how the answer came about.
	Room, Root string
	Trace      []byte
}

// Item is a row that is run.
type Item struct {
	Key     string
	Lane    string
	Ref     string
	Body    []byte
	Stored  time.Time // when it was put
	Attempt int       // runs begun, this one included
	// Unsure is when the last run that may have done its work without anybody
	// knowing ended; the zero time means that none may have.
	Unsure time.Time

	seq     int64
	crashes int  // processes that ended while it ran
	passed  bool // its place was given to another row when its end was stored
}

// put inserts a row, as claimed by owner where that is not empty and the lane is
// free. fresh is false where the key is there already, in whatever state.
func put(tx *store.Tx, t Table, n New, owner string, until time.Time) (it Item, claimed, fresh bool, err error) {
	if err := tx.Lock(string(t) + " " + n.Lane); err != nil {
		return Item{}, false, false, err
	}
	var behind bool
	if err := tx.Row(t.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE lane = $1 AND state IN `+open+`)`), n.Lane).Scan(&behind); err != nil {
		return Item{}, false, false, fmt.Errorf("look into a lane: %w", err)
	}
	it = Item{Key: n.Key, Lane: n.Lane, Ref: n.Ref, Body: n.Body, Stored: tx.Now()}
	state := Waiting
	switch {
	case behind:
		state, owner = Queued, ""
	case owner != "":
		state, claimed, it.Attempt = Running, true, 1
	}
	ms := tx.Now().UnixMilli()
	args := []any{n.Key, n.Lane, state, it.Attempt, ms, owner, until.UnixMilli(), n.Ref, tx.Seal(n.Body)}
	text := `INSERT INTO {table} (key, lane, state, attempt, due, owner, until, ref, body, stored)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $5) ON CONFLICT (key) DO NOTHING RETURNING seq`
	if t == Outbox {
		text = `INSERT INTO {table} (key, lane, state, attempt, due, owner, until, ref, body, stored, room, root, trace)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $5, $10, $11, $12) ON CONFLICT (key) DO NOTHING RETURNING seq`
		args = append(args, n.Room, n.Root, tx.Seal(n.Trace))
	}
	seqs, err := store.List(tx, t.sql(text), func(row store.Scanner) (seq int64, err error) {
		err = row.Scan(&seq)
		return seq, err
	}, args...)
	if err != nil {
		return Item{}, false, false, fmt.Errorf("put into the %s: %w", t, err)
	}
	if len(seqs) == 0 {
		return Item{}, false, false, nil
	}
	it.seq = seqs[0]
	return it, claimed, true, nil
}
