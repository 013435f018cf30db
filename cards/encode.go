package cards

import "strconv"

// The encoder appends, because a card is built for every answer: reflection
// and one buffer an element would cost more than the rest of the answer.

const schemaURL = "http://adaptivecards.io/schemas/adaptive-card.json"

func (c *Card) appendTop(b []byte) []byte {
	b = append(b, `{"$schema":"`+schemaURL+`",`...)
	return c.appendRest(b)
}

// appendMarked appends an element with the card's id, unless the element is an
// input, whose id names its value.
func appendMarked(b []byte, id string, e Element) []byte {
	switch e.(type) {
	case *InputText, *InputChoiceSet:
		return e.encode(b)
	}
	b = quote(append(b, `{"id":`...), id)
	brace := len(b)
	b = e.encode(b)
	b[brace] = ','
	return b
}

// appendRest appends what a card and an unfolded card have in common.
func (c *Card) appendRest(b []byte) []byte {
	b = append(b, `"type":"AdaptiveCard","version":"1.3","body":`...)
	b = append(b, '[')
	for i, e := range c.Body {
		b = comma(b, i)
		if i == 0 && c.ID != "" {
			b = appendMarked(b, c.ID, e)
			continue
		}
		b = e.encode(b)
	}
	b = append(b, `],"actions":[`...)
	for i, a := range c.Actions {
		b = comma(b, i)
		b = a.encode(b)
	}
	return append(b, "]}"...)
}

func appendElements(b []byte, items []Element) []byte {
	b = append(b, '[')
	for i, e := range items {
		b = comma(b, i)
		b = e.encode(b)
	}
	return append(b, ']')
}

func (t *TextBlock) encode(b []byte) []byte {
	b = append(b, `{"type":"TextBlock","wrap":true,"text":`...)
	b = quote(b, t.Text)
	b = str(b, "size", string(t.Size))
	if t.Bold {
		b = append(b, `,"weight":"bolder"`...)
	}
	if t.Mono {
		b = append(b, `,"fontType":"monospace"`...)
	}
	if t.Tone == Subtle {
		b = append(b, `,"isSubtle":true`...)
	} else {
		b = str(b, "color", t.Tone.name())
	}
	if t.Right {
		b = append(b, `,"horizontalAlignment":"right"`...)
	}
	b = num(b, "maxLines", t.MaxLines)
	return closeElement(b, t.Spacing, t.Separator)
}

func (f *FactSet) encode(b []byte) []byte {
	b = append(b, `{"type":"FactSet","facts":[`...)
	for i, x := range f.Facts {
		b = comma(b, i)
		b = append(b, `{"title":`...)
		b = quote(b, x.Title)
		b = append(b, `,"value":`...)
		b = append(quote(b, x.Value), '}')
	}
	return closeElement(append(b, ']'), f.Spacing, f.Separator)
}

func (c *Container) encode(b []byte) []byte {
	b = append(b, `{"type":"Container","items":`...)
	b = appendElements(b, c.Items)
	b = str(b, "style", c.Tone.style())
	b = flag(b, "bleed", c.Bleed)
	b = selectAction(b, c.Select)
	return closeElement(b, c.Spacing, c.Separator)
}

func (c *ColumnSet) encode(b []byte) []byte {
	b = append(b, `{"type":"ColumnSet","columns":[`...)
	for i, x := range c.Columns {
		b = comma(b, i)
		b = append(b, `{"type":"Column"`...)
		b = str(b, "width", x.Width)
		b = append(b, `,"items":`...)
		b = append(appendElements(b, x.Items), '}')
	}
	return closeElement(append(b, ']'), c.Spacing, c.Separator)
}

func (t *InputText) encode(b []byte) []byte {
	b = append(b, `{"type":"Input.Text"`...)
	b = input(b, t.ID, t.Label, t.Error, t.Required)
	b = str(b, "placeholder", t.Placeholder)
	b = str(b, "value", t.Value)
	b = num(b, "maxLength", t.MaxLength)
	b = flag(b, "isMultiline", t.Multiline)
	return append(b, '}')
}

func (s *InputChoiceSet) encode(b []byte) []byte {
	b = append(b, `{"type":"Input.ChoiceSet"`...)
	b = input(b, s.ID, s.Label, s.Error, s.Required)
	b = append(b, `,"choices":[`...)
	for i, x := range s.Choices {
		b = comma(b, i)
		b = append(b, `{"title":`...)
		b = quote(b, x.Title)
		b = append(b, `,"value":`...)
		b = append(quote(b, x.Value), '}')
	}
	b = append(b, `],"wrap":true`...)
	b = str(b, "placeholder", s.Placeholder)
	b = str(b, "value", s.Value)
	b = flag(b, "isMultiSelect", s.Multi)
	if s.Expanded {
		b = append(b, `,"style":"expanded"`...)
	}
	return append(b, '}')
}

// input appends the keys that all inputs share.
func input(b []byte, id, label, message string, required bool) []byte {
	b = str(b, "id", id)
	b = str(b, "label", label)
	b = str(b, "errorMessage", message)
	return flag(b, "isRequired", required)
}

func (s *Submit) encode(b []byte) []byte {
	b = append(b, `{"type":"Action.Submit"`...)
	b = str(b, "title", s.Title)
	b = str(b, "style", string(s.Style))
	b = append(b, `,"data":`...)
	return append(s.Data.append(b), '}')
}

func (o *OpenURL) encode(b []byte) []byte {
	b = append(b, `{"type":"Action.OpenUrl"`...)
	b = str(b, "title", o.Title)
	b = str(b, "style", string(o.Style))
	b = append(b, `,"url":`...)
	return append(quote(b, o.URL), '}')
}

func (s *ShowCard) encode(b []byte) []byte {
	b = append(b, `{"type":"Action.ShowCard"`...)
	b = str(b, "title", s.Title)
	b = append(b, `,"card":{`...)
	return append(s.Card.appendRest(b), '}')
}

// append writes what encoding/json would.
func (d Data) append(b []byte) []byte {
	b = append(b, `{"ask":`...)
	b = quote(b, d.Ask)
	b = str(b, "question", d.Question)
	b = str(b, "filter", d.Filter)
	b = num(b, "page", d.Page)
	b = flag(b, "form", d.Form)
	b = flag(b, "fresh", d.Fresh)
	b = str(b, "root", d.Root)
	b = str(b, "room", d.Room)
	if d.Until != 0 {
		b = strconv.AppendInt(append(b, `,"until":`...), d.Until, 10)
	}
	b = str(b, "sig", d.Sig)
	return append(b, '}')
}

func selectAction(b []byte, s *Submit) []byte {
	if s == nil {
		return b
	}
	return s.encode(append(b, `,"selectAction":`...))
}

func closeElement(b []byte, spacing Spacing, separator bool) []byte {
	b = str(b, "spacing", string(spacing))
	return append(flag(b, "separator", separator), '}')
}

// name is the tone as a text colour, and empty for the default one.
func (t Tone) name() string {
	switch t {
	case Good:
		return "good"
	case Warning:
		return "warning"
	case Attention:
		return "attention"
	case Accent:
		return "accent"
	case Plain, Subtle:
	}
	return ""
}

// style is the tone as a container's background.
func (t Tone) style() string {
	if t == Subtle {
		return "emphasis"
	}
	return t.name()
}
