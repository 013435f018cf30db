package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// well waits until the database can be used again, by its own probes.
func well(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := db.Wake("well")
	for db.Err() != nil {
		select {
		case <-c:
		case <-ctx.Done():
			t.Fatalf("Err = %v, want nil", db.Err())
		}
	}
}

func unavailable(err error) bool {
	_, ok := errors.AsType[*store.UnavailableError](err)
	return ok
}

// While the server is away, also in the middle of a transaction, Update says so, and goes on once it is back. What was
// committed is there, wake-ups too. A bot may start while it is away. The password is in no error.
func TestServerAway(t *testing.T) {
	s := storetest.NewServer(t)
	e := storetest.PostgreSQL(t)
	e.Options.URL = strings.Replace(s.NewDatabase(t), "trackbot@", "trackbot:hunter2@", 1)
	db := e.Open(t)
	add := func(key string) error {
		return db.Update(t.Context(), func(tx *store.Tx) error { tx.Notify("x"); return tx.SetNote(key, []byte("v"), 0) })
	}
	if err := add("before"); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.SetNote("during", []byte("v"), 0); err != nil {
			return err
		}
		s.Stop()
		_ = tx.SetNote("lost", []byte("v"), 0)
		return tx.SetNote("after the loss", []byte("v"), 0)
	})
	if !unavailable(err) {
		t.Errorf("Update whose server went = %v, want an UnavailableError", err)
	}
	before := time.Now()
	if err := add("away"); !unavailable(err) || db.Err() == nil {
		t.Errorf("Update without a server = %v, Err = %v, want an UnavailableError", err, db.Err())
	}
	late := e.Open(t)
	if err := late.Err(); !unavailable(err) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Err = %v, want an UnavailableError without the password", err)
	}
	cli := e.Options
	cli.Bot = false
	if _, err := store.Open(t.Context(), cli); !unavailable(err) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Open = %v, want an UnavailableError without the password", err)
	}
	s.Start(t)
	well(t, db)
	well(t, late)
	if db.UsableSince().Before(before) || late.UsableSince().Before(before) {
		t.Errorf("UsableSince = %v and %v, want after %v", db.UsableSince(), late.UsableSince(), before)
	}
	if err := add("after"); err != nil {
		t.Error(err)
	}
	if n := count(t, late, "SELECT count(*) FROM note"); n != 2 {
		t.Errorf("%d notes, want 2: before and after", n)
	}
	receive(t, "after the restart", late.Wake("x"))
}

// A URL that can't be understood is not shown: there may be a password in it.
func TestBadURL(t *testing.T) {
	for _, bad := range []string{"postgres://u:hunter2@host:port/db", "postgres://u:hunter2@h/%zz"} {
		_, err := store.Open(t.Context(), store.Options{URL: bad, Bot: true, Logger: slog.New(slog.DiscardHandler)})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%s) = %v, want an error without the password", bad, err)
		}
	}
}

// Of two hosts, the one that can be written is used, also when they change roles while the bot runs.
func TestTwoHosts(t *testing.T) {
	a, b := storetest.NewServer(t), storetest.NewServer(t)
	e := storetest.PostgreSQL(t)
	fill := func(s *storetest.Server, name string) {
		e := e
		e.Options.URL = s.NewDatabase(t)
		db := e.Open(t)
		update(t, db, func(tx *store.Tx) error { return tx.SetNote("host", []byte(name), 0) })
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	role := func(s *storetest.Server, readOnly string) {
		s.Exec(t, "t1", "BEGIN READ WRITE; ALTER DATABASE t1 SET default_transaction_read_only = "+readOnly+"; COMMIT")
	}
	fill(a, "a")
	fill(b, "b")
	role(b, "on")
	e.Options.URL = fmt.Sprintf("postgres://trackbot@/t1?host=%s,%s&port=5432,5432&target_session_attrs=read-write", b.Dir(), a.Dir())
	db := e.Open(t)
	if got := note(t, db, "host"); got != "a" {
		t.Errorf("uses host %s, want a", got)
	}
	role(b, "off")
	role(a, "on")
	a.Stop()
	a.Start(t)
	if err := db.Update(t.Context(), func(*store.Tx) error { return nil }); err != nil && !unavailable(err) {
		t.Errorf("Update at the change of roles = %v, want nil or an UnavailableError", err)
	}
	well(t, db)
	if got := note(t, db, "host"); got != "b" {
		t.Errorf("uses host %s after the change of roles, want b", got)
	}
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec("SET TRANSACTION READ ONLY"); err != nil {
			return err
		}
		return tx.DeleteNote("host")
	})
	if u, ok := errors.AsType[*store.UnavailableError](err); !ok || !strings.Contains(u.Reason, "only reads") {
		t.Errorf("Update where only reading is allowed = %v, want an UnavailableError", err)
	}
}

// A programmer's mistake is an error, and the database is well all the same.
func TestStatementFailure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO lease (name, owner, until) VALUES ('a', 'b', NULL)")
			if err == nil {
				t.Error("NULL was stored")
			}
			return nil // forgets the error
		})
		if (err != nil) == db.Single() {
			t.Errorf("Update = %v; PostgreSQL undoes the transaction, SQLite the statement", err)
		}
		if db.Err() != nil {
			t.Errorf("Err = %v after a programmer's mistake", db.Err())
		}
	})
}
