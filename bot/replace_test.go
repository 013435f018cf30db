package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"trackbot/webex"
)

func TestReplace(t *testing.T) {
	status := func(n int) error { return &webex.Error{Kind: webex.KindStatus, Status: n} }
	reply := webex.Message{ID: "new", RoomID: "room", PersonID: "bot", ParentID: "root", Markdown: "page 2"}
	for _, c := range []struct {
		name      string
		edit, del error
		again     bool
		old       webex.Message   // as GET shows what is to be replaced
		listed    []webex.Message // in the space
		want      string          // what was done
		later     bool            // the queue tries again
	}{
		{"taken", nil, nil, false, webex.Message{}, nil, "edit", false},
		{"refused", status(400), nil, false, webex.Message{}, nil, "edit post delete", false},
		{"gone", status(404), status(404), false, webex.Message{}, nil, "edit post delete", false},
		{"not ours to delete", status(403), status(403), false, webex.Message{}, nil, "edit post delete", false},
		{"Webex is down", status(503), nil, false, webex.Message{}, nil, "edit", true},
		{"the deletion fails", status(400), status(503), false, webex.Message{}, nil, "edit post delete", true},
		{"posted before", status(400), nil, true, webex.Message{ID: "old"}, []webex.Message{reply}, "edit delete", false},
		{"edited before, for the last time", status(400), nil, true, reply, nil, "edit", false},
	} {
		s, did := asked("code 1"), []string{}
		s.message, s.listed = c.old, c.listed
		s.edit = func(id string, m webex.NewMessage) (webex.Message, error) {
			if id != "old" || m.RoomID != "room" || m.Markdown != "page 2" {
				t.Errorf("%s: edited %s to %+v", c.name, id, m)
			}
			did = append(did, "edit")
			return webex.Message{}, c.edit
		}
		s.post = func(webex.NewMessage) (webex.Message, error) { did = append(did, "post"); return webex.Message{}, nil }
		s.remove = func(id string) error {
			if id != "old" {
				t.Errorf("%s: deleted %s", c.name, id)
			}
			did = append(did, "delete")
			return c.del
		}
		b, _ := newBot(s, echoText)
		if _, err := b.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		var unsure time.Time
		if c.again {
			unsure = time.Now()
		}
		_, err := b.Send(t.Context(), Outgoing{Key: "k", RoomID: "room", ParentID: "root", Markdown: "page 2", Replaces: "old"}, unsure)
		later, ok := errors.AsType[interface {
			error
			Temporary() bool
		}](err)
		if got := strings.Join(did, " "); got != c.want || (err != nil) != c.later || c.later && (!ok || !later.Temporary()) {
			t.Errorf("%s: did %q, error %v; want %q, later: %v", c.name, got, err, c.want, c.later)
		}
	}
}

func TestOnlyOurKindOfPressIsTaken(t *testing.T) {
	for name, inputs := range map[string]map[string]any{
		"a page that is none":       {"ask": "codes", "page": "x"},
		"a page below the first":    {"ask": "codes", "page": -1.0},
		"a page far behind":         {"ask": "codes", "page": 1e9},
		"a page of nothing":         {"ask": "codes", "page": []any{2.0}},
		"a filter that is no text":  {"ask": "codes", "filter": 3.0},
		"a filter beyond all names": {"ask": "codes", "filter": strings.Repeat("x", 601)},
		"a box without its button":  {"ask": "codes", "form.filter": "x"},
		"a box beyond all names":    {"ask": "codes", "form": true, "form.filter": strings.Repeat("x", 601)},
	} {
		data, form := pressedData(inputs)
		q, err := questionOf(data)
		if q = fill(q, data.Form, form); q.Page != 0 || data.Filter != "" || len(q.Filter) > maxInput || name == "a box without its button" && q.Filter != "" || err != nil {
			t.Errorf("%s: %+v, %v", name, q, err)
		}
	}
}
