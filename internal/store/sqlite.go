package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // registers the file layer that encrypts
)

const (
	fileName    = "trackbot.db"
	dirPerm     = 0o700
	filePerm    = 0o600
	busyTimeout = 5 * time.Second // how long a command line may hold up the bot, or the bot a command line
	walLimit    = 64 << 20        // bytes of the write-ahead log that are kept after a checkpoint
	readers     = 4               // connections that read, each with about 2 MB of cache
)

// sqlite is a database file: one connection writes, some read.
type sqlite struct {
	db      *DB
	pool    *sql.DB // of the one connection that writes
	read    *sql.DB
	readers chan *reader // free ones; nil stands for one that is not open yet
	writer  *writer
}

// reader is a connection that reads, with the statements that it prepared.
type reader struct {
	conn  *sql.Conn
	stmts *statements
}

// newReaders lets some transactions read at once.
func newReaders() chan *reader {
	free := make(chan *reader, readers)
	for range readers {
		free <- nil
	}
	return free
}

// openSQLite opens the file in the folder.
func openSQLite(ctx context.Context, db *DB) (engine, error) {
	if err := refuseOldStore(db.o.Dir); err != nil {
		return nil, err
	}
	if db.o.ReadOnly {
		return openFrozen(ctx, db)
	}
	if err := db.prepareFolder(ctx); err != nil {
		return nil, err
	}
	file := filepath.Join(db.o.Dir, fileName)
	s := &sqlite{db: db, readers: newReaders()}
	var err error
	if s.pool, err = db.connect(file, "mode=rw"); err != nil {
		return nil, err
	}
	s.pool.SetMaxOpenConns(1)
	if s.read, err = db.connect(file, "mode=ro"); err != nil {
		return nil, errors.Join(err, s.pool.Close())
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.read.Close(), s.pool.Close())
	}
	return s, nil
}

// prepareFolder makes the folder, takes it for a bot, and makes the file, unless the key is not its own.
func (db *DB) prepareFolder(ctx context.Context) error {
	if err := os.MkdirAll(db.o.Dir, dirPerm); err != nil {
		return fmt.Errorf("making the folder of the database: %w", err)
	}
	if db.o.Bot && db.lock == nil {
		l, err := lockFolder(ctx, db.o.Dir)
		if err != nil {
			return err
		}
		db.lock = l
	}
	file := filepath.Join(db.o.Dir, fileName)
	if err := checkFileKey(file, db.o.Key); err != nil {
		return err
	}
	for _, name := range []string{file, file + "-shm"} { // SQLite would make them with the mode that the umask leaves
		f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, filePerm)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return fmt.Errorf("making the database: %w", err)
		}
	}
	return nil
}

// connect makes a pool of connections to the file; how is mode=rw, mode=ro or immutable=1.
func (db *DB) connect(file, how string) (*sql.DB, error) {
	return driver.Open(fileURL(file, how, "modeof="+url.QueryEscape(file), db.layer()), func(c *sqlite3.Conn) error {
		pragmas := ""
		if db.o.Key != nil {
			pragmas = fmt.Sprintf("PRAGMA hexkey='%x';", db.o.Key) // has to come first
		}
		pragmas += fmt.Sprintf("PRAGMA busy_timeout=%d; PRAGMA synchronous=full; PRAGMA temp_store=memory; PRAGMA journal_size_limit=%d;",
			busyTimeout.Milliseconds(), walLimit)
		if how != "mode=rw" {
			pragmas += "PRAGMA query_only=on;"
		}
		return c.Exec(pragmas)
	})
}

// layer is the part of a file's URL that encrypts it.
func (db *DB) layer() string {
	if db.o.Key == nil {
		return ""
	}
	return "vfs=adiantum"
}

// fileURL is how SQLite is given a file and what is to be said of it.
func fileURL(file string, query ...string) string {
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: strings.Join(query, "&")}).String()
}

// prepare migrates and checks the file, and starts the writer.
func (s *sqlite) prepare(ctx context.Context) error {
	version, err := sqliteDialect.schema(ctx, s.pool)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	if version < newestSchema {
		if err := s.migrate(ctx, version); err != nil {
			return fmt.Errorf("migrating the database: %w", err)
		}
	}
	if s.db.o.Bot {
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	s.writer, err = newWriter(ctx, s.db, s.pool)
	return err
}

// migrate makes the tables, and of an empty file first one whose pages have checksums.
func (s *sqlite) migrate(ctx context.Context, version int64) error {
	if s.db.lock == nil { // two command lines at once, or one beside a bot of an older version
		l, err := lockFolder(ctx, s.db.o.Dir)
		if err != nil {
			return err
		}
		defer func() { _ = l.release() }() // it can only be free then
	}
	s.db.hook("checksums")
	if version == 0 {
		if err := onConn(ctx, s.pool, func(c *sqlite3.Conn) error { return c.EnableChecksums("main") }); err != nil {
			return err
		}
	}
	s.db.hook("PRAGMA journal_mode=wal")
	if _, err := s.pool.ExecContext(ctx, "PRAGMA journal_mode=wal"); err != nil {
		return err
	}
	return sqliteDialect.migrate(ctx, s.pool, s.db.hook)
}

// onConn runs f with a connection of the driver.
func onConn(ctx context.Context, pool *sql.DB, f func(*sqlite3.Conn) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(c any) error { return f(c.(driver.Conn).Raw()) }) //nolint:forcetypeassert,errcheck // we opened it
	return errors.Join(err, conn.Close())
}

// begin checks the file where the bot before did not end by itself, and notes that a bot is at it. That one is gone, so its
// leases are free.
func (s *sqlite) begin(ctx context.Context) error {
	s.db.hook("begin")
	var unclean int
	err := s.pool.QueryRowContext(ctx, "SELECT count(*) FROM meta WHERE key = 'open'").Scan(&unclean)
	if err == nil && unclean > 0 {
		err = s.view(ctx, func(tx *Tx) error { return tx.Check() })
	}
	if err == nil {
		_, err = s.pool.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('open', '') ON CONFLICT DO NOTHING; DELETE FROM lease")
	}
	return err
}

func (s *sqlite) update(ctx context.Context, f func(*Tx) error) error { return s.writer.update(ctx, f) }

func (s *sqlite) view(ctx context.Context, f func(*Tx) error) error {
	r, err := s.reader(ctx)
	if err != nil {
		return err
	}
	well := false
	defer func() {
		if _, err := r.stmts.exec(context.WithoutCancel(ctx), "ROLLBACK"); err != nil || !well {
			r.close() // SQLite ended the transaction after an error of the disk, or f panicked
			r = nil
		}
		s.readers <- r
	}()
	if _, err := r.stmts.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err = f(&Tx{db: s.db, ctx: ctx, conn: r.conn, stmts: r.stmts, now: time.Now().Truncate(time.Millisecond)})
	well = true
	if err != nil && ctx.Err() != nil { // the driver says that it was interrupted
		return context.Cause(ctx)
	}
	return err
}

// reader takes a free reader, and opens it where it is not.
func (s *sqlite) reader(ctx context.Context) (*reader, error) {
	select {
	case r, open := <-s.readers:
		if !open {
			return nil, ErrClosed
		}
		if r != nil {
			return r, nil
		}
		conn, err := s.read.Conn(ctx)
		if err != nil {
			s.readers <- nil
			return nil, err
		}
		return &reader{conn, &statements{conn: conn, byText: map[string]*sql.Stmt{}}}, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// close ends the connection; what that says nobody needs to know.
func (r *reader) close() {
	_ = r.stmts.close()
	drop(r.conn)
}

// closeReaders waits for the transactions that read, and ends their connections.
func (s *sqlite) closeReaders() error {
	for range readers {
		if r := <-s.readers; r != nil {
			r.close()
		}
	}
	close(s.readers) // who asks for one now need not wait
	return s.read.Close()
}

// announce has nobody to wake: another process on the folder is a command line, which waits for nothing.
func (*sqlite) announce([]string) {}

// backup copies the pages into a file beside, which gets its name once it is whole.
func (s *sqlite) backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: %w", file, fs.ErrExist), err)
	}
	part := file + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, filePerm)
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		err = onConn(ctx, s.read, func(c *sqlite3.Conn) error {
			return c.Backup("main", fileURL(part, s.db.layer(), fmt.Sprintf("hexkey=%x", s.db.o.Key)))
		})
	}
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

func (s *sqlite) close() error {
	err := s.writer.close()
	s.db.hook("end")
	if s.db.o.Bot { // where it can't be noted, the next start checks the file
		_, _ = s.pool.ExecContext(context.Background(), "DELETE FROM meta WHERE key = 'open'")
	}
	return errors.Join(err, s.closeReaders(), s.pool.Close())
}
