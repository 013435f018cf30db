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
	p := newPage()
	var buttons []Button
	for _, x := range v.Parts {
		buttons = append(buttons, x.Alone)
	}
	p.buttons(buttons, MaxActions)
	var note []Element
	if v.Note != "" {
		note = p.paragraphs([]string{v.Note})
	}
	var body []Element
	for i, x := range v.Parts {
		kept := p.left
		p.left = kept / (len(v.Parts) - i) // its share of what is left
		share := p.left
		shown := p.part(x)
		p.left = kept - (share - p.left)
		body = append(body, shown...)
	}
	return p.done(body, note)
}

// part returns as many elements of a part's card as fit.
func (p *page) part(x Part) []Element {
	if x.Card == nil {
		return nil
	}
	p.left -= moreRoom
	defer func() { p.left += moreRoom }()
	var body []Element
	for _, e := range x.Card.Body {
		switch e := e.(type) {
		case *InputText, *InputChoiceSet:
		case *TextBlock:
			body = append(body, x.Card.choiceText(e))
		default:
			body = append(body, e)
		}
	}
	items := p.list(len(body), func(i int) Element { return body[i] })
	if len(items) < len(body) {
		items = append(items, &TextBlock{Text: "There is more: ask for it alone.", Tone: Subtle, Spacing: SmallSpacing})
	}
	return items
}

// choiceText is a text of a card without buttons: the heading of choices names
// them instead.
func (c *Card) choiceText(t *TextBlock) *TextBlock {
	if t.Text != choiceHead || len(c.choices) == 0 {
		return t
	}
	return &TextBlock{Text: choiceHead + " " + EscapeText(clip(strings.Join(c.choices, ", "), maxLine)), Spacing: MediumSpacing}
}

// Markdown says what the card says, each part within its share.
func (v Stack) Markdown() string {
	const rule = "\n\n---\n\n"
	note := ""
	if v.Note != "" {
		note = "\n\n" + Escape(clip(v.Note, maxLine))
	}
	room := (MaxMarkdown - 2*lineRoom - len(note)) / max(1, len(v.Parts))
	texts := make([]string, len(v.Parts))
	for i, x := range v.Parts {
		texts[i] = Cut(x.Markdown, room-len(rule))
	}
	return strings.Join(texts, rule) + note
}
