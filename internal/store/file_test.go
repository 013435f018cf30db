package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// files returns what is in a folder, by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// killed returns a copy of the folder of an open database: what a killed process leaves.
func killed(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "killed")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func key(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// filled is a database with a note "a" of many pages in it.
func filled(t *testing.T, e storetest.Engine) *store.DB {
	t.Helper()
	db := e.Open(t)
	update(t, db, func(tx *store.Tx) error { return tx.SetNote("a", bytes.Repeat([]byte("secret "), 10000), 0) })
	return db
}

// refused opens a database that is to be refused, and requires that nothing in the folder changed but the lock file.
func refused(t *testing.T, o store.Options, words string) {
	t.Helper()
	look := func() map[string]string {
		if o.Dir == "" {
			return nil
		}
		all := files(t, o.Dir)
		delete(all, "lock")
		return all
	}
	before := look()
	db, err := store.Open(t.Context(), o)
	if err == nil {
		t.Errorf("opened, want refused: %s", words)
		_ = db.Close() // failed already
		return
	}
	if !strings.Contains(err.Error(), words) {
		t.Errorf("Open = %q, want %q in it", err, words)
	}
	after := look()
	if got, want := slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(before)); !slices.Equal(got, want) {
		t.Errorf("files are %q, were %q", got, want)
	}
	for name, was := range before {
		if after[name] != was {
			t.Errorf("%s was changed", name)
		}
	}
}

// A key other than the one that the database was made with is refused, in words, whether the database was closed or killed,
// and opens afterwards with the right one.
func TestKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, readOnly := range []bool{false, true} {
			for name, c := range map[string]struct {
				made, opened []byte
				words        string
			}{
				"wrong":       {key(1), key(2), "can't be opened with this TOKEN_KEY"},
				"missing":     {key(1), nil, "is encrypted: set TOKEN_KEY"},
				"superfluous": {nil, key(1), "was made without TOKEN_KEY"},
			} {
				t.Run(name, func(t *testing.T) {
					e := e
					if e.Options.Dir != "" {
						e = storetest.SQLite(t)
					} else {
						e = storetest.PostgreSQL(t)
					}
					e.Options.Key = c.made
					db := filled(t, e)
					other := e.Options
					other.Key, other.ReadOnly = c.opened, readOnly
					if db.Single() {
						other.Dir = killed(t, e.Options.Dir)
						refused(t, other, c.words)
						e := e
						e.Options.Dir = other.Dir
						if got := note(t, e.Open(t), "a"); !strings.HasPrefix(got, "secret") {
							t.Errorf("after the wrong key, the note is %q", got)
						}
						other.Dir = e.Options.Dir
					}
					if err := db.Close(); err != nil {
						t.Fatal(err)
					}
					if e.Options.Dir != "" {
						other.Dir = e.Options.Dir
					}
					refused(t, other, c.words)
					if got := note(t, e.Open(t), "a"); !strings.HasPrefix(got, "secret") {
						t.Errorf("after the wrong key, the note is %q", got)
					}
				})
			}
		}
	})
	o := storetest.SQLite(t).Options
	o.Key = []byte("short")
	refused(t, o, "5 bytes")
}

// With a key, no text of people can be read in the files, or in the tables of PostgreSQL.
func TestSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e.Options.Key = key(1)
		db := filled(t, e)
		if !db.Single() {
			if n := count(t, db, "SELECT count(*) FROM note WHERE position($1::bytea IN value) > 0", []byte("secret")); n != 0 {
				t.Error("the note stands there as it is")
			}
			return
		}
		for _, dir := range []string{e.Options.Dir, killed(t, e.Options.Dir)} {
			for name, text := range files(t, dir) {
				if strings.Contains(text, "secret") || strings.Contains(text, "SQLite") || strings.Contains(text, "inbox") {
					t.Errorf("%s can be read", name)
				}
			}
		}
	})
}

// flip changes one bit of a page of the note's, in the middle of the file.
func flip(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Join(dir, "trackbot.db")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-6000] ^= 1
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// One wrong bit on the disk is noticed: where the bot was killed at the next start, which is refused, and otherwise when the
// page is read.
func TestDamage(t *testing.T) {
	for name, k := range map[string][]byte{"plain": nil, "encrypted": key(1)} {
		t.Run(name, func(t *testing.T) {
			e := storetest.SQLite(t)
			e.Options.Key = k
			if err := filled(t, e).Close(); err != nil {
				t.Fatal(err)
			}
			db := e.Open(t)
			dead := e.Options
			dead.Dir = killed(t, e.Options.Dir)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			flip(t, dead.Dir)
			_, err := store.Open(t.Context(), dead)
			if _, ok := errors.AsType[*store.DamagedError](err); !ok {
				t.Errorf("Open after a kill = %v, want a DamagedError", err)
			}
			flip(t, e.Options.Dir)
			db = e.Open(t)
			err = db.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Note("a"); return err })
			if _, ok := errors.AsType[*store.DamagedError](err); !ok || db.Err() == nil {
				t.Errorf("View = %v, Err = %v, want a DamagedError", err, db.Err())
			}
			// What can still be written does not make the damage good.
			if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.SetNote("z", []byte("z"), 0) }); err == nil && db.Err() == nil {
				t.Error("the database counts as sound again")
			}
			if err := db.View(t.Context(), (*store.Tx).Check); err == nil {
				t.Error("Check found no damage")
			}
		})
	}
}

// The database of a newer version is refused, and so is the folder of a former one.
func TestOtherVersions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		update(t, db, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)")
			return err
		})
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for _, readOnly := range []bool{false, true} {
			o := e.Options
			o.ReadOnly = readOnly
			refused(t, o, "made by a newer version of trackbot (schema 99")
		}
	})
	o := storetest.SQLite(t).Options
	if err := os.MkdirAll(filepath.Join(o.Dir, "store", "jetstream", "$G", "streams", "events"), 0o700); err != nil {
		t.Fatal(err)
	}
	refused(t, o, "holds the queue of an older version of trackbot")
	if _, err := os.Stat(filepath.Join(o.Dir, "lock")); err == nil {
		t.Error("the folder was touched")
	}
}

// A second bot on the folder is refused by the name of the first one.
func TestSecondBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := storetest.SQLite(t)
		db := e.Open(t)
		_, err := store.Open(t.Context(), e.Options)
		if l, ok := errors.AsType[*store.LockedError](err); !ok || !strings.Contains(l.Error(), "in use by process ") {
			t.Errorf("Open = %v, want a LockedError", err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		e.Open(t)
	})
}

// What is opened for reading only changes no file and makes none: of a folder that is closed, in use, or was killed.
func TestReadOnly(t *testing.T) {
	read := func(t *testing.T, o store.Options) {
		t.Helper()
		before := files(t, o.Dir)
		o.Bot, o.ReadOnly = false, true
		db, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := note(t, db, "a"); !strings.HasPrefix(got, "secret") {
			t.Errorf("the note is %q", got)
		}
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.DeleteNote("a") }); err == nil {
			t.Error("Update wrote")
		}
		err = db.View(t.Context(), func(tx *store.Tx) error { return tx.DeleteNote("a") })
		if err == nil {
			t.Error("View wrote")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		after := files(t, o.Dir)
		delete(before, "trackbot.db-shm") // of a bot that runs: SQLite notes its readers there
		delete(after, "trackbot.db-shm")
		if d := cmp.Diff(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after))); d != "" {
			t.Errorf("files (-before +after):\n%s", d)
		}
		if !maps.Equal(before, after) {
			t.Error("a file was changed")
		}
	}
	for name, k := range map[string][]byte{"plain": nil, "encrypted": key(1)} {
		t.Run(name, func(t *testing.T) {
			e := storetest.SQLite(t)
			e.Options.Key = k
			db := filled(t, e)
			read(t, e.Options)
			dead := e.Options
			dead.Dir = killed(t, e.Options.Dir)
			read(t, dead)
			if err := os.Remove(filepath.Join(dead.Dir, "trackbot.db-shm")); err != nil {
				t.Fatal(err)
			}
			read(t, dead)
			if _, err := os.Stat(filepath.Join(dead.Dir, "trackbot.db-shm")); err == nil {
				t.Error("trackbot.db-shm was made")
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			read(t, e.Options)
		})
	}
}

// Where there is no database, reading only says so and makes none.
func TestReadOnlyWithoutADatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := e.Options
		o.Bot, o.ReadOnly = false, true
		if o.Dir != "" {
			o.Dir = filepath.Join(o.Dir, "new")
		}
		for range 2 {
			if _, err := store.Open(t.Context(), o); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Open = %v, want fs.ErrNotExist", err)
			}
		}
		if o.Dir != "" && len(files(t, e.Options.Dir)) > 0 {
			t.Error("files were made")
		}
	})
}

// A backup of a database in use is whole, keeps the key, and opens like the database itself.
func TestBackup(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		e.Options.Key = key(1)
		db := filled(t, e)
		dir := t.TempDir()
		file := filepath.Join(dir, "trackbot.db")
		err := db.Backup(t.Context(), file)
		if !db.Single() {
			if err == nil || !strings.Contains(err.Error(), "pg_dump") {
				t.Errorf("Backup = %v, want that pg_dump does it", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if all := files(t, dir); len(all) != 1 || strings.Contains(all["trackbot.db"], "secret") {
			t.Errorf("files are %q, want one, encrypted", slices.Collect(maps.Keys(all)))
		}
		if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("the backup's mode is %v, %v, want 0600", i.Mode(), err)
		}
		if err := db.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
			t.Errorf("Backup over a file = %v, want fs.ErrExist", err)
		}
		e.Options.Dir = dir
		if got := note(t, e.Open(t), "a"); !strings.HasPrefix(got, "secret") {
			t.Errorf("the backup's note is %q", got)
		}
	})
}

// Whatever the umask, only the bot's account may read the files.
func TestModes(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	e := storetest.SQLite(t)
	e.Options.Dir = filepath.Join(e.Options.Dir, "data")
	filled(t, e)
	for name, want := range map[string]fs.FileMode{
		"": fs.ModeDir | 0o700, "trackbot.db": 0o600, "trackbot.db-wal": 0o600, "trackbot.db-shm": 0o600, "lock": 0o600,
	} {
		i, err := os.Stat(filepath.Join(e.Options.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if i.Mode() != want {
			t.Errorf("%q has mode %v, want %v", name, i.Mode(), want)
		}
	}
}
