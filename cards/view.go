package cards

// Limits of one answer. The drawings keep to them whatever the data.
const (
	// MaxMarkdown is the longest markdown of a message, in bytes (POST /messages).
	MaxMarkdown = 7439
	// MaxCard is the longest JSON of a card, in bytes: our own budget, well
	// below the 80 KB that the cards guide names for card and images together.
	MaxCard = 20_000
	// MaxActions is how many buttons a view shows; the rest is left out.
	MaxActions = 4
)

// View is one answer in plain text, before it is drawn.
type View struct {
	Title    string
	Subtitle string // begins the line below the title, such as "code 1"
	Tone     Tone   // of the header
	Site     string // empty where the answer is about none, or names it in a field
	SiteNote string // why this site, such as "the default site"
	Position string // what a page shows of a list, such as "11–20 of 57"
	Lead     Text   // what answers the question: a notification shows its first line
	Blocks   []Block
	Buttons  []Button // [MaxActions] are shown; those that repeat a row are not
	Small    []string // small print
	Ref      string   // our reference, such as 7F3K-Q2
}

// Block is one part of a view: [Text], [Facts], [Rows], [Options], [Fields],
// or [Examples].
type Block interface {
	// elements draws the block for a card with at most limit entries.
	elements(limit int) []*Element
	// markdown draws it the same way for a message.
	markdown(m *message, limit int)
}

// Tone is what a colour means: Attention for what somebody must see to, Warning
// for what needs care. Strong is bold and Subtle is pale, without a colour.
type Tone int

// The tones. As a background, Subtle is grey.
const (
	Plain Tone = iota
	Good
	Warning
	Attention
	Accent
	Subtle
	Strong
)

// Text is running text: lines that wrap, each a paragraph.
type Text []string

// Facts is a list of labels and values in two columns.
type Facts struct {
	Heading string
	Rows    []Fact
}

// Fact is one row of [Facts].
type Fact struct {
	Label, Value string
	Tone         Tone // of the value
}

// Rows is a list of entries. At most Most are shown, where that is set, and the
// number of the others is told.
type Rows struct {
	Heading string
	Most    int
	Heads   []string // of the columns of the rows' cells, the first being the labels'
	Rows    []Entry
}

// Entry is one of [Rows]: a title, lines below it, and a table of cells. A tap
// on it sends Open, where that has a command.
type Entry struct {
	Title string // may be empty where there are cells
	Mark  string // beside the title, such as "default"
	Lines []Remark
	Cells [][]string
	Open  Data
}

// Remark is a line below the title of an [Entry].
type Remark struct {
	Text string
	Tone Tone
}

// Options are the values that a code can be given, a line each.
type Options []Option

// Option is one value that a code can be given.
type Option struct {
	Value   string
	Default bool
}

// Fields are the inputs of a form.
type Fields []Field

// Field is one input. With choices it is a drop-down list, unless they do not
// fit the card: then it is a box too.
type Field struct {
	ID          string // such as [InCode]
	Label       string
	Placeholder string
	Value       string
	Choices     []Choice
	Required    bool
	Multiline   bool
}

// Examples are questions that can be typed.
type Examples []string

// Button opens URL where that is set, and otherwise sends Data to the bot.
type Button struct {
	Title string
	Data  Data
	URL   string // http or https, at most 2,000 bytes
	Style Style
}

// Style is the look of a button; the empty one is the default.
type Style string

// The styles that the schema knows. Destructive is for destructive things only.
const (
	Positive    Style = "positive"
	Destructive Style = "destructive"
)
