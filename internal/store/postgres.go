package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	connections    = 16               // of one process; a server lets in 100 where nobody changed it
	updateTimeout  = 30 * time.Second // of a writing transaction, from getting a connection to the commit
	rollbackWait   = 2 * time.Second
	connectTimeout = 5 * time.Second
	reconnectWait  = time.Second
)

// What begins a transaction, in one round trip with the server's clock. A process that hangs holds rows for a minute at
// most. "local" keeps the limits out of a connection that a pooler hands to others.
const (
	beginUpdate = `BEGIN;
		SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '60s';` + clock
	beginView = `BEGIN READ ONLY, ISOLATION LEVEL REPEATABLE READ;
		SET LOCAL statement_timeout = '5min'; SET LOCAL idle_in_transaction_session_timeout = '5min';` + clock
	clock = ` SELECT (extract(epoch FROM transaction_timestamp()) * 1000)::bigint`
)

// postgres is a database of a PostgreSQL server, which several processes may share.
type postgres struct {
	db     *DB
	config *pgx.ConnConfig
	pool   *sql.DB
	id     string // of this process, in what it announces
	out    announcements
	stop   context.CancelFunc
	work   sync.WaitGroup // tells and listens
}

// openPostgres connects to the server.
func openPostgres(ctx context.Context, db *DB) (engine, error) {
	config, err := pgx.ParseConfig(db.o.URL)
	if err != nil {
		return nil, errors.New("the URL of PostgreSQL can't be understood; it should look like postgres://user:password@host:5432/database") // the parser's error may quote it
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	p := &postgres{db: db, config: config, pool: stdlib.OpenDB(*config), id: rand.Text()}
	p.out = announcements{topics: map[string]bool{}, more: make(chan struct{}, 1)}
	p.pool.SetMaxOpenConns(connections)
	p.pool.SetMaxIdleConns(connections)
	p.pool.SetConnMaxIdleTime(5 * time.Minute)
	p.pool.SetConnMaxLifetime(30 * time.Minute)
	if err := p.prepare(ctx); err != nil {
		return nil, errors.Join(why(ctx, err), p.pool.Close())
	}
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.work.Go(func() { p.tell(ctx) })
	if db.o.Bot {
		p.work.Go(func() { p.listen(ctx) })
	}
	return p, nil
}

// prepare migrates the database and checks the key.
func (p *postgres) prepare(ctx context.Context) error {
	version, err := postgresDialect.schema(ctx, p.pool)
	if err != nil {
		return fmt.Errorf("reading the version of the database: %w", err)
	}
	if p.db.o.ReadOnly {
		if err := readable(version); err != nil {
			return err
		}
	} else if err := postgresDialect.migrate(ctx, p.pool, p.db.hook); err != nil { // waits for another process that is at it
		return fmt.Errorf("migrating the database: %w", err)
	}
	return p.checkKey(ctx)
}

// checkKey compares the key with the one that the database was made with: a row holds a word that was sealed with it.
func (p *postgres) checkKey(ctx context.Context) error {
	const none = "none"
	mine := none
	if p.db.seal != nil {
		mine = base64.StdEncoding.EncodeToString(p.db.seal.close([]byte(channel)))
	}
	p.db.hook("key")
	if !p.db.o.ReadOnly {
		if _, err := p.pool.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('key', $1) ON CONFLICT DO NOTHING", mine); err != nil {
			return err
		}
	}
	var stored string
	err := p.pool.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'key'").Scan(&stored)
	switch {
	case err != nil:
		return err
	case stored == none && p.db.seal != nil:
		return errNoKeyWanted
	case stored == none:
		return nil
	case p.db.seal == nil:
		return errKeyWanted
	}
	word, err := base64.StdEncoding.DecodeString(stored)
	if err == nil {
		_, err = p.db.seal.open(word)
	}
	if err != nil {
		return errWrongKey
	}
	return nil
}

func (p *postgres) update(ctx context.Context, f func(*Tx) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, updateTimeout, &UnavailableError{Reason: "PostgreSQL took too long"})
	defer cancel()
	return p.transact(ctx, beginUpdate, f)
}

func (p *postgres) view(ctx context.Context, f func(*Tx) error) error {
	return p.transact(ctx, beginView, f)
}

// transact runs f in a transaction and commits it.
func (p *postgres) transact(ctx context.Context, begin string, f func(*Tx) error) error {
	conn, err := p.pool.Conn(ctx)
	if err != nil {
		return why(ctx, err)
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	p.db.hook("BEGIN")
	now, err := run(ctx, conn, begin)
	if err != nil {
		p.undo(ctx, conn)
		return why(ctx, err)
	}
	ms, err := strconv.ParseInt(now, 10, 64)
	if err != nil {
		p.undo(ctx, conn)
		return fmt.Errorf("the clock of PostgreSQL: %w", err)
	}
	done := false
	defer func() {
		if !done { // f failed or panicked
			p.undo(ctx, conn)
		}
	}()
	if err := f(&Tx{db: p.db, ctx: ctx, conn: conn, now: time.UnixMilli(ms)}); err != nil {
		return why(ctx, err)
	}
	p.db.hook("COMMIT")
	tag, err := run(ctx, conn, "COMMIT")
	if err != nil {
		return why(ctx, err)
	}
	done = true
	if tag != "COMMIT" { // an error that f kept to itself
		return errors.New("the transaction was undone, since a statement in it had failed")
	}
	return nil
}

// why turns the error of a connection into an [UnavailableError]. Where the context ended, it is that which is told.
func why(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	lost := errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) // a connection that was lost before
	if connecting || network || lost || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if _, said := errors.AsType[*pgconn.PgError](err); !said {
			return &UnavailableError{Reason: "PostgreSQL can't be reached", Err: err}
		}
	}
	return err
}

// undo rolls back, and gives up the connection where that fails or the server only reads any more.
func (p *postgres) undo(ctx context.Context, conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWait)
	defer cancel()
	if _, err := run(ctx, conn, "ROLLBACK"); err != nil {
		drop(conn)
	}
}

// drop closes a connection, so that the pool makes another one.
func drop(conn *sql.Conn) { _ = conn.Raw(func(any) error { return driver.ErrBadConn }) }

// run sends statements in one round trip and returns the first value of the last one, or else its command tag.
func run(ctx context.Context, conn *sql.Conn, statements string) (string, error) {
	last := ""
	err := conn.Raw(func(c any) error {
		all, err := c.(*stdlib.Conn).Conn().PgConn().Exec(ctx, statements).ReadAll() //nolint:forcetypeassert,errcheck // we opened it
		if err != nil {
			return err
		}
		r := all[len(all)-1]
		last = r.CommandTag.String()
		if len(r.Rows) > 0 {
			last = string(r.Rows[0][0])
		}
		return nil
	})
	return last, err
}

func (*postgres) backup(context.Context, string) error {
	return errors.New("this is a PostgreSQL database: use pg_dump")
}

func (p *postgres) close() error {
	p.stop()
	p.work.Wait()
	return p.pool.Close()
}
