package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"trackbot/cards"
)

func TestQuestions(t *testing.T) {
	p := NewParser([]Command{
		{Name: "code", Phrases: []string{"tracking code", "code", "#"}, Text: true, Site: true},
		{Name: "codes", Phrases: []string{"tracking codes", "codes"}, Site: true, Each: "code"},
		{Name: "missing", Phrases: []string{"who is missing"}, Text: true, Site: true, Files: true},
		{Name: "help", Phrases: []string{"help", "?"}, Text: true, Plain: true},
		{Name: "export", Phrases: []string{"export", "export codes"}, Text: true, Site: true, As: true, Examples: []string{"export 1 on SITE", "export codes on SITE"}},
	})
	for text, want := range map[string]string{
		"code 1\ncode 2": "code 1, code 2",
		"hi bot\ncode 1 on example\n\ncodes on emea\nthanks": "code 1, codes ",
		"code 1":           "",
		"tracking code\n1": "", // one question over two lines
		"who is missing Department on example\na@b.com\nc@d.com":             "", // a pasted list
		"export codes on example.webex.com\ncodes on emea.example.webex.com": "export , codes ",
		"export codes\ncode 1":                                           "export , code 1",
		"export codes\n1":                                                "", // which codes to export
		"export\ncodes on example.webex.com":                             "", // the same, over two lines
		"tracking code on example.webex.com\ncode 2 on example":          "code , code 2",
		"I need this, please:\ncode 1\ncode 2\nand nothing more, Bob":    "code 1, code 2",
		"code 1\nwho is missing 2 on example\nCode X <a@b.com>\nb@b.com": "code 1, missing 2",
		"code 1\nand some words that ask nothing at all, I am sure":      "",
		"code 1\n" + strings.Repeat("code 2\n", 60):                      "", // no message of a person
		"cdoe 1\ncode 2":                                 "code 2", // the misspelt one is named as left out
		"cdoe 1\ncode 2\ncode 3":                         "code 2, code 3",
		"Peter told me, code 1\ncode 2":                  "code 1, code 2",
		"I need this, please:\ncode 1":                   "", // no question above it
		"cdoe 1\ncdoe 2":                                 "",
		"who is misssing 1 on example\na@b.com\nc@d.com": "",
	} {
		var got []string
		for _, q := range p.Questions(text) {
			got = append(got, q.Command+" "+q.Text)
		}
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("Questions(%q) = %q, want %q", text, list, want)
		}
	}
	if q := p.Questions("code 1\nwho is missing 2 on example\nCode X <a@b.com>\nb@b.com"); len(q) != 2 || q[1].Rest != "Code X <a@b.com>\nb@b.com" {
		t.Errorf("a pasted list below the second question is read as %+v", q)
	}
	for text, want := range map[string]string{
		"code 2\ncdoe 1 on example": "cdoe 1 on example", "code 2\non the site example": "", "code Cost\nCenter on example": "",
	} {
		if q := NewParser(questions()).Parse(text); q.Rest != want || q.Site == "" == (want == "") {
			t.Errorf("Parse(%q) = %+v, want %q left", text, q, want)
		}
	}
	if q := p.Parse("export codes on example.webex.com\ncdoe 1"); q.Text != "" || q.Rest != "cdoe 1" {
		t.Errorf("what stands below a whole question is read as %+v", q)
	}
	if q := p.Parse("export codes on example.webex.com\nas json"); q.As != "json" || q.Site != "example.webex.com" || q.Rest != "" {
		t.Errorf("a form on the next line is read as %+v", q)
	}
	if q := p.Parse("export\ncodes on example.webex.com"); q.Command != "export" || q.Site != "example.webex.com" || q.Rest != "" {
		t.Errorf("export over two lines is read as %+v", q)
	}
	for text, want := range map[string]string{
		"tracking codes 1, 2 and Cost Center on example": "code 1, 2 and Cost Center",
		"codes 1": "code 1", "codes on example": "codes ", "codes": "codes ",
		"help codes": "help codes", "help": "help ", "help me with code 1": "code 1", "help, code 1": "code 1",
	} {
		q := p.Parse(text)
		if got := q.Command + " " + q.Text; got != want {
			t.Errorf("Parse(%q) = %q, want %q", text, got, want)
		}
	}
}

// speaking is a bot with these commands, beside one that runs for admins only.
func speaking(s *space, commands ...Command) *Bot {
	b, _ := newBot(s, echoText)
	all := append(slices.Clone(b.o.Commands), commands...)
	all = append(all, Command{Name: "secret", Usage: "missing CODE", Summary: "who is missing it", Phrases: []string{"who is missing"}, Text: true, Admin: true, Run: echoText})
	b.o.Commands, b.commands, b.parser = all, index(all), NewParser(all)
	return b
}

func failing(context.Context, Request) (Reply, error) { return Reply{}, errors.New("broken") }

func withFile(context.Context, Request) (Reply, error) {
	n := cards.Notice{Title: "a file"}
	return Reply{Card: n.Card(), Markdown: n.Markdown(), File: &File{"a.csv", "text/csv", []byte("x")}}, nil
}

// TestSeveralAreTraced: each of several answers tells how it came about, also
// the one that failed and the one of a site that may not be asked.
func TestSeveralAreTraced(t *testing.T) {
	b := speaking(asked("code 1\nfail\ncode 2 on nowhere.webex.com"), Command{Name: "fail", Phrases: []string{"fail"}, Run: failing})
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
	out, err := handled(t.Context(), speaking(asked("cdoe 1")), event())
	if err != nil || out == nil || out.Trace == nil || !out.Trace.Unanswered || out.Trace.Text != "cdoe 1" {
		t.Errorf("Handle = %+v, %v, want a trace of words that were not understood", out, err)
	}
}

func TestOneFileAmongSeveral(t *testing.T) {
	b := speaking(asked("code 1\nsave\nsave!"), Command{Name: "save", Phrases: []string{"save"}, Run: withFile})
	a, err := b.Handle(t.Context(), event())
	if err != nil || len(a.Messages) != 2 || a.Messages[1].File == nil || strings.Count(a.Messages[0].Markdown, "Ask this alone") != 1 {
		t.Errorf("Handle = %+v, %v, want one file, and to be asked alone for the other", a, err)
	}
}

func TestLinesBelowAreNamed(t *testing.T) {
	for text, left := range map[string]string{"code 1\nCost *Center*": "“Cost \\*Center\\*”", "code 1\nthanks!": "", "code 1\ncode 2\nnot that": "“not that”", "count 1\na@b.com": ""} {
		out, err := handled(t.Context(), speaking(asked(text), Command{Name: "count", Phrases: []string{"count"}, Text: true, Files: true, Run: echoText}), event())
		if err != nil || out == nil || strings.Contains(out.Markdown, "left it out: "+left) != (left != "") {
			t.Errorf("%q: Handle = %+v, %v, want %q named as left out", text, out, err, left)
		}
	}
}

// TestMisspeltLinesAreMeant: what a question beside others may have been is
// offered as for one that stands alone.
func TestMisspeltLinesAreMeant(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for text, want := range map[string]string{
		"code 1\ncdoe 2":                      "left it out: “cdoe 2”. Did you mean “code 2”?",
		"code 1\ncdoe 2 on example":           "left it out: “cdoe 2 on example”. Did you mean “code 2 on example.webex.com”?",
		"cdoe 1\ncode 2":                      "left it out: “cdoe 1”. Did you mean “code 1”?",
		"code 1\ncode 2\ncdoe 3\nbye\ncoed 4": "left it out: “cdoe 3 / bye / coed 4”. Did you mean “code 3”, “code 4”?",
		"cdoe 1\ncdoe 2":                      "left it out: “cdoe 2”. Did you mean “code 2”?", // the first has buttons
		"cdoe 1\ncode 2\ncdoe 3":              "left it out: “cdoe 1 / cdoe 3”. Did you mean “code 1”, “code 3”?",
		"code 1 on nowhere.test\ncdoe 2":      "Did you mean “code 2”?",
		"code 1\ncdoe " + long:                "Did you mean “code " + long[:75] + "…”?",
		"code 1\nwho is misssing 2":           "left it out: “who is misssing 2”.\n", // for admins
	} {
		out, err := handled(t.Context(), speaking(asked(text)), event())
		if err != nil || out == nil || !strings.Contains(out.Markdown, want) || strings.Count(out.Markdown, "left it out") != 1 {
			t.Errorf("%q: Handle = %+v, %v, want %q once", text, out, err, want)
		}
	}
}

// TestMeantIsWhatOneMayRun: commands for admins are offered to them alone.
func TestMeantIsWhatOneMayRun(t *testing.T) {
	for admin, want := range map[bool]bool{true: true, false: false} {
		b := speaking(asked("x"))
		r := b.puzzled(t.Context(), question{query: b.parser.Parse("who is misssing Department"), admin: admin})
		card, err := r.Card.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(card)+r.Markdown, "missing CODE"); got != want {
			t.Errorf("admin %v: offered the command for admins: %v, want %v", admin, got, want)
		}
	}
}

// TestSuggestionsAreAboutTheNamedSite, not about the usual one.
func TestSuggestionsAreAboutTheNamedSite(t *testing.T) {
	b := speaking(asked("x"))
	b.o.Sites.Allowed = append(b.o.Sites.Allowed, "emea.example.webex.com")
	if r := b.puzzled(t.Context(), question{query: b.parser.Parse("Cost Center on emea")}); !strings.Contains(r.Markdown, "tracking code 1 on emea.example.webex.com") {
		t.Errorf("the example is about another site:\n%s", r.Markdown)
	}
}

// TestAllThatAreAsNearAreOffered, on the site that was named and on no other.
func TestAllThatAreAsNearAreOffered(t *testing.T) {
	b := speaking(asked("x"), Command{Name: "core", Phrases: []string{"core"}, Site: true, Text: true, Run: echoText})
	r := b.puzzled(t.Context(), question{query: b.parser.Parse("cole 1 on nowhere.webex.com")})
	var got []string
	r.Card.EachData(func(d *cards.Data) { got = append(got, d.Ask+" "+d.Text+" "+d.Site) })
	for _, want := range []string{"code 1 nowhere.webex.com", "core 1 nowhere.webex.com"} {
		if !slices.Contains(got, want) {
			t.Errorf("buttons ask %q, want %q among them", got, want)
		}
	}
}

// The end of a letter is no question, and not named as one that was left out.
func TestTheEndOfALetter(t *testing.T) {
	p := NewParser(questions())
	for text, rest := range map[string]string{
		"code 1 on example\nthanks":                                        "",
		"code 1 on example\nThanks,\nBob":                                  "",
		"code 1\n\nKind regards,\nBob Miller\nACME Inc.\n+1 555 0100":      "",
		"code 1\nMit freundlichen Grüßen\nBob":                             "",
		"code 1\nMany thanks and best regards\nBob\n\nSent from my iPhone": "",
		"code 1\n--\nBob":                                                      "",
		"code 1\nthanks\ncdoe 2 on example":                                    "cdoe 2 on example",
		"code 1\nkind regards\nDo you know more?":                              "kind regards\nDo you know more?",
		"code 1\nI have no regards for this":                                   "I have no regards for this",
		"code 1\nregards\na\nb\nc\nd\ne\nf":                                    "regards\na\nb\nc\nd\ne\nf", // no signature
		"who is missing Department on example\na@b.c\nbest\nc@d.c":             "a@b.c\nbest\nc@d.c",
		"who is missing Department on example\na@b.c\nc@d.c\nbest wishes\nBob": "a@b.c\nc@d.c",
	} {
		if q := p.Parse(text); q.Command == "" || q.Rest != rest {
			t.Errorf("Parse(%q) = %+v, want %q left", text, q, rest)
		}
	}
	for _, text := range []string{"code 1\ncode 2\nKind regards\nBob", "code 1\nregards\ncode 2", "code 1\nthanks\ncode 2\nthanks\nBob"} {
		if list := p.Questions(text); len(list) != 2 || list[0].Rest+list[1].Rest+list[0].above != "" {
			t.Errorf("Questions(%q) = %+v", text, list)
		}
	}
}
