package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/audit"
	"trackbot/internal/simulator"
)

// audited runs trackbot audit on the record of a house and returns what it prints.
func (h *house) audited(wantStatus int, args ...string) string {
	h.t.Helper()
	status, out, errs := trackbot(h.t, "", []string{"DATA_DIR=" + h.app.c.DataDir}, append([]string{"audit"}, args...)...)
	if status != wantStatus {
		h.t.Errorf("trackbot audit %v: status %d, want %d: %s%s", args, status, wantStatus, out, errs)
	}
	return out
}

// recorded are the lines of the record that a filter lets through, without
// those of the welcome.
func (h *house) recorded(args ...string) []audit.Record {
	h.t.Helper()
	var list []audit.Record
	for line := range strings.Lines(h.audited(0, append(args, "--json")...)) {
		var r audit.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			h.t.Fatalf("%v: %s", err, line)
		}
		if r.Command != "welcome" {
			list = append(list, r)
		}
	}
	return list
}

func TestEveryRequestIsRecorded(t *testing.T) {
	h := newHouse(t)
	h.sim.SetLatency(5 * time.Millisecond) // so that each takes a time that shows
	card := h.ask("tracking code 1 on example.webex.com")
	before := h.sim.Messages(h.direct.ID)
	h.sim.Click(t.Context(), h.alice.ID, card.ID, "All codes on this site")
	h.next(h.direct, before)
	h.ask("gibberish")
	mallory := h.sim.Person("mallory")
	space := h.sim.Direct(mallory.ID)
	h.reply(h.write(space, mallory, "codes", ""))
	h.write(space, mallory, "tracking code 2 on example", "") // refused in silence
	h.settled()
	before = h.sim.Messages(h.direct.ID)
	h.sim.Press(t.Context(), h.alice.ID, card.ID, map[string]any{"ask": "code", "text": "1"})
	h.next(h.direct, before)
	h.sim.Fault(simulator.Rule{Path: "/admin/", Status: 403})
	h.ask("code 1 on example.webex.com")
	h.settled()
	got := h.recorded()
	want := []audit.Record{
		{Email: "alice@example.com", Space: h.direct.ID, Command: "code", Site: "example.webex.com", Code: "1", Via: "text", Decision: "allowed", Reason: "own-org: of the bot's own organization", Outcome: "answered"},
		{Email: "alice@example.com", Space: h.direct.ID, Command: "codes", Site: "example.webex.com", Via: "button", Decision: "allowed", Reason: "own-org", Outcome: "answered"},
		{Email: "alice@example.com", Space: h.direct.ID, Code: "gibberish", Via: "text", Decision: "allowed", Reason: "own-org", Outcome: "answered"},
		{Email: "mallory@other.example", Space: space.ID, Command: "codes", Via: "text", Decision: "refused", Reason: "not-listed", Outcome: "refused"},
		{Email: "mallory@other.example", Space: space.ID, Command: "code", Site: "example", Code: "2", Via: "text", Decision: "refused", Reason: "not-listed", Outcome: "refused"},
		{Email: "alice@example.com", Space: h.direct.ID, Command: "code", Code: "1", Via: "button", Decision: "refused", Reason: "button: ", Outcome: "refused"},
		{Email: "alice@example.com", Space: h.direct.ID, Command: "code", Site: "example.webex.com", Code: "1", Via: "text", Decision: "allowed", Reason: "own-org: of the bot's own organization; failed: ", Outcome: "failed"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), h.audited(0))
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
		if list := h.recorded(filter); len(list) != n {
			t.Errorf("%s shows %d lines, want %d", filter, len(list), n)
		}
	}
	if out := h.audited(0, "--person", "mallory@other.example"); !strings.Contains(out, "outcome=refused") || strings.Contains(out, "alice") {
		t.Errorf("trackbot audit shows:\n%s", out)
	}
}

// TestReferenceFindsEverything follows the reference of an apology.
func TestReferenceFindsEverything(t *testing.T) {
	h := newHouse(t)
	h.sim.Fault(simulator.Rule{Path: "/admin/", Status: 403})
	answer := h.ask("code 1 on example.webex.com")
	ref := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{2}`).FindString(answer.Markdown)
	h.settled()
	lines := h.recorded("--ref", ref)
	if len(lines) != 1 || lines[0].Outcome != "failed" || lines[0].TrackingID == "" || lines[0].Calls < 2 {
		t.Fatalf("the reference %q finds %+v", ref, lines)
	}
	if !strings.Contains(answer.Markdown, lines[0].TrackingID) {
		t.Errorf("the record names the tracking id %s, the answer another:\n%s", lines[0].TrackingID, answer.Markdown)
	}
	found := false
	for line := range strings.Lines(h.log.String()) {
		found = found || strings.Contains(line, "ref="+ref) && strings.Contains(line, "tracking_id="+lines[0].TrackingID)
	}
	if !found {
		t.Error("no line of the log holds reference and tracking id")
	}
}

// TestChangedRecordIsFound changes one line of a running bot's record.
func TestChangedRecordIsFound(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.ask("code 1 on example.webex.com")
	}
	h.settled()
	if out := h.audited(0, "verify"); !strings.Contains(out, "the chain holds") {
		t.Errorf("verify says:\n%s", out)
	}
	files, err := filepath.Glob(filepath.Join(h.app.c.DataDir, "audit", "audit-*.jsonl"))
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
	if out := h.audited(1, "verify"); !strings.Contains(out, filepath.Base(files[0])+":") || !strings.Contains(out, "changed") {
		t.Errorf("verify of a changed record says:\n%s", out)
	}
}

// TestNoRecordNoAdminCall takes the record's folder away, as a disk that broke.
func TestNoRecordNoAdminCall(t *testing.T) {
	h := newHouse(t)
	h.ask("code 1 on example.webex.com")
	h.settled()
	if err := os.RemoveAll(filepath.Join(h.app.c.DataDir, "audit")); err != nil {
		t.Fatal(err)
	}
	h.sim.ResetCalls()
	for _, text := range []string{"code 1 on example.webex.com", "codes", "gibberish"} {
		answer := h.ask(text)
		shows(t, answer, "can't be written", "Ref ")
		noData(t, answer)
	}
	if n := h.sim.CountCalls("admin", http.MethodGet, ""); n != 0 {
		t.Errorf("%d admin calls that nobody recorded, want none", n)
	}
}

func TestSinceWhen(t *testing.T) {
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "2026-03-01": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01T10:00:00Z": time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		"7d": now.AddDate(0, 0, -7), "90m": now.Add(-90 * time.Minute),
	} {
		if got, err := sinceWhen(text, now); err != nil || !got.Equal(want) {
			t.Errorf("sinceWhen(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "-7d", "-1h", "2026-13-01"} {
		if got, err := sinceWhen(text, now); err == nil {
			t.Errorf("sinceWhen(%q) = %v, want an error", text, got)
		}
	}
}

func TestAuditWithoutARecord(t *testing.T) {
	for _, args := range [][]string{{"audit"}, {"audit", "verify"}, {"audit", "--since", "never"}} {
		if status, _, errs := trackbot(t, "", []string{"DATA_DIR=" + t.TempDir()}, args...); status != 1 || errs == "" {
			t.Errorf("trackbot %v: status %d, said %q", args, status, errs)
		}
	}
}
