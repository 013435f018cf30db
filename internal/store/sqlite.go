package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
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
	db     *DB
	pool   *sql.DB // of the one connection that writes
	read   *sql.DB
	writer *writer
}

// openSQLite opens the file in the folder.
func openSQLite(ctx context.Context, db *DB) (engine, error) {
	if err := db.prepareFolder(ctx); err != nil {
		return nil, err
	}
	file := filepath.Join(db.o.Dir, fileName)
	if err := db.checkKey(file); err != nil {
		return nil, err
	}
	s := &sqlite{db: db}
	var err error
	if s.pool, err = db.connect(file, "rw"); err != nil {
		return nil, err
	}
	s.pool.SetMaxOpenConns(1)
	if s.read, err = db.connect(file, "ro"); err != nil {
		return nil, errors.Join(err, s.pool.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.read.Close(), s.pool.Close())
	}
	return s, nil
}

// prepareFolder makes the folder and the file, and takes the folder for a bot.
func (db *DB) prepareFolder(ctx context.Context) error {
	dir := db.o.Dir
	if err := os.MkdirAll(dir, dirPerm); err != nil {
		return fmt.Errorf("making the folder of the database: %w", err)
	}
	if db.o.Bot && db.lock == nil {
		l, err := lockFolder(ctx, dir)
		if err != nil {
			return err
		}
		db.lock = l
	}
	// SQLite would make them with the mode that the umask leaves.
	for _, name := range []string{fileName, fileName + "-shm"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, filePerm)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return fmt.Errorf("making the database: %w", err)
		}
	}
	return nil
}

// connect makes a pool of connections to the file; mode is rw or ro.
func (db *DB) connect(file, mode string) (*sql.DB, error) {
	q := url.Values{"mode": {mode}, "modeof": {file}}
	if db.o.Key != nil {
		q.Set("vfs", "adiantum")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}
	return driver.Open(u.String(), func(c *sqlite3.Conn) error {
		pragmas := ""
		if db.o.Key != nil {
			pragmas = fmt.Sprintf("PRAGMA hexkey='%s';", hex.EncodeToString(db.o.Key)) // has to come first
		}
		pragmas += fmt.Sprintf("PRAGMA busy_timeout=%d; PRAGMA synchronous=full; PRAGMA temp_store=memory; PRAGMA journal_size_limit=%d;",
			busyTimeout.Milliseconds(), walLimit)
		if mode == "ro" {
			pragmas += "PRAGMA query_only=on;"
		}
		return c.Exec(pragmas)
	})
}

// prepare checks the file, migrates it and starts the writer.
func (s *sqlite) prepare(ctx context.Context) error {
	d := sqliteDialect
	version, err := d.schema(ctx, s.pool)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	if version > newestSchema {
		return newerSchema(version)
	}
	if version < newestSchema {
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if s.db.o.Bot { // whoever had a lease was an earlier process on the folder, and is gone
		if _, err := s.pool.ExecContext(ctx, "DELETE FROM lease"); err != nil {
			return err
		}
	}
	s.writer, err = newWriter(ctx, s.db, s.pool)
	return err
}

// newerSchema refuses a database of a later version of this program.
func newerSchema(version int64) error {
	return fmt.Errorf("the database was made by a newer version of trackbot (schema %d, this one knows %d): run that version, or restore a backup from before it", version, newestSchema)
}

// migrate makes the tables.
func (s *sqlite) migrate(ctx context.Context) error {
	if _, err := s.pool.ExecContext(ctx, "PRAGMA journal_mode=wal"); err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	if err := sqliteDialect.migrate(ctx, s.pool); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

func (s *sqlite) update(ctx context.Context, f func(*Tx) error) error { return s.writer.update(ctx, f) }

func (s *sqlite) view(ctx context.Context, f func(*Tx) error) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
			s.db.o.Logger.Warn("a reading transaction could not be ended", "error", err)
		}
	}()
	return f(&Tx{db: s.db, ctx: ctx, conn: conn, now: time.Now().Truncate(time.Millisecond)})
}

// announce has nobody to wake: another process on the folder is a command line, which waits for nothing.
func (*sqlite) announce([]string) {}

func (s *sqlite) backup(context.Context, string) error { return fs.ErrInvalid }

func (s *sqlite) close() error {
	err := s.writer.close()
	return errors.Join(err, s.read.Close(), s.pool.Close())
}

// checkKey finds out whether the file was made with this key.
func (*DB) checkKey(string) error { return nil }
