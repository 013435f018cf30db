package bot

import (
	"context"
	"encoding/json"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
)

// Command is one thing that people can ask: a value, from which parser, help,
// authorization and buttons follow.
type Command struct {
	// Name is the word that buttons and logs use, such as "code".
	Name string
	// Summary is one line for help, such as "one tracking code of a site".
	Summary string
	// Usage shows the shape, such as "tracking code CODE on SITE".
	Usage string
	// Examples are questions that work; SITE in them stands for a real site and
	// OTHER for another one.
	Examples []string
	// Title is how a button names the question, such as "Options of"; empty: Name.
	Title string
	// Site says that the question is about a site: one that it names, or else the
	// one that was chosen or is the default.
	Site bool
	// AllSites says that it is about every site that may be asked, unless it
	// names some.
	AllSites bool
	// Calls says that a command about no site asks the admin API all the same.
	Calls bool
	// Several says that it may name several sites at once, as "compare X on A and
	// B" does. A question of another command is asked once a site.
	Several bool
	// Files says whether attached files belong to the question, as a list of
	// addresses does.
	Files bool
	// Admin says that only the admins of this bot may run it.
	Admin bool
	// Group is the heading under which help shows the command.
	Group string
	// Self says that a command for admins may be run by everybody about
	// themselves: where they are all whom it names. The command makes sure that it
	// is about nobody else.
	Self bool
	// Run answers the request. An error becomes words that say what happened.
	Run func(context.Context, Request) (Reply, error)
	// Step does one item of a [Job] that Run began, and Finish says what all of
	// them came to; why is empty, or tells why not all were done. Finish runs again
	// where what it returned could not be stored.
	Step   func(ctx context.Context, j Job, item string) (Result, error)
	Finish func(ctx context.Context, j Job, results []Result, why string) (Reply, error)
	// Writes says that Step writes to Webex. It takes three calls then and comes half
	// as often, and what came of an item is stored before the next.
	Writes bool
	// Enough says, after each item, why the work ends before all are done; empty: it
	// goes on. It may be nil.
	Enough func(results []Result) string
}

// Request is one question, understood and allowed.
type Request struct {
	Command string // the name of a [Command]
	// Question is what is asked, from a text, a button or a form.
	Question ask.Question
	Site     Site     // where the command is about a site
	Sites    []string // all of them, where it takes several
	Files    []File   // attached to the question, where the command takes any
	Fresh    bool     // asked by Refresh: nothing from memory
	Person   Person   // who asks
	Admin    bool     // the asker may run the commands for admins
	Editor   bool     // the asker may ask for changes
	Approver bool     // the asker may approve changes of others
	Private  bool     // the answer goes to the asker alone, since not all may read it where it was asked
	Room     Room     // where
	Root     string   // the root of the thread
	Ref      string   // our reference, such as 7F3K-Q2
	Key      string   // of the event, and of the message that answers it
	Among    bool     // it is one of several questions of a message
}

// Site is a meeting site that the asker may ask, and why it is the one.
type Site struct {
	Host string // such as example.webex.com
	Why  string // such as "the default site", or [AsAsked]
}

// Why a site is the one of a question: its words name it, or the question does
// that it goes on from. Of what a button asks, nothing is said.
const (
	AsAsked = "as asked"
	AsAbove = "as above"
)

// Person is who asks, as their own record shows them.
type Person struct {
	ID    string
	Email string
	Name  string
	OrgID string
	Zone  string `json:",omitempty"` // the time zone, such as Europe/Berlin; empty where the record names none
}

// Room is the space in which the question stands.
type Room struct {
	ID     string
	Direct bool // a 1:1 space
}

// Reply is the answer: the card, and the markdown that says the same.
type Reply struct {
	Markdown string
	Card     *cards.Card
	File     *File // goes in a message of its own, after the other
	Picture  *File // the same, after the file
	// Read is when the oldest data in the answer was read; zero where there is
	// none. From memory it is older than the question.
	Read  time.Time
	trace *Trace // how it came about, where a command made it
	// Unanswered says that the reply asks for more, or that what was named was not
	// found.
	Unanswered bool
	// Changes are what the command sets. They are stored with the answer.
	Changes []Change
	// Replace says that the answer takes the place of the message whose button
	// asked, as the next page of a list does, or, of a [Job], of the one that began it.
	Replace bool
	Job     *Job // goes on behind the answer
	// Private says that the answer is for the asker alone, wherever it was asked.
	Private bool
	// Copies are messages beside the answer, for others than its thread.
	Copies []Copy
}

// Drawn is the reply that shows one of the views of package cards. A form asks for
// more.
func Drawn(v interface{ View() cards.View }) Reply {
	_, asks := v.(cards.Form)
	view := v.View()
	return Reply{Card: view.Card(), Markdown: view.Markdown(), Unanswered: asks}
}

// Outgoing is a reply on its way to a thread, as the queue keeps it.
type Outgoing struct {
	Key      string          `json:"key"` // of the event that it answers
	Ref      string          `json:"ref"`
	RoomID   string          `json:"roomId,omitempty"`
	PersonID string          `json:"personId,omitempty"` // instead of a space: to this person, 1:1
	AskerID  string          `json:"askerId,omitempty"`  // who asked, for what can't be posted in the space
	ParentID string          `json:"parentId,omitempty"` // the thread's root
	Markdown string          `json:"markdown"`
	Card     json.RawMessage `json:"card,omitempty"`
	File     *File           `json:"file,omitempty"`
	Picture  *File           `json:"picture,omitempty"`
	Replaces string          `json:"replaces,omitempty"` // the message whose place it takes
	Earlier  string          `json:"earlier,omitempty"`  // the key of the answer whose place it takes, to the question before it was edited
	Asked    time.Time       `json:"asked,omitzero"`
	Until    time.Time       `json:"until,omitzero"` // after it there is no point in saying this any more
	Trace    *Trace          `json:"-"`              // how the answer came about; stored beside it, for “why”
	Lane     string          `json:"lane,omitempty"` // messages of one lane are posted one by one, in their order

	ReplacesIn string `json:"-"` // the space of Replaces, where it is another than RoomID
}

// Answer is what came of an event: what is stored, all or nothing, when the
// event is done with. The zero value is silence.
type Answer struct {
	Messages []Outgoing // in the order in which they are posted
	Entries  []Entry    // for the record, one a question
	Changes  []Change
	Job      *Job // begins once the answer is stored
	// Echo says that the event is about the bot's own message.
	Echo bool
}

// Change is a value that a command sets under a key, such as the site that a
// space chose.
type Change struct {
	Key   string
	Value []byte        // empty: what stood there goes
	For   time.Duration // how long it is kept; 0: until it is changed
}
