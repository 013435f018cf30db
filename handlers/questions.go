package handlers

import (
	"cmp"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// onSite asks a command about a site.
func onSite(command, host string) ask.Question {
	return ask.Question{Command: command, Sites: []string{host}}
}

// aboutCode asks a command about a code of a site.
func aboutCode(command, host string, c webex.TrackingCode) ask.Question {
	q := onSite(command, host)
	q.Code = &ask.Code{ID: c.ID, Name: c.Name}
	return q
}

// fresh is what a button carries that asks again, past memory.
func fresh(q ask.Question) cards.Data {
	d := bot.Data(q)
	d.Fresh = true
	return d
}

// here is the question itself, about the site that it came to be about.
func here(r bot.Request) ask.Question {
	q := r.Question
	if r.Site.Host != "" {
		q.Sites, q.Unknown = []string{r.Site.Host}, nil
	}
	return q
}

// allCodes is the button to all codes of a site.
func allCodes(host string) cards.Button {
	return bot.Button("Codes: "+short(host), onSite("codes", host))
}

// short is a site as a button or the head of a column names it: the first part
// of its host.
func short(host string) string {
	name, _, _ := strings.Cut(host, ".")
	return name
}

// written is the code as the question names it, whatever became of it.
func written(r bot.Request) string {
	c := r.Question.Code
	if c == nil {
		return ""
	}
	return cmp.Or(c.Written, c.Name, c.ID)
}

// called is a code's name, with what was typed where that is only near to it.
func called(r bot.Request, c webex.TrackingCode) string {
	if q := r.Question.Code; q != nil && q.Near && q.Written != "" && fold(q.Written) != fold(c.Name) {
		return fmt.Sprintf("%s (you wrote “%s”)", c.Name, q.Written)
	}
	return c.Name
}
