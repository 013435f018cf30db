// Package store is the bot's database: SQLite in a folder, or PostgreSQL. It opens, migrates, checks and closes it, runs
// transactions, and holds what every other part uses of it: notes, leases and wake-ups. What is in the inbox, the outbox
// and the audit record belongs to the packages queue and audit, which bring their own SQL.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

const (
	probeEvery = time.Second     // how soon a database is found to be well again
	pollEvery  = 5 * time.Second // how late a wake-up is that got lost, or came from the command line
)

// Options say which database, and how.
type Options struct {
	Dir      string                 // the folder of trackbot.db, made with mode 0700; used where URL is empty
	URL      string                 // postgres://…, which may name several hosts; a secret, so never in an error or a log
	Key      []byte                 // 32 bytes, or nil: encrypts the file of SQLite, and the sealed columns of PostgreSQL
	Bot      bool                   // this is the running bot: one a folder, and it waits for a database that is not there yet
	ReadOnly bool                   // nothing is made, migrated or written; [fs.ErrNotExist] where there is no database
	Logger   *slog.Logger           // never nil
	Hook     func(statement string) // for tests: called before each statement and each commit; nil otherwise
	Ahead    func() time.Duration   // for a made-up Webex: by how much its clock was moved forward, see [Tx.Date]; nil otherwise
}

// engine is SQLite or PostgreSQL.
type engine interface {
	update(ctx context.Context, f func(*Tx) error) error
	view(ctx context.Context, f func(*Tx) error) error
	announce(topics []string) // wakes other processes
	backup(ctx context.Context, file string) error
	close() error
}

// DB is an open database. All its methods may be called from any goroutine.
type DB struct {
	o    Options
	seal *seal
	stop context.CancelFunc
	kept sync.WaitGroup // the goroutine that keeps it

	mu     sync.Mutex
	lock   *folderLock // nil unless this is the bot of a folder
	engine engine      // nil until the database could be opened
	failed error       // why it can't be used now
	usable time.Time   // since when it can be used
	closed bool
	topics map[string]chan struct{}
}

// Open opens the database, and makes and migrates it where needed. It refuses a database of a newer version of this
// program, one that was made with another key or none, the files of the former store of NATS, and, for a bot, a folder on
// which another bot runs ([LockedError]). Where the database can't be reached or written now, a bot gets a DB that says so
// ([DB.Err]) and opens it later by itself; others get an [UnavailableError].
func Open(ctx context.Context, o Options) (*DB, error) {
	s, err := newSeal(o.Key)
	if err != nil {
		return nil, err
	}
	db := &DB{o: o, seal: s, topics: map[string]chan struct{}{}}
	err = db.open(ctx)
	if _, later := errors.AsType[*UnavailableError](err); later && o.Bot {
		o.Logger.Warn("the database can't be used yet", "error", err)
		err = nil
	}
	if err != nil {
		return nil, errors.Join(err, db.lock.release())
	}
	ctx, db.stop = context.WithCancel(context.WithoutCancel(ctx))
	db.kept.Go(func() { db.keep(ctx) })
	return db, nil
}

// open opens the engine, at the start or once it can be.
func (db *DB) open(ctx context.Context) error {
	var e engine
	var err error
	if db.o.URL != "" {
		e, err = openPostgres(ctx, db)
	} else {
		e, err = openSQLite(ctx, db)
	}
	err = db.explain(err)
	db.mu.Lock()
	defer db.mu.Unlock()
	db.failed = err
	if err == nil {
		db.engine, db.usable = e, time.Now()
	}
	return err
}

// UsableSince is since when this process can use the database: what came to it
// earlier, and not again, it does not know. The zero value where it never could.
func (db *DB) UsableSince() time.Time {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.usable
}

// keep opens a database that could not be opened, finds out when one that failed is well again, and wakes those who wait,
// in case that a wake-up was lost.
func (db *DB) keep(ctx context.Context) {
	probe, poll := time.NewTicker(probeEvery), time.NewTicker(pollEvery)
	defer probe.Stop()
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			db.wakeAll()
		case <-probe.C:
			if db.Err() != nil {
				db.heal(ctx)
			}
		}
	}
}

// heal tries whether the database can be used again.
func (db *DB) heal(ctx context.Context) {
	_, err := db.use(ctx)
	switch {
	case err != nil:
		err = db.open(ctx)
	case db.o.ReadOnly:
		err = db.View(ctx, func(tx *Tx) error { return tx.Row("SELECT 1").Err() })
	default:
		err = db.Update(ctx, func(tx *Tx) error { return tx.setMeta("probe", tx.now.Format(time.RFC3339)) })
	}
	if err == nil {
		db.wakeAll()
		db.o.Logger.Info("the database can be used again")
	}
}

// use returns the engine, or why there is none.
func (db *DB) use(ctx context.Context) (engine, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case db.closed:
		return nil, ErrClosed
	case db.engine == nil:
		if u, ok := errors.AsType[*UnavailableError](db.failed); ok {
			return nil, u
		}
		return nil, &UnavailableError{Reason: "it was not opened", Err: db.failed}
	}
	return db.engine, nil
}

// Update runs f in a transaction that may write, and commits it durably. An error of f, or a panic, undoes what f did and is
// returned. On SQLite one such f runs at a time, and those that wait for a commit share the next one; so f does nothing but
// database work, never calls Update itself, and runs once, never again.
func (db *DB) Update(ctx context.Context, f func(*Tx) error) error {
	if db.o.ReadOnly {
		return errReadOnly
	}
	e, err := db.use(ctx)
	if err != nil {
		return err
	}
	var ran Tx
	err = db.explain(e.update(ctx, func(tx *Tx) error {
		defer func() { ran = *tx }()
		return f(tx)
	}))
	db.note(err, true)
	if err == nil && len(ran.topics) > 0 {
		db.wake(ran.topics)
		e.announce(ran.topics)
	}
	for _, end := range ran.atEnd {
		end(err)
	}
	return err
}

// View runs f in a transaction that only reads and sees the database as it stood at one moment. Any number run at once.
func (db *DB) View(ctx context.Context, f func(*Tx) error) error {
	e, err := db.use(ctx)
	if err != nil {
		return err
	}
	err = db.explain(e.view(ctx, f))
	db.note(err, false)
	return err
}

// Read is [DB.View] of what f returns.
func Read[T any](ctx context.Context, db *DB, f func(*Tx) (T, error)) (v T, err error) {
	err = db.View(ctx, func(tx *Tx) (err error) {
		v, err = f(tx)
		return err
	})
	return v, err
}

// explain turns an engine's error into an [UnavailableError] or a [DamagedError] where it is one.
func (db *DB) explain(err error) error {
	err = explain(err)
	if u, ok := errors.AsType[*UnavailableError](err); ok && errors.Is(err, sqlite3.IOERR) {
		if d, ok := errors.AsType[*UnavailableError](tryDisk(db.o.Dir)); ok { // SQLite forgets what the disk said
			u.Reason = d.Reason
		}
	}
	return err
}

// note remembers whether the database could be used. That it can be read does not say that it can be written.
func (db *DB) note(err error, wrote bool) {
	_, gone := errors.AsType[*UnavailableError](err)
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case isDamaged(db.failed): // a page that was read well says nothing of the one that can't be
	case gone || isDamaged(err):
		if db.failed == nil {
			db.o.Logger.Error("the database can't be used", "error", err)
		}
		db.failed = err
	case err == nil && (wrote || db.o.ReadOnly):
		if db.failed != nil {
			db.usable = time.Now()
		}
		db.failed = nil
	}
}

func isDamaged(err error) bool {
	_, damaged := errors.AsType[*DamagedError](err)
	return damaged
}

// Err tells why the database can't be used now, or nil. It asks nobody: it is how the last use of the database ended.
func (db *DB) Err() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return ErrClosed
	}
	return db.failed
}

// Backup writes a copy of a SQLite database to a new file with mode 0600, encrypted with the same key, while the bot runs.
func (db *DB) Backup(ctx context.Context, file string) error {
	e, err := db.use(ctx)
	if err != nil {
		return err
	}
	if err := e.backup(ctx, file); err != nil {
		return fmt.Errorf("backing up the database: %w", db.explain(err))
	}
	return nil
}

// Close closes the database and lets another bot have the folder. What is called later returns [ErrClosed].
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	db.mu.Unlock()
	db.stop()
	db.kept.Wait()
	var err error
	if db.engine != nil { // nobody sets it any more
		err = db.engine.close()
	}
	return errors.Join(err, db.lock.release())
}

// Date is [Tx.Date] outside of a transaction, by the clock of this machine.
func (db *DB) Date() time.Time { return db.moved(time.Now()) }

// moved moves a time as far as the clock of a made-up Webex was moved.
func (db *DB) moved(at time.Time) time.Time {
	if db.o.Ahead != nil {
		at = at.Add(db.o.Ahead())
	}
	return at
}

// hook tells a test what is about to be done.
func (db *DB) hook(statement string) {
	if db.o.Hook != nil {
		db.o.Hook(statement)
	}
}
