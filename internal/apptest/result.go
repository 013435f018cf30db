package apptest

import (
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

// Result is what a run came to.
type Result struct {
	c    *Askers
	rows []string // of the table, beside those of every result

	Answers  map[string][]simulator.Message // by the key of what was asked
	replaced map[string]simulator.Message   // answers whose place that to a press took, by the thread's root
	underWay int                            // lines that no answer took the place of
	notices  map[string]int                 // of a pause, by the same
	strange  []simulator.Message            // of the bot, for nothing that was asked
	posts    int
	presses  int
	accepted int
	once     int
	twice    []Asking
	lost     []Asking
	unheard  int // asked, never acknowledged and not answered
	waits    []time.Duration
}

// refs finds the reference of an answer, in its card or its text.
var refs = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}\b`)

// Count sorts every message of the bot to what was asked.
func (c *Askers) Count() *Result {
	r := &Result{c: c, Answers: make(map[string][]simulator.Message), notices: make(map[string]int), replaced: make(map[string]simulator.Message)}
	byRef, byRoot, rooms := make(map[string]Asking), make(map[string]Asking), make(map[string]bool)
	for _, a := range c.Asked {
		byRef[a.room+a.ref] = a
		rooms[a.room] = true
		if !a.press {
			byRoot[a.root] = a
		}
	}
	for room := range rooms {
		for _, m := range c.Sim.Messages(room) {
			if m.PersonID != c.Sim.Bot().ID {
				continue
			}
			r.posts++
			r.sort(m, byRef, byRoot)
		}
	}
	for _, a := range c.Asked {
		r.weigh(a)
	}
	slices.Sort(r.waits)
	return r
}

// sort finds what a message answers: by its reference, which tells the answer
// to a press from the one to its thread's question, or by its thread.
func (r *Result) sort(m simulator.Message, byRef, byRoot map[string]Asking) {
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
		r.notices[a.Key]++
	case strings.Contains(text, "I am at it"): // its answer takes the place, unless the bot died right after it
		r.underWay++
	default:
		r.Answers[a.Key] = append(r.Answers[a.Key], m)
		if a.press { // it takes the place of the answer that was pressed
			r.replaced[a.root] = m
		}
	}
}

func (r *Result) weigh(a Asking) {
	if a.press {
		r.presses++
	}
	answers, accepted := r.Answers[a.Key], r.c.Door.accepted[a.id]
	if m, ok := r.replaced[a.root]; ok && len(answers) == 0 { // what was pressed was there
		answers = []simulator.Message{m}
	}
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
		r.waits = append(r.waits, answers[0].Created.Sub(a.At))
	}
}

// Row adds a row to the table.
func (r *Result) Row(name string, value any) {
	r.rows = append(r.rows, fmt.Sprintf("  %-26s %v\n", name, value))
}

// String is the table.
func (r *Result) String() string {
	all := &Result{}
	all.Row("seed", r.c.Seed)
	all.Row("kills", r.c.Kills)
	all.Row("ended by itself", r.c.Quits)
	all.Row("asked", fmt.Sprintf("%d, of these %d presses", len(r.c.Asked), r.presses))
	all.Row("accepted", r.accepted)
	all.Row("answered once", r.once)
	all.Row("answered twice", len(r.twice))
	all.Row("lost", len(r.lost))
	all.Row("asked, but never heard", r.unheard)
	if n := len(r.waits); n > 0 {
		all.Row("longest wait", fmt.Sprintf("%s (median %s, 99 of 100 %s)", Round(r.waits[n-1]), Round(r.waits[n/2]), Round(r.waits[n*99/100])))
	}
	all.Row("posts", r.posts)
	all.Row("notices of a pause", len(r.notices))
	all.Row("lines of work under way", r.underWay)
	all.Row("calls", fmt.Sprintf("%d by the bot token, %d by the admin token", r.c.Sim.CountCalls(simulator.TokenBot, "", ""), r.c.Sim.CountCalls(simulator.TokenAdmin, "", "")))
	all.Row("deliveries refused", r.c.Door.refused)
	return strings.Join(slices.Concat(all.rows, r.rows), "")
}

// Round rounds a time as people read it.
func Round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }

// Judge fails the test where something was lost or said twice, with what is
// known of the first few.
func (r *Result) Judge(t *testing.T) {
	t.Helper()
	for _, w := range r.c.Sim.Webhooks() {
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
		m := r.strange[0]
		t.Errorf("%d messages belong to nothing that was asked, such as %q in the thread %q", len(r.strange), cutTo(m.Text, 400), m.ParentID)
		for _, ref := range refs.FindAllString(m.Text, -1) {
			t.Log("\n" + r.Trace(Asking{ref: ref, At: m.Created.Add(-time.Minute)}, r.c.Bot.Log.String()))
		}
	}
	if len(r.lost)+len(r.twice) == 0 {
		return
	}
	log := r.c.Bot.Log.String()
	for what, list := range map[string][]Asking{"lost": r.lost, "answered twice": r.twice} {
		if len(list) > 0 {
			t.Errorf("%d %s", len(list), what)
		}
		for _, a := range list[:min(3, len(list))] {
			t.Logf("%s: %s, reference %s, asked at %s (press %t)\n%s", what, a.Key, a.ref, a.At.UTC().Format(time.RFC3339Nano), a.press, r.Trace(a, log))
		}
	}
}

// Trace is what calls, messages and log tell of one question.
func (r *Result) Trace(a Asking, log string) string {
	var b strings.Builder
	words := map[string]bool{a.ref: true, webex.UUID(a.id): true, a.id: true, "killed": true, "ended by itself": true, "disk: step": true}
	last := time.Now() // of a lost one everything
	for _, m := range r.Answers[a.Key] {
		_, _ = fmt.Fprintf(&b, "  answer %s of %s: %s\n", webex.UUID(m.ID), m.Created, cut(m.Text))
		words[webex.UUID(m.ID)], words[m.ID] = true, true
		last = m.Created.Add(time.Second)
	}
	for line := range strings.Lines(log) {
		at, err := time.Parse(time.RFC3339, LineTime.FindString(line))
		if err != nil || at.Before(a.At.Add(-time.Second)) || at.After(last) {
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

func cut(s string) string { return cutTo(s, 80) }

func cutTo(s string, n int) string {
	s = strings.TrimRight(s, "\n")
	return s[:min(len(s), n)]
}
