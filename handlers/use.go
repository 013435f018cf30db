package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// use sets the site of a space or of the asker, for questions that name none.
func use(sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "use",
		Several:  true,
		Group:    sitesGroup,
		Summary:  "the site for questions that name none: of this space (here), or your own",
		Usage:    "use SITE [here]",
		Examples: []string{"use SITE here", "use SITE"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Room.ID == "" {
				return notice(cards.Notice{Title: "Only in a space", Tone: cards.Warning, Lines: []string{"A site is chosen for a space or for a person in Webex. Here, name the site in the question."}}), nil
			}
			topic := r.Question.Topic
			inSpace := topic == "here" || topic == "defaulthere"
			switch {
			case topic == "default" || topic == "defaulthere":
				return choose(ctx, sites, r, "", inSpace)
			case len(r.Sites) != 1:
				return pickSite(ctx, sites, r)
			}
			return choose(ctx, sites, r, r.Sites[0], inSpace)
		},
	}
}

// choose says what follows from a choice, which is stored with the answer.
func choose(ctx context.Context, sites *bot.Sites, r bot.Request, host string, inSpace bool) (bot.Reply, error) {
	change, whose := sites.UseForPerson(r.Person.ID, host), "your own questions"
	if inSpace {
		change, whose = sites.UseInSpace(r.Room, host), "this space"
		if r.Room.Direct {
			whose = "this 1:1 space"
		}
	}
	title, line := "Done: "+host, fmt.Sprintf("%s is now the site of %s.", host, whose)
	if host == "" {
		title, line = "Done", fmt.Sprintf("No site is chosen for %s any more.", whose)
	}
	reply, err := whereNow(bot.WithChanges(ctx, change), sites, r, title, []string{line})
	reply.Changes = []bot.Change{change}
	return reply, err
}

// pickSite answers "use" without one site with a form of the sites.
func pickSite(ctx context.Context, sites *bot.Sites, r bot.Request) (bot.Reply, error) {
	all, usual, err := askable(ctx, sites, r)
	if err != nil {
		return bot.Reply{}, err
	}
	use := func(topic string) ask.Question { return ask.Question{Command: "use", Topic: topic} }
	inForm := bot.Button("Use it here", use("here"))
	inForm.Data.Form = true
	return bot.Drawn(cards.Form{
		Title:  "Use which site?",
		Lines:  []string{"For questions that name none. In this space it counts for everybody here; your own counts wherever the space has none."},
		Fields: []cards.Field{siteField(cards.InSite, "Site", usual.Host, all)},
		Submit: bot.Button("Use it for me", use("")),
		Buttons: []cards.Button{
			inForm, bot.Button("None here", use("defaulthere")), bot.Button("None for me", use("default")),
		},
		Examples: []string{"use " + all[0] + " here", "use " + all[0]},
	}), nil
}
