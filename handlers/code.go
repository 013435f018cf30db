package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// code answers one tracking code, named by its id or its name.
func code(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "code",
		Summary:  "one tracking code: options, default, and where it is required",
		Usage:    "tracking code CODE on SITE",
		Examples: []string{"tracking code 1 on SITE", "tracking code Cost Center on SITE", "tracking codes 1, 2 and Cost Center on SITE"},
		Phrases:  []string{"tracking code", "trackingcode", "tracking-code", "code", "#"},
		Group:    lookUpGroup,
		Text:     true,
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if strings.TrimSpace(r.Text) == "" {
				return whichCode(ctx, admin, sites, r)
			}
			return findCode(ctx, admin, r)
		},
	}
}

// findCode shows the code that was asked for, or several of them.
func findCode(ctx context.Context, admin Admin, r bot.Request) (bot.Reply, error) {
	if parts := several(r); len(parts) > 1 {
		return severalParts(ctx, admin, r, parts)
	}
	c, told, err := lookUp(ctx, admin, r)
	if err != nil || told != nil {
		return answered(told), err
	}
	return showCode(r, c)
}

func answered(r *bot.Reply) bot.Reply {
	if r == nil {
		return bot.Reply{}
	}
	return *r
}

// lookUp asks for an id directly, with one call. Anything that does not look
// like an id is looked up by name in the site's list; so is an id that Webex
// does not know, for a code may be named "2024". It returns a reply instead
// where the site has no such code, or several.
func lookUp(ctx context.Context, admin Admin, r bot.Request) (webex.TrackingCode, *bot.Reply, error) {
	if looksLikeID(r.Text) {
		c, err := admin.TrackingCode(ctx, r.Site.Host, r.Text)
		if err == nil {
			return c, nil, ofSite(r, c)
		}
		if !webex.IsNotFound(err) {
			return c, nil, fmt.Errorf("tracking code by id: %w", err)
		}
	}
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return webex.TrackingCode{}, nil, err
	}
	switch found := named(list, r.Text); len(found) {
	case 0:
		told := noSuchCode(r, list)
		return webex.TrackingCode{}, &told, nil
	case 1:
		return found[0], nil, nil
	default:
		told := severalCodes(r, found)
		return webex.TrackingCode{}, &told, nil
	}
}

// ofSite makes sure that a code is of the site that was asked.
func ofSite(r bot.Request, c webex.TrackingCode) error {
	if !sameSite(c.SiteURL, r.Site.Host) {
		return fmt.Errorf("tracking code %q: %w", c.ID, bot.OtherSiteError{Asked: r.Site.Host, Answered: c.SiteURL})
	}
	return nil
}

// looksLikeID reports whether a word can be a code's id: at most 64 bytes, no
// blanks, at least one digit. The ids of mapped codes are not documented, so
// nothing else is asked of them.
func looksLikeID(s string) bool {
	return len(s) <= 64 && strings.ContainsAny(s, "0123456789") && !strings.ContainsAny(s, " \t\n")
}

// named returns the codes of that name: to the letter where one is, otherwise
// whatever the case; or the one of that id.
func named(list []webex.TrackingCode, want string) []webex.TrackingCode {
	var exact, folded []webex.TrackingCode
	for _, c := range list {
		switch {
		case c.Name == want || c.ID == want:
			exact = append(exact, c)
		case fold(c.Name) == fold(want):
			folded = append(folded, c)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return folded
}

// showCode draws the answer. A code of another site is never shown.
func showCode(r bot.Request, c webex.TrackingCode) (bot.Reply, error) {
	if err := ofSite(r, c); err != nil {
		return bot.Reply{}, err
	}
	v := cards.Code{
		Name: c.Name, ID: c.ID, Site: r.Site.Host, SiteNote: r.Site.Why,
		Input:       inputWords(c.InputMode),
		HostProfile: ruleWords(c.HostProfileCode),
		Services:    serviceRules(c.ScheduleStartCodes),
		Options:     make([]cards.Option, len(c.Options)),
		Ref:         "",
		Buttons: []cards.Button{
			{Title: "All codes on this site", Data: cards.Data{Ask: "codes", Site: r.Site.Host}},
			{Title: "Refresh", Data: askCode(r.Site, c.ID, true)},
		},
	}
	if len(c.Options) > pageSize {
		v.Buttons = append(v.Buttons, cards.Button{Title: "Search the options", Data: cards.Data{Ask: "options", Text: c.ID, Quoted: true, Site: r.Site.Host}})
	}
	v.Buttons = append(v.Buttons, cards.Button{Title: "Why?", Data: cards.Data{Ask: bot.Why}})
	for i, o := range c.Options {
		v.Options[i] = cards.Option{Value: o.Value, Default: o.DefaultValue}
	}
	if v.Services == nil {
		v.Notes = append(v.Notes, "Asked for in the host's profile and at sign-up only, not when a meeting is scheduled.")
	}
	if c.InputMode == "select" && len(c.Options) == 0 {
		v.Notes = append(v.Notes, "No options are set up, so nothing can be picked.")
	}
	return bot.Reply{Card: v.Card(), Markdown: v.Markdown()}, nil
}

// sameSite reports whether Webex answered for the host that was asked, however
// it writes that; an answer that names no site is taken for it.
func sameSite(got, want string) bool { return got == "" || ask.SiteName(got) == want }

// whichCode answers "tracking code" alone with a form of the codes there are.
func whichCode(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request) (bot.Reply, error) {
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return bot.Reply{}, err
	}
	hosts, err := sites.All(ctx)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("sites for the form: %w", err)
	}
	f := cards.Form{
		Title: "Which tracking code?", Site: r.Site.Host, SiteNote: r.Site.Why,
		Lines:    []string{"You named none. " + r.Site.Host + " has " + bot.Listed(names(list), 8) + "."},
		Fields:   []cards.Field{codeField(list)},
		Submit:   cards.Button{Title: "Show it", Data: cards.Data{Ask: r.Command, Site: r.Site.Host}},
		Buttons:  []cards.Button{{Title: "All codes on this site", Data: cards.Data{Ask: "codes", Site: r.Site.Host}}},
		Examples: []string{exampleCode(r, list)},
	}
	for _, host := range hosts {
		if host != r.Site.Host && len(f.Buttons) < 3 { // the same question about another site
			f.Buttons = append(f.Buttons, cards.Button{Title: "Codes of " + host, Data: cards.Data{Ask: r.Command, Site: host}})
		}
	}
	return form(f), nil
}

// noSuchCode names the nearest codes of the site.
func noSuchCode(r bot.Request, list []webex.TrackingCode) bot.Reply {
	n := cards.Notice{
		Title: "No such tracking code", Site: r.Site.Host, SiteNote: r.Site.Why,
		Tone:  cards.Warning,
		Lines: []string{fmt.Sprintf("%s has no tracking code “%s”.", r.Site.Host, r.Text)},
		Buttons: []cards.Button{
			{Title: "All codes on this site", Data: cards.Data{Ask: "codes", Site: r.Site.Host}},
		},
	}
	if len(list) == 0 {
		n.Lines = append(n.Lines, "It has no tracking codes at all.")
	} else {
		n.Lines = append(n.Lines, "It has "+bot.Listed(names(list), 8)+".")
		n.Choices = choices(r, list, bot.NearestNames(r.Text, names(list), 3))
		n.Examples = []string{exampleCode(r, list)}
	}
	return notice(n)
}

// severalCodes lets the asker choose between codes of one name.
func severalCodes(r bot.Request, found []webex.TrackingCode) bot.Reply {
	n := cards.Notice{
		Title: "Which of them?", Site: r.Site.Host, SiteNote: r.Site.Why,
		Tone:  cards.Accent,
		Lines: []string{fmt.Sprintf("%s has %d tracking codes named “%s”.", r.Site.Host, len(found), r.Text)},
	}
	for _, c := range found {
		n.Choices = append(n.Choices, choice(r, c))
	}
	return notice(n)
}

// choices are buttons for the codes of these names, in this order.
func choices(r bot.Request, list []webex.TrackingCode, wanted []string) []cards.Button {
	var buttons []cards.Button
	for _, name := range wanted {
		for _, c := range list {
			if c.Name == name {
				buttons = append(buttons, choice(r, c))
				break
			}
		}
	}
	return buttons
}

func choice(r bot.Request, c webex.TrackingCode) cards.Button {
	return cards.Button{
		Title: fmt.Sprintf("%s (code %s)", c.Name, c.ID),
		Data: cards.Data{
			Ask: r.Command, Text: c.ID, Quoted: true, Site: r.Site.Host, Also: r.Also.Host, Filter: r.Filter, As: r.As, More: r.More, Rest: carried(r.Rest),
		},
	}
}

// carried is what of pasted lines a button can carry: few, or none. Then a form
// asks for them again.
func carried(rest string) string {
	if len(rest) > 500 {
		return ""
	}
	return rest
}

func exampleCode(r bot.Request, list []webex.TrackingCode) string {
	switch {
	case len(list) == 0:
		return "codes on " + r.Site.Host
	case r.Command == "options":
		return fmt.Sprintf("options of %s on %s", list[0].ID, r.Site.Host)
	case r.Command == "compare" && r.Also.Host != "":
		return fmt.Sprintf("compare %s on %s and %s", list[0].Name, r.Site.Host, r.Also.Host)
	case r.Command == "export":
		return fmt.Sprintf("export %s on %s as csv", list[0].Name, r.Site.Host)
	case r.Command == "missing":
		return missingExample(list[0].Name, r.Site.Host)
	}
	return fmt.Sprintf("tracking code %s on %s", list[0].ID, r.Site.Host)
}

// siteError keeps "not found" on a whole list apart from "no such code": the
// admin token does not see that site.
func siteError(r bot.Request, err error) error {
	if webex.IsNotFound(err) {
		return fmt.Errorf("%w: %w", bot.NoSuchSiteError{Host: r.Site.Host}, err)
	}
	return fmt.Errorf("tracking codes of the site: %w", err)
}

func notice(n cards.Notice) bot.Reply { return bot.Reply{Card: n.Card(), Markdown: n.Markdown()} }
