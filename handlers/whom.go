package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
)

// who is a person whose values are asked for. The id is known only of the
// asker.
type who struct{ id, email string }

// whom reads whose values are meant: an address, or the asker's own where they
// say so. why tells what is missing. Whoever is no admin gets at nobody else.
func whom(r bot.Request) (w who, why string) {
	text := strings.ToLower(strings.Trim(r.Text, " <>.,;:?"))
	text = strings.TrimPrefix(text, "mailto:")
	switch {
	case r.Person.ID != "" && !strings.Contains(text, " ") && bot.IsOwn(text, r.Person.Email):
		return who{r.Person.ID, r.Person.Email}, ""
	case !r.Admin:
		return who{}, "The values of others are for the admins of this bot; your own I show to you."
	case isAddress(text):
		return who{email: text}, ""
	case text == "":
		return who{}, "Name a person by e-mail address."
	case strings.Count(text, "@") > 1:
		return who{}, "I show one person at a time. Name one; for many there is “who is missing”."
	case bot.IsOwn(text):
		return who{}, "I do not know who you are here; name a person by e-mail address."
	}
	return who{}, fmt.Sprintf("“%s” is no e-mail address, and that is how I find people.", r.Text)
}

// whose asks for the person, or leads those who are no admins to themselves.
func whose(ctx context.Context, sites *bot.Sites, r bot.Request, why, phrase string) (bot.Reply, error) {
	buttons, err := meantNobody(ctx, sites, r)
	if err != nil {
		return bot.Reply{}, err
	}
	if !r.Admin {
		return notice(cards.Notice{
			Title: "Only your own", Tone: cards.Warning, Lines: []string{why}, Examples: []string{"my codes on " + r.Site.Host}, Buttons: buttons, Ref: r.Ref,
		}), nil
	}
	hosts, err := sites.All(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	return form(cards.Form{
		Title: "Whose tracking codes?", Ref: r.Ref, Lines: []string{why},
		Fields: []cards.Field{
			{ID: cards.InText, Label: "E-mail address", Placeholder: "alice@example.com", Required: true},
			siteField(cards.InSite, "Site", r.Site.Host, hosts),
		},
		Submit: cards.Button{Title: "Show", Data: cards.Data{Ask: r.Command}}, Buttons: buttons,
		Examples: []string{phrase + " alice@example.com on " + r.Site.Host},
	}), nil
}

// meantNobody are buttons for who asked for "codes of" something that is no
// person: their own values, the tracking code of that name, a site's codes.
func meantNobody(ctx context.Context, sites *bot.Sites, r bot.Request) ([]cards.Button, error) {
	buttons := []cards.Button{{Title: "Mine", Data: cards.Data{Ask: "mine", Site: r.Site.Host}}}
	if r.Text == "" || strings.Contains(r.Text, "@") {
		return append(buttons, cards.Button{Title: "Codes on " + r.Site.Host, Data: cards.Data{Ask: "codes", Site: r.Site.Host}}), nil
	}
	named, err := sites.Find(ctx, r.Text)
	if err != nil {
		return nil, fmt.Errorf("find the site: %w", err)
	}
	for _, host := range named {
		buttons = append(buttons, cards.Button{Title: "Codes on " + host, Data: cards.Data{Ask: "codes", Site: host}})
	}
	if len(named) == 0 {
		buttons = append(buttons, cards.Button{Title: "Tracking code " + r.Text, Data: cards.Data{Ask: "code", Text: r.Text, Quoted: true, Site: r.Site.Host}})
	}
	return buttons, nil
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
