package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
)

// closedSpace is a Webex that refuses posts: to the space with one status, and
// 1:1 with another; 0 takes them.
type closedSpace struct {
	*space

	inSpace, direct int
	lost            bool // a 1:1 post is taken and its answer is lost
	took            []webex.NewMessage
	tried           int
	mine            []webex.Message // what stands in the 1:1 space
	root            error           // what asking for the question gives
}

func (s *closedSpace) Post(_ context.Context, m webex.NewMessage) (webex.Message, error) {
	s.tried++
	status := s.inSpace
	if m.ToPersonID != "" {
		status = s.direct
	}
	if status != 0 {
		return webex.Message{}, &webex.Error{Op: "POST /messages", Kind: webex.KindStatus, Status: status}
	}
	s.took = append(s.took, m)
	if m.ToPersonID != "" {
		s.mine = append(s.mine, webex.Message{ID: "d1", PersonID: "bot", Markdown: m.Markdown, Created: time.Now()})
	}
	if s.lost {
		return webex.Message{}, errLost
	}
	return webex.Message{ID: "d1"}, nil
}

func (s *closedSpace) Message(context.Context, string) (webex.Message, error) {
	return webex.Message{ID: "m1", RoomID: "room"}, s.root
}

func (s *closedSpace) Messages(context.Context, string, webex.MessageQuery) ([]webex.Message, error) {
	return nil, &webex.Error{Kind: webex.KindStatus, Status: 403}
}

func (s *closedSpace) DirectMessages(context.Context, string, string) ([]webex.Message, error) {
	return s.mine, nil
}

// errLost is a post whose end is not known.
var errLost = uncertainPost()

// uncertainPost has Webex cut a post short.
func uncertainPost() error {
	b := webex.NewBot(webex.Options{
		BaseURL:   "https://webex.test/v1",
		Token:     func(context.Context) (string, error) { return "token", nil },
		Transport: cutOff{},
	})
	_, err := b.Post(context.Background(), webex.NewMessage{RoomID: "room", Markdown: "x"})
	return err
}

// cutOff is a network that ends every request under way.
type cutOff struct{}

func (cutOff) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("reset")
}

// closedBot is a bot in such a space.
func closedBot(s *closedSpace) *Bot {
	s.space = asked("code 1")
	b, _ := newBot(s.space, echoText)
	b.o.Webex = s
	return b
}

// An answer that may not stand where it was asked for reaches the asker 1:1, or
// is recorded and reported as not delivered. What nobody misses ends quietly.
func TestAnswersThatTheSpaceRefuses(t *testing.T) {
	gone := &webex.Error{Kind: webex.KindStatus, Status: 404}
	answer, welcome, file := answerOf("msg:m1"), answerOf("mem:m1"), answerOf("msg:m1/file")
	file.Card, file.File = nil, &File{"a.csv", "text/csv", []byte("x")}
	welcome.ParentID = ""
	private := answer
	private.RoomID, private.ParentID, private.PersonID = "", "", "ann"
	for _, c := range []struct {
		name      string
		o         Outgoing
		space     closedSpace
		delivered bool
		failed    bool
		gone      bool
	}{
		{"announcement space", answer, closedSpace{inSpace: 403}, true, false, false},
		{"announcement space, a file", file, closedSpace{inSpace: 403}, true, false, false},
		{"announcement space, added to it", welcome, closedSpace{inSpace: 403}, true, false, false},
		{"a space that takes nothing of it", answer, closedSpace{inSpace: 400}, true, false, false},
		{"refused otherwise for good", answer, closedSpace{inSpace: 410}, true, false, false},
		{"404, but the question is there", answer, closedSpace{inSpace: 404}, true, false, false},
		{"the question is gone", answer, closedSpace{inSpace: 404, root: gone}, false, false, true},
		{"the space is closed and gone", answer, closedSpace{inSpace: 404, root: &webex.Error{Kind: webex.KindStatus, Status: 403}}, false, false, true},
		{"added to a space that is gone", welcome, closedSpace{inSpace: 404}, false, false, true},
		{"the asker refuses too", answer, closedSpace{inSpace: 403, direct: 403}, false, true, false},
		{"the asker is gone too", answer, closedSpace{inSpace: 403, direct: 404}, false, true, false},
		{"an answer to the asker alone", private, closedSpace{direct: 403}, false, true, false},
	} {
		s := c.space
		b := closedBot(&s)
		o := c.o
		o.AskerID, o.Asked = "ann", time.Now()
		at, err := b.Send(t.Context(), o, time.Time{})
		lost, failed := errors.AsType[*NotDeliveredError](err)
		if failed != c.failed || (err != nil) != c.failed || failed && (lost.Temporary() || lost.Ref != o.Ref) {
			t.Errorf("%s: Send = %v, want not delivered %v", c.name, err, c.failed)
		}
		if at.Gone != c.gone {
			t.Errorf("%s: gone %v, want %v", c.name, at.Gone, c.gone)
		}
		if c.delivered != (len(s.took) == 1) || c.delivered != (at.Message != "") {
			t.Errorf("%s: %d messages were taken, want delivered %v", c.name, len(s.took), c.delivered)
			continue
		}
		if !c.delivered {
			continue
		}
		if m := s.took[0]; m.ToPersonID != "ann" || m.RoomID != "" || m.ParentID != "" || m.Attachments != nil || (m.File != nil) != (o.File != nil) ||
			!strings.Contains(m.Markdown, "I can't post in the space") || !strings.HasSuffix(m.Markdown, "hi") {
			t.Errorf("%s: %+v, want the text to the asker with a line that says why", c.name, m)
		}
	}
}

// Lines before an answer are said in the space or not at all.
func TestLinesBeforeAnAnswerStayInTheSpace(t *testing.T) {
	for _, suffix := range []string{underWaySuffix, privateSuffix, pauseSuffix} {
		for _, status := range []int{400, 403, 404} {
			s := closedSpace{inSpace: status}
			b := closedBot(&s)
			o := answerOf("msg:m1" + suffix)
			o.AskerID = "ann"
			if at, err := b.Send(t.Context(), o, time.Time{}); err != nil || len(s.took) != 0 || at.Gone {
				t.Errorf("%s, %d: Send = %v, %v, taken %v; want nothing", suffix, status, at, err, s.took)
			}
		}
	}
}

// What may pass is tried again in the space, and goes nowhere else meanwhile.
func TestPassingRefusalsStayInTheSpace(t *testing.T) {
	for _, status := range []int{401, 408, 423, 429, 500, 503} {
		s := closedSpace{inSpace: status}
		b := closedBot(&s)
		o := answerOf("msg:m1")
		o.AskerID = "ann"
		at, err := b.Send(t.Context(), o, time.Time{})
		again, ok := errors.AsType[interface {
			error
			Temporary() bool
		}](err)
		if !ok || !again.Temporary() || len(s.took) != 0 || at.Gone {
			t.Errorf("%d: Send = %v, %v, taken %v; want to be called again", status, at, err, s.took)
		}
	}
	s := closedSpace{inSpace: 404, root: &webex.Error{Kind: webex.KindStatus, Status: 503}}
	b := closedBot(&s)
	o := answerOf("msg:m1")
	o.AskerID = "ann"
	_, err := b.Send(t.Context(), o, time.Time{})
	if e, ok := errors.AsType[*webex.Error](err); !ok || !e.Temporary() || len(s.took) != 0 {
		t.Errorf("the question can't be looked at: Send = %v, taken %v; want to be called again", e, s.took)
	}
}

// An answer whose 1:1 post ended in doubt is looked for there, and stands once.
func TestAnAnswerElsewhereStandsOnce(t *testing.T) {
	for _, arrived := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := closedSpace{inSpace: 403, lost: true}
			b := closedBot(&s)
			o := answerOf("msg:m1")
			o.AskerID, o.Asked = "ann", time.Now()
			_, err := b.Send(t.Context(), o, time.Time{})
			if u, ok := errors.AsType[uncertainError](err); !ok || !u.Uncertain() {
				t.Fatalf("Send = %v, want that it is not known", err)
			}
			if s.lost = false; !arrived {
				s.mine, s.took = nil, nil
			}
			began := time.Now()
			if err := sendAgain(t.Context(), b, o); err != nil || len(s.took) != 1 {
				t.Errorf("arrived %v: Send = %v, %d messages, want one", arrived, err, len(s.took))
			}
			if took := time.Since(began); took > 3*echoWait {
				t.Errorf("arrived %v: it took %v, want twice %v at most", arrived, took, echoWait)
			}
		})
	}
}

// Every answer knows who asked.
func TestAnswersKnowTheAsker(t *testing.T) {
	b, _ := newBot(asked("code 1"), echoText)
	out, err := handled(t.Context(), b, event())
	if err != nil || out == nil || out.AskerID != "ann" {
		t.Errorf("Handle = %+v, %v, want the asker ann", out, err)
	}
	for _, e := range []webex.Event{event(), {Resource: webex.Memberships, ID: "m2", PersonID: "bot", ActorID: "ann"}} {
		if o := b.Sorry(e); o.AskerID != "ann" {
			t.Errorf("Sorry for %s: the asker is %q, want ann", e.Key(), o.AskerID)
		}
	}
	if !strings.Contains(fmt.Sprint(&NotDeliveredError{Ref: "ABCD-12", Err: errors.New("closed")}), "ABCD-12") {
		t.Error("the error names no reference")
	}
}
