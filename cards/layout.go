package cards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Longest texts of a card, in runes. Names and options have at most 120 in
// Webex, a host name at most 253; the rest is ours and shorter by far.
const (
	maxName  = 160
	maxWords = 160
	maxSite  = 253
	maxID    = 80
	maxLine  = 600
	maxValue = 300
	maxLabel = 60
)

const (
	// mostRows is how many entries of a block are shown where all fit.
	mostRows = 48
	// fillRoom is kept free for each button: the bot fills in an id of at most
	// 110 bytes, a word, a time and a signature of 64.
	fillRoom = 240
	// lateRoom is kept free for the id, [Card.Small] and [Card.Warn].
	lateRoom = 1500
	// maxData is the longest data of one button; a longer one is left out.
	maxData = 1200
)

// between stands between the parts of a line.
const between = " · "

// Card draws the view, with fewer entries where it would be over [MaxCard].
func (v View) Card() *Card {
	for limit := mostRows; ; limit /= 2 {
		c := &Card{view: v, Ref: v.Ref, small: slices.Clone(v.Small), Body: append(v.body(limit), actionRows(v.actions(MaxActions))...)}
		if limit == 0 || c.size()+lateRoom <= MaxCard {
			return c
		}
	}
}

func (v View) body(limit int) []*Element {
	body := append([]*Element{v.header()}, v.Lead.elements(limit)...)
	for _, b := range v.Blocks {
		body = append(body, b.elements(limit)...)
	}
	return body
}

// size is how long the card's JSON will be, with what the bot fills in.
func (c *Card) size() int {
	n := size(c)
	c.EachData(func(*Data) { n += fillRoom })
	return n
}

// header is the part of a card that is read across the room; a long title is
// smaller.
func (v View) header() *Element {
	title := &Element{Type: "TextBlock", Text: titleOf(v.Title, EscapeText), Wrap: true, Size: "extraLarge", Weight: "bolder"}
	switch n := cells(v.Title); {
	case n > 60:
		title.Size = "medium"
	case n > 24:
		title.Size = "large"
	}
	items := []*Element{title}
	if s := v.under(); s != "" {
		items = append(items, &Element{Type: "TextBlock", Text: s, Wrap: true, Subtle: true, Spacing: "none"})
	}
	return &Element{Type: "Container", Style: v.Tone.background(), Bleed: true, Items: items}
}

// under is the line below the title.
func (v View) under() string {
	return join(EscapeText(clip(v.Subtitle, maxID+10)), v.siteLine(EscapeText), EscapeText(clip(v.Position, maxWords+40)))
}

// siteLine names the site, and why it is the one where that was not asked.
func (v View) siteLine(escape func(string) string) string {
	s := escape(clip(v.Site, maxSite))
	if s != "" && v.SiteNote != "" {
		s += " (" + escape(clip(v.SiteNote, maxWords)) + ")"
	}
	return s
}

// titleOf is a name that is never empty.
func titleOf(name string, escape func(string) string) string {
	return cmp.Or(escape(clip(name, maxName)), "(no name)")
}

// textBlock is a line of text, or several of them where it is long.
func textBlock(s string, most int, tone Tone) *Element {
	e := &Element{Type: "TextBlock", Text: escapeLine(clip(s, most), EscapeText), Wrap: true}
	switch tone {
	case Strong:
		e.Weight = "bolder"
	case Subtle:
		e.Subtle = true
	case Attention, Warning: // weight goes with the colour, for those who do not see it
		e.Color, e.Weight = tone.color(), "bolder"
	case Plain, Good, Accent:
		e.Color = tone.color()
	}
	return e
}

func (e *Element) spaced(spacing string) *Element {
	e.Spacing = spacing
	return e
}

// heading stands above a part of a card, a size above the titles of its rows.
func heading(s string) []*Element {
	if s == "" {
		return nil
	}
	e := textBlock(s, maxWords, Strong).spaced("extraLarge")
	e.Size = "medium"
	return []*Element{e}
}

// rest tells how many entries are left out, and nothing where all are there.
func rest(n int) []*Element {
	if n <= 0 {
		return nil
	}
	return []*Element{textBlock(more(n), maxWords, Subtle).spaced("small")}
}

func more(n int) string { return "and " + strconv.Itoa(n) + " more" }

func (t Text) elements(limit int) []*Element {
	most := maxLine
	if limit == 0 {
		most = maxWords
	}
	shown := min(len(t), max(1, limit))
	var items []*Element
	for _, s := range t[:shown] {
		if clean(s) != "" {
			items = append(items, textBlock(s, most, Plain))
		}
	}
	return append(items, rest(len(t)-shown)...)
}

func (f Facts) elements(limit int) []*Element {
	if len(f.Rows) == 0 {
		return nil
	}
	shown := min(len(f.Rows), limit)
	items := heading(f.Heading)
	for i, x := range f.Rows[:shown] {
		row := columns("88px", textBlock(x.Label, maxLabel, Subtle), textBlock(cmp.Or(clean(x.Value), "–"), maxValue, x.Tone))
		if i > 0 {
			row.Spacing = "small"
		}
		items = append(items, row)
	}
	return append(items, rest(len(f.Rows)-shown)...)
}

// columns puts elements side by side, the first in the given width.
func columns(width string, items ...*Element) *Element {
	set := &Element{Type: "ColumnSet"}
	for i, e := range items {
		if i > 0 {
			width = "stretch"
		}
		set.Columns = append(set.Columns, &Element{Type: "Column", Width: width, Items: []*Element{e}})
	}
	return set
}

// shown is how many rows are shown.
func (r Rows) shown(limit int) int { return min(len(r.Rows), limit, cmp.Or(r.Most, mostRows)) }

func (r Rows) elements(limit int) []*Element {
	if len(r.Rows) == 0 {
		return nil
	}
	shown := r.shown(limit)
	items := heading(r.Heading)
	if len(r.Heads) > 0 && shown > 0 {
		items = append(items, cellRow(r.Heads, Strong))
	}
	for _, x := range r.Rows[:shown] {
		items = append(items, x.element())
	}
	return append(items, rest(len(r.Rows)-shown)...)
}

// element is a container and not the column set alone, because the web client
// ignores a tap on the latter. The sign at its end says that it opens.
func (x Entry) element() *Element {
	var items []*Element
	if x.Title != "" || len(x.Cells) == 0 {
		title := textBlock("", 0, Strong)
		title.Text = titleOf(x.Title, EscapeText)
		items = append(items, title)
	}
	for _, s := range x.Lines {
		if clean(s.Text) != "" {
			items = append(items, textBlock(s.Text, maxLine, s.Tone).spaced("none"))
		}
	}
	opens := x.Open.Ask != "" && size(x.Open) <= maxData
	if x.Mark != "" || opens {
		set := &Element{Type: "ColumnSet", Columns: []*Element{{Type: "Column", Width: "stretch", Items: items}}}
		if x.Mark != "" {
			set.Columns = append(set.Columns, &Element{Type: "Column", Width: "auto", Items: []*Element{textBlock(x.Mark, maxID, Subtle)}})
		}
		if opens {
			sign := &Element{Type: "TextBlock", Text: "›", Size: "large", Color: "accent"}
			set.Columns = append(set.Columns, &Element{Type: "Column", Width: "auto", Items: []*Element{sign}})
		}
		items = []*Element{set}
	}
	for _, cells := range x.Cells {
		items = append(items, cellRow(cells, Plain))
	}
	c := &Element{Type: "Container", Items: items}
	if opens {
		c.Select = &Action{Type: "Action.Submit", Title: cutCells(clean(x.Title), maxLabel), Data: &x.Open}
	}
	return c
}

// cellRow is one row of a table: a pale label, and cells of the same width.
func cellRow(cells []string, tone Tone) *Element {
	items := make([]*Element, len(cells))
	for i, s := range cells {
		items[i] = textBlock(cmp.Or(clean(s), "–"), maxValue, tone)
	}
	items[0].Subtle, items[0].Weight = true, ""
	if clean(cells[0]) == "" {
		items[0].Text = " "
	}
	return columns("88px", items...).spaced("small")
}

const (
	mostOptions = 20 // of a code: more are listed by a question of their own
	twoColumns  = 6  // options from which on two columns read better
	maxOption   = 32 // cells of a value that fit a phone's card, with the mark
	shortOption = 18 // cells of text that fit half of it
)

func (o Options) elements(limit int) []*Element {
	shown := min(len(o), limit, mostOptions)
	if len(o) == 0 {
		return nil
	}
	items := heading("Options (" + strconv.Itoa(len(o)) + ")")
	var rows []*Element
	short := true
	for i, x := range o[:shown] {
		e := textBlock("", 0, Plain)
		e.Text = x.text(func(s string) string { return EscapeText(cutCells(s, maxOption)) })
		e.Spacing = "none"
		if i == 0 {
			e.Spacing = "small"
		}
		rows = append(rows, e)
		short = short && cells(x.text(clean)) <= shortOption
	}
	if half := (shown + 1) / 2; short && shown > twoColumns {
		rows[half].Spacing = "small"
		set := columns("stretch", rows[0], rows[half])
		set.Columns[0].Items, set.Columns[1].Items = rows[:half], rows[half:]
		rows = []*Element{set}
	}
	return slices.Concat(items, rows, rest(len(o)-shown))
}

func (x Option) text(escape func(string) string) string {
	s := cmp.Or(escape(clip(x.Value, maxName)), "(empty)")
	if x.Default {
		s += between + "default"
	}
	return s
}

// Examples stand on a grey ground, in letters of one width.
func (x Examples) elements(limit int) []*Element {
	if len(x) == 0 {
		return nil
	}
	shown := min(len(x), max(1, limit))
	items := []*Element{textBlock(exampleHead, maxWords, Subtle)}
	for _, s := range x[:shown] {
		e := textBlock(s, maxWords, Plain).spaced("small")
		e.Font = "monospace"
		items = append(items, e)
	}
	return []*Element{{Type: "Container", Style: "emphasis", Items: append(items, rest(len(x)-shown)...)}}
}

const exampleHead = "For example:"

// maxField is the most that one drop-down list may take of a card, in bytes.
const maxField = MaxCard / 3

func (f Fields) elements(limit int) []*Element {
	items := make([]*Element, 0, len(f))
	for _, x := range f {
		e := &Element{
			Type: "Input.Text", ID: x.ID, Label: clip(clean(x.Label), maxLabel), Placeholder: clip(clean(x.Placeholder), maxLabel),
			Value: clip(clean(x.Value), maxWords), Required: x.Required, Multiline: x.Multiline, MaxLength: x.maxLength(),
		}
		if x.Required {
			e.Error = "This is needed."
		}
		if choices := x.choices(); len(choices) > 0 && size(choices) <= maxField*limit/mostRows {
			e.Type, e.Choices, e.Wrap, e.MaxLength = "Input.ChoiceSet", choices, true, 0
		}
		items = append(items, e)
	}
	return items
}

// choices are those of a drop-down list. An empty value can't be told from none.
func (f Field) choices() []Choice {
	if f.Multiline {
		return nil
	}
	var list []Choice
	for _, c := range f.Choices {
		if c.Value != "" {
			list = append(list, Choice{Title: titleOf(c.Title, clean), Value: c.Value})
		}
	}
	return list
}

// maxLength is how many characters a box takes: a list of 500 addresses, or a
// name.
func (f Field) maxLength() int {
	if f.Multiline {
		return 30_000
	}
	return maxWords
}

// color is the tone as a text's colour, and empty for the default one.
func (t Tone) color() string {
	switch t {
	case Good:
		return "good"
	case Warning:
		return "warning"
	case Attention:
		return "attention"
	case Accent:
		return "accent"
	case Plain, Subtle, Strong:
	}
	return ""
}

// background is the tone as a container's style.
func (t Tone) background() string {
	if t == Subtle {
		return "emphasis"
	}
	return t.color()
}

// join puts dots between the parts that are not empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), between)
}

// label is "word text", or nothing where the text is empty.
func label(word, text string) string {
	if text == "" {
		return ""
	}
	return word + " " + text
}
