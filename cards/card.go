package cards

// Limits of one answer. Views keep to them by construction.
const (
	// MaxMarkdown is the longest markdown of a message, in bytes (POST /messages).
	MaxMarkdown = 7439
	// MaxCard is the longest JSON of a card, in bytes: our own budget, well
	// below the 80 KB that the cards guide names for card and images together.
	MaxCard = 20_000
	// MaxActions is how many buttons a card shows; clients drop the rest.
	MaxActions = 5
)

// Card is one Adaptive Card. Its JSON is valid against the 1.3.0 schema.
type Card struct {
	// ID marks the card, so that it can be found again among the messages of a
	// space. The schema gives a card no id: its first element carries it.
	ID      string
	Body    []Element
	Actions []Action

	size    int      // about how long the JSON will be, where that is known
	choices []string // titles of the first buttons, which stand for what was meant
}

// Element is one part of a card's body: [*TextBlock], [*FactSet],
// [*Container], [*ColumnSet], [*InputText] or [*InputChoiceSet].
type Element interface {
	encode(b []byte) []byte
}

// Action is one button of a card: [*Submit], [*OpenURL] or [*ShowCard].
type Action interface {
	encode(b []byte) []byte
}

// Tone is what a colour means. A text of tone Subtle is drawn paler; a
// container of tone Subtle gets the emphasis background.
type Tone int

// The tones. Colour is used only where it means something: Attention for what
// must be done or went wrong, Warning for what needs care.
const (
	Plain Tone = iota
	Good
	Warning
	Attention
	Accent
	Subtle
)

// Size is the size of a text; the empty one is the default.
type Size string

// The sizes that the schema knows.
const (
	Small      Size = "small"
	Medium     Size = "medium"
	Large      Size = "large"
	ExtraLarge Size = "extraLarge"
)

// Spacing is the gap above an element; the empty one is the default.
type Spacing string

// The spacings that are used here.
const (
	NoSpacing     Spacing = "none"
	SmallSpacing  Spacing = "small"
	MediumSpacing Spacing = "medium"
	LargeSpacing  Spacing = "large"
)

// Style is the look of a button; the empty one is the default.
type Style string

// The styles that the schema knows. Destructive is for destructive things only.
const (
	Positive    Style = "positive"
	Destructive Style = "destructive"
)

// TextBlock is a paragraph. Text is read as markdown by the clients: pass data
// through [EscapeText]. It always wraps.
type TextBlock struct {
	Text      string
	Size      Size
	Bold      bool
	Mono      bool // in a font of fixed width
	Tone      Tone
	Right     bool // aligned to the right
	MaxLines  int  // 0 is all of them
	Spacing   Spacing
	Separator bool
}

// FactSet is a two-column list of titles and values. Some clients read the
// values as markdown and some do not, so it suits our own words and not data.
type FactSet struct {
	Facts     []Fact
	Spacing   Spacing
	Separator bool
}

// Fact is one row of a [FactSet].
type Fact struct{ Title, Value string }

// Container groups elements, on a background of its own where Tone says so.
type Container struct {
	Items     []Element
	Tone      Tone
	Bleed     bool // reaches to the card's edges
	Select    *Submit
	Spacing   Spacing
	Separator bool
}

// ColumnSet puts columns side by side. To make it a row that can be tapped,
// wrap it in a [Container]: the web client ignores a tap on the set itself.
type ColumnSet struct {
	Columns   []Column
	Spacing   Spacing
	Separator bool
}

// Column is one column of a [ColumnSet]. Width is auto, stretch or pixels such
// as 50px.
type Column struct {
	Items []Element
	Width string
}

// InputText is a box to type in. ID names the value in the action's inputs.
type InputText struct {
	ID, Label, Placeholder, Value string
	MaxLength                     int // 0 is no limit
	Multiline, Required           bool
	Error                         string // shown where a required value is missing
}

// InputChoiceSet is a drop-down list, or a list of boxes where Expanded.
type InputChoiceSet struct {
	ID, Label, Placeholder, Value string
	Choices                       []Choice
	Multi, Expanded, Required     bool
	Error                         string
}

// Choice is one entry of an [InputChoiceSet]; Value must hold no comma where
// several can be chosen.
type Choice struct{ Title, Value string }

// Submit is a button, or a tap on a row, that comes back as an attachment
// action with Data and the card's inputs.
type Submit struct {
	Title string
	Data  Data
	Style Style
}

// OpenURL is a button that opens an http or https address.
type OpenURL struct {
	Title, URL string
	Style      Style
}

// ShowCard is a button that unfolds a card inside the card.
type ShowCard struct {
	Title string
	Card  Card
}

// Data is what a button carries back to the bot. It comes from whoever
// presses, so nothing in it is to be trusted before Sig is checked.
type Data struct {
	Ask string `json:"ask"` // the command's name
	// Question is the rest of what is asked, as package bot writes it.
	Question string `json:"question,omitempty"`
	Filter   string `json:"filter,omitempty"` // what the entries of a list must hold
	Page     int    `json:"page,omitempty"`   // of a list, from 1
	Form     bool   `json:"form,omitempty"`   // the card's inputs count, see [InCode]
	Fresh    bool   `json:"fresh,omitempty"`  // nothing from memory
	Root     string `json:"root,omitempty"`   // the thread's root message
	Room     string `json:"room,omitempty"`
	Until    int64  `json:"until,omitempty"` // Unix seconds
	Sig      string `json:"sig,omitempty"`
}

// The ids of a form's inputs. What stands in them is what a person typed: it
// comes beside the button's data, and unlike that it is never signed.
const (
	InCode   = "form.code"   // a tracking code by its id or name
	InTerm   = "form.term"   // what is looked for
	InPerson = "form.person" // an address
	InPeople = "form.people" // pasted addresses
	InSite   = "form.site"   // a site
	InAlso   = "form.also"   // another one, to compare with
	InFilter = "form.filter" // as [Data].Filter
)

// EachData calls f with the data of every button and every row that can be
// tapped, also of unfolded cards, so that the bot fills in thread, room and
// signature before it posts the card. Views leave room for that in the budget.
func (c *Card) EachData(f func(*Data)) {
	if c == nil {
		return
	}
	eachElement(c.Body, f)
	for _, a := range c.Actions {
		switch a := a.(type) {
		case *Submit:
			f(&a.Data)
		case *ShowCard:
			a.Card.EachData(f)
		}
	}
}

func eachElement(items []Element, f func(*Data)) {
	for _, e := range items {
		switch e := e.(type) {
		case *Container:
			if e.Select != nil {
				f(&e.Select.Data)
			}
			eachElement(e.Items, f)
		case *ColumnSet:
			for i := range e.Columns {
				eachElement(e.Columns[i].Items, f)
			}
		}
	}
}

// Small adds a line of small print at the end. Views leave room for one of 160
// characters of ours.
func (c *Card) Small(s string) {
	c.Body = append(c.Body, &TextBlock{Text: EscapeText(clip(s, maxWords)), Size: Small, Tone: Subtle, Spacing: SmallSpacing})
}

// JSON returns the card as one line of JSON that is safe to embed: <, > and &
// are written as escapes, so encoding/json leaves it as it is. The error is
// always nil and stands for callers that expect one.
func (c *Card) JSON() ([]byte, error) {
	return c.appendTop(make([]byte, 0, max(c.size, 2048))), nil
}

// MarshalJSON is [Card.JSON].
func (c *Card) MarshalJSON() ([]byte, error) { return c.JSON() }
