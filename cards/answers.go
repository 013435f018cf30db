package cards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Rule is how a code is used, in words, and what that means for its look:
// "required", "optional", "set by an admin", "not used".
type Rule struct {
	Words string
	Tone  Tone
}

// Service is one service, such as Meetings, and its rule.
type Service struct {
	Name string
	Rule Rule
}

// Code is the answer about one tracking code, in plain text as all answers.
type Code struct {
	Name        string
	ID          string
	Site        string
	SiteNote    string // why this site, such as "the default site"
	Lead        []string
	Input       string // how a value is given, such as "pick from a list"
	Options     []Option
	HostProfile Rule
	Services    []Service // only those that the site tells about
	Notes       []string
	Buttons     []Button
	Age         string // how old the data is, such as "Updated 45 s ago"
	Ref         string // our reference, such as 7F3K-Q2
}

// View is the code as it is drawn.
func (v Code) View() View {
	facts := []Fact{{Label: "Value", Value: v.Input}}
	if len(v.Options) > 0 {
		i := slices.IndexFunc(v.Options, func(o Option) bool { return o.Default })
		value := "none"
		if i >= 0 {
			value = cmp.Or(v.Options[i].Value, "(empty)")
		}
		facts = append(facts, Fact{Label: "Default", Value: value})
	}
	if v.HostProfile.Words != "" {
		facts = append(facts, Fact{"Host profile", v.HostProfile.Words, v.HostProfile.Tone})
	}
	return View{
		Title: v.Name, Subtitle: "code " + v.ID, Tone: Accent, Site: v.Site, SiteNote: v.SiteNote, Lead: v.Lead, Buttons: v.Buttons,
		Small: []string{v.Age}, Ref: v.Ref,
		Blocks: []Block{
			Facts{Rows: facts}, Facts{Heading: "When a meeting is scheduled or started", Rows: v.services()}, Options(v.Options), Text(v.Notes),
		},
	}
}

// services are a line each, but one for all that do not use the code.
func (v Code) services() []Fact {
	var facts []Fact
	var unused []string
	for _, s := range v.Services {
		if s.Rule.Tone == Subtle {
			unused = append(unused, s.Name)
		} else {
			facts = append(facts, Fact{s.Name, s.Rule.Words, s.Rule.Tone})
		}
	}
	if len(unused) > 0 {
		facts = append(facts, Fact{"Not used", strings.Join(unused, ", "), Subtle})
	}
	return facts
}

// CodeList is the answer about all codes of a site.
type CodeList struct {
	Title    string // empty: the number of codes
	Site     string
	SiteNote string
	Lead     []string
	Rows     []CodeRow
	Pages    Pages // the zero value: all the codes are in Rows
	Buttons  []Button
	Notes    []string
	Ref      string
}

// CodeRow is one code in a [CodeList]. A tap on it sends Open.
type CodeRow struct {
	ID, Name, Input, Default string
	Host                     Rule
	Required                 string // the services that require it, such as "Meetings, Events"
	Open                     Data
}

// maxDefault is the longest default in a row, in runes: ten codes of 120
// characters each fit one card.
const maxDefault = 24

// View is the list as it is drawn.
func (v CodeList) View() View {
	n := len(v.Rows)
	if v.Pages.Of > 0 {
		n = v.Pages.All
	}
	title := strconv.Itoa(n) + " tracking codes"
	switch n {
	case 0:
		title = "No tracking codes"
	case 1:
		title = "1 tracking code"
	}
	list := Rows{Rows: make([]Entry, len(v.Rows))}
	for i, r := range v.Rows {
		pale, bold := Remark{r.details(), Subtle}, Remark{label("required for", clip(r.Required, maxWords)), Strong}
		host := label("host profile:", clip(r.Host.Words, maxWords))
		if r.Host.Tone == Strong {
			bold.Text = join(bold.Text, host)
		} else {
			pale.Text = join(pale.Text, host)
		}
		list.Rows[i] = Entry{Title: r.Name, Lines: []Remark{pale, bold}, Open: r.Open}
	}
	return View{
		Title: cmp.Or(v.Title, title), Tone: Accent, Site: v.Site, SiteNote: v.SiteNote, Lead: v.Lead, Position: v.Pages.words(), Ref: v.Ref,
		Blocks: []Block{v.Pages.box(), list, Text(v.Notes)}, Buttons: v.Pages.buttons(v.Buttons),
	}
}

func (r CodeRow) details() string {
	return join("code "+clip(r.ID, maxID), clip(r.Input, maxWords), label("default", clip(r.Default, maxDefault)))
}

// List is any answer that is a list.
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
	Loud  string // a third line, in colour: what somebody must see to
	Mark  string // beside the title, such as "default"
	Open  Data
}

// View is the list as it is drawn.
func (v List) View() View {
	list := Rows{Rows: make([]Entry, len(v.Rows))}
	for i, r := range v.Rows {
		list.Rows[i] = Entry{Title: r.Title, Mark: r.Mark, Lines: []Remark{{r.Under, Subtle}, {r.Loud, Attention}}, Open: r.Open}
	}
	return View{
		Title: v.Title, Tone: Accent, Site: v.Site, SiteNote: v.SiteNote, Position: v.Pages.words(), Ref: v.Ref,
		Blocks: []Block{Text(v.Lines), v.Pages.box(), list, Text(v.Notes)}, Buttons: v.Pages.buttons(v.Buttons),
	}
}

// Form asks for what a question lacks.
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

// View is the form as it is drawn.
func (v Form) View() View {
	submit := v.Submit
	submit.Data.Form, submit.Style = true, cmp.Or(submit.Style, Positive)
	return View{
		Title: v.Title, Tone: Accent, Site: v.Site, SiteNote: v.SiteNote, Ref: v.Ref,
		Blocks: []Block{Text(v.Lines), Fields(v.Fields), Examples(v.Examples)}, Buttons: append([]Button{submit}, v.Buttons...),
	}
}

// Report is an answer in parts: what was compared, checked or looked up.
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
	Heads   []string // of the columns of the rows' cells, the first being the labels'
	Rows    []Line
}

// Line is one row of a [Section]. A tap sends Open, where that has a command.
type Line struct {
	Title string
	Loud  string   // what somebody must see to, in colour
	Text  string   // what was found
	Under []string // why, pale
	ToDo  string   // what to do about it
	Cells [][]string
	Open  Data
}

// partRows is how many rows of a part are shown where a report has several
// parts, so that a long one does not push the others out.
const partRows = 12

// View is the report as it is drawn, without parts that have no rows.
func (v Report) View() View {
	blocks := []Block{Text(v.Lines)}
	parts := slices.DeleteFunc(slices.Clone(v.Parts), func(s Section) bool { return len(s.Rows) == 0 })
	for _, part := range parts {
		r := Rows{Heading: part.Heading, Heads: part.Heads, Rows: make([]Entry, len(part.Rows))}
		if len(parts) > 1 {
			r.Most = partRows
		}
		for i, x := range part.Rows {
			lines := []Remark{{x.Loud, Attention}, {x.Text, Plain}}
			for _, s := range x.Under {
				lines = append(lines, Remark{s, Subtle})
			}
			r.Rows[i] = Entry{Title: x.Title, Lines: append(lines, Remark{x.ToDo, Strong}), Cells: x.Cells, Open: x.Open}
		}
		blocks = append(blocks, r)
	}
	return View{
		Title: v.Title, Tone: cmp.Or(v.Tone, Accent), Site: v.Site, SiteNote: v.SiteNote, Lead: v.Lead, Ref: v.Ref,
		Blocks: append(blocks, Text(v.Notes)), Buttons: v.Buttons,
	}
}

// Notice is any other answer: welcome, a refusal, a failure, or a question that
// was not understood.
type Notice struct {
	Title      string
	Site       string // where the notice shows something of a site
	SiteNote   string
	Tone       Tone
	Lead       []string
	Lines      []string
	Facts      [][2]string
	Groups     []string // the heading of each fact, said where it changes; nil: none
	Rows       Rows     // below the facts
	Examples   []string // questions that would work
	Buttons    []Button
	Choices    []Button // a row each
	Offer      string   // the heading of the choices; empty: "Did you mean"
	Ref        string
	TrackingID string // Webex's own
}

// View is the notice as it is drawn.
func (v Notice) View() View {
	blocks := append([]Block{Text(v.Lines)}, v.facts()...)
	choices := Rows{Heading: cmp.Or(v.Offer, "Did you mean"), Rows: make([]Entry, len(v.Choices))}
	for i, x := range v.Choices {
		choices.Rows[i] = Entry{Title: x.Title, Open: x.Data}
	}
	if len(v.Choices) > 0 {
		blocks = append(blocks, choices)
	}
	return View{
		Title: v.Title, Tone: cmp.Or(v.Tone, Subtle), Site: v.Site, SiteNote: v.SiteNote, Lead: v.Lead,
		Small: []string{label("Webex tracking id", v.TrackingID)}, Ref: v.Ref,
		Blocks: append(blocks, v.Rows, Examples(v.Examples)), Buttons: v.Buttons,
	}
}

// facts are a block for each group.
func (v Notice) facts() []Block {
	var blocks []Block
	heading := "\x00" // no group's
	var f Facts
	for i, x := range v.Facts {
		group := ""
		if i < len(v.Groups) {
			group = v.Groups[i]
		}
		if group != heading && i > 0 {
			blocks, f = append(blocks, f), Facts{}
		}
		heading, f.Heading = group, group
		f.Rows = append(f.Rows, Fact{Label: x[0], Value: x[1]})
	}
	return append(blocks, f)
}
