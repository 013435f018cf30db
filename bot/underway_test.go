package bot

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

func TestUnderWay(t *testing.T) {
	for took, says := range map[time.Duration]bool{slow - time.Millisecond: false, slow + time.Second: true} {
		synctest.Test(t, func(t *testing.T) {
			s := asked("code 1")
			b, early := newBot(s, func(ctx context.Context, r Request) (Reply, error) {
				select {
				case <-ctx.Done():
				case <-time.After(took):
				}
				return echoText(ctx, r)
			})
			out, err := handled(t.Context(), b, event())
			if err != nil || out == nil || len(*early) != map[bool]int{true: 1}[says] {
				t.Fatalf("took %v: %+v, %v, stored %v", took, out, err, *early)
			}
			if !says {
				return
			}
			line := (*early)[0]
			if !strings.Contains(line.Markdown, "I am at it: code 1") || line.Lane != out.Lane || line.Key == out.Key {
				t.Errorf("the line is %+v, want one in the answer's lane %q", line, out.Lane)
			}
			var did []string
			s.post = func(webex.NewMessage) (webex.Message, error) {
				did = append(did, "post")
				return webex.Message{ID: "line", RoomID: "room"}, nil
			}
			s.edit = func(id string, m webex.NewMessage) (webex.Message, error) {
				did = append(did, "edit "+id+" in "+m.RoomID)
				return webex.Message{}, nil
			}
			at, err := b.Send(t.Context(), line, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			b.o.Outbox.(*outbox).posted[line.Key] = at //nolint:forcetypeassert // newBot made it
			if _, err := b.Send(t.Context(), *out, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(did, ", "); got != "post, edit line in room" {
				t.Errorf("did %q, want the answer in the line's place", got)
			}
		})
	}
}

// TestUnderWayAfterACrash: a line that was posted by a process which died before
// it noted that is found again, and the answer takes its place.
func TestUnderWayAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := asked("code 1")
		b, _ := newBot(s, echoText)
		line := Outgoing{Key: "k" + underWaySuffix, RoomID: "room", ParentID: "root", Markdown: "I am at it."}
		s.listErr = &webex.Error{Kind: webex.KindStatus, Status: 403}
		s.byID = map[string]webex.Message{"line": {ID: "line", RoomID: "room", ParentID: "root", PersonID: "bot", Markdown: line.Markdown}}
		addEcho(b, "line", time.Time{})
		edited := ""
		s.post = func(webex.NewMessage) (webex.Message, error) {
			t.Error("posted anew")
			return webex.Message{}, nil
		}
		s.edit = func(id string, _ webex.NewMessage) (webex.Message, error) {
			edited = id
			return webex.Message{}, nil
		}
		at, err := b.Send(t.Context(), line, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		b.o.Outbox.(*outbox).posted[line.Key] = at //nolint:forcetypeassert // newBot made it
		if _, err := b.Send(t.Context(), Outgoing{Key: "k", RoomID: "room", ParentID: "root", Markdown: "the answer"}, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if edited != "line" {
			t.Errorf("the answer was put in the place of %q, want the line's", edited)
		}
	})
}

// TestUnderWayBesideAPage: an answer that has a place takes that, and the line
// goes.
func TestUnderWayBesideAPage(t *testing.T) {
	s := asked("code 1")
	b, _ := newBot(s, echoText)
	var did []string
	s.edit = func(id string, _ webex.NewMessage) (webex.Message, error) {
		did = append(did, "edit "+id)
		return webex.Message{}, nil
	}
	s.remove = func(id string) error { did = append(did, "delete "+id); return nil }
	b.o.Outbox.(*outbox).posted["k"+underWaySuffix] = Posted{Message: "line", Room: "room"} //nolint:forcetypeassert // newBot made it
	if _, err := b.Send(t.Context(), Outgoing{Key: "k", RoomID: "room", Markdown: "page 2", Replaces: "page"}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(did, ", "); got != "edit page, delete line" {
		t.Errorf("did %q", got)
	}
}
