package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"
)

// Tx is a transaction. It belongs to the func that [DB.Update] or [DB.View] runs with it, and is used by one goroutine.
//
// SQL is the same for both engines: parameters are $1, $2 …, times are Unix milliseconds. Rows of a [Tx.Query] must be
// closed before the next statement, since PostgreSQL's connection does one thing at a time; and on PostgreSQL a failed
// statement undoes the whole transaction, whatever becomes of its error.
type Tx struct {
	db     *DB
	ctx    context.Context //nolint:containedctx // a Tx lives as long as the call that made it
	conn   *sql.Conn
	stmts  *statements // of the one writer of SQLite; else nil
	now    time.Time
	topics []string
	atEnd  []func(error)
}

// Now is the one time of the transaction, in whole milliseconds: PostgreSQL's clock, or this machine's with SQLite.
func (tx *Tx) Now() time.Time { return tx.now }

// Date is the time of what people date: changes of codes, plans, and the hours of watches. It differs from [Tx.Now], by
// which work is claimed and due, only in front of a made-up Webex whose clock was moved.
func (tx *Tx) Date() time.Time { return tx.db.moved(tx.now) }

// Notify lets [DB.Wake] of the topic receive in all processes, after the commit.
func (tx *Tx) Notify(topic string) { tx.topics = append(tx.topics, topic) }

// OnEnd calls f once it is known how the transaction ended: with nil after its commit, else with the error for which it
// was undone. It is called before [DB.Update] returns, in the order of the calls of OnEnd.
func (tx *Tx) OnEnd(f func(err error)) { tx.atEnd = append(tx.atEnd, f) }

// Lock keeps every other transaction that locks the same name waiting until the end of this one. On SQLite, where one
// writer runs at a time, it does nothing.
func (tx *Tx) Lock(name string) error {
	if tx.db.Single() {
		return nil
	}
	_, err := tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)
	return err
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	query = tx.text(query)
	var r sql.Result
	var err error
	if tx.stmts == nil {
		r, err = tx.conn.ExecContext(tx.ctx, query, args...)
	} else {
		r, err = tx.stmts.exec(tx.ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Query runs a statement that returns rows, which the caller closes.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	query = tx.text(query)
	if tx.stmts == nil {
		return tx.conn.QueryContext(tx.ctx, query, args...)
	}
	s, err := tx.stmts.prepare(tx.ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(tx.ctx, args...)
}

// A Scanner is a row that is read.
type Scanner interface{ Scan(dest ...any) error }

// List runs a query and reads each of its rows.
func List[T any](tx *Tx, query string, read func(Scanner) (T, error), args ...any) (list []T, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err says what there is to say
	for rows.Next() {
		v, err := read(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// Row runs a statement that returns at most one row. Its Scan returns [sql.ErrNoRows] where there is none, and must be called.
func (tx *Tx) Row(query string, args ...any) *sql.Row {
	query = tx.text(query)
	if tx.stmts != nil {
		if s, err := tx.stmts.prepare(tx.ctx, query); err == nil {
			return s.QueryRowContext(tx.ctx, args...)
		}
	}
	return tx.conn.QueryRowContext(tx.ctx, query, args...)
}

// text is a statement as the engine takes it: SQLite numbers $1 by where it stands, and ?1 by its number.
func (tx *Tx) text(query string) string {
	tx.db.hook(query)
	if tx.db.Single() {
		return strings.ReplaceAll(query, "$", "?")
	}
	return query
}

// Check looks at every page of a SQLite database, and returns a [DamagedError] where one can't be read. PostgreSQL looks
// after its own pages.
func (tx *Tx) Check() error {
	if !tx.db.Single() {
		return nil
	}
	var first string
	if err := tx.Row("PRAGMA quick_check(1)").Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return &DamagedError{What: first}
	}
	return nil
}

// Placeholders are the n arguments of a list in a statement, from the first on:
// "$3, $4".
func Placeholders(first, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(marks, ", ")
}
