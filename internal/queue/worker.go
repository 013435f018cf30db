package queue

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"trackbot/internal/store"
)

const (
	// claimTime is how long a claim holds without a heartbeat where several
	// processes share the database: a dead one's rows are taken over within 30 s.
	claimTime = 15 * time.Second
	// heartbeatEvery is how often a live owner moves its claims on.
	heartbeatEvery = 5 * time.Second
	// pollEvery is how often the table is looked at though nothing was heard of
	// it: for what became due, and for what another process left.
	pollEvery = time.Second
	// maxPaused is how many rows, for each place, may have given theirs back.
	maxPaused = 4
)

// Options are what a worker is made of.
type Options struct {
	Table   Table
	Workers int           // rows that run at the same time
	MaxAge  time.Duration // rows older than this are given up
	Grace   time.Duration // how long running rows may go on after a stop; 0: 10 s
	Logger  *slog.Logger
	// Handle works on a row, with no transaction open, and returns what is stored
	// together with its end; commit may be nil. An error that is Temporary means
	// to try again; RetryAfter says when, Uncertain whether the work may have been
	// done all the same, and Earlier whether only by an earlier run. Any other error
	// gives the row up.
	Handle func(ctx context.Context, it Item) (commit func(*store.Tx) error, err error)
	// GiveUp returns what is stored together with the end of a row that is given
	// up, such as an apology; nil: nothing is.
	GiveUp func(ctx context.Context, it Item, reason error) (commit func(*store.Tx) error, err error)
}

// Worker runs the rows of one table.
type Worker struct {
	o     Options
	db    *store.DB
	owner string
	wake  chan struct{} // has one element while the table is to be looked at

	mu      sync.Mutex
	free    int             // places for further rows; 0 while nothing may be claimed
	places  map[int64]place // of rows that run or are about to, by seq
	waiting bool            // a row that is due was left for somebody's share
	paused  int             // rows that run and have given their place back meanwhile
	active  bool
	running map[int64]context.CancelFunc // by seq
	late    []int64                      // claimed, but committed after the stop: never run
	group   sync.WaitGroup
	base    context.Context //nolint:containedctx // of the runs; it ends with the grace
}

// NewWorker makes a worker. It claims nothing before [Worker.Run].
func NewWorker(db *store.DB, o Options) *Worker {
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	return &Worker{o: o, db: db, owner: uuid.NewString(), wake: make(chan struct{}, 1), running: make(map[int64]context.CancelFunc), places: make(map[int64]place)}
}

// Put stores a row within a transaction; false where its key is there already.
// Where a place is free, the person has less than a share of them, and the lane is
// empty, the row is stored as claimed, and runs as soon as the transaction is
// committed: so an idle bot needs no commit of its own for the claim.
func (w *Worker) Put(tx *store.Tx, n New) (fresh bool, err error) {
	owner, until := "", time.Time{}
	reserved := !w.hasShare(n.Lane) && w.reserve(1) == 1
	if reserved {
		owner, until = w.owner, w.until(tx)
	}
	it, claimed, fresh, err := put(tx, w.o.Table, n, owner, until)
	switch {
	case claimed && err == nil && fresh:
		tx.OnEnd(func(err error) {
			if err != nil {
				w.drop([]Item{it})
				w.release(1)
				return
			}
			w.start([]Item{it})
		})
		w.hold([]Item{it}, tx.Now())
	case reserved:
		w.release(1)
	}
	if fresh && !claimed {
		tx.Notify(string(w.o.Table))
	}
	return fresh, err
}

// Running is how many rows run now.
func (w *Worker) Running() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.running)
}

// Run works until ctx is done. Rows that run then may go on for the grace; then
// they are cancelled, and what has not ended is left for the next start.
func (w *Worker) Run(ctx context.Context) error {
	base, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	w.mu.Lock()
	w.base, w.free, w.active = base, w.o.Workers, true
	w.mu.Unlock()
	var beat sync.WaitGroup
	if !w.db.Single() {
		beat.Go(func() { w.heartbeats(base) })
	}
	w.work(ctx)
	w.mu.Lock()
	w.active, w.free = false, 0
	w.mu.Unlock()
	ended := make(chan struct{})
	go func() { w.group.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(w.o.Grace):
		stop()
		<-ended
	}
	stop()
	beat.Wait()
	return w.returnLate(context.WithoutCancel(ctx))
}

// returnLate gives back what was claimed by a transaction that ended after the
// stop.
func (w *Worker) returnLate(ctx context.Context) error {
	w.mu.Lock()
	late := w.late
	w.mu.Unlock()
	if len(late) == 0 {
		return nil
	}
	return w.db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(w.o.Table.sql(`UPDATE {table} SET state = 'waiting', owner = '' WHERE owner = $1 AND state = 'running' AND seq IN (`+list(late)+`)`), w.owner)
		return err
	})
}

// list writes numbers for an IN.
func list(seqs []int64) string {
	words := make([]string, len(seqs))
	for i, seq := range seqs {
		words[i] = strconv.FormatInt(seq, 10)
	}
	return strings.Join(words, ",")
}

// work claims rows whenever there may be some, until ctx is done.
func (w *Worker) work(ctx context.Context) {
	changed := w.db.Wake(string(w.o.Table))
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for look := true; ; look = w.spare() {
		if look {
			if err := w.look(ctx); err != nil && ctx.Err() == nil {
				w.o.Logger.DebugContext(ctx, "the table can't be looked at; trying again", "table", w.o.Table, "error", err) // the store says it once
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-w.wake:
		case <-poll.C:
		}
	}
}

// spare reports whether a place is free. Where none is, rows are claimed as
// places become free.
func (w *Worker) spare() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.free > 0
}

// look takes over what dead processes left, and claims what is due.
func (w *Worker) look(ctx context.Context) error {
	var dead, due bool
	err := w.db.View(ctx, func(tx *store.Tx) error {
		err := tx.Row(w.o.Table.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE state = 'running' AND `+w.notRunHere("$1")+` AND until < $2)`), w.owner, w.deadBefore(tx)).Scan(&dead)
		if err == nil {
			err = tx.Row(w.o.Table.sql(`SELECT EXISTS (SELECT 1 FROM {table} WHERE state = 'waiting' AND due <= $1)`), tx.Now().UnixMilli()).Scan(&due)
		}
		return err
	})
	if err != nil || !dead && !due {
		return err
	}
	return w.db.Update(ctx, func(tx *store.Tx) error {
		if err := w.takeOver(tx); err != nil {
			return err
		}
		return w.claim(tx, nil)
	})
}

// takeOver frees the rows of processes that died while they ran them. Whether a
// run did its work nobody knows, and it may have been its last act: so that is
// unsure from now on, also where an earlier run was unsure before.
func (w *Worker) takeOver(tx *store.Tx) error {
	n, err := tx.Exec(w.o.Table.sql(`UPDATE {table} SET state = 'waiting', owner = '', crashes = crashes + 1, unsure = $1, due = $1
		WHERE state = 'running' AND `+w.notRunHere("$2")+` AND until < $3`), tx.Now().UnixMilli(), w.owner, w.deadBefore(tx))
	if err != nil {
		return fmt.Errorf("take over from dead processes: %w", err)
	}
	if n > 0 {
		w.o.Logger.Info("taken over from a process that ended", "table", w.o.Table, "rows", n)
	}
	return nil
}

// notRunHere is the condition on claims that this process does not know; owner is
// the placeholder of its own name. On a server they may be its own: a connection that breaks during
// a commit leaves open whether the claim was stored.
func (w *Worker) notRunHere(owner string) string {
	if w.db.Single() {
		return "owner <> " + owner
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return "(owner <> " + owner + " OR seq NOT IN (" + list(append(slices.Collect(maps.Keys(w.running)), 0)) + "))"
}

// deadBefore is the end of claims from which an owner counts as dead, in ms.
// Where one process alone uses the database all others are.
func (w *Worker) deadBefore(tx *store.Tx) int64 {
	if w.db.Single() {
		return w.until(tx).UnixMilli() + 1
	}
	return tx.Now().UnixMilli()
}

func (w *Worker) until(tx *store.Tx) time.Time { return tx.Now().Add(claimTime) }

// claim takes rows that are due, the oldest first, for all places that are free
// and for that of a row whose end is stored with it, and starts them after the
// commit.
func (w *Worker) claim(tx *store.Tx, ending *Item) error {
	n := w.reserve(w.o.Workers)
	if ending != nil && !w.stopped() {
		n++
	}
	if n == 0 {
		return nil
	}
	items, err := w.take(tx, n, ending)
	passed := ending != nil && len(items) == n
	if ending != nil && !passed {
		n-- // the place of the row that ends is given back when it has ended
	}
	w.release(n - len(items))
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	if len(items) == 0 {
		return nil
	}
	tx.OnEnd(func(err error) {
		if passed && err == nil {
			ending.passed = true
		} else if passed {
			n-- // it keeps its place, for another try
		}
		if err != nil {
			w.drop(items)
			w.release(min(n, len(items)))
			return
		}
		w.start(items)
	})
	return nil
}

// take makes up to n rows this worker's.
func (w *Worker) take(tx *store.Tx, n int, ending *Item) ([]Item, error) {
	seqs, err := w.pick(tx, n, ending)
	if err != nil || len(seqs) == 0 {
		return nil, err
	}
	args := []any{w.owner, w.until(tx).UnixMilli()} // numbers within the text would keep SQLite from using a prepared statement again
	for _, seq := range seqs {
		args = append(args, seq)
	}
	items, err := store.List(tx, w.o.Table.sql(`UPDATE {table} SET state = 'running', owner = $1, until = $2, attempt = attempt + 1
		WHERE seq IN (SELECT seq FROM {table} WHERE seq IN (`+store.Placeholders(3, len(seqs))+`) AND state = 'waiting' ORDER BY seq`+tx.SkipLocked()+`)
		RETURNING seq, key, lane, ref, body, stored, attempt, crashes, unsure`), func(row store.Scanner) (Item, error) { return readItem(tx, row) },
		args...)
	if err != nil {
		return nil, err
	}
	w.hold(items, tx.Now())
	return items, nil
}

// hold notes whose rows take a place, from before their claim is committed.
func (w *Worker) hold(items []Item, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range items {
		w.places[it.seq] = placeOf(it.Lane, it.Stored, now)
	}
}

// drop takes back what hold noted, of rows whose claim was not committed.
func (w *Worker) drop(items []Item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range items {
		delete(w.places, it.seq)
	}
}

// hasShare reports whether the person of a lane has a share of the places.
func (w *Worker) hasShare(lane string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, p := range w.places {
		if p.person == person(lane) {
			n++
		}
	}
	w.waiting = w.waiting || n >= w.share()
	return n >= w.share()
}

// Pause gives the place of a row that runs back while it only waits, such as for
// its turn with an API, and resume takes it again. Where many wait already they
// keep their places.
func (w *Worker) Pause() (resume func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.active || w.paused >= maxPaused*w.o.Workers {
		return func() {}
	}
	w.paused++
	w.free++
	w.poke()
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.paused--
		if w.active {
			w.free-- // below zero until others have ended
		}
	}
}

func readItem(tx *store.Tx, row store.Scanner) (it Item, err error) {
	var stored, unsure int64
	if err := row.Scan(&it.seq, &it.Key, &it.Lane, &it.Ref, &it.Body, &stored, &it.Attempt, &it.crashes, &unsure); err != nil {
		return Item{}, err
	}
	it.Body, err = tx.Unseal(it.Body)
	it.Stored = time.UnixMilli(stored)
	if unsure > 0 {
		it.Unsure = time.UnixMilli(unsure)
	}
	return it, err
}

// reserve takes up to n free places and returns how many.
func (w *Worker) reserve(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n = max(0, min(n, w.free))
	w.free -= n
	return n
}

// release gives places back.
func (w *Worker) release(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.active {
		w.free += n
	}
}

// start runs rows whose claim was committed, each in its reserved place.
func (w *Worker) start(items []Item) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, it := range items {
		if !w.active {
			w.late = append(w.late, it.seq)
			continue
		}
		ctx, cancel := context.WithCancel(w.base)
		w.running[it.seq] = cancel
		w.group.Go(func() {
			defer cancel()
			w.run(ctx, &it)
		})
	}
}

// stopped reports whether no further row is to be run.
func (w *Worker) stopped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.active
}

// ended gives the place of a row back, unless another row has it.
func (w *Worker) ended(it *Item) {
	w.mu.Lock()
	delete(w.running, it.seq)
	delete(w.places, it.seq)
	waiting := w.waiting
	w.mu.Unlock()
	if !it.passed {
		w.release(1)
	}
	if waiting {
		w.poke() // for those who had their share
	}
}

// poke lets the table be looked at soon.
func (w *Worker) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// heartbeats move the claims of running rows on. Where that fails for the whole
// time of a claim another process may have the rows, so their runs are cancelled.
func (w *Worker) heartbeats(ctx context.Context) {
	last := time.Now()
	for t := time.NewTicker(heartbeatEvery); ; {
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
		err := w.heartbeat(ctx)
		switch {
		case err == nil:
			last = time.Now()
		case time.Since(last) > claimTime-heartbeatEvery:
			w.o.Logger.WarnContext(ctx, "claims could not be held; their runs are cancelled", "table", w.o.Table, "error", err)
			w.cancelAll()
		}
	}
}

func (w *Worker) heartbeat(ctx context.Context) error {
	w.mu.Lock()
	seqs := slices.Collect(maps.Keys(w.running))
	w.mu.Unlock()
	if len(seqs) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, heartbeatEvery)
	defer cancel()
	return w.db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(w.o.Table.sql(`UPDATE {table} SET until = $1 WHERE owner = $2 AND state = 'running' AND seq IN (`+list(seqs)+`)`), w.until(tx).UnixMilli(), w.owner)
		return err
	})
}

func (w *Worker) cancelAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, cancel := range w.running {
		cancel()
	}
}
