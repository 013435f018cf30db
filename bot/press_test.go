package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

func TestPressedDataIsBounded(t *testing.T) {
	got, form := pressedData(map[string]any{
		"ask": "code", "question": strings.Repeat("x", maxQuestion+1), "filter": strings.Repeat("x", maxInput+1), "room": 7, "root": []any{"m"}, "fresh": "true",
		"until": float64(1 << 60), "other": "no input of a form", "form.filter": "  a\u200bb ", "form.long": strings.Repeat("x", maxForm+1), "form.odd": 7,
	})
	if want := (cards.Data{Ask: "code", Fresh: true}); got != want {
		t.Errorf("pressedData = %+v, want %+v", got, want)
	}
	if want := map[string]string{"filter": "ab"}; !cmp.Equal(form, want) {
		t.Errorf("the form is %v, want %v", form, want)
	}
	many := make(map[string]any)
	for i := range maxInputs + 1 {
		many[fmt.Sprint(FormPrefix, i)] = "x"
	}
	if _, form := pressedData(many); len(form) != 0 {
		t.Errorf("%d inputs of a form with too many were taken", len(form))
	}
}

// TestFormsFillWhatAButtonLeavesOpen: what is signed wins over what is typed,
// but for the other site of a comparison.
func TestFormsFillWhatAButtonLeavesOpen(t *testing.T) {
	form := map[string]string{
		"code": "Cost Center", "term": "77", "site": "https://A.webex.com/x", "also": "b", "filter": "x", "people": "Alice <a@example.com>, b@example.com\nCode", "person": "me",
	}
	open := ask.Question{Command: "missing"}
	want := ask.Question{
		Command: "missing", Code: &ask.Code{Written: "Cost Center"}, Term: "77", Sites: []string{"https://A.webex.com/x", "b"}, Filter: "x",
		People: []ask.Person{{Address: "a@example.com"}, {Address: "b@example.com"}},
	}
	if diff := cmp.Diff(want, fill(open, true, form)); diff != "" {
		t.Errorf("an open question (-want +got):\n%s", diff)
	}
	whole := ask.Question{Command: "code", Code: &ask.Code{ID: "1"}, Term: "t", Sites: []string{"a.webex.com"}, People: []ask.Person{{Me: true}}, Filter: "y"}
	want = whole
	want.Sites = []string{"a.webex.com", "b"}
	if diff := cmp.Diff(want, fill(whole, false, form)); diff != "" {
		t.Errorf("a whole question (-want +got):\n%s", diff)
	}
	for typed, want := range map[string]ask.Person{"me": {Name: "me", Me: true}, "bob": {Name: "bob"}, "Bob@Example.com": {Address: "Bob@Example.com"}} {
		if got := fill(ask.Question{}, true, map[string]string{"person": typed}).People; !cmp.Equal(got, []ask.Person{want}) {
			t.Errorf("the person %q is %+v, want %+v", typed, got, want)
		}
	}
}

// card makes an answer whose only button asks code 1, and reads back what the
// button carries.
func card(t *testing.T, out *Outgoing) map[string]any {
	t.Helper()
	var v cards.Card
	var data map[string]any
	if err := json.Unmarshal(out.Card, &v); err != nil {
		t.Fatalf("%v: %s", err, out.Card)
	}
	v.EachData(func(d *cards.Data) {
		b, err := json.Marshal(d)
		if err = errors.Join(err, json.Unmarshal(b, &data)); err != nil {
			t.Fatal(err)
		}
	})
	return data
}

func withButton(_ context.Context, r Request) (Reply, error) {
	again := ask.Question{Command: "code", Sites: []string{"example.webex.com"}}
	if r.Question.Code.ID == "" {
		again.Code = r.Question.Code
	}
	n := cards.Notice{Title: "code " + subject(r.Question), Lines: []string{r.Site.Host}, Buttons: []cards.Button{Button("Again", again)}}
	return Drawn(n), nil
}

func pressEvent() webex.Event {
	return webex.Event{Resource: webex.AttachmentActions, Event: webex.Created, ID: "p1", RoomID: "room", PersonID: "ann"}
}

func TestButtonsExpire(t *testing.T) {
	for after, want := range map[time.Duration]string{0: "typed", buttonLife - 2*time.Second: "typed", buttonLife: "no longer works"} {
		synctest.Test(t, func(t *testing.T) {
			s := asked("code 1")
			b, _ := newBot(s, withButton)
			out, err := handled(t.Context(), b, event())
			if err != nil || out == nil {
				t.Fatal(out, err)
			}
			<-time.After(after)
			inputs := card(t, out)
			inputs["form.code"] = "<b>\xff typed"
			s.action = webex.AttachmentAction{ID: "p1", MessageID: "m2", RoomID: "room", PersonID: "ann", Inputs: inputs, Created: time.Now()}
			answer, err := handled(t.Context(), b, pressEvent())
			if err != nil || answer == nil || !strings.Contains(answer.Markdown, want) {
				t.Fatalf("pressed after %v: %v, %v, want %q", after, answer, err, want)
			}
		})
	}
}

// TestKeyOutOfReachIsTriedAgain has a queue that can't give the key just now.
func TestKeyOutOfReachIsTriedAgain(t *testing.T) {
	s := asked("code 1")
	b, _ := newBot(s, withButton)
	away := errors.New("away")
	b.o.Signer = func(context.Context) (Signer, error) { return nil, away }
	if out, err := handled(t.Context(), b, event()); out != nil || !errors.Is(err, away) {
		t.Errorf("Handle = %v, %v, want the error", out, err)
	}
	s.action = webex.AttachmentAction{ID: "p1", MessageID: "m2", RoomID: "room", PersonID: "ann", Inputs: map[string]any{"ask": "code"}, Created: time.Now()}
	if out, err := handled(t.Context(), b, pressEvent()); out != nil || !errors.Is(err, away) {
		t.Errorf("Handle of a press = %v, %v, want the error", out, err)
	}
}

func TestAdminCommands(t *testing.T) {
	for _, admin := range []bool{false, true} {
		ran := false
		b, _ := newBot(asked("code 1"), func(ctx context.Context, r Request) (Reply, error) {
			ran = r.Admin
			return echoText(ctx, r)
		})
		c := b.commands["code"]
		c.Admin = true
		b.commands["code"] = c
		b.o.Gate.Admit = func(_, _ webex.Person, _ Room, needed bool) (bool, string) { return admin || !needed, "" }
		for range 2 { // told each time
			out, err := handled(t.Context(), b, event())
			if err != nil || out == nil || strings.Contains(out.Markdown, "Only bot admins") == admin || ran != admin {
				t.Errorf("an admin: %v: Handle = %v, %v, ran as an admin: %v", admin, out, err, ran)
			}
		}
	}
}

// TestAnswersOfAdminsStayAmongAdmins has a space whose members may ask, but not all of them everything.
func TestAnswersOfAdminsStayAmongAdmins(t *testing.T) {
	for _, admin := range []bool{false, true} {
		s := asked("code 1")
		s.message.RoomType = "group"
		s.message.MentionedPeople, s.message.HTML = []string{"bot"}, `<spark-mention data-object-type="person" data-object-id="bot">TrackBot</spark-mention> code 1`
		b, _ := newBot(s, echoText)
		c := b.commands["code"]
		c.Admin = admin
		b.commands["code"] = c
		b.o.Gate.Admit = func(_, _ webex.Person, _ Room, _ bool) (bool, string) { return true, "" }
		b.o.Gate.Readers = func(_ []webex.Membership, _ bool, _ webex.Person, admin bool) (bool, string) { return !admin, "" }
		a, err := b.Handle(t.Context(), event())
		out := a.Messages[len(a.Messages)-1]
		if err != nil || (out.PersonID == "ann") != admin || (out.RoomID == "") != admin || (len(a.Messages) == 2) != admin {
			t.Errorf("a command for admins: %v: %+v, %v", admin, a, err)
		}
	}
}

// TestPostponedQuestionsCountOnce handles one event twice, as after a pause.
func TestPostponedQuestionsCountOnce(t *testing.T) {
	b, _ := newBot(asked("code 1"), echoText)
	left := 1
	b.o.Gate.Pace = func(string, string, int) (bool, bool, time.Duration) {
		left--
		return left >= 0, true, time.Minute
	}
	for range 2 {
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || !strings.Contains(out.Markdown, "code 1") {
			t.Errorf("Handle = %v, %v, want the answer", out, err)
		}
	}
}

// FuzzPress sends anything as a press: no panic, and nothing runs.
func FuzzPress(f *testing.F) {
	f.Add([]byte(`{"ask":"code","question":"{\"code\":{\"id\":\"1\"}}","until":1e300,"sig":"x","form.code":"y","room":"person"}`))
	f.Add([]byte(`{"ask":["code"],"until":"9999999999999999999999","sig":null,"form.":{},"root":"\u0000"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var inputs map[string]any
		if json.Unmarshal(raw, &inputs) != nil {
			return
		}
		s := asked("")
		s.action = webex.AttachmentAction{ID: "p1", MessageID: "m1", RoomID: "room", PersonID: "ann", Inputs: inputs, Created: time.Now()}
		b, _ := newBot(s, func(context.Context, Request) (Reply, error) {
			t.Error("a command ran for a button that was not signed")
			return Reply{}, nil
		})
		if out, err := handled(t.Context(), b, pressEvent()); err != nil || out == nil {
			t.Errorf("Handle = %v, %v, want words", out, err)
		}
	})
}
