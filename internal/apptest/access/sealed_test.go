package access

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"trackbot/internal/app"
	"trackbot/internal/apptest"
	"trackbot/internal/config"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// found counts the rows of all tables that hold a word, as text or as bytes.
func found(t *testing.T, url, key, word string) (n int) {
	t.Helper()
	c := config.Config{DatabaseURL: config.NewSecret(url), TokenKey: config.NewSecret(key)}
	db, err := store.Open(t.Context(), app.StoreOptions(c, slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"inbox", "outbox", "job", "audit", "note", "signin"} {
		var some int
		err := db.View(t.Context(), func(tx *store.Tx) error {
			return tx.Row(fmt.Sprintf("SELECT count(*) FROM %s t WHERE position($1 IN t::text) > 0 OR position($2 IN t::text) > 0", table),
				word, hex.EncodeToString([]byte(word))).Scan(&some)
		})
		if err != nil {
			t.Fatal(err)
		}
		n += some
	}
	return n
}

// TestPostgreSQLHoldsNoTextOfPeople asks a bot with TOKEN_KEY, keeps an answer
// waiting, and looks for what was asked and answered in every row.
func TestPostgreSQLHoldsNoTextOfPeople(t *testing.T) {
	for name, key := range map[string]string{"with a key": apptest.TokenKey, "without": ""} {
		t.Run(name, func(t *testing.T) {
			url := storetest.PostgreSQL(t).Options.URL
			h := apptest.New(t, "DATABASE_URL="+url, "TOKEN_KEY="+key)
			h.Ask("tracking code Cost Center on example.webex.com")
			h.Settled()
			h.Sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/messages", Status: http.StatusTooManyRequests, RetryAfter: "3600"})
			h.Sim.ResetCalls()
			h.Write(h.Direct, h.Alice, "tracking code Department on example.webex.com", "")
			apptest.Eventually(t, "an answer that waits", func() bool { return h.Sim.CountCalls("bot", http.MethodPost, "/messages") > 0 })
			raw := string(apptest.Must(hex.DecodeString(key)))
			for _, word := range []string{"Department", "Cost Center", "alice@example.com"} {
				if n := found(t, url, raw, word); (n > 0) != (key == "") {
					t.Errorf("%d rows hold %q", n, word)
				}
			}
			h.Sim.ClearFaults()
		})
	}
}
