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
	// Phrases are the ways to begin the question, in lower case and words
	// parted by one blank, such as "tracking code"; the longest that fits wins.
	Phrases []string
	// Text says whether words after the phrase belong to the question, such as
	// the code's id. Without it only a site may follow.
	Text bool
	// Plain says that a site among the words is one of them, and not where the
	// question asks.
	Plain bool
	// Site says whether the question is about a site, so that one is found for it.
	Site bool
	// Files says whether attached files, and lines below the question, belong to
	// it, as a list of addresses does.
	Files bool
	// Each is the command that is meant where a list of names or ids follows one
	// that takes no text, as in "tracking codes 1, 2 and Cost Center".
	Each string
	// Two says whether a second site may be named, as in "compare X on A and B".
	Two bool
	// Admin says that only the admins of this bot may run it.
	Admin bool
	// Filter says whether "containing WORDS" and "as a file" may follow, as for a list.
	Filter bool
	// As says that the form of the answer may follow, such as "as json".
	As bool
	// Group is the heading under which help shows the command.
	Group string
	// Self says that a command for admins may be run by everybody about
	// themselves: where its text begins with them (see [IsOwn]). The command
	// makes sure that it is about nobody else.
	Self bool
	// AllSites says that the question is about every site that may be asked,
	// unless it names one.
	AllSites bool
	// Run answers the request. An error becomes words that say what happened.
	Run func(context.Context, Request) (Reply, error)
	// Step does one item of a [Job] that Run began, and Finish says what all of
	// them came to; why is empty, or tells why not all were done.
	Step   func(ctx context.Context, j Job, item string) (Result, error)
	Finish func(j Job, results []Result, why string) (Reply, error)
}

// Request is one question, understood and allowed.
type Request struct {
	Command string // the name of a [Command]
	// Question is what is asked, from a text, a button or a form.
	Question ask.Question
	Sites    []string // the hosts that it is about, where the command takes several
	Text     string   // what it is about: a code's id or name, as it was written
	Quoted   bool     // Text stood in quotes: it is one name, to the letter
	Site     Site     // where the command is about a site
	Files    []File   // attached to the question, where the command takes any
	Also     Site     // the second one; without a host where none was named
	Filter   string   // what the entries of a list must hold
	As       string   // the form that was asked for, such as file, csv or json
	Page     int      // of a list, from 1; 0 where it was not asked for by a button
	More     string   // words after the site
	Rest     string   // further lines, such as pasted addresses
	Fresh    bool     // asked by Refresh: nothing from memory
	Person   Person   // who asks
	Admin    bool     // the asker may run the commands for admins
	// Form is what was typed or chosen in a card's form, by the input's id
	// without [FormPrefix]: plain text, at most 40,000 bytes each, and as little
	// to be trusted as a typed question.
	Form map[string]string
	Room Room   // where
	Root string // the root of the thread
	Ref  string // our reference, such as 7F3K-Q2
}

// Site is a meeting site that the asker may ask, and why it is the one.
type Site struct {
	Host string // such as example.webex.com
	Why  string // such as "the default site", or [AsAsked]
}

// AsAsked is why a site is the one that the question, typed or of a button,
// names.
const AsAsked = "as asked"

// Person is who asks, as their own record shows them.
type Person struct {
	ID    string
	Email string
	Name  string
	OrgID string
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
	// Read is when the oldest data in the answer was read; zero where there is
	// none. From memory it is older than the question.
	Read  time.Time
	trace *Trace // how it came about, where a command made it
	// Changes are what the command sets. They are stored with the answer.
	Changes []Change
	// Replace says that the answer takes the place of the message whose button
	// asked, as the next page of a list does.
	Replace bool
	Job     *Job // goes on behind the answer
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
	Replaces string          `json:"replaces,omitempty"` // the message whose place it takes
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
	Value []byte
}
