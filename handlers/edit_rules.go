package handlers

import (
	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/internal/change"
)

// setRule says where a code must, can or can't be given.
func (c changer) setRule() bot.Command {
	return c.edited(bot.Command{
		Name:     "setrule",
		Summary:  "makes a tracking code required, optional, not used or set by an admin",
		Usage:    "make CODE required|optional|not used|set by an admin for meetings|events|training|support|all on SITE",
		Examples: []string{"make Department required for meetings on SITE", "make Department optional in the host profile on SITE"},
	}, func(r bot.Request) change.Edit {
		kind := apiRule(r.Question.Rule)
		service := apiService(r.Question.Service)
		switch {
		case kind == "":
			return nil
		case r.Question.Topic == "profile":
			return change.InHostProfile(kind)
		case r.Question.Topic == "all":
			return change.InService(change.All, kind)
		case service == "":
			return nil
		}
		return change.InService(service, kind)
	})
}

// apiRule is a rule as the API writes it; empty for none.
func apiRule(rule ask.Rule) string {
	return map[ask.Rule]string{ask.Required: change.Required, ask.Optional: change.Optional, ask.Unused: change.NotUsed, ask.AdminSet: change.AdminSet}[rule]
}
