package access

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// TestRefusalComesAgain after an hour, which the store counts. The test looks
// that it counts an hour, and makes that short.
func TestRefusalComesAgain(t *testing.T) {
	url := apptest.NATSURL(t)
	h := apptest.NewUnwelcomed(t, "NATS_URL="+url, "NATS_REPLICAS=1")
	otto := outsider(h, simulator.Person{DisplayName: "Otto"})
	space := h.Sim.Direct(otto.ID)
	ask := func() simulator.Message { return h.Write(space, otto, "code 1 on example.webex.com", "") }
	apptest.Shows(t, h.Reply(ask()), "Sorry")
	ask()
	h.Settled()
	if got := len(h.BotMessages(space)); got != 1 {
		t.Errorf("%d refusals within the hour, want 1", got)
	}

	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	told, err := js.Stream(t.Context(), "KV_trackbot-told")
	if err != nil {
		t.Fatal(err)
	}
	c := told.CachedInfo().Config
	if c.MaxAge != time.Hour {
		t.Errorf("what was told is known for %v, want an hour", c.MaxAge)
	}
	c.MaxAge, c.Duplicates = 100*time.Millisecond, 100*time.Millisecond
	if _, err := js.UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	apptest.Eventually(t, "the hour is over", func() bool {
		i, err := told.Info(t.Context())
		return err == nil && i.State.Msgs == 0
	})
	apptest.Shows(t, h.Reply(ask()), "Sorry")
	h.Settled()
	if got := len(h.BotMessages(space)); got != 2 {
		t.Errorf("%d refusals in two hours, want 2", got)
	}
	apptest.NoData(t, h.BotMessages(space)...)
}
