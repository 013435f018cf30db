package cards

import (
	"slices"
	"strings"
)

// partRows is how many rows of a part are shown where a report has several
// parts, so that a long one does not push the others out.
const partRows = 12

// Card lays the report out: a header, lines, the parts with their rows, notes.
func (v Report) Card() *Card {
	p := newPage()
	p.left -= moreRoom * len(v.Parts)
	p.buttons(v.Buttons, MaxActions)
	head := p.keep(header(v.headTone(), titleOf(v.Title, EscapeText), siteLine(v.Site, v.SiteNote, EscapeText)))
	foot := p.keep(footer(label("Ref", EscapeText(clip(v.Ref, maxID))))...)
	lines := p.paragraphs(slices.Concat(v.Lead, v.Lines))
	notes := p.paragraphs(v.Notes)
	var parts []Element
	for _, part := range v.Parts {
		parts = append(parts, v.part(p, part)...)
	}
	return p.done(head, lines, parts, notes, foot)
}

func (v Report) headTone() Tone {
	if v.Tone == Plain {
		return Accent
	}
	return v.Tone
}

// shown is how many rows of a part are shown at most.
func (v Report) shown(part Section) int {
	if len(v.Parts) > 1 {
		return min(partRows, len(part.Rows))
	}
	return len(part.Rows)
}

func (v Report) part(p *page, part Section) []Element {
	var head []Element
	if part.Heading != "" {
		head = p.keep(heading(EscapeText(clip(part.Heading, maxWords))))
	}
	rows := p.list(v.shown(part), func(i int) Element { return part.Rows[i].row(i > 0) })
	return slices.Concat(head, rows, rest(len(part.Rows)-len(rows)))
}

// row is a title and what stands below it: first what asks for something, in
// colour, then the rest. A row that opens something has a sign at its end.
func (r Line) row(separator bool) Element {
	items := []Element{&TextBlock{Text: titleOf(r.Title, EscapeText), Bold: true}}
	if r.Loud != "" {
		items = append(items, &TextBlock{Text: EscapeText(clip(r.Loud, maxLine)), Tone: Attention, Spacing: NoSpacing})
	}
	for _, s := range r.Under {
		items = append(items, &TextBlock{Text: EscapeText(clip(s, maxLine)), Tone: Subtle, Spacing: NoSpacing})
	}
	if r.Open.Ask == "" || len(r.Open.append(nil)) > maxData {
		return &Container{Separator: separator, Items: items}
	}
	return &Container{Separator: separator, Select: &Submit{Title: "Open", Data: r.Open}, Items: []Element{&ColumnSet{Columns: []Column{
		{Width: "stretch", Items: items},
		{Width: "auto", Items: []Element{&TextBlock{Text: "›", Size: Large, Tone: Accent}}},
	}}}}
}

// Markdown says what the card says, for notifications and for clients that
// draw no cards.
func (v Report) Markdown() string {
	t := leading(v.Lead, "**"+titleOf(v.Title, Escape)+"** on "+siteLine(v.Site, v.SiteNote, Escape), label("Ref", Escape(clip(v.Ref, maxID))))
	t.left -= lineRoom * len(v.Parts)
	t.paragraphs(v.Lines)
	t.paragraphs(v.Notes)
	t.links(v.Buttons)
	for _, part := range v.Parts {
		if part.Heading != "" {
			t.part()
			t.add("**" + Escape(clip(part.Heading, maxWords)) + "**")
		}
		t.part()
		t.rows(part.Rows, v.shown(part))
	}
	return t.String()
}

// rows adds at most limit rows of a part, and says how many more there are.
func (t *text) rows(rows []Line, limit int) {
	for i, r := range rows {
		if i == limit || !t.add("- "+r.markdown()) {
			t.put("- " + more(len(rows)-i)) // in the room kept for it
			return
		}
	}
}

func (r Line) markdown() string {
	parts := []string{"**" + titleOf(r.Title, Escape) + "**"}
	if r.Loud != "" {
		parts = append(parts, "**"+Escape(clip(r.Loud, maxLine))+"**")
	}
	for _, u := range r.Under {
		if u != "" {
			parts = append(parts, Escape(clip(u, maxLine)))
		}
	}
	return strings.Join(parts, " — ")
}
