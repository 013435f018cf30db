package handlers

import (
	"cmp"
	"context"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// who is a person whose values are asked for. The id is known of the asker, and
// of who was mentioned; of a name it is still to be found.
type who struct {
	subject

	id, email string
}

// whom says whose values are meant: the one person of the question, who is the
// asker where it names none. why tells what is missing. Whoever is no admin gets
// at nobody else.
func whom(r bot.Request) (w who, why string) {
	people := r.Question.People
	switch {
	case len(people) == 0 && r.Admin:
		return who{}, "Who do you mean?"
	case len(people) > 1:
		return who{}, "I show one person at a time. For many people, ask “who is missing”."
	case r.Person.ID != "" && (len(people) == 0 || people[0].Me):
		return who{subject{me: true}, r.Person.ID, r.Person.Email}, ""
	case !r.Admin:
		return who{}, "Only bot admins can see the values of others. I can show you your own."
	case people[0].Me:
		return who{}, "I don't know who you are here. Enter an email address."
	}
	p := people[0]
	address := strings.ToLower(p.Address)
	switch {
	case address != "" && isAddress(address):
		return who{subject{name: cmp.Or(p.Name, address)}, p.ID, address}, ""
	case p.ID != "":
		return who{subject{name: cmp.Or(p.Name, "This person")}, p.ID, ""}, ""
	case p.Address == "" && p.Name != "":
		return who{subject: subject{name: p.Name}}, ""
	}
	return who{}, needAddress
}

// needAddress is said where a person can't be found otherwise.
const needAddress = "I need an email address to find someone, for example bob@example.com."

// whose asks for the person, or leads those who are no admins to themselves.
func whose(ctx context.Context, sites *bot.Sites, r bot.Request, why, phrase string) (bot.Reply, error) {
	mine := here(r)
	mine.People = []ask.Person{{Me: true}}
	var buttons []cards.Button
	if r.Person.ID != "" {
		buttons = append(buttons, bot.Button("Mine", mine))
	}
	buttons = append(buttons, allCodes(r.Site.Host))
	if !r.Admin {
		return notice(cards.Notice{
			Title: "Only your own", Tone: cards.Warning, Lines: []string{why}, Examples: []string{"my codes on " + r.Site.Host}, Buttons: buttons, Ref: r.Ref,
		}), nil
	}
	hosts, err := sites.All(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	submit := r.Question
	submit.People, submit.Sites = nil, nil
	return bot.Drawn(cards.Form{
		Title: "Whose tracking codes?", Ref: r.Ref, Lines: []string{why},
		Fields: []cards.Field{
			{ID: cards.InPerson, Label: "Email address", Placeholder: "alice@example.com", Required: true},
			siteField(cards.InSite, "Site", r.Site.Host, hosts),
		},
		Submit: bot.Button("Show", submit), Buttons: buttons,
		Examples: []string{phrase + " alice@example.com on " + r.Site.Host},
	}), nil
}

// isAddress reports whether s looks like an e-mail address of at most 254
// bytes: something, an @ and a domain, without blanks and brackets.
func isAddress(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && len(s) <= 254 && strings.Contains(s[at:], ".") && !strings.HasSuffix(s, ".") &&
		!strings.ContainsAny(s, " \t\r\n<>()[],;:\"\\") && strings.Count(s, "@") == 1 && !strings.ContainsFunc(s, isOdd)
}

// isOdd reports whether a character can't stand in the header of a request.
func isOdd(r rune) bool { return r <= ' ' || r >= 0x7f }
