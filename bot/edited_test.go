package bot

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// stored is a bot that keeps what its answers change, as the app does.
func stored(b *Bot) func(context.Context, webex.Event) (*Outgoing, error) {
	notes := make(map[string][]byte)
	b.o.Note = func(_ context.Context, key string) ([]byte, error) { return notes[key], nil }
	return func(ctx context.Context, e webex.Event) (*Outgoing, error) {
		a, err := b.Handle(ctx, e)
		for _, c := range a.Changes {
			notes[c.Key] = c.Value
		}
		for _, o := range a.Messages {
			if o.Key == e.Key() {
				return &o, err
			}
		}
		return nil, err
	}
}

// Webex tells of an edit before it shows it: the message is asked for again.
func TestEditThatIsNotShownYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := asked("code 1")
		b, _ := newBot(s, echoText)
		handle := stored(b)
		if o, err := handle(t.Context(), event()); o == nil || o.Earlier != "" {
			t.Fatalf("first answer %+v, error %v", o, err)
		}
		reads, e := 0, event()
		e.Event, e.Updated = webex.Updated, time.Now()
		s.read = func() webex.Message {
			m := s.message
			if reads++; reads > 2 {
				m.Text, m.Updated = "code 2", e.Updated.Add(-100*time.Millisecond)
			}
			return m
		}
		if o, err := handle(t.Context(), e); o == nil || o.Earlier != event().Key() || reads != 3 {
			t.Errorf("answer %+v after %d reads, error %v; want one in the place of the first, after 3", o, reads, err)
		}
	})
}

// What one edit asks is answered once, however often and in which order its
// events come.
func TestEventsOfOneMessage(t *testing.T) {
	s := asked("code 1")
	edit := event()
	edit.Event, edit.Updated = webex.Updated, s.message.Created.Add(time.Minute)
	s.message.Updated = edit.Updated
	also := edit // as another receiver hears it
	also.Updated = edit.Updated.Add(3 * time.Millisecond)
	for _, order := range [][]webex.Event{{event(), edit, also}, {edit, event(), also}, {also, edit, event()}} {
		b, _ := newBot(s, echoText)
		handle := stored(b)
		for i, e := range order {
			o, err := handle(t.Context(), e)
			if err != nil || (o != nil) != (i == 0) {
				t.Errorf("%s as number %d: answer %+v, error %v", e.Key(), i+1, o, err)
			}
		}
	}
}

// An edit goes on from what stood above the message when it was first asked, not
// from what was asked since.
func TestEditGoesOnFromItsOwnAbove(t *testing.T) {
	s := asked("code 1")
	b, _ := newBot(s, echoText)
	handle := stored(b)
	ask := func(id, text string, edited time.Duration) *Outgoing {
		t.Helper()
		e := event()
		e.ID, s.message.ID, s.message.Text = id, id, text
		if edited > 0 {
			e.Event, e.Updated = webex.Updated, s.message.Created.Add(edited)
			s.message.Updated = e.Updated
		}
		o, err := handle(t.Context(), e)
		if err != nil || o == nil {
			t.Fatalf("%q = %+v, %v", text, o, err)
		}
		s.message.Updated = time.Time{}
		return o
	}
	ask("m1", "code 1", 0)
	ask("m2", "this code", 0)
	ask("m3", "code 2", 0)
	if got := ask("m2", "this code on example.webex.com", time.Minute).Markdown; !strings.Contains(got, "**code 1**") {
		t.Errorf("the edit is answered with %q, want code 1", got)
	}
}

// An edit that failed is answered once where both receivers hear it, and again where
// it is edited once more.
func TestFailedEditIsAnsweredOnce(t *testing.T) {
	s := asked("code 1")
	b := speaking(s, Command{Name: "fail", Run: failing})
	handle := stored(b)
	said := func(after time.Duration) bool {
		t.Helper()
		e := event()
		e.Event, e.Updated = webex.Updated, s.message.Created.Add(after)
		s.message.Text, s.message.Updated = "fail", e.Updated
		o, err := handle(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return o != nil
	}
	if first, again, later := said(time.Minute), said(time.Minute+2*time.Millisecond), said(2*time.Minute); !first || again || !later {
		t.Errorf("answered: %t, heard twice: %t, edited once more: %t; want true, false, true", first, again, later)
	}
}

// Where Webex never says when a message was edited, only the first edit is waited for.
func TestEditsWithoutTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := asked("code 1")
		b, _ := newBot(s, echoText)
		for _, want := range []time.Duration{3750 * time.Millisecond, 0} {
			e := event()
			e.Event, e.Updated = webex.Updated, time.Now()
			began := time.Now()
			if _, err := b.fetch(t.Context(), e); err != nil || time.Since(began) != want {
				t.Errorf("took %v, error %v, want %v", time.Since(began), err, want)
			}
		}
	})
}

// TestBegunApprovalGoesOn, whatever its message was edited to before it was
// handled again.
func TestBegunApprovalGoesOn(t *testing.T) {
	s := asked("code 2")
	var got []Request
	b := speaking(s, Command{Name: "approve", Run: func(_ context.Context, r Request) (Reply, error) {
		got = append(got, r)
		return Drawn(cards.Notice{Title: "written"}), nil
	}})
	b.o.Begun = func(_ context.Context, ref string) (string, error) {
		if ref == Ref(event().Key()) {
			return "7F3K-Q2", nil
		}
		return "", nil
	}
	if _, err := b.Handle(t.Context(), event()); err != nil || len(got) != 1 || got[0].Question.Term != "7F3K-Q2" {
		t.Errorf("Handle = %v, ran %+v, want the approval of 7F3K-Q2", err, got)
	}
}
