package cards

import "strings"

// Card lays the form out: lines, inputs, how to type the same, and the button.
func (v Form) Card() *Card {
	p := newPage()
	submit := v.Submit
	submit.Data.Form = true
	if submit.Style == "" {
		submit.Style = Positive
	}
	p.buttons(append([]Button{submit}, v.Buttons...), MaxActions)
	under := ""
	if v.Site != "" {
		under = siteLine(v.Site, v.SiteNote, EscapeText)
	}
	head := p.keep(header(Accent, titleOf(v.Title, EscapeText), under))
	foot := p.keep(footer(label("Ref", EscapeText(clip(v.Ref, maxID))))...)
	lines := p.paragraphs(v.Lines)
	examples := Notice{Examples: v.Examples}.examples(p)
	var inputs []Element
	for _, f := range v.Fields {
		inputs = append(inputs, f.input(p)...)
	}
	return p.done(head, lines, inputs, examples, foot)
}

// maxField is the most that one drop-down list may take of a card, in bytes.
const maxField = MaxCard / 3

func (f Field) input(p *page) []Element {
	message := ""
	if f.Required {
		message = "This is needed."
	}
	name := clip(clean(f.Label), maxWords)
	hint, value := clip(clean(f.Placeholder), maxWords), clip(clean(f.Value), maxWords)
	if len(f.Choices) > 0 && !f.Multiline {
		set := &InputChoiceSet{ID: f.ID, Label: name, Placeholder: hint, Value: value, Required: f.Required, Error: message}
		for _, c := range f.Choices {
			if c.Value != "" {
				set.Choices = append(set.Choices, Choice{Title: titleOf(c.Title, clean), Value: c.Value})
			}
		}
		if len(set.encode(nil)) <= maxField {
			if kept := p.keep(set); len(kept) > 0 {
				return kept
			}
		}
	}
	return p.keep(&InputText{
		ID: f.ID, Label: name, Placeholder: hint, Value: value, MaxLength: f.most(),
		Multiline: f.Multiline, Required: f.Required, Error: message,
	})
}

// most is how many characters a box takes: a list of 500 addresses, or a name.
func (f Field) most() int {
	if f.Multiline {
		return 30_000
	}
	return maxWords
}

// Markdown says what is missing, and how to type it: a message has no inputs.
func (v Form) Markdown() string {
	first := "**" + titleOf(v.Title, Escape) + "**"
	if v.Site != "" {
		first += " on " + siteLine(v.Site, v.SiteNote, Escape)
	}
	t := newText(first, label("Ref", Escape(clip(v.Ref, maxID))))
	t.paragraphs(v.Lines)
	t.paragraphs(v.choices())
	t.bullets(exampleHead, v.Examples, code)
	t.links(v.Buttons)
	return t.String()
}

// fewChoices is how many choices of a field a message names.
const fewChoices = 12

// choices names what the drop-down lists hold, a line each.
func (v Form) choices() []string {
	var lines []string
	for _, f := range v.Fields {
		if len(f.Choices) == 0 {
			continue
		}
		shown := f.Choices[:min(len(f.Choices), fewChoices)]
		names := make([]string, len(shown))
		for i, c := range shown {
			names[i] = clip(c.Title, maxID)
		}
		line := f.Label + ": " + strings.Join(names, ", ")
		if n := len(f.Choices) - len(shown); n > 0 {
			line += ", " + more(n)
		}
		lines = append(lines, line)
	}
	return lines
}
