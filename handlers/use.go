package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/text"
)

// use sets the site of a space or of the asker, for questions that name none.
func use(sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "use",
		Group:    sitesGroup,
		Summary:  "the site for questions that name none: of this space (here), or your own",
		Usage:    "use SITE [here]",
		Examples: []string{"use SITE here", "use SITE"},
		Phrases:  []string{"use", "use site", "use the site", "set site", "set default site"},
		Text:     true,
		Plain:    true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Room.ID == "" {
				return notice(cards.Notice{Title: "Only in a space", Tone: cards.Warning, Lines: []string{"A site is chosen for a space or for a person in Webex. Here, name the site in the question."}}), nil
			}
			name, here := cutHere(strings.TrimSpace(r.Text))
			here = here || r.As == "here"
			if name == "" {
				return whichSite(ctx, sites, r)
			}
			host := ""
			if !isNoSite(name) {
				which, err := sites.Find(ctx, name)
				if err != nil {
					return bot.Reply{}, fmt.Errorf("find the site: %w", err)
				}
				if len(which) != 1 {
					return noSuchSite(ctx, sites, name, here, which)
				}
				host = which[0]
			}
			return choose(ctx, sites, r, host, here)
		},
	}
}

// choose says what follows from a choice, which is stored with the answer.
func choose(ctx context.Context, sites *bot.Sites, r bot.Request, host string, here bool) (bot.Reply, error) {
	change, whose := sites.UseForPerson(r.Person.ID, host), "your own questions"
	if here {
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

// cutHere takes from the end what says that the space is meant.
func cutHere(said string) (name string, here bool) {
	low := text.LowerASCII(said)
	for _, end := range []string{"here", "in this space", "for this space", "in this room", "for this room", "in this 1:1"} {
		if low == end {
			return "", true
		}
		if strings.HasSuffix(low, " "+end) {
			return strings.TrimSpace(said[:len(said)-len(end)]), true
		}
	}
	for _, end := range []string{" for me", " for myself"} {
		if strings.HasSuffix(low, end) {
			return strings.TrimSpace(said[:len(said)-len(end)]), false
		}
	}
	return said, false
}

// isNoSite reports whether words take a choice back.
func isNoSite(name string) bool {
	switch strings.ToLower(name) {
	case "default", "the default", "no site", "none", "nothing", "the default site", "default site":
		return true
	}
	return false
}

// whichSite answers "use" alone with a form of the sites.
func whichSite(ctx context.Context, sites *bot.Sites, r bot.Request) (bot.Reply, error) {
	all, usual, err := askable(ctx, sites, r)
	if err != nil {
		return bot.Reply{}, err
	}
	return form(cards.Form{
		Title:  "Use which site?",
		Lines:  []string{"For questions that name none. In this space it counts for everybody here; your own counts wherever the space has none."},
		Fields: []cards.Field{siteField(cards.InText, "Site", usual.Host, all)},
		Submit: cards.Button{Title: "Use it for me", Data: cards.Data{Ask: "use"}},
		Buttons: []cards.Button{
			{Title: "Use it here", Data: cards.Data{Ask: "use", As: "here", Form: true}},
			{Title: "None here", Data: cards.Data{Ask: "use", Text: "default here"}},
			{Title: "None for me", Data: cards.Data{Ask: "use", Text: "default"}},
		},
		Examples: []string{"use " + all[0] + " here", "use " + all[0]},
	}), nil
}

// noSuchSite offers the nearest sites, or those that a name may mean.
func noSuchSite(ctx context.Context, sites *bot.Sites, name string, here bool, which []string) (bot.Reply, error) {
	all, err := sites.All(ctx)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("sites: %w", err)
	}
	n := cards.Notice{Title: "Not a site I can ask", Tone: cards.Warning, Lines: []string{fmt.Sprintf("“%s” is not among the sites that this bot may ask.", name)}}
	if len(which) > 1 {
		n.Title, n.Lines = "Which site?", []string{fmt.Sprintf("More than one site begins with “%s”.", name)}
	} else {
		which = bot.NearestNames(name, all, 3)
	}
	if len(which) == 0 {
		which = all[:min(len(all), 3)]
	}
	n.Lines = append(n.Lines, "Sites you can ask: "+bot.Listed(all, 20)+".")
	end := ""
	if here {
		end = " here"
	}
	for _, host := range which {
		n.Choices = append(n.Choices, cards.Button{Title: "Use " + host + end, Data: cards.Data{Ask: "use", Text: host + end}})
	}
	n.Examples = []string{"use " + which[0] + end}
	return notice(n), nil
}
