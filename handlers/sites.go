package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
)

// The headings under which help shows the commands.
const (
	lookUpGroup  = "Look up"
	checkGroup   = "Check and compare"
	historyGroup = "What changed"
	peopleGroup  = "People"
	sitesGroup   = "Sites"
	botGroup     = "This bot"
)

// sitesList answers with the sites that one may ask.
func sitesList(sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "sites",
		Group:    sitesGroup,
		Summary:  "the sites that can be asked, and which one is meant by itself",
		Usage:    "sites",
		Examples: []string{"sites"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			all, usual, err := askable(ctx, sites, r)
			if err != nil {
				return bot.Reply{}, err
			}
			shown, pages := page(r, all, func(host string) []string { return append(sites.Names(host, all), host) })
			v := cards.List{Title: count(len(all), "site") + " you can ask", Pages: pages, Lines: []string{"A tap on a site shows its codes."}}
			for _, host := range shown {
				v.Rows = append(v.Rows, siteRow(host, sites.Names(host, all), usual))
				if host == usual.Host {
					v.Notes = append(v.Notes, fmt.Sprintf("A question here that names no site is about %s: %s.", host, usual.Why))
				}
			}
			if usual.Host == "" {
				v.Notes = append(v.Notes, "A question here must name its site: there is no default one.")
			}
			v.Buttons = append(v.Buttons, bot.Button("Where am I?", ask.Question{Command: "where"}))
			return paged(r, v), nil
		},
	}
}

// siteRow is a site among others, with its further names.
func siteRow(host string, names []string, usual bot.Site) cards.Row {
	row := cards.Row{Title: host, Open: bot.Data(onSite("codes", host))}
	if len(names) > 0 {
		row.Under = "also called " + strings.Join(names, ", ")
	}
	if host == usual.Host {
		row.Mark = "default"
	}
	return row
}

// askable are the sites that can be asked, and the one that a question without
// a site is about.
func askable(ctx context.Context, sites *bot.Sites, r bot.Request) (all []string, usual bot.Site, err error) {
	if all, err = sites.All(ctx); err != nil {
		return nil, bot.Site{}, fmt.Errorf("sites: %w", err)
	}
	if usual, err = sites.PickFor(ctx, r.Room, r.Person.ID); err != nil {
		return nil, bot.Site{}, fmt.Errorf("the usual site: %w", err)
	}
	return all, usual, nil
}

// where answers which site a question without one would be about, and why.
func where(sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "where",
		Group:    sitesGroup,
		Summary:  "which site a question that names none is about, and why",
		Usage:    "where",
		Examples: []string{"where"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			return whereNow(ctx, sites, r, "Which site", nil)
		},
	}
}

// whereNow says the order in which a site is chosen, with what is chosen.
func whereNow(ctx context.Context, sites *bot.Sites, r bot.Request, title string, lines []string) (bot.Reply, error) {
	all, usual, err := askable(ctx, sites, r)
	if err != nil {
		return bot.Reply{}, err
	}
	space, err := sites.SpaceSite(ctx, r.Room)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("the site of the space: %w", err)
	}
	own, err := sites.PersonSite(ctx, r.Person.ID)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("the site of the person: %w", err)
	}
	n := cards.Notice{Title: title, Tone: cards.Accent, Lines: lines}
	if usual.Host == "" {
		n.Lines = append(n.Lines, "A question here must name its site: there is no default one.")
	} else {
		n.Lines = append(n.Lines, fmt.Sprintf("A question here that names no site is about %s: %s.", usual.Host, usual.Why))
	}
	n.Lines = append(n.Lines, "What counts first:")
	n.Facts = [][2]string{
		{"1. Named", "the site in the question itself"},
		{"2. This space", chosen(space, all)},
		{"3. Your own", chosen(own, all)},
		{"4. This bot", orNone(sites.Default)},
		{"5. Webex", "the default site of the bot's admin account"},
	}
	if usual.Host != "" {
		n.Examples = []string{"use " + usual.Host + " here", "use " + usual.Host}
		n.Buttons = []cards.Button{allCodes(usual.Host)}
	}
	n.Buttons = append(n.Buttons, bot.Button("Choose another", ask.Question{Command: "use"}), bot.Button("All sites", ask.Question{Command: "sites"}))
	return notice(n), nil
}

func chosen(site bot.Site, all []string) string {
	for _, host := range all {
		if host == site.Host {
			return host
		}
	}
	if site.Host != "" {
		return site.Host + ", which can't be asked any more"
	}
	return orNone("")
}

func orNone(host string) string {
	if host == "" {
		return "none chosen"
	}
	return host
}
