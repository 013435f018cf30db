package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
)

// ErrClosed says that the database was closed.
var ErrClosed = errors.New("the database is closed")

// What Open says of a key that is not the one of the database.
var (
	errNoKeyWanted = errors.New("the database was made without TOKEN_KEY, so its content is not encrypted: unset TOKEN_KEY, or begin with an empty database; nothing was changed")
	errKeyWanted   = errors.New("the database is encrypted: set TOKEN_KEY to the key that it was made with; nothing was changed")
	errWrongKey    = errors.New("the database can't be opened with this TOKEN_KEY: set it to the key that the database was made with; nothing was changed")
	errReadOnly    = errors.New("the database was opened for reading only")
)

// UnavailableError says that the database can't take or give anything now: its disk is full, its server is gone. What the
// transaction did is undone, but for one that ended while PostgreSQL's answer to the commit was lost: that may stand. It
// is temporary, and nobody needs to restart anything.
type UnavailableError struct {
	Reason string // in plain words
	Err    error  // what the engine said, or nil
}

// Error implements error.
func (e *UnavailableError) Error() string {
	if e.Err == nil {
		return "database unavailable: " + e.Reason
	}
	return "database unavailable: " + e.Reason + ": " + e.Err.Error()
}

// Unwrap returns what the engine said.
func (e *UnavailableError) Unwrap() error { return e.Err }

// Temporary says that trying again later makes sense.
func (e *UnavailableError) Temporary() bool { return true }

// DatabaseAway tells package bot, which does not know this one, that a question
// is to wait rather than to be answered with a failure.
func (e *UnavailableError) DatabaseAway() bool { return true }

// LockedError says that another bot runs on the folder.
type LockedError struct {
	Dir    string
	Holder string // process id, host and start of the holder, or "an unknown process"
}

// Error implements error.
func (e *LockedError) Error() string {
	return fmt.Sprintf("the folder %s is in use by %s; two bots can't share one folder", e.Dir, e.Holder)
}

// DamagedError says that a part of the database can't be read as it was written.
type DamagedError struct {
	What string // in plain words
	Err  error  // what the engine said, or nil
}

// Error implements error.
func (e *DamagedError) Error() string {
	text := "the database is damaged: " + e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text + "; restore a backup of it, or move its files away to begin with an empty one"
}

// Unwrap returns what the engine said.
func (e *DamagedError) Unwrap() error { return e.Err }

// explain turns an engine's error into an [UnavailableError] or a [DamagedError] where it is one, and leaves others be.
func explain(err error) error {
	if _, ok := errors.AsType[*UnavailableError](err); ok || err == nil {
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return explainPostgres(e, err)
	}
	err = explainDisk(err)
	if _, ok := errors.AsType[*UnavailableError](err); ok {
		return err
	}
	if e, ok := errors.AsType[sqlite3.ExtendedErrorCode](err); ok {
		return explainSQLite(e, err)
	}
	return err
}

// explainDisk knows what the disk may say.
func explainDisk(err error) error {
	no, _ := errors.AsType[syscall.Errno](err)
	reason := map[syscall.Errno]string{
		syscall.ENOSPC: "the disk is full",
		syscall.EDQUOT: "the disk quota is used up",
		syscall.EFBIG:  "the file may not grow",
		syscall.EROFS:  "the folder is read-only",
		syscall.EACCES: "this process may not write to the folder",
	}[no]
	if reason == "" {
		return err
	}
	return &UnavailableError{Reason: reason, Err: err}
}

// tryDisk writes a file to the folder and removes it, and returns what the disk said.
func tryDisk(dir string) error {
	f, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return explainDisk(err)
	}
	_, err = f.Write(make([]byte, 64<<10))
	return explainDisk(errors.Join(err, f.Close(), os.Remove(f.Name())))
}

func explainSQLite(e sqlite3.ExtendedErrorCode, err error) error {
	if e == sqlite3.IOERR_DATA {
		return &DamagedError{What: "a page has a wrong checksum", Err: err}
	}
	var reason string
	switch e.Code() {
	case sqlite3.CORRUPT, sqlite3.NOTADB:
		return &DamagedError{What: "a page can't be understood", Err: err}
	case sqlite3.FULL:
		reason = "the disk is full"
	case sqlite3.READONLY:
		reason = "the folder or the database file is read-only"
	case sqlite3.CANTOPEN:
		reason = "the database file can't be opened"
	case sqlite3.BUSY:
		reason = "another process is writing for too long"
	case sqlite3.IOERR:
		reason = "the disk failed"
	default:
		return err
	}
	return &UnavailableError{Reason: reason, Err: err}
}

func explainPostgres(e *pgconn.PgError, err error) error {
	var reason string
	switch {
	case e.Code == "25006": // read_only_sql_transaction
		reason = "PostgreSQL only reads: it is a standby, or was made read-only"
	case e.Code == "40P01", e.Code == "55P03", e.Code == "57014": // deadlock_detected, lock_not_available, query_canceled
		reason = "PostgreSQL took too long"
	case e.Code == "53100": // disk_full
		reason = "PostgreSQL's disk is full"
	case strings.HasPrefix(e.Code, "53"): // insufficient_resources, such as too_many_connections
		reason = "PostgreSQL has too much to do"
	case strings.HasPrefix(e.Code, "57"), strings.HasPrefix(e.Code, "58"), strings.HasPrefix(e.Code, "08"): // stopping, starting, lost
		reason = "PostgreSQL is stopping, starting, or was lost"
	case e.Code == "XX001", e.Code == "XX002": // data_corrupted, index_corrupted
		return &DamagedError{What: "PostgreSQL found it so", Err: err}
	default:
		return err
	}
	return &UnavailableError{Reason: reason, Err: err}
}
