package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// ComingMeetings are those that a host has scheduled. See [webex.Admin.ComingMeetings].
type ComingMeetings func(ctx context.Context, site, hostEmail string, from, to time.Time) ([]webex.UsedMeeting, error)

const (
	// coming is the topic of "which coming meetings have no CODE".
	coming = "coming"
	// comingSpan is how far ahead it is looked.
	comingSpan = 30 * 24 * time.Hour
)

// beginComing begins to look through the coming meetings of the people that a
// question names, or asks for their addresses.
func (c meetingCount) beginComing(r bot.Request) (bot.Reply, error) {
	people := givenPeople(r)
	if len(people.good) == 0 || len(people.good) > maxPeople {
		q := c.Question
		q.People = nil
		f := cards.Form{
			Title: "Whose coming meetings?", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
			Lines:    []string{fmt.Sprintf("Paste the e-mail addresses of the hosts into the box or below your question, or attach them as a file, up to %d.", maxPeople)},
			Fields:   []cards.Field{{ID: cards.InPeople, Label: "Email addresses", Multiline: true, Required: true}},
			Submit:   bot.Button("Check", q),
			Examples: []string{"coming meetings without a code on " + r.Site.Host + " alice@example.com bob@example.com"},
		}
		if len(people.bad) > 0 {
			f.Lines = append(f.Lines, "These are no e-mail addresses: "+bot.Listed(people.bad, 5)+".")
		}
		return bot.Drawn(f), nil
	}
	c.Question.People = nil
	c.Services = []ask.Service{ask.Meetings}
	c.From, c.To = c.Asked, c.Asked.Add(comingSpan)
	reply, err := c.work(r, people.good, count(len(people.good), "person"))
	if err == nil { // the record says whose meetings are looked at
		reply.Job.Text += ", of " + bot.Listed(people.good, 5)
	}
	return reply, err
}

// countComing looks through the coming meetings of one person.
func countComing(ctx context.Context, meetings ComingMeetings, j bot.Job, c meetingCount, email string) (bot.Result, error) {
	list, err := meetings(ctx, j.Site, email, c.From, c.To)
	if err != nil {
		return bot.Result{Item: email, State: isUnclear}, err
	}
	counted, err := json.Marshal(c.count(list, apiService(ask.Meetings), c.From, c.To))
	if err != nil {
		return bot.Result{Item: email, State: isUnclear}, fmt.Errorf("encode a count: %w", err)
	}
	return bot.Result{Item: email, State: hasIt, Value: string(counted)}, nil
}
