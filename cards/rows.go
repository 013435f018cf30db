package cards

// Card shows a row for each entry, below the lines.
func (v List) Card() *Card {
	p := newPage()
	p.buttons(v.Pages.buttons(v.Buttons), MaxActions)
	under := ""
	if v.Site != "" {
		under = siteLine(v.Site, v.SiteNote, EscapeText)
	}
	head := p.keep(header(Accent, titleOf(v.Title, EscapeText), under))
	foot := p.keep(footer(label("Ref", EscapeText(clip(v.Ref, maxID))))...)
	box := p.keep(v.Pages.box()...)
	line := p.keep(v.Pages.line()...)
	lines := p.paragraphs(v.Lines)
	notes := p.paragraphs(v.Notes)
	rows := p.list(len(v.Rows), func(i int) Element { return v.Rows[i].row(i > 0) })
	return p.done(head, lines, box, rows, rest(len(v.Rows)-len(rows)), line, notes, foot)
}

func (r Row) row(separator bool) Element {
	items := []Element{&TextBlock{Text: titleOf(r.Title, EscapeText), Bold: true}}
	if r.Under != "" {
		items = append(items, &TextBlock{Text: EscapeText(clip(r.Under, maxValue)), Tone: Subtle, Spacing: NoSpacing})
	}
	if r.Loud != "" {
		items = append(items, &TextBlock{Text: EscapeText(clip(r.Loud, maxValue)), Tone: Attention, Spacing: NoSpacing})
	}
	columns := []Column{{Width: "stretch", Items: items}}
	if r.Mark != "" {
		columns = append(columns, Column{Width: "auto", Items: []Element{&TextBlock{Text: EscapeText(clip(r.Mark, maxID)), Tone: Accent, Right: true}}})
	}
	c := &Container{Separator: separator, Spacing: SmallSpacing}
	if r.Open.Ask != "" && len(r.Open.append(nil)) <= maxData {
		columns = append(columns, Column{Width: "auto", Items: []Element{&TextBlock{Text: "›", Size: Large, Tone: Accent}}})
		c.Select = &Submit{Title: "Open", Data: r.Open}
	}
	c.Items = []Element{&ColumnSet{Columns: columns}}
	return c
}

// Markdown says what the card says, for notifications and for clients that
// draw no cards.
func (v List) Markdown() string {
	first := "**" + titleOf(v.Title, Escape) + "**"
	if v.Site != "" {
		first += " on " + siteLine(v.Site, v.SiteNote, Escape)
	}
	t := newText(first, label("Ref", Escape(clip(v.Ref, maxID))))
	t.paragraphs(v.Lines)
	t.paragraphs(v.Notes)
	t.pages(v.Pages)
	t.links(v.Buttons)
	t.part()
	t.list(len(v.Rows), "- ", func(i int) string {
		r := v.Rows[i]
		s := "**" + titleOf(r.Title, Escape) + "**"
		if r.Mark != "" {
			s += " (" + Escape(clip(r.Mark, maxID)) + ")"
		}
		if more := join(Escape(clip(r.Under, maxValue)), Escape(clip(r.Loud, maxValue))); more != "" {
			s += " — " + more
		}
		return s
	})
	return t.String()
}

// pages says which part of the list follows.
func (t *text) pages(v Pages) {
	if s := v.words(); s != "" {
		t.paragraphs([]string{s})
	}
}
