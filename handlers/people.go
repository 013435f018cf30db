package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// maxPeopleNamed is how many people of one name are looked at.
const maxPeopleNamed = 50

// byName finds the person whose whole display name is asked for, where the admin
// token's scope allows that. A reply offers the people of that name, or of that
// first name, to choose from; where there are none it asks for an address.
func byName(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request, name, phrase string) (who, *bot.Reply, error) {
	people, err := admin.PeopleNamed(ctx, name, maxPeopleNamed)
	if webex.IsStatus(err, http.StatusForbidden, http.StatusUnauthorized) {
		instead, err := whose(ctx, sites, r, needAddress, phrase)
		return who{}, &instead, err
	}
	if err != nil {
		return who{}, nil, fmt.Errorf("people of a name: %w", err)
	}
	people = slices.DeleteFunc(people, func(p webex.Person) bool { return len(p.Emails) == 0 })
	var whole, first []webex.Person
	for _, p := range people {
		given, _, _ := strings.Cut(p.DisplayName, " ")
		switch {
		case fold(p.DisplayName) == fold(name):
			whole = append(whole, p)
		case fold(given) == fold(name):
			first = append(first, p)
		}
	}
	switch found := slices.Concat(whole, first); {
	case len(whole) == 1:
		return who{subject{name: whole[0].DisplayName}, whole[0].ID, whole[0].Emails[0]}, nil, nil
	case len(found) == 0:
		instead, err := whose(ctx, sites, r, fmt.Sprintf("I found nobody called “%s”. ", name)+needAddress, phrase)
		return who{}, &instead, err
	default:
		return who{}, new(whichPerson(r, name, found)), nil
	}
}

// whichPerson lets an admin choose between people.
func whichPerson(r bot.Request, name string, found []webex.Person) bot.Reply {
	n := cards.Notice{
		Title: "Which of them?", Tone: cards.Accent, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{fmt.Sprintf("Webex knows %s called “%s”.", count(len(found), "person"), name)},
	}
	q := here(r)
	for _, p := range found[:min(len(found), cards.MaxActions)] {
		q.People = []ask.Person{{Address: p.Emails[0], Name: p.DisplayName}}
		n.Choices = append(n.Choices, bot.Button(fmt.Sprintf("%s (%s)", p.DisplayName, p.Emails[0]), q))
	}
	if more := len(found) - len(n.Choices); more > 0 {
		n.Lines = append(n.Lines, count(more, "person")+" not shown; an email address finds each.")
	}
	return unmet(n)
}
