// Package ask reads what people say: which command is asked, about which codes,
// sites and people. It is pure: it knows no network, no clock and no other
// package of the bot.
//
// What can be said stands in one table a language, such as [English]: each
// command with templates of words and typed slots, which [New] compiles. A
// [World] says what sites and codes are called. [Words] takes what is said to the
// bot from a message, and [Grammar.Read] makes a [Question] of each thing that is
// asked there, in these steps:
//
//   - A text is read line by line, a line as a whole or in parts.
//   - Words that are written together are parted (words.go).
//   - Sites, codes, people, services and the form of a file are found by what
//     they are called (sentence.go, place.go, codes.go); a site may stand anywhere.
//   - Of all templates that take all words, but those that may be left out, the
//     one that takes most counts (match.go), first by whole names, then by near
//     ones, then with names that nothing has, then among other words (read.go).
//   - What it took becomes a question, or one for each code and site
//     (question.go), with what it leaves to the question before.
package ask

import (
	"strings"
	"sync"
)

// Question is one thing that is asked, from a text or a button. It holds values
// only, no sentences, and goes through JSON unchanged.
type Question struct {
	// Command is the name of a command, such as "code"; empty where none was
	// understood. Topic parts a command's questions, as "default" those of "fact".
	Command string `json:"command,omitempty"`
	Topic   string `json:"topic,omitempty"`
	// Code is what the question is about; nil: no code, or all of them.
	Code *Code `json:"code,omitempty"`
	// Sites are the hosts that were named, one unless it is "compare", "use" or
	// "copycode", of which the site that gets the code comes first. All says that
	// every site is meant, and Unknown which were named and are not ours.
	Sites   []string   `json:"sites,omitempty"`
	All     bool       `json:"all,omitempty"`
	Unknown []NotASite `json:"unknown,omitempty"`
	People  []Person   `json:"people,omitempty"`
	Rule    Rule       `json:"rule,omitempty"`
	Service Service    `json:"service,omitempty"`
	Format  Format     `json:"format,omitempty"`
	// Option, Filter and Term are words as they were written: a value of a code,
	// what the entries of a list hold, what is looked for.
	Option string `json:"option,omitempty"`
	Filter string `json:"filter,omitempty"`
	Term   string `json:"term,omitempty"`
	Span   *Span  `json:"span,omitempty"`   // as in "since Friday"; nil: no time was named
	Hours  *Hours `json:"hours,omitempty"`  // of "watch" and "keep"; nil: none were named
	Number int    `json:"number,omitempty"` // as in "more than 100 options"
	Page   int    `json:"page,omitempty"`   // of a list, from 1; 0 is the first
	Above  bool   `json:"above,omitempty"`  // it takes something from the last question
	// Said is what was written, as plain text.
	Said string `json:"said,omitempty"`
	// Lines are those below the question, of one that takes a table.
	Lines []string `json:"lines,omitempty"`
}

// Code is a tracking code as a question names it.
type Code struct {
	Written string `json:"written,omitempty"` // as it was typed, without quotes
	// Name and ID are what the asked site calls it; without a Name it is not
	// known there, and an ID is then what was typed.
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
	// Near says that the Name is not what was typed, but near to it.
	Near bool `json:"near,omitempty"`
	// Choices are the codes of the site that fit equally well, where several do.
	Choices []Name `json:"choices,omitempty"`
	// Elsewhere are the sites that have the code, by its Name, where the asked
	// one has not.
	Elsewhere []string `json:"elsewhere,omitempty"`
}

// Person is somebody whom a question names: by address, by the id of a mention,
// by a name that is still to be looked up, or as oneself.
type Person struct {
	Me      bool   `json:"me,omitempty"`
	Address string `json:"address,omitempty"`
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
}

// NotASite is a site that was named and can't be asked. Near are the sites that
// may be meant; Several says that the words fit all of them.
type NotASite struct {
	Written string   `json:"written"`
	Near    []string `json:"near,omitempty"`
	Several bool     `json:"several,omitempty"`
}

// Rule is what a site asks of a code.
type Rule string

// The rules that can be asked for.
const (
	Required Rule = "required"
	Optional Rule = "optional"
	Unused   Rule = "unused"
	AdminSet Rule = "admin"
)

// Service is a kind of meeting that has rules of its own.
type Service string

// The services.
const (
	Meetings Service = "meetings"
	Events   Service = "events"
	Training Service = "training"
	Support  Service = "support"
)

// Format is the form of a file; other words than these are forms that were
// asked for and don't exist, such as "xml".
type Format string

// The forms that exist. AnyFile is a file without a form.
const (
	CSV        Format = "csv"
	JSON       Format = "json"
	ControlHub Format = "controlhub"
	AnyFile    Format = "file"
)

// Commands that Read makes of itself, beside those of the table.
const (
	SiteAlone = "site"  // a site and nothing else
	Again     = "again" // the last question once more, with something changed
	More      = "more"  // the next page of the last question
)

// Text is what a message says to the bot: plain text in which a [Mark] stands
// for each of Mentions, in their order.
type Text struct {
	Words    string
	Mentions []Mention
}

// Mention is a person who was mentioned, by the id that Webex gave.
type Mention struct{ ID, Name string }

// From is who asks, and what a question means that leaves something out.
type From struct {
	Me    string    // the asker's address
	Site  string    // the host that is asked where none is named
	Above *Question // the last question that was answered in the thread; nil: none
}

// Reading is one piece of a message: a question that was understood, or, with
// an empty Command, words that were not, and what they may mean.
type Reading struct {
	Question
	Suggestions []Question
	// Loose says that words stand in it which might be names that the [World]
	// does not know: with them it may be read in another way.
	Loose bool
}

// Grammar is what can be said. It may be used by several goroutines.
type Grammar struct {
	languages []*language
	spellings []spelling
	cuts      []cut
	matchers  sync.Pool
}

// New compiles languages, the first of which counts most. It panics where one
// is not well formed.
func New(languages ...string) *Grammar {
	g := &Grammar{spellings: newSpellings(), cuts: newCuts()}
	for _, text := range languages {
		g.languages = append(g.languages, parseLanguage(text))
	}
	return g
}

// Languages returns the languages that the bot understands, English first.
func Languages() []string { return []string{English, German, French, Spanish} }

// Commonest are questions that always work, for those whose words were not
// understood; site is where they ask.
func Commonest(site string) []Question {
	var list []Question
	for _, command := range []string{"codes", "code", "values", "sites", "help"} {
		q := Question{Command: command}
		if command != "sites" && command != "help" && site != "" {
			q.Sites = []string{site}
		}
		if command == "values" {
			q.People = []Person{{Me: true}}
		}
		list = append(list, q)
	}
	return list
}

// Bounds of what is read. A message of Webex has at most 7,439 bytes, a
// question of a person rarely 40 words. maxSteps bounds the time of one message
// by the steps of matching, of about 20 ns; a typical question takes 2,000.
const (
	maxWords    = 60
	maxBytes    = 800 // of a question; a list of addresses may be longer
	maxPieces   = 20
	maxSteps    = 120_000
	stepsOfWord = 20  // to recognize what a word may be
	stepsOfNear = 100 // the same by near names
)

// Read makes a question of each thing that a text asks. Nothing is left out
// without a word: what was not understood is a reading without a command. A
// text of polite words alone is the question "greeting" or "thanks".
func (g *Grammar) Read(text Text, w *World, from From) []Reading {
	m, _ := g.matchers.Get().(*matcher)
	if m == nil {
		m = &matcher{}
	}
	defer g.matchers.Put(m)
	m.budget = maxSteps
	r := reader{g: g, w: w, from: from, mentions: text.Mentions, m: m, slips: make(map[slipKey][]int)}
	for line, rest, more := strings.Cut(numbered(Plain(text.Words)), "\n"); ; line, rest, more = strings.Cut(rest, "\n") {
		if n := len(r.pieces); n > maxPieces { // too many: what is left is one piece, which is not read
			r.pieces[n-1].text += "\n" + line + "\n" + rest
			break
		}
		r.line(line)
		if !more {
			break
		}
	}
	return r.finish()
}
