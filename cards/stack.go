package cards

import "strings"

// Part is one of several answers, and the button that asks for it alone.
type Part struct {
	Card     *Card
	Markdown string
	Alone    Button
}

// Stack is several answers in one, below each other. Each gets an equal share
// of the room; what does not fit is reached by the button that asks alone.
type Stack struct {
	Parts []Part
	Note  string // below them
}

// Card shows the parts without their inputs and buttons, which could not be
// told apart, and a button for each part instead.
func (v Stack) Card() *Card {
	var buttons View
	for _, x := range v.Parts {
		buttons.Buttons = append(buttons.Buttons, x.Alone)
	}
	end := &Card{Body: append(Text{v.Note}.elements(1), actionRows(buttons.actions(len(v.Parts)))...)}
	c := &Card{}
	for _, x := range v.Parts {
		if x.Card != nil {
			c.Body = append(c.Body, x.Card.within((MaxCard-lateRoom-end.size())/len(v.Parts))...)
		}
	}
	c.Body = append(c.Body, end.Body...)
	return c
}

// within is what the card shows, in at most room bytes and without inputs.
func (c *Card) within(room int) []*Element {
	v := c.view
	v.Buttons, v.Blocks = nil, nil
	for _, b := range c.view.Blocks {
		switch b.(type) {
		case Fields:
		default:
			v.Blocks = append(v.Blocks, b)
		}
	}
	for limit := mostRows; ; limit /= 2 {
		body := v.body(limit)
		if (&Card{Body: body}).size() <= room {
			return body
		}
		if limit == 0 {
			return append(body[:1], textBlock("There is more: ask for it alone.", maxWords, Subtle))
		}
	}
}

// Markdown says what the card says, each part within its share.
func (v Stack) Markdown() string {
	const rule = "\n\n---\n\n"
	note := ""
	if v.Note != "" {
		note = "\n\n" + Escape(clip(v.Note, maxLine))
	}
	room := (MaxMarkdown - len(note)) / max(1, len(v.Parts))
	texts := make([]string, len(v.Parts))
	for i, x := range v.Parts {
		texts[i] = Cut(x.Markdown, room-len(rule))
	}
	return strings.Join(texts, rule) + note
}
