package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// check holds the tracking codes of a site against the fine print of the API.
func check(admin Admin, links Links) bot.Command {
	return bot.Command{
		Name:     "check",
		Group:    checkGroup,
		Summary:  "what is wrong or risky with a site's tracking codes, why, and what to do",
		Usage:    "check SITE",
		Examples: []string{"check SITE", "check codes on SITE"},
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			return showFindings(r, list, findings(list), links), nil
		},
	}
}

func showFindings(r bot.Request, list []webex.TrackingCode, found []finding, links Links) bot.Reply {
	v := cards.Report{
		Title: "Nothing to mend", Tone: cards.Good, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{fmt.Sprintf("I held %s against the rules of the Webex API.", count(len(list), "tracking code"))},
		Buttons: []cards.Button{
			{Title: "Check again", Data: fresh(here(r))}, allCodes(r.Site.Host), bot.Button("Export", onSite("export", r.Site.Host)),
		},
	}
	if len(found) == 0 {
		return reportOf(v)
	}
	if to := links.buttons(r.Site.Host); len(to) > 0 { // of four buttons
		v.Buttons = append(v.Buttons[:2], to...)
	}
	v.Title, v.Tone = count(len(found), "thing")+" to look at", cards.Warning
	var grave, other []cards.Line
	for _, f := range found {
		if f.grave {
			grave = append(grave, f.row(r.Site))
		} else {
			other = append(other, f.row(r.Site))
		}
	}
	if len(grave) > 0 {
		v.Tone = cards.Attention
		v.Parts = append(v.Parts, cards.Section{Heading: "Wrong", Rows: grave})
	}
	if len(other) > 0 {
		v.Parts = append(v.Parts, cards.Section{Heading: "Worth a look", Rows: other})
	}
	return reportOf(v)
}

func (f finding) row(site bot.Site) cards.Line {
	return cards.Line{
		Title: fmt.Sprintf("%s (code %s)", f.code.Name, f.code.ID), Text: f.what, Under: []string{"Why: " + f.why}, ToDo: "To do: " + f.todo,
		Open: bot.Data(aboutCode("code", site.Host, f.code)),
	}
}
