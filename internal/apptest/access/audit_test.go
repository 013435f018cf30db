package access

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/audit"
	"trackbot/internal/simulator"
)

func TestEveryRequestIsRecorded(t *testing.T) {
	h := apptest.New(t)
	h.Sim.SetLatency(5 * time.Millisecond) // so that each takes a time that shows
	card := h.Ask("tracking code 1 on example.webex.com")
	before := h.Sim.Messages(h.Direct.ID)
	h.Sim.Click(t.Context(), h.Alice.ID, card.ID, "All codes on this site")
	h.Next(h.Direct, before)
	h.Ask("gibberish")
	mallory := h.Sim.Person("mallory")
	space := h.Sim.Direct(mallory.ID)
	h.Reply(h.Write(space, mallory, "codes", ""))
	h.Write(space, mallory, "tracking code 2 on example", "") // refused in silence
	h.Settled()
	before = h.Sim.Messages(h.Direct.ID)
	h.Sim.Press(t.Context(), h.Alice.ID, card.ID, map[string]any{"ask": "code", "text": "1"})
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
		{Email: "mallory@other.example", Space: space.ID, Command: "code", Site: "example", Code: "2", Via: "text", Decision: "refused", Reason: "not-listed", Outcome: "refused"},
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
	for filter, n := range map[string]int{"--person=MALLORY@other.example": 2, "--site=example.webex.com": 3, "--since=1h": 7, "--since=2100-01-01": 0, "--ref=" + got[3].Ref: 1} {
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

// TestChangedRecordIsFound changes one line of a running bot's record.
func TestChangedRecordIsFound(t *testing.T) {
	h := apptest.New(t)
	for range 3 {
		h.Ask("code 1 on example.webex.com")
	}
	h.Settled()
	if out := h.Audited(0, "verify"); !strings.Contains(out, "the chain holds") {
		t.Errorf("verify says:\n%s", out)
	}
	files, err := filepath.Glob(filepath.Join(h.Dir, "audit", "audit-*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	info, err := os.Stat(files[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the record is open to others: %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(raw, []byte("alice@example.com"), []byte("carol@example.com"), 1)
	if err := os.WriteFile(files[0], changed, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := h.Audited(1, "verify"); !strings.Contains(out, filepath.Base(files[0])+":") || !strings.Contains(out, "changed") {
		t.Errorf("verify of a changed record says:\n%s", out)
	}
}

// TestNoRecordNoAdminCall takes the record's folder away, as a disk that broke.
func TestNoRecordNoAdminCall(t *testing.T) {
	h := apptest.New(t)
	h.Ask("code 1 on example.webex.com")
	h.Settled()
	if err := os.RemoveAll(filepath.Join(h.Dir, "audit")); err != nil {
		t.Fatal(err)
	}
	h.Sim.ResetCalls()
	for _, text := range []string{"code 1 on example.webex.com", "codes", "gibberish"} {
		answer := h.Ask(text)
		apptest.Shows(t, answer, "can't be written", "Ref ")
		apptest.NoData(t, answer)
	}
	if n := h.Sim.CountCalls("admin", http.MethodGet, ""); n != 0 {
		t.Errorf("%d admin calls that nobody recorded, want none", n)
	}
}

func TestAuditWithoutARecord(t *testing.T) {
	for _, args := range [][]string{{"audit"}, {"audit", "verify"}, {"audit", "--since", "never"}} {
		if status, _, errs := apptest.Run(t, "", []string{"DATA_DIR=" + t.TempDir()}, args...); status != 1 || errs == "" {
			t.Errorf("trackbot %v: status %d, said %q", args, status, errs)
		}
	}
}
