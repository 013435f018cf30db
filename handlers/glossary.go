package handlers

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// About is what the bot can tell of itself.
type About struct {
	Contact   string        // whom to ask about the bot; empty: nobody in particular
	AuditDays int           // how long the record is kept
	CacheAge  time.Duration // how old what it shows may be
	// WatchMinutes is how often the codes are read to see what changed; 0: never.
	WatchMinutes int
	Links        Links

	changes string // what may be changed, as [Changes.May] says it
}

// filled is a text with what About holds in it.
func (a About) filled(text string) string {
	return strings.NewReplacer(
		"{contact}", cmp.Or(a.Contact, "your Webex administrator"),
		"{days}", strconv.Itoa(a.AuditDays),
		"{seconds}", strconv.Itoa(int(a.CacheAge.Seconds())),
		"{copies}", a.copies(),
		"{changes}", a.mayChange(),
	).Replace(text)
}

// mayChange says whether the bot changes anything, for whom and what.
func (a About) mayChange() string {
	switch a.changes {
	case ChangesPeople:
		return "I'm not read-only: editors can have me change the values that people have, once an approver agrees."
	case ChangesAll:
		return "I'm not read-only: editors can have me change tracking codes and the values that people have, once an approver agrees."
	}
	return "I'm read-only: I can look up tracking codes but not change them."
}

// copies says what the bot keeps of what it reads from Webex.
func (a About) copies() string {
	words := fmt.Sprintf("I keep no copy of it beyond %d seconds.", int(a.CacheAge.Seconds()))
	if a.WatchMinutes > 0 {
		words = fmt.Sprintf("I also read all tracking codes every %d minutes, and keep what I read, and what changed, for %d days.", a.WatchMinutes, a.AuditDays)
	}
	if a.changes == ChangesPeople || a.changes == ChangesAll {
		words += " Changes that were asked of me I keep for 30 days, with what was there before."
	}
	return words
}

// glossary answers what a word means, and about what the bot is and can't know.
// Nobody needs to be told how to ask for them.
func glossary(about About) []bot.Command {
	return []bot.Command{
		{Name: "glossary", Summary: "what a word means", Title: "meaning of", Run: about.entries(glossaryEntries())},
		{Name: "about", Summary: "what this bot is, and what it can't know", Title: "about", Run: about.entries(aboutEntries())},
	}
}

// entries answers each topic with its entry.
func (a About) entries(table map[string]entry) func(context.Context, bot.Request) (bot.Reply, error) {
	return func(_ context.Context, r bot.Request) (bot.Reply, error) {
		e := table[r.Question.Topic]
		v := cards.Notice{Title: e.title, Tone: cards.Accent, Lead: []string{a.filled(e.text)}, Ref: r.Ref}
		if e.admin {
			v.Buttons = a.Links.buttons("")
		}
		for _, command := range e.next {
			v.Buttons = append(v.Buttons, nextButton(command))
		}
		return notice(v), nil
	}
}

// nextButton asks a command about the usual site.
func nextButton(command string) cards.Button {
	q := ask.Question{Command: command}
	if command == "values" {
		q.People = []ask.Person{{Me: true}}
	}
	titles := map[string]string{"codes": "Codes", "values": "My codes", "help": "Help", "sites": "Sites", "use": "Choose a site", "where": "Default site", "why": "Why?"}
	return bot.Button(titles[command], q)
}

// entry answers a question about a word, or about the bot.
type entry struct {
	title string
	// text is three sentences at most. {contact} stands for whoever runs the bot,
	// {days} for how long the record is kept, {seconds} for the age up to which
	// something is shown from memory, and {copies} and {changes} for a sentence or
	// two on what the bot keeps and changes.
	text  string
	next  []string // commands that the buttons ask
	admin bool     // an admin can change what it is about, so links lead there
}

// glossaryEntries are the words of tracking codes, by the topic of a question.
func glossaryEntries() map[string]entry {
	return map[string]entry{
		"code": {
			title: "Tracking code",
			text:  "A tracking code is a label that a site puts on its meetings, such as a department or a cost center. Hosts fill it in when they schedule, or an admin sets it for them. Reports then count meetings by it.",
			next:  []string{"codes", "values"},
		},
		"profile": {
			title: "Host profile",
			text:  "The host profile is a person's own record on a Webex site. A tracking code can have a value there, which is filled in whenever that person schedules a meeting. Some codes are asked for only there.",
			next:  []string{"values"},
		},
		"admin": {
			title: "Set by an admin",
			text:  "“Set by an admin” means that only an admin gives the value, person by person, and hosts can't change it. With “optional” or “required”, hosts give it themselves.",
			next:  []string{"values", "codes"},
		},
		"required": {
			title: "Required",
			text:  "“Required” means that a host must give a value before a meeting can be scheduled or started. “Optional” means that it can stay empty. Each kind of meeting has its own rule, and so has the host profile.",
			next:  []string{"codes"},
		},
		"optional": {
			title: "Optional",
			text:  "“Optional” means that a host can give a value or leave it empty. If the code has a default, the default is used.",
			next:  []string{"codes"},
		},
		"unused": {
			title: "Not used",
			text:  "“Not used” means that hosts aren't asked for the code there. It can still be asked for in another kind of meeting or in the host profile.",
			next:  []string{"codes"},
		},
		"input": {
			title: "How a value is given",
			text:  "A code's value is typed as free text, picked from a list, picked or typed, or set in the host profile. The card of a code says which.",
			next:  []string{"codes"},
		},
		"service": {
			title: "Kinds of meetings",
			text:  "Webex has four kinds: meetings, events (also called webinars), training sessions and support sessions. A code can be required for one of them and not used for another.",
			next:  []string{"codes"},
		},
		"controlhub": {
			title: "Control Hub",
			text:  "Control Hub is the website where admins manage Webex, and where they change tracking codes. Some sites are managed in Site Administration instead.",
			admin: true,
		},
		"limits": {
			title: "Limits",
			text:  "A tracking code has up to 500 options, and a name or an option up to 120 characters. Webex documents no limit on the number of codes of a site.",
			next:  []string{"codes"},
		},
	}
}

// aboutEntries are what people ask about the bot, and what it can't know, by
// topic.
func aboutEntries() map[string]entry {
	all := botEntries()
	maps.Copy(all, beyondEntries())
	return all
}

// botEntries are about the bot.
func botEntries() map[string]entry {
	return map[string]entry{
		"who": {
			title: "I'm Trackbot",
			text:  "I'm a program that looks up tracking codes of Webex sites: options, defaults, and where a code is required. {changes} For access or help, ask {contact}.",
			next:  []string{"help", "sites"},
		},
		"languages": {
			title: "Languages",
			text:  "I answer in English. I also understand the most common questions in German, French and Spanish.",
			next:  []string{"help"},
		},
		"access": {
			title: "Who can use me",
			text:  "Usually everybody in the bot's own organization, and whoever else was added. In a space where somebody doesn't have access, I send the answer to you directly. To add somebody, ask {contact}.",
		},
		"contact": {
			title: "Who to ask",
			text:  "For access or help with me, ask {contact}. Tracking codes themselves are changed by the admins of a site, in Control Hub.",
			admin: true,
		},
		"refused": {
			title: "Why I refuse",
			text:  "I answer only people who were given access, and some questions only admins of this bot. To be added, ask {contact}.",
			next:  []string{"help"},
		},
		"logs": {
			title: "What I record",
			text:  "I record who asked what, when, and whether it was answered, for {days} days. Those who run me can read that record. Questions and answers themselves are deleted once they're done.",
		},
		"private": {
			title: "Who sees this",
			text:  "In a 1:1 space only you see my answers; in a group space everybody there does, also those who join later. What only you should see, I send to you directly. Your questions are recorded for those who run me.",
		},
		"data": {
			title: "Where this comes from",
			text:  "Everything I show comes from Webex's administration interface, read when you ask. {copies}",
			next:  []string{"why"},
		},
		"fresh": {
			title: "How fresh this is",
			text:  "I read from Webex when you ask, and reuse what I read for up to {seconds} seconds. An answer that is older says so. Press Refresh to read it again.",
		},
		"ref": {
			title: "Reference",
			text:  "A reference such as 7F3K-Q2 stands for one question and its answer. Tell it to {contact}, and they can find out what happened.",
		},
		"settings": {
			title: "Settings",
			text:  "You can choose a default site: for yourself with “use SITE”, for a space with “use SITE here”. For everything else, ask {contact}.",
			next:  []string{"use", "where"},
		},
	}
}

// beyondEntries are about what the bot can't know or do, and where to look.
func beyondEntries() map[string]entry {
	return map[string]entry{
		"usage": {
			title: "I don't know who uses it",
			text:  "Webex shows me what a code can be, not which people use it. Admins of this bot can ask me who is missing a code, and for the meetings of the last 90 days by their value of it, such as “meetings by Department”.",
			admin: true,
		},
	}
}
