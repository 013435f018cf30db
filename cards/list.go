package cards

import "strconv"

// Card shows a row for each code, which opens it when it is tapped.
func (v CodeList) Card() *Card {
	p := newPage()
	p.buttons(v.Pages.buttons(v.Buttons), MaxActions)
	head := p.keep(header(Accent, v.title(), siteLine(v.Site, v.SiteNote, EscapeText)))
	foot := p.keep(footer(label("Ref", EscapeText(clip(v.Ref, maxID))))...)
	box := p.keep(v.Pages.box()...)
	line := p.keep(v.Pages.line()...)
	lead := p.paragraphs(v.Lead)
	notes := p.paragraphs(v.Notes)
	rows := p.list(len(v.Rows), func(i int) Element { return v.Rows[i].row(i > 0) })
	return p.done(head, lead, box, rows, rest(len(v.Rows)-len(rows)), line, notes, foot)
}

func (v CodeList) title() string {
	if v.Title != "" {
		return v.Title
	}
	switch n := v.Pages.count(len(v.Rows)); n {
	case 0:
		return "No tracking codes"
	case 1:
		return "1 tracking code"
	default:
		return strconv.Itoa(n) + " tracking codes"
	}
}

// row is a container and not the column set alone, because the web client
// ignores a tap on the latter. The sign at its end says that it opens.
func (r CodeRow) row(separator bool) Element {
	items := []Element{
		&TextBlock{Text: titleOf(r.Name, EscapeText), Bold: true},
		&TextBlock{Text: join(label("code", EscapeText(clip(r.ID, maxID))), r.details(EscapeText)), Tone: Subtle, Spacing: NoSpacing},
	}
	if loud := r.loud(EscapeText); loud != "" {
		items = append(items, &TextBlock{Text: loud, Tone: Attention, Spacing: NoSpacing})
	}
	c := &Container{Separator: separator, Items: []Element{&ColumnSet{Columns: []Column{
		{Width: "stretch", Items: items},
		{Width: "auto", Items: []Element{&TextBlock{Text: "›", Size: Large, Tone: Accent}}},
	}}}}
	if len(r.Open.append(nil)) <= maxData {
		c.Select = &Submit{Title: "Open", Data: r.Open}
	}
	return c
}

// details are the row's second line, without its id and its loud part.
func (r CodeRow) details(escape func(string) string) string {
	host := ""
	if !isLoud(r.Host.Tone) {
		host = r.host(escape)
	}
	return join(escape(clip(r.Input, maxWords)), label("default", escape(clip(r.Default, maxDefault))), host)
}

// loud is what the code asks of people: the only part in colour.
func (r CodeRow) loud(escape func(string) string) string {
	host := ""
	if isLoud(r.Host.Tone) {
		host = r.host(escape)
	}
	return join(label("required for", escape(clip(r.Required, maxWords))), host)
}

func (r CodeRow) host(escape func(string) string) string {
	return label("host profile:", escape(clip(r.Host.Words, maxWords)))
}

// Markdown says what the card says, for notifications and for clients that
// draw no cards.
func (v CodeList) Markdown() string {
	t := leading(v.Lead, "**"+v.title()+"** on "+siteLine(v.Site, v.SiteNote, Escape), label("Ref", Escape(clip(v.Ref, maxID))))
	t.paragraphs(v.Notes)
	t.pages(v.Pages)
	t.links(v.Buttons)
	t.part()
	t.list(len(v.Rows), "- ", func(i int) string {
		r := v.Rows[i]
		return "**" + titleOf(r.Name, Escape) + "** (code " + Escape(clip(r.ID, maxID)) + ") — " +
			join(r.details(Escape), r.loud(Escape))
	})
	return t.String()
}
