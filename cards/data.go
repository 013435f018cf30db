package cards

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
	InCode    = "form.code"    // a tracking code by its id or name
	InTerm    = "form.term"    // what is looked for
	InPerson  = "form.person"  // an address
	InPeople  = "form.people"  // pasted addresses
	InSite    = "form.site"    // a site
	InAlso    = "form.also"    // another one, to compare with
	InFilter  = "form.filter"  // as [Data].Filter
	InRule    = "form.rule"    // of a new code, for every service
	InOptions = "form.options" // values of a new code, one a line
)

// EachData calls f with the data of every button and every row that can be
// tapped. The bot fills in thread, room and signature with it before it posts
// the card; the drawing leaves room for them.
func (c *Card) EachData(f func(*Data)) {
	c.EachAction(func(a *Action) {
		if a.Data != nil {
			f(a.Data)
		}
	})
}

// EachAction calls f with every button and every tap on a row.
func (c *Card) EachAction(f func(*Action)) {
	if c != nil {
		eachAction(c.Body, f)
	}
}

func eachAction(items []*Element, f func(*Action)) {
	for _, e := range items {
		if e.Select != nil {
			f(e.Select)
		}
		for _, a := range e.Actions {
			f(a)
		}
		eachAction(e.Items, f)
		eachAction(e.Columns, f)
	}
}
