package page_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/readings"
	"trackbot/internal/simulator"
	"trackbot/internal/simulator/page"
	"trackbot/internal/store"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// TestMemoryOnThePage changes a code behind the bot's back, moves the clock, is told in
// the space, and asks what changed, what the code was like, and which meetings have no
// code. In between the bot is killed, again and again, and another one goes on.
func TestMemoryOnThePage(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(t.Context(), simulator.Options{Watch: true, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	demo.AddMeetings(sim, time.Now())
	sim.Group("Billing help desk", sim.Person("alice").ID, sim.Person("bob").ID)
	dir := t.TempDir()
	p := apptest.NewProcess(t, sim, dir, append(demo.Receiving("websocket"), "ADMINS=alice@example.com,bob@example.com", "WATCH_MINUTES=1", "BULK_PER_MINUTE=6000")...)
	p.Start()
	served := httptest.NewServer(page.Handler(sim))
	t.Cleanup(served.Close)
	b := open(t, served.URL)
	kill := func() {
		p.Kill()
		p.Env = append(p.Env, apptest.Ahead(sim.Ahead()))
		p.Start()
	}
	forward := func(shown string) {
		b.press("Clock")
		b.press("Save")
		b.until("the clock was moved", `document.querySelector('#clock').textContent === `+quote(shown))
		kill()
		isRead(t, dir, sim.Ahead())
	}
	isRead(t, dir, 0)
	forward("Clock: +1 d 0 h")
	b.press("Billing help desk")
	b.ask("@trackbot watch Department on example here")
	b.card("Watching Department on example.webex.com")
	b.press("Codes")
	b.press("Edit Department on example.webex.com")
	eval[bool](b, `(document.querySelector('#dialog textarea').value += '\nLegal') !== ''`)
	b.press("Save")
	forward("Clock: +2 d 0 h")
	b.card("1 change of Department on example.webex.com", "option added: Legal")
	b.ask("@trackbot what changed since yesterday")
	b.card("1 change since", "Department: option added: Legal")
	kill()
	b.ask("@trackbot Department as of yesterday on example")
	b.card("Department as of", "not how it is now", "Sales")
	if eval[bool](b, lastCard+`card.innerText.includes('Legal') })()`) {
		t.Error("the code as it was has an option that it got later")
	}
	b.ask("@trackbot meetings without a code on example")
	b.card("Reading meetings")
	kill()
	b.card("Meetings without a code", "Without a code: up to ", "█", "Hosts with most meetings without")
	b.until("the chart as a picture", `[...document.querySelectorAll('#messages .file a')].some(a => a.download.endsWith('.png'))`)
}

// isRead waits until both sites were read, by a clock that is so far ahead.
func isRead(t *testing.T, dir string, ahead time.Duration) {
	t.Helper()
	apptest.WithDatabase(t, store.Options{Dir: dir, ReadOnly: true}, func(ctx context.Context, db *store.DB) error {
		apptest.Eventually(t, "the sites are read", func() bool {
			sites, err := readings.Memory{DB: db}.Sites(ctx)
			return err == nil && len(sites) == 2 && time.Until(sites[0].Read) > ahead-time.Hour && time.Until(sites[1].Read) > ahead-time.Hour
		})
		return nil
	})
}
