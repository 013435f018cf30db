package access

import (
	"log/slog"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

// TestRefusalComesAgain after an hour, which the database counts. The test looks
// that it counts an hour, and lets that be over.
func TestRefusalComesAgain(t *testing.T) {
	h := apptest.NewUnwelcomed(t)
	otto := outsider(h, simulator.Person{DisplayName: "Otto"})
	space := h.Sim.Direct(otto.ID)
	ask := func() simulator.Message { return h.Write(space, otto, "code 1 on example.webex.com", "") }
	began := time.Now()
	apptest.Shows(t, h.Reply(ask()), "Sorry")
	ask()
	h.Settled()
	if got := len(h.BotMessages(space)); got != 1 {
		t.Errorf("%d refusals within the hour, want 1", got)
	}

	db, err := store.Open(t.Context(), store.Options{Dir: h.Dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		var ends int64
		if err := tx.Row(`SELECT ends FROM note WHERE key LIKE 'said refused %'`).Scan(&ends); err != nil {
			return err
		}
		if left := time.UnixMilli(ends).Sub(began); left < time.Hour-time.Second || left > time.Hour+time.Minute {
			t.Errorf("what was said is known for %v, want an hour", left)
		}
		_, err := tx.Exec(`UPDATE note SET ends = $1 WHERE key LIKE 'said refused %'`, tx.Now().UnixMilli())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	apptest.Shows(t, h.Reply(ask()), "Sorry")
	h.Settled()
	if got := len(h.BotMessages(space)); got != 2 {
		t.Errorf("%d refusals in two hours, want 2", got)
	}
	apptest.NoData(t, h.BotMessages(space)...)
}
