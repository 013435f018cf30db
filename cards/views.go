package cards

// Button is one button of a view: it opens URL where that is set, and
// otherwise comes back to the bot with Data.
type Button struct {
	Title string
	Data  Data
	URL   string
	Style Style
}

// Rule is how a code is used, in words, and what that means for its colour:
// "required", "optional", "set by an admin", "not used".
type Rule struct {
	Words string
	Tone  Tone
}

// Option is one value that a code can be given.
type Option struct {
	Value   string
	Default bool
}

// Service is one service, such as Meetings, and its rule.
type Service struct {
	Name string
	Rule Rule
}

// Code is the answer about one tracking code. Every text in it is plain: the
// view escapes what Webex sent.
type Code struct {
	Name        string
	ID          string
	Site        string
	SiteNote    string   // why this site, such as "the default site"
	Lead        []string // what answers the question, before all else
	Input       string   // how a value is given, such as "pick from a list"
	Options     []Option
	HostProfile Rule
	Services    []Service // only those that the site tells about
	Notes       []string
	Buttons     []Button // five are shown
	Age         string   // how old the data is, such as "read 12 s ago"
	Ref         string   // our reference, such as 7F3K-Q2
}

// CodeRow is one code in a [CodeList]. A tap on it sends Open.
type CodeRow struct {
	ID, Name, Input, Default string
	Host                     Rule
	Required                 string // the services that require it, such as "Meetings, Events"
	Open                     Data
}

// CodeList is the answer about all codes of a site, in plain text.
type CodeList struct {
	Title    string // empty: the number of codes
	Lead     []string
	Site     string
	SiteNote string
	Rows     []CodeRow
	Pages    Pages // the zero value: all the codes are in Rows
	Buttons  []Button
	Notes    []string
	Ref      string
}

// Pages says which part of a long list a view shows, and leads to the rest.
// The zero value stands for a list that is there as a whole.
type Pages struct {
	Page, Of    int // this one, from 1, and how many there are
	First, Last int // the entries on it, from 1
	Total       int // entries that fit the filter
	All         int // entries without it
	Filter      string
	// Ask asks for the list again; the view fills in page and filter.
	Ask Data
}

// List is any answer that is a list, in plain text.
type List struct {
	Title    string
	Site     string // empty where the list is of several
	SiteNote string
	Lines    []string // above the rows
	Rows     []Row
	Pages    Pages
	Notes    []string // below the rows
	Buttons  []Button
	Ref      string
}

// Row is one entry of a [List]. A tap on it sends Open, where Open asks
// something.
type Row struct {
	Title string
	Under string // a second, paler line
	Loud  string // a third line, in colour: what must be seen
	Mark  string // beside the title, such as "default"
	Open  Data
}

// Form asks for what a question lacks, in plain text.
type Form struct {
	Title    string
	Site     string // empty where it is among the fields
	SiteNote string
	Lines    []string
	Fields   []Field
	Submit   Button // its data is marked as a form's
	Buttons  []Button
	Examples []string // how to type the same
	Ref      string
}

// Field is one input of a [Form]. With choices it is a drop-down list, unless
// they do not fit the card: then it is a box too.
type Field struct {
	ID          string // such as [InText]
	Label       string
	Placeholder string
	Value       string
	Choices     []Choice
	Required    bool
	Multiline   bool
}

// Report is an answer in parts, in plain text: what was compared, checked or
// looked up.
type Report struct {
	Title    string
	Tone     Tone   // of the header
	Site     string // or several
	SiteNote string
	Lead     []string
	Lines    []string
	Parts    []Section
	Notes    []string
	Buttons  []Button
	Ref      string
}

// Section is a heading, which may be empty, and its rows. Where a report has
// several parts, twelve rows of each are shown at most, and the number of the
// others is told.
type Section struct {
	Heading string
	Rows    []Line
}

// Line is one row of a [Section]: Loud asks for something and is in colour. A tap
// sends Open, where that has a command.
type Line struct {
	Title string
	Loud  string
	Under []string
	Open  Data
}

// Notice is any other answer, in plain text: help, welcome, a refusal, a
// failure, or a question that was not understood.
type Notice struct {
	Title      string
	Site       string // where the notice shows something of a site
	SiteNote   string
	Tone       Tone
	Lead       []string
	Lines      []string
	Facts      [][2]string
	Groups     []string // the heading of each fact, said where it changes; nil: none
	Opens      []Data   // what a tap on each fact asks; nil: nothing
	Examples   []string // questions that would work
	Buttons    []Button
	Choices    []Button // "did you mean"; they come before Buttons
	Ref        string
	TrackingID string // Webex's own
}
