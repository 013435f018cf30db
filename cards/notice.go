package cards

import (
	"slices"
	"unicode/utf8"
)

const (
	exampleHead = "For example:"
	choiceHead  = "Did you mean:"
)

// Card lays the notice out: a header in its tone, lines, facts, examples,
// then the choices and buttons, five together.
func (v Notice) Card() *Card {
	p := newPage()
	offered := p.buttons(v.Choices, MaxActions)
	p.buttons(v.Buttons, MaxActions)
	under := ""
	if v.Site != "" {
		under = siteLine(v.Site, v.SiteNote, EscapeText)
	}
	head := p.keep(header(v.headTone(), titleOf(v.Title, EscapeText), under))
	foot := p.keep(footer(v.footer(EscapeText))...)
	lines := p.paragraphs(slices.Concat(v.Lead, v.Lines))
	facts := p.list(len(v.Facts), v.grouped(v.factRow()))
	examples := v.examples(p)
	card := p.done(head, lines, facts, rest(len(v.Facts)-len(facts)), examples, foot, v.choiceHead(p, offered))
	card.choices = titles(v.Choices)
	return card
}

// headTone is the header's background: a notice without a tone has one too.
func (v Notice) headTone() Tone {
	if v.Tone == Plain {
		return Subtle
	}
	return v.Tone
}

// grouped puts the heading of a group above its first fact.
func (v Notice) grouped(row func(i int) Element) func(i int) Element {
	return func(i int) Element {
		if v.group(i) == "" {
			return row(i)
		}
		return &Container{Items: []Element{heading(EscapeText(clip(v.group(i), maxWords))), row(i)}, Spacing: LargeSpacing}
	}
}

// group is the heading above a fact, or nothing.
func (v Notice) group(i int) string {
	if i >= len(v.Groups) || i > 0 && v.Groups[i] == v.Groups[i-1] {
		return ""
	}
	return v.Groups[i]
}

// factRow lays facts out in two columns, or below each other where a title is
// too long for a phone.
func (v Notice) factRow() func(i int) Element {
	row := fact
	for _, f := range v.Facts {
		if utf8.RuneCountInString(f[0]) > shortTitle {
			row = longFact
		}
	}
	return func(i int) Element {
		gap := SmallSpacing
		if i == 0 {
			gap = MediumSpacing
		}
		return v.opens(i, row(v.Facts[i][0], v.Facts[i][1], Plain, gap), gap)
	}
}

// opens lets a tap on a fact ask what belongs to it.
func (v Notice) opens(i int, fact Element, gap Spacing) Element {
	if i >= len(v.Opens) || v.Opens[i].Ask == "" {
		return fact
	}
	c, whole := fact.(*Container)
	if !whole {
		c = &Container{Items: []Element{fact}, Spacing: gap}
	}
	c.Select = &Submit{Title: "Open", Data: v.Opens[i]}
	return c
}

func (v Notice) footer(escape func(string) string) string {
	return join(label("Ref", escape(clip(v.Ref, maxID))), label("Webex tracking id", escape(clip(v.TrackingID, maxWords))))
}

func (v Notice) examples(p *page) []Element {
	n := len(v.Examples)
	if n == 0 {
		return nil
	}
	head := p.keep(&TextBlock{Text: exampleHead, Tone: Subtle})
	rows := p.list(n, func(i int) Element {
		return &TextBlock{Text: EscapeText(clip(v.Examples[i], maxWords)), Mono: true, Spacing: SmallSpacing}
	})
	return []Element{&Container{Items: slices.Concat(head, rows, rest(n-len(rows))), Tone: Subtle, Spacing: MediumSpacing}}
}

// choiceHead stands above the choices, which are the first buttons, and tells
// how many of them find no button.
func (v Notice) choiceHead(p *page, offered int) []Element {
	if len(v.Choices) == 0 {
		return nil
	}
	head := p.keep(&TextBlock{Text: choiceHead, Bold: true, Spacing: MediumSpacing})
	return append(head, rest(len(v.Choices)-offered)...)
}

// Markdown says what the card says, for notifications and for clients that
// draw no cards.
func (v Notice) Markdown() string {
	first := "**" + titleOf(v.Title, Escape) + "**"
	if v.Site != "" {
		first += " on " + siteLine(v.Site, v.SiteNote, Escape)
	}
	t := leading(v.Lead, first, v.footer(Escape))
	t.paragraphs(v.Lines)
	if len(v.Facts) > 0 {
		t.part()
	}
	t.list(len(v.Facts), "", func(i int) string {
		s := bullet(v.Facts[i][0], v.Facts[i][1])
		if group := v.group(i); group != "" {
			s = "\n**" + Escape(clip(group, maxWords)) + "**\n\n" + s
		}
		return s
	})
	t.bullets(exampleHead, v.Examples, code)
	t.bullets(choiceHead, titles(v.Choices), func(s string) string { return Escape(clip(s, maxName)) })
	t.links(v.Buttons)
	return t.String()
}

func titles(buttons []Button) []string {
	s := make([]string, len(buttons))
	for i, x := range buttons {
		s[i] = x.Title
	}
	return s
}
