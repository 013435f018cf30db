package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"trackbot/bot/ask"
	"trackbot/cards"
)

// speaking is a bot with these commands, beside one that runs for admins only.
func speaking(s *space, commands ...Command) *Bot {
	b, _ := newBot(s, echoText)
	all := append(slices.Clone(b.o.Commands), commands...)
	all = append(all, Command{Name: "missing", Usage: "missing CODE", Summary: "who is missing it", Admin: true, Run: echoText})
	b.o.Commands, b.commands = all, index(all)
	return b
}

func failing(context.Context, Request) (Reply, error) { return Reply{}, errors.New("broken") }

func withFile(context.Context, Request) (Reply, error) {
	n := cards.Notice{Title: "a file"}
	return Reply{Card: n.View().Card(), Markdown: n.View().Markdown(), File: &File{"a.csv", "text/csv", []byte("x")}}, nil
}

// TestSeveralAreTraced: each of several answers tells how it came about, also
// the one that failed and the one of a site that may not be asked.
func TestSeveralAreTraced(t *testing.T) {
	b := speaking(asked("code 1\nfail\ncode 2 on nowhere.webex.com"), Command{Name: "fail", Run: failing})
	out, err := handled(t.Context(), b, event())
	if err != nil || out == nil || out.Trace == nil {
		t.Fatalf("Handle = %+v, %v, want an answer with a trace", out, err)
	}
	got := []string{out.Trace.Command + " " + out.Trace.Text}
	for _, more := range out.Trace.More {
		if !more.Unanswered {
			t.Errorf("%s counts as answered", more.Command)
		}
		got = append(got, more.Command+" "+more.Text)
	}
	if want := []string{"code 1", "fail ", "code 2"}; !slices.Equal(got, want) || out.Trace.Unanswered {
		t.Errorf("the trace tells of %q, want %q, the first of them answered", got, want)
	}
}

// TestWordsAreTraced: what was not understood is the answer above, too.
func TestWordsAreTraced(t *testing.T) {
	out, err := handled(t.Context(), speaking(asked("fly me to the moon")), event())
	if err != nil || out == nil || out.Trace == nil || !out.Trace.Unanswered || out.Trace.Text != "fly me to the moon" {
		t.Errorf("Handle = %+v, %v, want a trace of words that were not understood", out, err)
	}
}

func TestOneFileAmongSeveral(t *testing.T) {
	b := speaking(asked("code 1\nstash\nstash!"), Command{Name: "stash", Run: withFile})
	a, err := b.Handle(t.Context(), event())
	if err != nil || len(a.Messages) != 2 || a.Messages[1].File == nil || strings.Count(a.Messages[0].Markdown, "Ask this alone") != 1 {
		t.Errorf("Handle = %+v, %v, want one file, and to be asked alone for the other", a, err)
	}
}

// TestWhatIsLeftOutIsNamed, with what it may have been.
func TestWhatIsLeftOutIsNamed(t *testing.T) {
	for text, left := range map[string]string{
		"code 1\nthanks!": "", "code 1\ncode 2\nis this *not* a riddle?": "“is this \\*not\\* a riddle?”", "count\na@b.com": "", "code 1\n\nKind regards,\nBob": "",
	} {
		out, err := handled(t.Context(), speaking(asked(text), Command{Name: "count", Files: true, Run: echoText}), event())
		if err != nil || out == nil || strings.Contains(out.Markdown, "left it out: "+left) != (left != "") {
			t.Errorf("%q: Handle = %+v, %v, want %q named as left out", text, out, err, left)
		}
	}
}

// TestOneForAdminsAmongSeveral is refused, and the others are answered.
func TestOneForAdminsAmongSeveral(t *testing.T) {
	a, err := speaking(asked("code 1\nwho is missing 2\ncode 3")).Handle(t.Context(), event())
	if err != nil || len(a.Messages) != 1 || len(a.Entries) != 3 {
		t.Fatalf("Handle = %+v, %v, want one message and three entries", a, err)
	}
	said := a.Messages[0].Markdown
	if !strings.Contains(said, "code 1") || !strings.Contains(said, "code 3") || strings.Count(said, "Only bot admins") != 1 {
		t.Errorf("answered:\n%s", said)
	}
	for _, e := range a.Entries {
		if want := map[string]string{"missing": Denied, "code": Answered}[e.Command]; e.Outcome != want {
			t.Errorf("%s %s is recorded as %s, want %s", e.Command, e.Text, e.Outcome, want)
		}
	}
}

// TestOfferedIsWhatOneMayRun: commands for admins are offered to them alone, and
// with the site on which they would be answered.
func TestOfferedIsWhatOneMayRun(t *testing.T) {
	b := speaking(asked("x"))
	list := []ask.Question{{Command: "missing"}, {Command: "code"}, {Command: "fact"}}
	for admin, want := range map[bool]int{true: 2, false: 1} {
		got := b.offered(question{admin: admin, from: ask.From{Site: "example.webex.com"}}, list)
		if len(got) != want || !slices.Equal(got[want-1].Sites, []string{"example.webex.com"}) {
			t.Errorf("admin %v: offered %+v", admin, got)
		}
	}
	if got := b.offered(question{}, list); len(got) != 0 {
		t.Errorf("without a site: offered %+v, want none", got)
	}
}

// TestOneHeadingOverWhatIsOffered: it says whether the questions are near to what
// was asked, or only those that always work.
func TestOneHeadingOverWhatIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		near             []ask.Question
		heading, another string
	}{
		"near":    {[]ask.Question{{Command: "code", Sites: []string{"example.webex.com"}}}, "Did you mean", "You can ask"},
		"nothing": {nil, "You can ask", "Did you mean"},
	} {
		q := question{admin: true, from: ask.From{Site: "example.webex.com"}}
		got := speaking(asked("x")).notUnderstood(q, ask.Reading{Question: ask.Question{Said: "x"}, Suggestions: c.near}).Markdown
		if !strings.Contains(got, "**"+c.heading+"**") || strings.Contains(got, c.another) {
			t.Errorf("%s: the headings are not %q alone:\n%s", name, c.heading, got)
		}
	}
}

// TestNoOtherSiteThanTheOneThatWasNamed: the answer offers the near ones, and
// the commonest ones where none is near.
func TestNoOtherSiteThanTheOneThatWasNamed(t *testing.T) {
	for named, want := range map[string]string{"nowhere.webex.com": "2", "exampel.webex.com": "1", "twin": "2"} {
		s := asked("code 1 on " + named)
		ran := false
		b, _ := newBot(s, func(context.Context, Request) (Reply, error) { ran = true; return Reply{}, nil })
		b.o.Sites.Allowed = append(b.o.Sites.Allowed, "twin.a.webex.com", "twin.b.webex.com")
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || ran || !strings.Contains(out.Markdown, named) {
			t.Errorf("%s: Handle = %+v, %v, ran: %v", named, out, err, ran)
		}
		if n := strings.Count(string(out.Card), `"ask":"code"`); n == 0 || want == "1" && n != 1 {
			t.Errorf("%s: %d buttons", named, n)
		}
	}
}

// TestWordsThatAreNotKnown keep the site that they name: the commonest questions
// are offered there, and none about a site where that can't be asked.
func TestWordsThatAreNotKnown(t *testing.T) {
	for text, want := range map[string]string{"fly me to the moon": exampleHost, "fly me to the moon on emea": emeaHost, "fly me to the moon on nowhere.webex.com": ""} {
		var got []Request
		b, _ := knowing(asked(text), &got)
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || len(got) > 0 {
			t.Fatalf("%q: Handle = %+v, %v, ran %v", text, out, err, got)
		}
		for _, host := range []string{exampleHost, emeaHost} {
			if offered := strings.Contains(string(out.Card), `[\"`+host+`\"]`); offered != (host == want) {
				t.Errorf("%q: offers questions on %s: %v, want them on %q", text, host, offered, want)
			}
		}
		if want == "" && !strings.Contains(out.Markdown, "I can't look up “nowhere.webex.com”") {
			t.Errorf("%q is answered:\n%s", text, out.Markdown)
		}
	}
}
