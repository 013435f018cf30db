package cards_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"trackbot/cards"
)

// filled puts into every button what the bot puts in before it posts.
func filled(c *cards.Card) *cards.Card {
	c.ID = "ref-7F3K-Q2"
	c.Small("Updated 59 s ago")
	c.Warn(strings.Repeat("w", 300))
	c.EachData(func(d *cards.Data) {
		d.Root, d.Room = strings.Repeat("R", 110), "person"
		d.Until, d.Sig = 1<<33, strings.Repeat("f", 64)
	})
	return c
}

func checkBudget(t *testing.T, name string, v view) {
	t.Helper()
	c := filled(v.View().Card())
	card := must(t, c)
	if len(card) > cards.MaxCard {
		t.Errorf("%s: card has %d bytes, want at most %d", name, len(card), cards.MaxCard)
	}
	for _, row := range shown(c) {
		if n := strings.Count(row, ", Submit "); n > 2 {
			t.Errorf("%s: a row of %d buttons, want at most 3", name, n+1)
		}
	}
	s := v.View().Markdown()
	if len(s) > cards.MaxMarkdown || !utf8.ValidString(s) || s == "" {
		t.Errorf("%s: markdown has %d bytes, want at most %d, valid %v", name, len(s), cards.MaxMarkdown, utf8.ValidString(s))
	}
	if !utf8.Valid(card) {
		t.Errorf("%s: the card is not valid UTF-8", name)
	}
}

func TestBudgetOfSamples(t *testing.T) {
	for name, v := range samples() {
		checkBudget(t, name, v)
	}
}

// TestBudgetAtRandom draws views whose texts are of the worst kind and length.
func TestBudgetAtRandom(t *testing.T) {
	signs := []string{"a", "<", "&", "\\", "*", "𠜎", "א", "部", "\x01", "\xff", "`", "{", "]", "\"", "\u2028", " ", "\n", "~", "_"}
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		text := func(n int) string {
			s := signs[r.IntN(len(signs))]
			if r.IntN(3) > 0 {
				return strings.Repeat(s, n)
			}
			var b strings.Builder
			for range n {
				b.WriteString(signs[r.IntN(len(signs))])
			}
			return b.String()
		}
		long := func() string { return text([]int{0, 1, 40, 120, 300, 1000}[r.IntN(6)]) }
		buttons := func() []cards.Button {
			list := make([]cards.Button, r.IntN(9))
			for i := range list {
				list[i] = cards.Button{Title: long() + "x", Data: cards.Data{Ask: "code", Question: text(r.IntN(400))}}
			}
			return list
		}
		texts := func() []string {
			list := make([]string, r.IntN(40))
			for i := range list {
				list[i] = long()
			}
			return list
		}
		rule := func() cards.Rule { return cards.Rule{Words: long(), Tone: cards.Tone(r.IntN(8))} }
		c := cards.Code{
			Name: long(), ID: long(), Site: long(), SiteNote: long(), Input: long(), HostProfile: rule(),
			Options: options(r.IntN(501), func(int) string { return long() }),
			Notes:   texts(), Buttons: buttons(), Age: long(), Ref: long(),
		}
		for range r.IntN(9) {
			c.Services = append(c.Services, cards.Service{Name: long(), Rule: rule()})
		}
		pages := cards.Pages{Page: r.IntN(4), Of: r.IntN(4), First: 1, Last: 10, Total: r.IntN(50), All: 50, Filter: long(), Ask: cards.Data{Ask: "codes", Question: text(r.IntN(200))}}
		l := cards.CodeList{Site: long(), SiteNote: long(), Buttons: buttons(), Notes: texts(), Ref: long(), Pages: pages}
		for range r.IntN(201) {
			l.Rows = append(l.Rows, cards.CodeRow{
				ID: long(), Name: long(), Input: long(), Default: long(), Host: rule(), Required: long(),
				Open: cards.Data{Ask: "code", Question: long()},
			})
		}
		rows := cards.List{Title: long(), Site: long(), SiteNote: long(), Lines: texts(), Notes: texts(), Buttons: buttons(), Ref: long(), Pages: pages}
		for range r.IntN(201) {
			rows.Rows = append(rows.Rows, cards.Row{Title: long(), Under: long(), Loud: long(), Mark: long(), Open: cards.Data{Ask: "code", Question: long()}})
		}
		form := cards.Form{Title: long(), Site: long(), SiteNote: long(), Lines: texts(), Submit: cards.Button{Title: "Ask", Data: cards.Data{Ask: "code"}}, Examples: texts(), Ref: long()}
		for i := range r.IntN(5) {
			f := cards.Field{ID: "in" + strconv.Itoa(i), Label: long(), Placeholder: long(), Value: long(), Required: true, Multiline: r.IntN(2) == 0}
			for range r.IntN(201) {
				f.Choices = append(f.Choices, cards.Choice{Title: long(), Value: long()})
			}
			form.Fields = append(form.Fields, f)
		}
		n := cards.Notice{
			Title: long(), Tone: rule().Tone, Lines: texts(), Examples: texts(), Buttons: buttons(), Choices: buttons(),
			Ref: long(), TrackingID: long(),
		}
		for _, s := range texts() {
			n.Facts = append(n.Facts, [2]string{s, long()})
		}
		x := cards.Report{Title: long(), Tone: rule().Tone, Site: long(), SiteNote: long(), Lines: texts(), Notes: texts(), Buttons: buttons(), Ref: long()}
		for range r.IntN(5) {
			part := cards.Section{Heading: long()}
			for range r.IntN(100) {
				part.Rows = append(part.Rows, cards.Line{Title: long(), Loud: long(), Under: []string{long(), long()}, Open: cards.Data{Ask: long()}})
			}
			x.Parts = append(x.Parts, part)
		}
		for name, v := range map[string]view{"code": c, "list": l, "notice": n, "rows": rows, "form": form, "report": x} {
			checkBudget(t, fmt.Sprintf("%s of seed %d", name, seed), v)
		}
	}
}

// TestLeftOut counts: what is shown and what is said to be left out is all.
func TestLeftOut(t *testing.T) {
	for _, n := range []int{1, 6, 7, 20, 21, 60, 500} {
		v := example()
		v.Options = options(n, func(i int) string { return "<opt " + strconv.Itoa(i) + "> " + strings.Repeat("𠜎", 100) })
		for name, s := range map[string]string{"card": string(must(t, v.View().Card())), "markdown": v.View().Markdown()} {
			shown := strings.Count(s, "opt ") - 1 // once as the default
			if left := n - shown; shown > 20 || left > 0 != strings.Contains(s, fmt.Sprintf("and %d more", left)) {
				t.Errorf("%d options: %d shown in the %s, and the rest is not told", n, shown, name)
			}
		}
		if s := v.View().Markdown(); !strings.HasSuffix(s, "\n\nRef 7F3K-Q2") {
			t.Errorf("%d options: the markdown ends without the reference: %q", n, s[len(s)-40:])
		}
	}
}

// TestMarkdownFirstLine stands alone in a notification.
func TestMarkdownFirstLine(t *testing.T) {
	got, _, _ := strings.Cut(example().View().Markdown(), "\n")
	if want := "**Department** (code 1) on example.webex.com"; got != want {
		t.Errorf("first line = %q, want %q", got, want)
	}
}

func TestNoticeMarkdownSaysAll(t *testing.T) {
	n := failure()
	n.Examples, n.Choices = notUnderstood().Examples, notUnderstood().Choices
	s := n.View().Markdown()
	want := append([]string{"**" + n.Title + "**", n.Ref, "ROUTER_5FA2B0E1"}, n.Lines...)
	for _, f := range n.Facts {
		want = append(want, "- **"+f[0]+":** "+f[1])
	}
	for _, e := range n.Examples {
		want = append(want, "`"+e+"`")
	}
	for _, c := range n.Choices {
		want = append(want, "- **"+c.Title+"**")
	}
	for _, w := range want {
		if !strings.Contains(s, w) && !strings.Contains(s, cards.Escape(w)) {
			t.Errorf("markdown lacks %q:\n%s", w, s)
		}
	}
	n.Examples = []string{"a `b` <@all> {{DATE(x)}}", "`"}
	if s := n.View().Markdown(); !strings.Contains(s, "``a `b` <"+wordJoiner+"@all> {"+wordJoiner+"{DATE(x)}}``") || !strings.Contains(s, "`` ` ``") {
		t.Errorf("examples with backticks:\n%s", s)
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, 3)
	}
	f.Add(strings.Repeat("𠜎", 120), 500)
	f.Fuzz(func(t *testing.T, s string, n int) {
		v := example()
		v.Name, v.ID, v.Site, v.SiteNote, v.Ref, v.Age = s, s, s, s, s, s
		v.Options = options(min(max(n, 0), 500), func(int) string { return s })
		v.Notes = []string{s, s}
		checkBudget(t, "code", v)
		l := list(2)
		l.Rows[0].Name, l.Rows[1].ID, l.Notes = s, s, []string{s}
		checkBudget(t, "list", l)
		x := failure()
		x.Title, x.Lines, x.Facts, x.Examples = s, []string{s, s}, [][2]string{{s, s}}, []string{s}
		x.Choices = []cards.Button{{Title: s, Data: cards.Data{Ask: s}}, {Title: s, URL: s}}
		checkBudget(t, "notice", x)
	})
}

// TestTenCodesFitAPage: whatever a site's codes are called, a page of ten is
// whole, for what is left out of a page is on no other.
func TestTenCodesFitAPage(t *testing.T) {
	v := paged(list(10), 2, 20, "")
	for i := range v.Rows {
		v.Rows[i].Name, v.Rows[i].Default = strings.Repeat("𠜎", 120), strings.Repeat("𠜎", 120)
	}
	if card := string(must(t, filled(v.View().Card()))); strings.Contains(card, `"and `) || len(card) > cards.MaxCard {
		t.Errorf("a page of ten codes has %d bytes or leaves some out", len(card))
	}
}

// TestOptionsTakeOneLine each, also where nothing in them can be wrapped.
func TestOptionsTakeOneLine(t *testing.T) {
	v := example()
	v.Options = []cards.Option{{Value: strings.Repeat("部", 120), Default: true}, {Value: "Sales"}}
	card := string(must(t, v.View().Card()))
	if want := `"` + strings.Repeat("部", 15) + `… · default"`; !strings.Contains(card, want) || !strings.Contains(card, `"Sales"`) {
		t.Errorf("the card does not show %s: %s", want, card)
	}
}
