package cards

import (
	"cmp"
	"slices"
	"strconv"
)

const (
	// allOptions is how many options a card shows at once. Of more, only the
	// first are shown, and a button unfolds the others.
	allOptions  = 40
	fewOptions  = 20
	twoColumns  = 6  // options from which on two columns read better
	shortOption = 22 // cells of text that fit half of a phone's card
)

// Card lays the code out: a header, facts, the services, the options as far
// as they fit, notes and the small print.
func (v Code) Card() *Card {
	folded := len(v.Options) > allOptions
	limit := MaxActions
	if folded {
		limit--
	}
	p := newPage()
	p.buttons(v.Buttons, limit)
	head := p.keep(header(Accent, titleOf(v.Name, EscapeText),
		"code "+EscapeText(clip(v.ID, maxID))+" · "+siteLine(v.Site, v.SiteNote, EscapeText)))
	foot := p.keep(footer(v.footer(EscapeText))...)
	lead := p.paragraphs(v.Lead)
	facts := p.keep(v.facts()...)
	services := v.services(p)
	notes := p.paragraphs(v.Notes)
	options, shown := v.options(p)
	if folded {
		v.fold(p, shown)
	}
	return p.done(head, lead, facts, services, options, notes, foot)
}

// titleOf is a name that is never empty.
func titleOf(name string, escape func(string) string) string {
	return cmp.Or(escape(clip(name, maxName)), "(no name)")
}

// siteLine names the site, and why it is the one where that was not asked.
func siteLine(site, note string, escape func(string) string) string {
	s := escape(clip(site, maxSite))
	if note != "" {
		s += " (" + escape(clip(note, maxWords)) + ")"
	}
	return s
}

func (v Code) footer(escape func(string) string) string {
	return join(label("Ref", escape(clip(v.Ref, maxID))), escape(clip(v.Age, maxWords)))
}

func (v Code) facts() []Element {
	facts := []Element{fact("Value", v.Input, Plain, MediumSpacing)}
	if s, ok := v.defaultValue(); ok {
		facts = append(facts, fact("Default", s, Plain, SmallSpacing))
	}
	if v.HostProfile.Words != "" {
		facts = append(facts, fact("Host profile", v.HostProfile.Words, v.HostProfile.Tone, SmallSpacing))
	}
	return facts
}

// defaultValue is the first default option. A code without options has none to tell.
func (v Code) defaultValue() (string, bool) {
	for _, o := range v.Options {
		if o.Default {
			return o.Value, true
		}
	}
	return "none", len(v.Options) > 0
}

func (v Code) services(p *page) []Element {
	n := len(v.Services)
	if n == 0 {
		return nil
	}
	head := p.keep(heading("When a meeting is scheduled or started"))
	rows := p.list(n, func(i int) Element { return v.Services[i].row() })
	return slices.Concat(head, rows, rest(n-len(rows)))
}

func (s Service) row() Element {
	return &ColumnSet{Spacing: SmallSpacing, Separator: true, Columns: []Column{
		{Width: "stretch", Items: []Element{&TextBlock{Text: EscapeText(clip(s.Name, maxWords))}}},
		{Width: "auto", Items: []Element{&TextBlock{
			Text: EscapeText(clip(s.Rule.Words, maxWords)), Tone: s.Rule.Tone, Bold: isLoud(s.Rule.Tone), Right: true,
		}}},
	}}
}

// options returns the options that are shown at once, and how many they are.
func (v Code) options(p *page) (items []Element, shown int) {
	n := len(v.Options)
	if n == 0 {
		return nil, 0
	}
	limit := n
	if n > allOptions {
		limit = fewOptions
	}
	head := p.keep(heading("Options (" + strconv.Itoa(n) + ")"))
	rows := p.list(limit, func(i int) Element { return v.Options[i].row() })
	shown = len(rows)
	if shown > twoColumns && areShort(v.Options[:shown]) {
		half := (shown + 1) / 2
		rows = []Element{&ColumnSet{Columns: []Column{
			{Width: "stretch", Items: rows[:half]},
			{Width: "stretch", Items: rows[half:]},
		}}}
	}
	return slices.Concat(head, rows, rest(n-shown)), shown
}

// fold puts the options from the given one on behind a button.
func (v Code) fold(p *page, from int) {
	n := len(v.Options) - from
	rows := p.list(n, func(i int) Element { return v.Options[from+i].row() })
	if len(rows) > 0 {
		card := Card{Body: append(rows, rest(n-len(rows))...)}
		p.card.Actions = append(p.card.Actions, &ShowCard{Title: "More options", Card: card})
	}
}

func (o Option) row() Element {
	t := &TextBlock{Text: o.text(EscapeText), Spacing: NoSpacing}
	if o.Default {
		t.Text += " (default)"
		t.Bold = true
	}
	return t
}

func (o Option) text(escape func(string) string) string {
	return cmp.Or(escape(clip(o.Value, maxName)), "(empty)")
}

func areShort(options []Option) bool {
	for _, o := range options {
		if cells(o.Value) > shortOption {
			return false
		}
	}
	return true
}

// Markdown says what the card says, for notifications and for clients that
// draw no cards.
func (v Code) Markdown() string {
	t := leading(v.Lead, "**"+titleOf(v.Name, Escape)+"** (code "+Escape(clip(v.ID, maxID))+") on "+
		Escape(clip(v.Site, maxSite))+" — "+Escape(clip(v.Input, maxWords)), v.footer(Escape))
	t.part()
	if v.SiteNote != "" {
		t.add(bullet("Site", clip(v.Site, maxSite)+", "+v.SiteNote))
	}
	if s, ok := v.defaultValue(); ok {
		t.add(bullet("Default", s))
	}
	if v.HostProfile.Words != "" {
		t.add(bullet("Host profile", v.HostProfile.Words))
	}
	t.list(len(v.Services), "", func(i int) string {
		return bullet(v.Services[i].Name, v.Services[i].Rule.Words)
	})
	t.paragraphs(v.Notes)
	t.links(v.Buttons)
	t.options(v.Options)
	return t.String()
}

func (t *text) options(options []Option) {
	n := len(options)
	if n == 0 {
		return
	}
	t.part()
	t.add("**Options (" + strconv.Itoa(n) + "):**")
	t.part()
	t.list(n, "- ", func(i int) string {
		s := options[i].text(Escape)
		if options[i].Default {
			s = "**" + s + "** (default)"
		}
		return s
	})
}
