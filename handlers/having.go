package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// having answers which sites have a code.
func having(admin Admin) bot.Command {
	return bot.Command{
		Name:     "having",
		Group:    lookUpGroup,
		Summary:  "which sites have a code",
		Usage:    "which sites have CODE",
		Examples: []string{"which sites have Department"},
		Title:    "sites with",
		AllSites: true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Question.Code == nil {
				return notice(cards.Notice{Title: "Which tracking code?", Tone: cards.Accent, Lines: []string{"Name a code, and I tell you which sites have it."}, Examples: []string{"which sites have Department"}}), nil
			}
			hosts := r.Sites[:min(len(r.Sites), maxFindSites)]
			return showHaving(r, codesOfSites(ctx, admin, r, hosts))
		},
	}
}

// showHaving lists the sites that have the code; a tap on one opens it there.
func showHaving(r bot.Request, read []looked) (bot.Reply, error) {
	var hosts, with, without, broken []string
	var errs []error
	part := cards.Section{}
	name := written(r)
	for _, l := range read {
		found := meant(l.list, r)
		hosts = append(hosts, l.host)
		switch {
		case l.err != nil:
			broken, errs = append(broken, l.host), append(errs, l.err)
		case len(found) == 0:
			without = append(without, l.host)
		default:
			with = append(with, l.host)
		}
		for _, c := range found {
			name = c.Name
			part.Rows = append(part.Rows, havingRow(l.host, c))
		}
	}
	if len(broken) == len(read) {
		return bot.Reply{}, errors.Join(errs...)
	}
	v := cards.Report{
		Title: name + ": " + count(len(with), "site"), Site: bot.Listed(hosts, maxNamed), Lead: []string{havingFact(name, with, without)}, Parts: []cards.Section{part}, Ref: r.Ref,
		Buttons: []cards.Button{{Title: "Refresh", Data: fresh(r.Question)}},
	}
	if len(broken) > 0 {
		v.Tone = cards.Warning
		v.Notes = []string{"Could not be read just now: " + bot.Listed(broken, 10) + "."}
	}
	if left := len(r.Sites) - len(read); left > 0 {
		v.Notes = append(v.Notes, count(left, "further site")+" not looked at; name one of them to look there.")
	}
	return reportOf(v), nil
}

// havingFact says which sites have a code, and which have not.
func havingFact(name string, with, without []string) string {
	switch {
	case len(with) == 0 && len(without) == 1:
		return fmt.Sprintf("%s has no code “%s”.", without[0], name)
	case len(with) == 0:
		return fmt.Sprintf("There is no code “%s” on %s.", name, inSentence(without))
	case len(without) == 0:
		return fmt.Sprintf("%s is on %s.", name, inSentence(with))
	}
	return fmt.Sprintf("%s is on %s, not on %s.", name, inSentence(with), inSentence(without))
}

func havingRow(host string, c webex.TrackingCode) cards.Line {
	rules := "not asked for when scheduling"
	if list := rulesOf(c.ScheduleStartCodes); list != nil {
		rules = strings.Join(byRule(list), ", ")
	}
	return cards.Line{
		Title: host, Under: []string{fmt.Sprintf("code %s · %s · %s", c.ID, inputWords(c.InputMode), count(len(c.Options), "option")), capital(rules)},
		Open: bot.Data(aboutCode("code", host, c)),
	}
}
