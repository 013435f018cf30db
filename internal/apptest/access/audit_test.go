package access

import (
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/audit"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
)

func TestEveryRequestIsRecorded(t *testing.T) {
	h := apptest.New(t)
	h.Sim.SetLatency(5 * time.Millisecond) // so that each takes a time that shows
	card := h.Ask("tracking code 1 on example.webex.com")
	before := h.Sim.Messages(h.Direct.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, card.ID, "Codes: example")
	h.Next(h.Direct, before)
	h.Ask("gibberish")
	mallory := h.Sim.Person("mallory")
	space := h.Sim.Direct(mallory.ID)
	h.Reply(h.Write(space, mallory, "codes", ""))
	h.Write(space, mallory, "tracking code 2 on example", "") // refused in silence
	h.Settled()
	before = h.Sim.Messages(h.Direct.ID)
	h.Sim.Press(t.Context(), h.Alice.ID, card.ID, map[string]any{"ask": "code", "question": `{"code":{"id":"1"}}`})
	h.Next(h.Direct, before)
	h.Sim.Fault(simulator.Rule{Path: "/admin/", Status: 403})
	h.Ask("code 1 on example.webex.com")
	h.Settled()
	got := h.Recorded()
	want := []audit.Record{
		{Email: "alice@example.com", Space: h.Direct.ID, Command: "code", Site: "example.webex.com", Code: "1", Via: "text", Decision: "allowed", Reason: "own-org: of the bot's own organization", Outcome: "answered"},
		{Email: "alice@example.com", Space: h.Direct.ID, Command: "codes", Site: "example.webex.com", Via: "button", Decision: "allowed", Reason: "own-org", Outcome: "answered"},
		{Email: "alice@example.com", Space: h.Direct.ID, Code: "gibberish", Via: "text", Decision: "allowed", Reason: "own-org", Outcome: "answered"},
		{Email: "mallory@other.example", Space: space.ID, Command: "codes", Via: "text", Decision: "refused", Reason: "not-listed", Outcome: "refused"},
		{Email: "mallory@other.example", Space: space.ID, Command: "code", Site: "example.webex.com", Code: "2", Via: "text", Decision: "refused", Reason: "not-listed", Outcome: "refused"},
		{Email: "alice@example.com", Space: h.Direct.ID, Command: "code", Code: "1", Via: "button", Decision: "refused", Reason: "button: ", Outcome: "refused"},
		{Email: "alice@example.com", Space: h.Direct.ID, Command: "code", Site: "example.webex.com", Code: "1", Via: "text", Decision: "allowed", Reason: "own-org: of the bot's own organization; failed: ", Outcome: "failed"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), h.Audited(0))
	}
	for i, w := range want {
		g := got[i]
		if g.Email != w.Email || g.Space != w.Space || g.Command != w.Command || g.Site != w.Site || g.Code != w.Code || g.Via != w.Via ||
			g.Decision != w.Decision || !strings.HasPrefix(g.Reason, w.Reason) || g.Outcome != w.Outcome {
			t.Errorf("line %d is %+v, want %+v", i, g, w)
		}
		if g.Ref == "" || g.PersonID == "" || g.Calls == 0 || g.Duration <= 0 || g.Prev == "" || g.Time.IsZero() || time.Since(g.Time) > time.Minute {
			t.Errorf("line %d lacks reference, person, calls, duration, hash or time: %+v", i, g)
		}
	}
	for filter, n := range map[string]int{"--person=MALLORY@other.example": 2, "--site=example.webex.com": 4, "--since=1h": 7, "--since=2100-01-01": 0, "--ref=" + got[3].Ref: 1} {
		if list := h.Recorded(filter); len(list) != n {
			t.Errorf("%s shows %d lines, want %d", filter, len(list), n)
		}
	}
	if out := h.Audited(0, "--person", "mallory@other.example"); !strings.Contains(out, "outcome=refused") || strings.Contains(out, "alice") {
		t.Errorf("trackbot audit shows:\n%s", out)
	}
}

// TestReferenceFindsEverything follows the reference of an apology.
func TestReferenceFindsEverything(t *testing.T) {
	h := apptest.New(t)
	h.Sim.Fault(simulator.Rule{Path: "/admin/", Status: 403})
	answer := h.Ask("code 1 on example.webex.com")
	ref := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{2}`).FindString(answer.Markdown)
	h.Settled()
	lines := h.Recorded("--ref", ref)
	if len(lines) != 1 || lines[0].Outcome != "failed" || lines[0].TrackingID == "" || lines[0].Calls < 2 {
		t.Fatalf("the reference %q finds %+v", ref, lines)
	}
	if !strings.Contains(answer.Markdown, lines[0].TrackingID) {
		t.Errorf("the record names the tracking id %s, the answer another:\n%s", lines[0].TrackingID, answer.Markdown)
	}
	found := false
	for line := range strings.Lines(h.Log.String()) {
		found = found || strings.Contains(line, "ref="+ref) && strings.Contains(line, "tracking_id="+lines[0].TrackingID)
	}
	if !found {
		t.Error("no line of the log holds reference and tracking id")
	}
}

// inDatabase runs statements in the database of a running bot.
func inDatabase(t *testing.T, h *apptest.World, statements ...string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Dir: h.Dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestChangedRecordIsFound changes one entry of a running bot's record.
func TestChangedRecordIsFound(t *testing.T) {
	h := apptest.New(t)
	for range 3 {
		h.Ask("code 1 on example.webex.com")
	}
	h.Settled()
	if out := h.Audited(0, "verify"); !strings.Contains(out, "the record is intact") {
		t.Errorf("verify says:\n%s", out)
	}
	inDatabase(t, h, "UPDATE audit SET email = CAST('carol@example.com' AS BLOB) WHERE seq = 2")
	if out := h.Audited(1, "verify"); !strings.Contains(out, "the chain breaks at entry 2") {
		t.Errorf("verify of a changed record says:\n%s", out)
	}
}

// TestNothingIsAnsweredUnrecorded lets the record refuse lines: no answer is
// stored, and so none is posted, until there is a line for it.
func TestNothingIsAnsweredUnrecorded(t *testing.T) {
	h := apptest.New(t)
	h.Ask("code 1 on example.webex.com")
	h.Settled()
	inDatabase(t, h, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no line can be added'); END")
	before, entries := len(h.BotMessages(h.Direct)), len(h.Recorded())
	q := h.Write(h.Direct, h.Alice, "code 1 on example.webex.com", "")
	apptest.Eventually(t, "the answer was not stored", func() bool { return strings.Contains(h.Log.String(), "no line can be added") })
	if n := len(h.BotMessages(h.Direct)); n != before {
		t.Errorf("%d messages without a line of the record", n-before)
	}
	inDatabase(t, h, "DROP TRIGGER full")
	if m := h.Reply(q); !strings.Contains(m.Markdown, "Ref ") {
		t.Errorf("the answer has no reference: %q", m.Markdown)
	}
	h.Settled()
	if n := len(h.Recorded()); n != entries+1 {
		t.Errorf("%d entries for the question, want one", n-entries)
	}
}

func TestAuditWithoutARecord(t *testing.T) {
	for _, args := range [][]string{{"audit"}, {"audit", "verify"}, {"audit", "--since", "never"}} {
		if status, _, errs := apptest.Run(t, "", []string{"DATA_DIR=" + t.TempDir()}, args...); status != 1 || errs == "" {
			t.Errorf("trackbot %v: status %d, said %q", args, status, errs)
		}
	}
}
