package bot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

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
