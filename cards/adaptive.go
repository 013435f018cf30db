package cards

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Card is one Adaptive Card, valid by the 1.3.0 schema.
type Card struct {
	// ID marks the card, so that it is found again among the messages of a
	// space. The schema gives a card no id: its first element carries it.
	ID   string     `json:"-"`
	Body []*Element `json:"body"`
	Ref  string     `json:"-"` // our reference, such as 7F3K-Q2: the end of the small print

	view  View     // what it was drawn from
	small []string // the rest of the small print
}

// Element is one element of a card; the keys that its type does not have are
// left empty. The types are TextBlock, Container, ColumnSet, Column, ActionSet,
// Input.Text and Input.ChoiceSet, which every Webex client draws.
type Element struct {
	Type    string `json:"type"`
	ID      string `json:"id,omitempty"`
	Spacing string `json:"spacing,omitempty"` // none, small (4 px in Webex), default (12) or extraLarge (16)

	Text   string `json:"text,omitempty"` // markdown: data passes through [EscapeText]
	Size   string `json:"size,omitempty"` // small, medium, large or extraLarge
	Weight string `json:"weight,omitempty"`
	Color  string `json:"color,omitempty"`
	Font   string `json:"fontType,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`
	Wrap   bool   `json:"wrap,omitempty"`

	Style   string     `json:"style,omitempty"` // a container's background
	Bleed   bool       `json:"bleed,omitempty"`
	Width   string     `json:"width,omitempty"` // auto, stretch, or pixels such as 88px
	Items   []*Element `json:"items,omitempty"`
	Columns []*Element `json:"columns,omitempty"`
	Actions []*Action  `json:"actions,omitempty"`
	Select  *Action    `json:"selectAction,omitempty"`

	Label       string   `json:"label,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	Value       string   `json:"value,omitempty"`
	Required    bool     `json:"isRequired,omitempty"`
	Error       string   `json:"errorMessage,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"`
	Multiline   bool     `json:"isMultiline,omitempty"`
	Choices     []Choice `json:"choices,omitempty"`
}

// Choice is one entry of an Input.ChoiceSet.
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Action is what a press or a tap does: Action.Submit sends Data and the card's
// inputs, Action.OpenUrl opens URL.
type Action struct {
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
	Style string `json:"style,omitempty"`
	Data  *Data  `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
}

// JSON returns the card as one line of JSON in which <, > and & are escaped.
func (c *Card) JSON() ([]byte, error) { return json.Marshal(c) }

// MarshalJSON writes what makes the card one, its id on the first element, and
// the small print as its last line.
func (c *Card) MarshalJSON() ([]byte, error) {
	body := c.Body
	if s := join(append(slices.Clone(c.small), label("Ref", c.Ref))...); s != "" {
		foot := textBlock(s, maxValue, Subtle)
		foot.Size = "small"
		body = append(slices.Clone(body), foot)
	}
	if c.ID != "" && len(body) > 0 {
		first := *body[0]
		first.ID = c.ID
		body = append([]*Element{&first}, body[1:]...)
	}
	return json.Marshal(struct {
		Schema  string     `json:"$schema"`
		Type    string     `json:"type"`
		Version string     `json:"version"`
		Body    []*Element `json:"body"`
	}{"http://adaptivecards.io/schemas/adaptive-card.json", "AdaptiveCard", "1.3", body})
}

// WithLine puts a quiet line above a card that is encoded already.
func WithLine(card json.RawMessage, s string) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	var body []json.RawMessage
	err := json.Unmarshal(card, &all)
	if err == nil {
		err = json.Unmarshal(all["body"], &body)
	}
	line, lineErr := json.Marshal(textBlock(s, maxLine, Subtle))
	if err = cmp.Or(err, lineErr); err != nil {
		return nil, err
	}
	all["body"], err = json.Marshal(append([]json.RawMessage{line}, body...))
	if err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// Small adds to the line of small print at the end, which has room for 300
// characters with the reference.
func (c *Card) Small(s string) { c.small = append(c.small, s) }

// Warn puts a line above the card, of 600 characters at most.
func (c *Card) Warn(s string) {
	c.Body = append([]*Element{textBlock(s, maxLine, Warning)}, c.Body...)
}
