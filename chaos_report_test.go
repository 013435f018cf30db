package main

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

// result is what a run came to.
type result struct {
	c    *chaos
	took time.Duration

	answers  map[string][]simulator.Message // by the key of what was asked
	underWay int                            // lines that no answer took the place of
	notices  map[string]int                 // of a pause, by the same
	strange  []simulator.Message            // of the bot, for nothing that was asked
	posts    int
	presses  int
	accepted int
	once     int
	twice    []asking
	lost     []asking
	unheard  int // asked, never acknowledged and not answered
	waits    []time.Duration
}

// refs finds the reference of an answer, in its card or its text.
var refs = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b`)

// count sorts every message of the bot to what was asked.
func (c *chaos) count() *result {
	r := &result{c: c, answers: make(map[string][]simulator.Message), notices: make(map[string]int)}
	byRef, byRoot, rooms := make(map[string]asking), make(map[string]asking), make(map[string]bool)
	for _, a := range c.asked {
		byRef[a.room+a.ref] = a
		rooms[a.room] = true
		if !a.press {
			byRoot[a.root] = a
		}
	}
	for room := range rooms {
		for _, m := range c.sim.Messages(room) {
			if m.PersonID != c.sim.Bot().ID {
				continue
			}
			r.posts++
			r.sort(m, byRef, byRoot)
		}
	}
	for _, a := range c.asked {
		r.weigh(a)
	}
	slices.Sort(r.waits)
	return r
}

// sort finds what a message answers: by its reference, which tells the answer
// to a press from the one to its thread's question, or by its thread.
func (r *result) sort(m simulator.Message, byRef, byRoot map[string]asking) {
	parts := []string{m.Markdown, m.Text}
	for _, a := range m.Attachments {
		parts = append(parts, string(a.Content))
	}
	text := strings.Join(parts, " ")
	a, found := byRoot[m.ParentID]
	for _, ref := range refs.FindAllString(text, -1) {
		if other, known := byRef[m.RoomID+ref]; known && other.root == m.ParentID {
			a, found = other, true
			break
		}
	}
	switch {
	case !found:
		r.strange = append(r.strange, m)
	case strings.Contains(text, "comes by itself"):
		r.notices[a.key]++
	case strings.Contains(text, "I am at it"): // its answer takes the place, unless the bot died right after it
		r.underWay++
	default:
		r.answers[a.key] = append(r.answers[a.key], m)
	}
}

func (r *result) weigh(a asking) {
	if a.press {
		r.presses++
	}
	answers, accepted := r.answers[a.key], r.c.door.accepted[a.id]
	if accepted {
		r.accepted++
	}
	switch {
	case len(answers) > 1:
		r.twice = append(r.twice, a)
	case len(answers) == 1:
		r.once++
	case accepted:
		r.lost = append(r.lost, a)
	default:
		r.unheard++
	}
	if len(answers) > 0 {
		r.waits = append(r.waits, answers[0].Created.Sub(a.at))
	}
}

// String is the table.
func (r *result) String() string {
	var b strings.Builder
	row := func(name string, value any) { _, _ = fmt.Fprintf(&b, "  %-26s %v\n", name, value) }
	row("seed", r.c.seed)
	row("duration", fmt.Sprintf("%s, with the end %s", *chaosFor, r.took.Round(100*time.Millisecond)))
	row("kills", r.c.kills)
	row("ended by itself", r.c.quits)
	row("asked", fmt.Sprintf("%d, of these %d presses", len(r.c.asked), r.presses))
	row("accepted", r.accepted)
	row("answered once", r.once)
	row("answered twice", len(r.twice))
	row("lost", len(r.lost))
	row("asked, but never heard", r.unheard)
	if n := len(r.waits); n > 0 {
		row("longest wait", fmt.Sprintf("%s (median %s, 99 of 100 %s)", round(r.waits[n-1]), round(r.waits[n/2]), round(r.waits[n*99/100])))
	}
	row("posts", r.posts)
	row("notices of a pause", len(r.notices))
	row("lines of work under way", r.underWay)
	row("calls", fmt.Sprintf("%d by the bot token, %d by the admin token", r.c.sim.CountCalls(simulator.TokenBot, "", ""), r.c.sim.CountCalls(simulator.TokenAdmin, "", "")))
	row("deliveries refused", r.c.door.refused)
	given := r.c.given()
	for _, kind := range []string{fault429, fault500, fault502, faultBefore, faultAfter, faultHang} {
		row("  fault: "+kind, given[kind])
	}
	row("disk filled", cmp.Or(r.c.disk.none, map[bool]string{true: "yes, and emptied", false: "no: not skipped, and not reached"}[r.c.disk.full]))
	return b.String()
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }

// judge fails the test where something was lost or said twice, with what is
// known of the first few.
func (r *result) judge(t *testing.T) {
	t.Helper()
	for _, w := range r.c.sim.Webhooks() {
		if w.Status != "active" {
			t.Logf("the webhook of %s is %s at the end", w.Resource, w.Status)
		}
	}
	if r.once == 0 {
		t.Error("nothing was answered")
	}
	for key, n := range r.notices {
		if n > 1 {
			t.Errorf("%d notices of a pause for %s, want one", n, key)
		}
	}
	if r.underWay > 0 {
		t.Errorf("%d lines of work under way stand beside their answer, want none", r.underWay)
	}
	if len(r.strange) > 0 {
		t.Errorf("%d messages belong to nothing that was asked, such as %q in the thread %q", len(r.strange), cut(r.strange[0].Text), r.strange[0].ParentID)
	}
	if len(r.lost)+len(r.twice) == 0 {
		return
	}
	log := r.c.p.log.String()
	for what, list := range map[string][]asking{"lost": r.lost, "answered twice": r.twice} {
		if len(list) > 0 {
			t.Errorf("%d %s", len(list), what)
		}
		for _, a := range list[:min(3, len(list))] {
			t.Logf("%s: %s, reference %s, asked at %s (press %t)\n%s", what, a.key, a.ref, a.at.UTC().Format(time.RFC3339Nano), a.press, r.trace(a, log))
		}
	}
}

// trace is what calls, messages and log tell of one question.
func (r *result) trace(a asking, log string) string {
	var b strings.Builder
	words := map[string]bool{a.ref: true, webex.UUID(a.id): true, a.id: true, "killed": true, "ended by itself": true, "disk: step": true}
	last := time.Now() // of a lost one everything
	for _, m := range r.answers[a.key] {
		_, _ = fmt.Fprintf(&b, "  answer %s of %s: %s\n", webex.UUID(m.ID), m.Created, cut(m.Text))
		words[webex.UUID(m.ID)], words[m.ID] = true, true
		last = m.Created.Add(time.Second)
	}
	for line := range strings.Lines(log) {
		at, err := time.Parse(time.RFC3339, lineTime.FindString(line))
		if err != nil || at.Before(a.at.Add(-time.Second)) || at.After(last) {
			continue
		}
		for word := range maps.Keys(words) {
			if strings.Contains(line, word) {
				b.WriteString("  " + cutTo(line, 400) + "\n")
				break
			}
		}
	}
	return b.String()
}

var lineTime = regexp.MustCompile(`20\d\d-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`)

func cut(s string) string { return cutTo(s, 80) }

func cutTo(s string, n int) string {
	s = strings.TrimRight(s, "\n")
	return s[:min(len(s), n)]
}

// lastLines are the last n lines of a text.
func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// given counts the faults by their kind: a call that failed did so in the
// episode during which it came, or in the one that began just after.
func (c *chaos) given() map[string]int {
	given := make(map[string]int)
	for _, call := range c.sim.Calls() {
		if !call.Faulted || len(c.faults) == 0 {
			continue
		}
		i := slices.IndexFunc(c.faults, func(e episode) bool { return e.to.IsZero() || !e.to.Before(call.Time) })
		if i < 0 {
			i = len(c.faults) - 1
		}
		given[c.faults[i].kind]++
	}
	return given
}
