package bot

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// questions are commands with the phrases of today and shapes of later ones.
func questions() []Command {
	return []Command{
		{Name: "code", Text: true, Site: true, Phrases: []string{"tracking code", "trackingcode", "tracking-code", "code", "#"}},
		{Name: "codes", Site: true, Phrases: []string{"tracking codes", "trackingcodes", "tracking-codes", "codes", "list", "list codes"}},
		{Name: "help", Phrases: []string{"help", "help me", "?"}},
		{Name: "options", Text: true, Site: true, Phrases: []string{"options of"}},
		{Name: "values", Text: true, Site: true, Phrases: []string{"codes of"}},
		{Name: "see", Text: true, Site: true, Phrases: []string{"what does"}},
		{Name: "compare", Text: true, Phrases: []string{"compare"}},
		{Name: "use", Text: true, Site: true, Phrases: []string{"use"}},
		{Name: "missing", Text: true, Site: true, Phrases: []string{"who is missing"}},
		{Name: "find", Text: true, Phrases: []string{"find"}},
		{Name: "check", Site: true, Phrases: []string{"check"}},
		{Name: "sites", Phrases: []string{"sites"}},
		{Name: "welcome"},
	}
}

func allowed() []string {
	return []string{"example.webex.com", "emea.example.com", "twin.webex.com", "twin.my.webex.com"}
}

// Every one of these asks for code 1 of example.webex.com.
func TestParseSameQuestion(t *testing.T) {
	p := NewParser(questions())
	for _, text := range []string{
		"tracking code 1 on example.webex.com",
		"Tracking Code 1 On Example.Webex.Com",
		"TRACKING CODE 1 ON EXAMPLE.WEBEX.COM",
		"trackingcode 1 on example.webex.com",
		"tracking-code 1 on example.webex.com",
		"tracking code #1 on example.webex.com",
		"tracking code # 1 on example.webex.com",
		"tracking code#1 on example.webex.com",
		"tracking code: 1 on example.webex.com",
		"tracking code:1 on example.webex.com",
		"tracking code - 1 - example.webex.com",
		"tracking code1 on example.webex.com",
		"tracking code number 1 on example.webex.com",
		"tracking code no. 1 on example.webex.com",
		"tracking code with id 1 on example.webex.com",
		"code 1 on example.webex.com",
		"code #1, example.webex.com",
		"#1 on example.webex.com",
		"#1 example.webex.com",
		`tracking code "1" on example.webex.com`,
		`tracking code '1' on example.webex.com`,
		"tracking code `1` on example.webex.com",
		"tracking code “1” on example.webex.com",
		"tracking code „1“ on example.webex.com",
		`"tracking code 1 on example.webex.com"`,
		`tracking code "1 on example.webex.com`,
		"tracking code 1 at example.webex.com",
		"tracking code 1 for example.webex.com",
		"tracking code 1 from example.webex.com",
		"tracking code 1 in example.webex.com",
		"tracking code 1 @ example.webex.com",
		"tracking code 1 @example.webex.com",
		"tracking code 1@example.webex.com",
		"tracking code #1@example",
		"tracking code 1@example site",
		"tracking code 1 @example site",
		"tracking code 1 example.webex.com",
		"tracking code 1 on site example.webex.com",
		"tracking code 1 on the site example.webex.com",
		"tracking code 1 on the example.webex.com site",
		"tracking code 1 site example.webex.com",
		"tracking code 1 of example.webex.com",
		"tracking code 1 on https://example.webex.com/",
		"tracking code 1 on https://example.webex.com",
		"tracking code 1 on HTTPS://Example.webex.com/meet/alice?x=1#y",
		"tracking code 1 https://example.webex.com/",
		"tracking code 1 on <https://example.webex.com>",
		"tracking code 1 on example.webex.com/",
		`tracking code 1 on "example.webex.com"`,
		"tracking code 1 on (example.webex.com)",
		"tracking code 1 on example",
		"tracking code 1 on Example",
		"tracking code 1 on the example site",
		"tracking code 1 for example",
		"tracking code 1 example",
		"code 1 example",
		`code "1" example`,
		"code 1, example",
		"tracking code 1 on example.webex",
		"tracking code 1 on example.webex.com.",
		"tracking code 1 on example.webex.com?",
		"tracking code 1 on example.webex.com !",
		"tracking code 1 on example.webex.com ???",
		"tracking code 1 on example.webex.com please",
		"tracking code 1 on example.webex.com, please!",
		"tracking code 1 on example.webex.com thanks",
		"tracking code 1 on example.webex.com, thank you.",
		"tracking code 1 on example.webex.com for me please 🙏",
		"get tracking code 1 on example.webex.com",
		"get me tracking code 1 on example.webex.com",
		"show tracking code 1 on example.webex.com",
		"show me tracking code 1 on example.webex.com",
		"Show me the tracking code 1 on example.webex.com",
		"what is tracking code 1 on example.webex.com?",
		"what's tracking code 1 on example.webex.com?",
		"What’s tracking code 1 on example.webex.com?",
		"whats code 1 on example.webex.com",
		"find tracking code 1 on example.webex.com",
		"find code 1 on example.webex.com",
		"check code 1 on example.webex.com",
		"give me code 1 on example.webex.com",
		"please show code 1 on example.webex.com",
		"can you show me tracking code 1 on example.webex.com?",
		"Could you please look up tracking code 1 on example.webex.com, thanks",
		"I'd like to see tracking code 1 on example.webex.com",
		"I need help with code 1 on example.webex.com",
		"hi, tracking code 1 on example.webex.com",
		"hello trackbot, tracking code 1 on example.webex.com",
		"Hello TrackBot tracking code 1 on example.webex.com",
		"hey bot: code 1 on example.webex.com",
		"Good morning! code 1 on example.webex.com",
		"Hi team, quick question: code 1 on example.webex.com",
		"hi Bob, code 1 on example.webex.com",
		", code 1 on example.webex.com",
		"- tracking code 1 on example.webex.com",
		"• tracking code 1 on example.webex.com",
		"I was wondering about tracking code 1 on example.webex.com",
		"on example.webex.com tracking code 1",
		"example.webex.com tracking code 1",
		"On https://example.webex.com/, tracking code 1",
		"for example.webex.com show me code 1",
		"example tracking code 1",
		"tracking code on example.webex.com: 1",
		"1 tracking code on example.webex.com",
		"tracking\u00a0code\u00a01 on\u00a0example.webex.com",
		"tracking code 1 on example\u200b.webex.com\u200b",
		"\ufefftracking code 1 on example.webex.com",
		"  tracking   code\t1  on example.webex.com  ",
		"tracking code １ on ｅxample.webex.com",
		"tracking code 1\non example.webex.com",
		"tracking code\n1 on example.webex.com",
		"tracking\ncode 1\r\non example.webex.com\r\n",
		"tracking code\n#1 on example.webex.com",
		"tracking code 1\nexample.webex.com",
		"tracking code 1 on example.webex.com\nthanks!",
		"hi\ntracking code 1 on example.webex.com",
		"Hello everybody,\n\ntracking code 1\non example.webex.com\n\nThanks",
	} {
		q, found := p.Parse(text).Resolve(allowed())
		if q.Command != "code" || q.Text != "1" || q.Site != "example.webex.com" || found != SiteAllowed || q.Rest != "" {
			t.Errorf("Parse(%q) = %s %q on %q (%d), rest %q; want code 1 on example.webex.com", text, q.Command, q.Text, q.Site, found, q.Rest)
		}
	}
}

func TestParse(t *testing.T) {
	p := NewParser(questions())
	for _, test := range []struct {
		text, command, about, site string
		found                      Found
	}{
		// names
		{"tracking code Cost Center on example.webex.com", "code", "Cost Center", "example.webex.com", SiteAllowed},
		{`tracking code "Work on Demand" on example`, "code", "Work on Demand", "example.webex.com", SiteAllowed},
		{`tracking code named "Work on Demand"`, "code", "Work on Demand", "", SiteUnnamed},
		{`tracking code called Cost Center`, "code", "Cost Center", "", SiteUnnamed},
		{"tracking code Work on Demand on example", "code", "Work on Demand", "example.webex.com", SiteAllowed},
		{"tracking code Work on Demand example.webex.com", "code", "Work on Demand", "example.webex.com", SiteAllowed},
		{"tracking code Work on Demand", "code", "Work", "demand", SiteUnknown},
		{"tracking code Time in Lieu", "code", "Time in Lieu", "", SiteUnnamed},
		{"tracking code Time in Lieu in example", "code", "Time in Lieu", "example.webex.com", SiteAllowed},
		{"tracking code Time in Lieu example", "code", "Time in Lieu", "example.webex.com", SiteAllowed},
		{"tracking code R&D on example", "code", "R&D", "example.webex.com", SiteAllowed},
		{"tracking code Research and Development on example", "code", "Research and Development", "example.webex.com", SiteAllowed},
		{"tracking code C# on example", "code", "C#", "example.webex.com", SiteAllowed},
		{"tracking code Node.js", "code", "Node.js", "", SiteUnnamed},
		{"tracking code v1.2", "code", "v1.2", "", SiteUnnamed},
		{"tracking code Dept. on example", "code", "Dept.", "example.webex.com", SiteAllowed},
		{"tracking code Cost Center (EMEA)", "code", "Cost Center (EMEA)", "", SiteUnnamed},
		{"tracking code Alice's team", "code", "Alice's team", "", SiteUnnamed},
		{"tracking code Отдел on example", "code", "Отдел", "example.webex.com", SiteAllowed},
		{"tracking code 部門 on example", "code", "部門", "example.webex.com", SiteAllowed},
		{"tracking code İK on example", "code", "İK", "example.webex.com", SiteAllowed},
		{"Department tracking code on example.webex.com", "code", "Department", "example.webex.com", SiteAllowed},
		{"show me the Cost Center tracking code on example", "code", "Cost Center", "example.webex.com", SiteAllowed},
		{"what's the Department code on example.webex.com?", "code", "Department", "example.webex.com", SiteAllowed},
		{`what is the "Work on Demand" code on example.webex.com?`, "code", "Work on Demand", "example.webex.com", SiteAllowed},
		{"tracking code 1", "code", "1", "", SiteUnnamed},
		{"tracking code 1 on our site", "code", "1", "", SiteUnnamed},
		{"tracking code example", "code", "example", "", SiteUnnamed},
		{"tracking code 1 on example.webex.com for my report", "code", "1", "example.webex.com", SiteAllowed},
		{"tracking code 1 on example right now", "code", "1", "example.webex.com", SiteAllowed},
		{"tracking code 1 on twin right now", "code", "1", "twin", SiteAmbiguous},
		{"tracking code on example 1", "code", "1", "example.webex.com", SiteAllowed},
		{"tracking code for Marketing", "code", "Marketing", "", SiteUnnamed},
		{"tracking code for Cost Center on example", "code", "Cost Center", "example.webex.com", SiteAllowed},
		{"tracking code of Department", "code", "Department", "", SiteUnnamed},
		{"tracking code for example", "code", "", "example.webex.com", SiteAllowed},
		{"tracking code in exapmle", "code", "", "exapmle", SiteUnknown},
		{"codes on example.webex.com right now", "codes", "", "example.webex.com", SiteAllowed},
		{"codes for the team", "codes", "", "", SiteUnnamed},
		{"tracking code", "code", "", "", SiteUnnamed},
		{"tracking code?", "code", "", "", SiteUnnamed},
		{"tracking code please", "code", "", "", SiteUnnamed},
		{"tracking code on example", "code", "", "example.webex.com", SiteAllowed},
		{"#", "code", "", "", SiteUnnamed},
		// sites that may not be asked, or are none
		{"tracking code 1 on exapmle", "code", "1", "exapmle", SiteUnknown},
		{"tracking code 1 on evil.com", "code", "1", "evil.com", SiteUnknown},
		{"tracking code 1 evil.com", "code", "1", "evil.com", SiteUnknown},
		{"tracking code 1 on example.webex.com.evil.com", "code", "1", "example.webex.com.evil.com", SiteUnknown},
		{"tracking code 1 on example.webex.com:8443", "code", "1", "example.webex.com:8443", SiteUnknown},
		{"tracking code 1 on https://example.webex.com@evil.com/", "code", "1", "example.webex.com@evil.com/", SiteUnknown},
		{"tracking code 1 on https://evil.com#example.webex.com", "code", "1", "evil.com", SiteUnknown},
		{`tracking code 1 on https://evil.com\@example.webex.com`, "code", "1", `evil.com\@example.webex.com`, SiteUnknown},
		{"tracking code 1 on ftp://example.webex.com", "code", "1", "ftp:", SiteUnknown},
		{"tracking code 1 on 10.0.0.1", "code", "1", "10.0.0.1", SiteUnknown},
		{"tracking code 1 on 2130706433", "code", "1", "2130706433", SiteUnknown},
		{"tracking code 1 on [::1]", "code", "1", "::1", SiteUnknown},
		{"tracking code 1 on ex\u0430mple.webex.com", "code", "1", "ex\u0430mple.webex.com", SiteUnknown},
		{"tracking code 1 ex\u0430mple.webex.com", "code", "1", "ex\u0430mple.webex.com", SiteUnknown},
		{"tracking code 1 on \u212Aelvin.webex.com", "code", "1", "\u212Aelvin.webex.com", SiteUnknown},
		{"tracking code 1 on twin", "code", "1", "twin", SiteAmbiguous},
		{"tracking code 1 twin", "code", "1", "twin", SiteAmbiguous},
		{"tracking code 1 on twin.my", "code", "1", "twin.my.webex.com", SiteAllowed},
		{"tracking code 1 on example and emea", "code", "1", "example.webex.com", SiteAmbiguous},
		{"tracking code 1 on example and exapmle", "code", "1", "exapmle", SiteUnknown},
		{"on example.webex.com tracking code 1 on emea", "code", "1", "example.webex.com", SiteAmbiguous},
		{"codes exapmle", "codes", "", "exapmle", SiteUnknown},
		// lists
		{"codes", "codes", "", "", SiteUnnamed},
		{"codes please?", "codes", "", "", SiteUnnamed},
		{"codes ?", "codes", "", "", SiteUnnamed},
		{"list", "codes", "", "", SiteUnnamed},
		{"list codes on example", "codes", "", "example.webex.com", SiteAllowed},
		{"list all the tracking codes on example.webex.com?", "codes", "", "example.webex.com", SiteAllowed},
		{"list of codes for example", "codes", "", "example.webex.com", SiteAllowed},
		{"which tracking codes are available on example.webex.com?", "codes", "", "example.webex.com", SiteAllowed},
		{"What are the tracking codes?", "codes", "", "", SiteUnnamed},
		{"codes example", "codes", "", "example.webex.com", SiteAllowed},
		{"example.webex.com codes", "codes", "", "example.webex.com", SiteAllowed},
		{"codes for me please", "codes", "", "", SiteUnnamed},
		{"codes\non example.webex.com", "codes", "", "example.webex.com", SiteAllowed},
		{"list code 1 on example", "code", "1", "example.webex.com", SiteAllowed},
		// help
		{"help", "help", "", "", SiteUnnamed},
		{"Help!", "help", "", "", SiteUnnamed},
		{"help me please", "help", "", "", SiteUnnamed},
		{"?", "help", "", "", SiteUnnamed},
		{"hi, help", "help", "", "", SiteUnnamed},
		{"??", "help", "", "", SiteUnnamed},
		// what comes later
		{"sites", "sites", "", "", SiteUnnamed},
		{"which sites?", "sites", "", "", SiteUnnamed},
		{"options of Cost Center on example", "options", "Cost Center", "example.webex.com", SiteAllowed},
		{"options of Cost Center on example.webex.com containing 77", "options", "Cost Center", "example.webex.com", SiteAllowed},
		{"options of Cost Center on example containing 77", "options", "Cost Center", "example.webex.com", SiteAllowed},
		{"codes of alice@example.com", "values", "alice@example.com", "", SiteUnnamed},
		{"codes of 4711@example.com", "values", "4711@example.com", "", SiteUnnamed},
		{"codes of alice@example.com on example", "values", "alice@example.com", "example.webex.com", SiteAllowed},
		{"what does alice@example.com see on emea", "see", "alice@example.com see", "emea.example.com", SiteAllowed},
		{"use example.webex.com here", "use", "here", "example.webex.com", SiteAllowed},
		{"use example.webex.com", "use", "", "example.webex.com", SiteAllowed},
		{"check example.webex.com", "check", "", "example.webex.com", SiteAllowed},
		{"check example", "check", "", "example.webex.com", SiteAllowed},
		{"find Marketing", "find", "Marketing", "", SiteUnnamed},
		{"who is missing Department on example", "missing", "Department", "example.webex.com", SiteAllowed},
		// no command
		{"1 on example.webex.com", "", "1", "example.webex.com", SiteAllowed},
		{"Department on example.webex.com", "", "Department", "example.webex.com", SiteAllowed},
		{"get Team on example.webex.com please", "", "Team", "example.webex.com", SiteAllowed},
		{"trakcing code 1 on example.webex.com", "", "trakcing code 1", "example.webex.com", SiteAllowed},
		{"example.webex.com", "", "", "example.webex.com", SiteAllowed},
		{"Time in Lieu", "", "Time in Lieu", "", SiteUnnamed},
		{"what is the weather in Paris?", "", "weather in Paris", "", SiteUnnamed},
		{"list the meetings we had today", "", "list the meetings we had today", "", SiteUnnamed},
		{"what does code of conduct mean", "see", "code of conduct mean", "", SiteUnnamed},
		{"my code of conduct", "", "my code of conduct", "", SiteUnnamed},
		{"encode this", "", "encode this", "", SiteUnnamed},
		{"codec 1 on example.webex.com", "", "codec 1", "example.webex.com", SiteAllowed},
		{"code-review on example.webex.com", "", "code-review", "example.webex.com", SiteAllowed},
		{"", "", "", "", SiteUnnamed},
		{"...", "", "", "", SiteUnnamed},
	} {
		q, found := p.Parse(test.text).Resolve(allowed())
		if q.Command != test.command || q.Text != test.about || q.Site != test.site || found != test.found {
			t.Errorf("Parse(%q) = %q %q on %q (%d), want %q %q on %q (%d)",
				test.text, q.Command, q.Text, q.Site, found, test.command, test.about, test.site, test.found)
		}
	}
}

func TestParseRest(t *testing.T) {
	p := NewParser(questions())
	for _, test := range []struct{ text, command, about, site, rest string }{
		{"who is missing Department on example.webex.com\na@example.com\nb@example.com", "missing", "Department", "example.webex.com", "a@example.com\nb@example.com"},
		{"who is missing Department\na@example.com\nb@example.com", "missing", "Department", "", "a@example.com\nb@example.com"},
		{"who is missing\nDepartment on example.webex.com\na@example.com", "missing", "Department", "example.webex.com", "a@example.com"},
		// what is left of the lines where Webex made blanks of them
		{"who is missing Department on example.webex.com a@example.com b@example.com", "missing", "Department", "example.webex.com", "a@example.com\nb@example.com"},
		{"tracking code 1\ntracking code 2", "code", "1", "", "tracking code 2"},
		{"tracking code 1 on example.webex.com\ntracking code 2 on example.webex.com", "code", "1", "example.webex.com", "tracking code 2 on example.webex.com"},
		{"tracking code 1 on example.webex.com\nI need it for a report.\nBob", "code", "1", "example.webex.com", "I need it for a report.\nBob"},
		{"tracking code Cost\nCenter on example.webex.com", "code", "Cost Center", "example.webex.com", ""},
		{"codes of\nalice@example.com", "values", "alice@example.com", "", ""},
		{"trakcing code 1\ntracking code 2", "", "trakcing code 1", "", "tracking code 2"},
		{"1 on example.webex.com\n2 on example.webex.com", "", "1", "example.webex.com", "2 on example.webex.com"},
		{"quick one\nfrom the office\ncode 1", "code", "1", "", ""},
	} {
		q := p.Parse(test.text)
		if q.Command != test.command || q.Text != test.about || q.Site != test.site || q.Rest != test.rest {
			t.Errorf("Parse(%q) = %q %q on %q, rest %q, want %q %q on %q, rest %q",
				test.text, q.Command, q.Text, q.Site, q.Rest, test.command, test.about, test.site, test.rest)
		}
	}
}

func TestParseMore(t *testing.T) {
	p := NewParser(questions())
	for _, text := range []string{
		"options of Cost Center on example.webex.com containing 77",
		"options of Cost Center on example containing 77",
	} {
		if q, _ := p.Parse(text).Resolve(allowed()); q.Text != "Cost Center" || q.More != "containing 77" {
			t.Errorf("Parse(%q) = %+v, want more: containing 77", text, q)
		}
	}
}

func TestParseQuoted(t *testing.T) {
	p := NewParser(questions())
	for text, want := range map[string]bool{
		`tracking code "Cost Center" on example`:   true,
		`tracking code 'Joe's team' on example`:    true,
		`tracking code #"Cost Center"`:             true,
		`"Cost Center" on example.webex.com`:       true,
		`tracking code Cost Center on example`:     false,
		`tracking code "Cost Center on example`:    false,
		`options of "Cost Center" containing 77`:   false,
		`tracking code Alice's and Bob's on emea`:  false,
		`tracking code "" on example`:              false,
		"tracking code `Cost Center` on example":   true,
		`tracking code "example" on "emea"`:        true,
		`tracking code "on example.webex.com"`:     true,
		`the "Cost Center" tracking code on emea.`: true,
	} {
		if q := p.Parse(text); q.Quoted != want {
			t.Errorf("Parse(%q) = %+v, want quoted %v", text, q, want)
		}
	}
}

// A bot whose commands take a quoted name alone gives the quote as a phrase.
func TestParseQuotePhrase(t *testing.T) {
	commands := questions()
	commands[0].Phrases = append(commands[0].Phrases, `"`)
	q, found := NewParser(commands).Parse(`"1" on example.webex.com`).Resolve(allowed())
	if q.Command != "code" || q.Text != "1" || !q.Quoted || found != SiteAllowed {
		t.Errorf("Parse = %+v, %d, want code 1", q, found)
	}
}

func TestSaid(t *testing.T) {
	p := NewParser(questions())
	for text, want := range map[string]string{
		"Please tell me about Widgets on example.webex.com": "Please tell me about Widgets",
		"hello":                                "",
		"trakcing code 1 on example.webex.com": "trakcing code 1",
	} {
		if got := p.Parse(text).Said(); got != want {
			t.Errorf("Said after %q = %q, want %q", text, got, want)
		}
	}
}

func TestNewParserPanics(t *testing.T) {
	for _, phrases := range [][]string{{"code", "code"}, {"Code"}, {""}, {"a  b"}, {" a"}, {"a\u00a0b"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("NewParser with %q did not panic", phrases)
				}
			}()
			NewParser([]Command{{Name: "x", Phrases: phrases}})
		}()
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"tracking code 1 on example.webex.com", "hi, #1@example", `code "Work on Demand" on a and b`, "codes\non example\nx@y.z",
		"who is missing X on example.webex.com a@b.c", "İ tracking code \u212A", "on our site", "code #", "\" ' `", "https:// code @",
		"cdoe 1\ncode 2", "please delete\ncode 1 on a b", "o\xfc\xac.#\rc#\r\x01 #",
	} {
		f.Add(text)
	}
	p := NewParser(questions())
	f.Fuzz(func(t *testing.T, text string) {
		q := p.Parse(text)
		resolved, found := q.Resolve(allowed())
		for _, s := range []string{q.Command, q.Text, q.Site, q.Also, q.Rest, q.Said(), resolved.Text, resolved.Site} {
			if !utf8.ValidString(s) {
				t.Errorf("Parse(%q) = %+v, which is not UTF-8", text, q)
			}
		}
		if found == SiteAllowed && !slices.Contains(allowed(), resolved.Site) {
			t.Errorf("Parse(%q): %q is allowed", text, resolved.Site)
		}
		if found == SiteUnknown && resolved.Site == "" {
			t.Errorf("Parse(%q): an unknown site without a name: %+v", text, resolved)
		}
		if (q.Greeting || q.Thanks) && (q.Command != "" || q.Text != "") {
			t.Errorf("Parse(%q) = %+v, polite and more", text, q)
		}
		list := p.Questions(text)
		if len(list) == 1 && (list[0].above == "" || q.Command != "") {
			t.Errorf("Questions(%q) = %+v, one alone, and Parse reads %+v", text, list, q)
		}
		if len(list) > 0 && q.Command != "" && q.front == "" && list[0].Command != q.Command {
			t.Errorf("Questions(%q) = %+v, and Parse reads %+v", text, list, q)
		}
		for _, one := range list {
			if one.Command == "" || !utf8.ValidString(one.Rest+one.Text) {
				t.Errorf("Questions(%q) = %+v", text, list)
			}
		}
		for _, mended := range p.Mend(q, anybody) {
			if mended.Command == "" || !utf8.ValidString(mended.Text) {
				t.Errorf("after %q: mended %+v", text, mended)
			}
		}
		if strings.ContainsAny(q.Text, "\"'`\n") || q.Text == "" || found != SiteAllowed || resolved.Command != "code" {
			return
		}
		// Asked again in the usual form it is the same question.
		again, found := p.Parse(`tracking code "` + resolved.Text + `" on ` + resolved.Site).Resolve(allowed())
		if again.Text != resolved.Text || again.Site != resolved.Site || found != SiteAllowed {
			t.Errorf("Parse(%q) = %+v, again %+v, %d", text, resolved, again, found)
		}
	})
}

func TestParseOfLists(t *testing.T) {
	p := NewParser([]Command{
		{Name: "codes", Phrases: []string{"codes"}, Site: true, Filter: true},
		{Name: "options", Phrases: []string{"options", "options of"}, Text: true, Site: true, Filter: true},
	})
	const site = "example.webex.com"
	for text, want := range map[string]Query{
		"codes on " + site:                                        {Command: "codes", Site: site},
		"codes containing cost on " + site:                        {Command: "codes", Site: site, Filter: "cost"},
		"codes on " + site + " containing Cost Center":            {Command: "codes", Site: site, Filter: "Cost Center"},
		"codes containing \"on hold\"":                            {Command: "codes", Filter: "on hold"},
		"options of Cost Center on " + site + ", containing 77":   {Command: "options", Text: "Cost Center", Site: site, Filter: "77"},
		"options of Cost Center containing 77 on " + site:         {Command: "options", Text: "Cost Center", Site: site, Filter: "77"},
		"options of Cost Center on " + site + " as a file please": {Command: "options", Text: "Cost Center", Site: site, As: "file"},
		"codes on " + site + " as csv":                            {Command: "codes", Site: site, As: "csv"},
		"options of Known as csv on " + site:                      {Command: "options", Text: "Known as csv", Site: site},
		"options of 2 on " + site + " matching a b as a file?":    {Command: "options", Text: "2", Site: site, Filter: "a b", As: "file"},
	} {
		got := p.Parse(text)
		if got.Command != want.Command || got.Text != want.Text || got.Site != want.Site || got.Filter != want.Filter || got.As != want.As {
			t.Errorf("Parse(%q) = %s %q on %q, filter %q, as %q; want %s %q on %q, filter %q, as %q", text,
				got.Command, got.Text, got.Site, got.Filter, got.As, want.Command, want.Text, want.Site, want.Filter, want.As)
		}
	}
}
