package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// A command line writes and reads beside a bot that does the same.
func TestCommandLine(t *testing.T) {
	for name, k := range map[string][]byte{"plain": nil, "encrypted": key(1)} {
		t.Run(name, func(t *testing.T) {
			e := storetest.SQLite(t)
			e.Options.Key = k
			bot := e.Open(t)
			cli := e.Open(t, func(o *store.Options) { o.Bot = false })
			var all sync.WaitGroup
			for i, db := range []*store.DB{bot, bot, cli, cli} {
				all.Go(func() {
					for n := range 25 {
						name := fmt.Sprint(i, "-", n)
						if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.SetNote(name, []byte(name), 0) }); err != nil {
							t.Error(err)
							return
						}
						if got := note(t, db, name); got != name {
							t.Errorf("the note %s is %q", name, got)
						}
					}
				})
			}
			all.Wait()
			if err := cli.Close(); err != nil {
				t.Error(err)
			}
			if n := count(t, bot, "SELECT count(*) FROM note"); n != 100 {
				t.Errorf("%d notes, want 100", n)
			}
		})
	}
}

// A View that is overtaken by Close ends, and does not wait for a connection.
func TestViewOvertakenByClose(t *testing.T) {
	db := storetest.SQLite(t).Open(t)
	view, err := db.LateView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := view(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("View after Close = %v, want ErrClosed", err)
	}
}
