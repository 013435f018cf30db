package handlers

import (
	"context"
	"slices"
	"strings"
	"testing"

	"trackbot/bot"
	"trackbot/bot/ask"
)

// TestUnwatch: people end their own watches and those of the space that they ask
// in, admins every one; a rule that keeps a code the same ends by its own words.
func TestUnwatch(t *testing.T) {
	t.Parallel()
	ann, bob := bot.Person{ID: "ann"}, bot.Person{ID: "bob"}
	own := Watch{Site: golden, Code: "1", Name: "Department", Person: ann}
	kept := Watch{Site: golden, Code: "1", Name: "Department", With: []string{"emea.example.webex.com"}, Person: ann}
	space := Watch{Site: golden, RoomID: "room", Person: bob}
	w := watcher{all: func(context.Context) ([]Watch, error) { return []Watch{own, kept, space}, nil }}
	code := &ask.Code{Name: "department"}
	for name, c := range map[string]struct {
		r    bot.Request
		want []Watch
	}{
		"all of one's own":      {bot.Request{Person: ann}, []Watch{own, kept}},
		"in the space":          {bot.Request{Person: ann, Room: bot.Room{ID: "room"}}, []Watch{own, kept, space}},
		"a code":                {bot.Request{Person: ann, Question: ask.Question{Code: code}}, []Watch{own}},
		"a kept code":           {bot.Request{Person: ann, Question: ask.Question{Code: code, Topic: "kept"}}, []Watch{kept}},
		"by its other site":     {bot.Request{Person: ann, Question: ask.Question{Sites: kept.With}}, []Watch{kept}},
		"nobody's":              {bot.Request{Person: bob}, nil},
		"another's by its line": {bot.Request{Person: bob, Question: ask.Question{Term: own.key()}}, nil},
		"an admin, by its line": {bot.Request{Person: bob, Admin: true, Question: ask.Question{Term: own.key()}}, []Watch{own}},
		"who asked for it":      {bot.Request{Person: bob, Question: ask.Question{Term: space.key()}}, []Watch{space}},
	} {
		got, err := w.unwatch().Run(t.Context(), c.r)
		var keys, want []string
		for _, change := range got.Changes {
			keys = append(keys, change.Key)
		}
		for _, ends := range c.want {
			want = append(want, ends.key())
		}
		if err != nil || !slices.Equal(keys, want) {
			t.Errorf("%s: %q, %v, want %q", name, keys, err, want)
		}
	}
}

// TestListening: with "here" the space is told, but not where somebody there may not
// read it; nobody is told outside of Webex.
func TestListening(t *testing.T) {
	t.Parallel()
	here := ask.Question{Topic: "here"}
	for name, c := range map[string]struct {
		r          bot.Request
		room, says string
		off        bool
	}{
		"1:1":                 {bot.Request{Room: bot.Room{ID: "room", Direct: true}}, "", "", false},
		"here, 1:1":           {bot.Request{Room: bot.Room{ID: "room", Direct: true}, Question: here}, "", "", false},
		"in a space":          {bot.Request{Room: bot.Room{ID: "room"}}, "", "", false},
		"nothing is read":     {bot.Request{Room: bot.Room{ID: "room"}}, "", "WATCH_MINUTES is 0", true},
		"here":                {bot.Request{Room: bot.Room{ID: "room"}, Question: here}, "room", "", false},
		"here, with outsider": {bot.Request{Room: bot.Room{ID: "room"}, Question: here, Private: true}, "", "Not in this space", false},
		"the command line":    {bot.Request{}, "", "Only in a space", false},
	} {
		w, instead := watcher{off: c.off}.listening(c.r)
		said := ""
		if instead != nil {
			said = instead.Markdown
		}
		if w.RoomID != c.room || (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
			t.Errorf("%s: tells %q, says %q; want %q, %q", name, w.RoomID, said, c.room, c.says)
		}
	}
}
