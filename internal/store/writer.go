package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ncruces/go-sqlite3/driver"
)

const (
	shareMost      = 64  // transactions that share a commit
	statementsMost = 200 // prepared statements that are kept
)

// writer runs the transactions of SQLite's one writing connection, one after another. Those that arrive while one runs or
// is being committed share a commit, so that one wait for the disk serves them all.
type writer struct {
	db    *DB
	conn  *sql.Conn
	stmts *statements
	queue chan *request // not buffered: whoever can't send yet may still go
	stop  chan struct{}
	ended chan struct{}
}

// request is a transaction that waits for its turn. Its func runs on the goroutine of its caller.
type request struct {
	turn   chan *Tx   // the writer lets it run
	ended  chan bool  // it has run; false: undo it
	commit chan error // how its commit ended, or why it got no turn
}

func newWriter(ctx context.Context, db *DB, pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, conn: conn, queue: make(chan *request), stop: make(chan struct{}), ended: make(chan struct{})}
	w.stmts = &statements{conn: conn, byText: map[string]*sql.Stmt{}}
	go w.run(context.WithoutCancel(ctx))
	return w, nil
}

// update waits for a turn, runs f, and waits for the commit.
func (w *writer) update(ctx context.Context, f func(*Tx) error) error {
	r := &request{turn: make(chan *Tx, 1), ended: make(chan bool, 1), commit: make(chan error, 1)}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-w.stop:
		return ErrClosed
	}
	select {
	case tx := <-r.turn:
		if err := r.run(tx, f); err != nil {
			return err
		}
		return <-r.commit
	case err := <-r.commit:
		return err
	}
}

// run runs f and tells the writer how it ended, also when it panics.
func (r *request) run(tx *Tx, f func(*Tx) error) error {
	well := false
	defer func() { r.ended <- well }()
	err := f(tx)
	well = err == nil
	return err
}

// run is the writer's goroutine. Its context is never done: an interrupted statement would undo the others' work too.
func (w *writer) run(ctx context.Context) {
	defer close(w.ended)
	for {
		select {
		case r := <-w.queue:
			w.batch(ctx, r)
		case <-w.stop:
			return
		}
	}
}

// batch runs a transaction and those that wait behind it, and commits them together.
func (w *writer) batch(ctx context.Context, r *request) {
	if err := w.do(ctx, "BEGIN IMMEDIATE"); err != nil {
		r.commit <- err
		return
	}
	var good []*request
	for n := 1; r != nil; n++ {
		if w.step(ctx, r, n == 1) {
			good = append(good, r)
		}
		if w.undone() { // it was the first one that failed, or the disk is full or failed, and SQLite undid them all
			finish(good, &UnavailableError{Reason: "the disk failed in a transaction that was to share the commit"})
			return
		}
		r = w.next(n)
	}
	err := w.do(ctx, "COMMIT")
	if err != nil && !w.undone() {
		err = errors.Join(err, w.do(ctx, "ROLLBACK"))
	}
	finish(good, err)
}

// finish tells those who wait how the commit ended.
func finish(all []*request, err error) {
	for _, r := range all {
		r.commit <- err
	}
}

// next returns a transaction that waits, if one does and the batch has room.
func (w *writer) next(n int) *request {
	if n >= shareMost {
		return nil
	}
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// step runs one transaction and reports whether it is to be committed. All but the first have a savepoint.
func (w *writer) step(ctx context.Context, r *request, first bool) bool {
	begin, undo, end := "SAVEPOINT one", "ROLLBACK TO one", "RELEASE one"
	if first {
		begin, undo, end = "", "ROLLBACK", ""
	}
	if err := w.do(ctx, begin); err != nil {
		r.commit <- err
		return false
	}
	r.turn <- &Tx{db: w.db, ctx: ctx, conn: w.conn, stmts: w.stmts, now: time.Now().Truncate(time.Millisecond)}
	well := <-r.ended
	if w.undone() {
		return well
	}
	var err error
	if !well {
		err = w.do(ctx, undo)
	}
	if err = errors.Join(err, w.do(ctx, end)); err != nil { // nothing may be committed that can't be told apart
		err = errors.Join(err, w.do(ctx, "ROLLBACK"))
		w.db.o.Logger.Error("a transaction could not be ended", "error", err)
	}
	return well
}

// undone reports whether no transaction is open any more.
func (w *writer) undone() bool {
	closed := true
	err := w.conn.Raw(func(c any) error {
		closed = c.(driver.Conn).Raw().GetAutocommit() //nolint:forcetypeassert,errcheck // we opened it
		return nil
	})
	return closed || err != nil
}

func (w *writer) do(ctx context.Context, query string) error {
	if query == "" {
		return nil
	}
	w.db.hook(query)
	_, err := w.stmts.exec(ctx, query)
	return err
}

// close waits for the batch that runs.
func (w *writer) close() error {
	close(w.stop)
	<-w.ended
	return errors.Join(w.stmts.close(), w.conn.Close())
}

// statements are the prepared statements of a connection, by their text.
type statements struct {
	conn   *sql.Conn
	byText map[string]*sql.Stmt
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if p := s.byText[query]; p != nil {
		return p, nil
	}
	if len(s.byText) >= statementsMost {
		if err := s.close(); err != nil {
			return nil, err
		}
	}
	p, err := s.conn.PrepareContext(ctx, query)
	if err == nil {
		s.byText[query] = p
	}
	return p, err
}

func (s *statements) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return p.ExecContext(ctx, args...)
}

func (s *statements) close() error {
	var errs []error
	for text, p := range s.byText {
		errs = append(errs, p.Close())
		delete(s.byText, text)
	}
	return errors.Join(errs...)
}
