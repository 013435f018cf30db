package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

// code answers one tracking code, named by its id or its name.
func code(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "code",
		Summary:  "one tracking code: options, default, and where it is required",
		Usage:    "tracking code CODE on SITE",
		Examples: []string{"tracking code 1 on SITE", "tracking code Cost Center on SITE", "tracking codes 1, 2 and Cost Center on SITE"},
		Title:    "tracking code",
		Group:    lookUpGroup,
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Question.Code == nil {
				return whichCode(ctx, admin, sites, r)
			}
			c, instead, err := theCode(ctx, admin, r)
			if err != nil || instead != nil {
				return answered(instead), err
			}
			return showCode(r, c)
		},
	}
}

// answered is a reply that stands in place of an answer; the zero value where there
// is none.
func answered(r *bot.Reply) bot.Reply {
	if r == nil {
		return bot.Reply{}
	}
	return *r
}

// theCode reads the code that a question is about: by its id with one call, else
// by its name from the site's list. So it does where Webex does not know the
// id, for a code may be named "2024", or has another code of that id by now. It
// returns a reply instead where the site has no such code, or several.
func theCode(ctx context.Context, admin Admin, r bot.Request) (webex.TrackingCode, *bot.Reply, error) {
	if asked := r.Question.Code; looksLikeID(asked.ID) {
		c, err := admin.TrackingCode(ctx, r.Site.Host, asked.ID)
		switch {
		case err == nil && (asked.Name == "" || fold(asked.Name) == fold(c.Name)):
			return c, nil, ofSite(r, c)
		case err != nil && !webex.IsNotFound(err):
			return c, nil, fmt.Errorf("tracking code by id: %w", err)
		}
	}
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return webex.TrackingCode{}, nil, err
	}
	c, instead := oneOf(list, r)
	return c, instead, nil
}

// oneOf is the code of a list that a question means. It returns a reply instead
// where that is none, or several.
func oneOf(list []webex.TrackingCode, r bot.Request) (webex.TrackingCode, *bot.Reply) {
	switch found := meant(list, r); len(found) {
	case 0:
		return webex.TrackingCode{}, new(noSuchCode(r, list))
	case 1:
		return found[0], nil
	default:
		return webex.TrackingCode{}, new(severalCodes(r, found))
	}
}

// meant are the codes of a list that a question means: by the name that was
// found for what was written, by what was written, or those that fit it equally.
func meant(list []webex.TrackingCode, r bot.Request) []webex.TrackingCode {
	asked := r.Question.Code
	for _, want := range []string{asked.Name, asked.Written, asked.ID} {
		if found := named(list, want); want != "" && len(found) > 0 {
			return found
		}
	}
	var found []webex.TrackingCode
	for _, choice := range asked.Choices {
		found = append(found, named(list, choice.Name)...)
	}
	return found
}

// ofSite makes sure that a code is of the site that was asked.
func ofSite(r bot.Request, c webex.TrackingCode) error {
	if !hostname.Same(c.SiteURL, r.Site.Host) {
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
	v := codeCard(r, c)
	return bot.Drawn(v), nil
}

// codeCard is what there is to know about a code.
func codeCard(r bot.Request, c webex.TrackingCode) cards.Code {
	v := cards.Code{
		Name: called(r, c), ID: c.ID, Site: r.Site.Host, SiteNote: r.Site.Why,
		Input:       inputWords(c.InputMode),
		HostProfile: ruleWords(c.HostProfileCode),
		Services:    serviceRules(c.ScheduleStartCodes),
		Options:     make([]cards.Option, len(c.Options)),
		Ref:         "",
		Buttons: []cards.Button{
			allCodes(r.Site.Host), {Title: "Refresh", Data: fresh(aboutCode("code", r.Site.Host, c))},
		},
	}
	if len(c.Options) > pageSize {
		v.Buttons = append(v.Buttons, bot.Button("All options", aboutCode("options", r.Site.Host, c)))
	}
	v.Buttons = append(v.Buttons, bot.Button("Why?", ask.Question{Command: bot.Why}))
	for i, o := range c.Options {
		v.Options[i] = cards.Option{Value: o.Value, Default: o.DefaultValue}
	}
	switch {
	case v.Services != nil:
	case inUse(c):
		v.Notes = append(v.Notes, "Asked for only in the host profile and at sign-up, not when a meeting is scheduled.")
	default:
		v.Notes = append(v.Notes, "Not asked for anywhere: neither in the host profile nor when a meeting is scheduled.")
	}
	if c.InputMode == "select" && len(c.Options) == 0 {
		v.Notes = append(v.Notes, "No options are set up, so nothing can be picked.")
	}
	return v
}

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
	why := "You named none. "
	if r.Question.Above {
		why = "I don't know which code you mean: there is no question about one above. "
	}
	f := cards.Form{
		Title: "Which tracking code?", Site: r.Site.Host, SiteNote: r.Site.Why,
		Lines:    []string{why + r.Site.Host + " has " + bot.Listed(names(list), 8) + "."},
		Fields:   []cards.Field{codeField(list)},
		Submit:   bot.Button("Show it", here(r)),
		Buttons:  []cards.Button{allCodes(r.Site.Host)},
		Examples: []string{exampleCode(r, list)},
	}
	for _, host := range hosts {
		if host != r.Site.Host && len(f.Buttons) < 3 { // the same question about another site
			other := r
			other.Site.Host = host
			f.Buttons = append(f.Buttons, bot.Button("On "+short(host), here(other)))
		}
	}
	return bot.Drawn(f), nil
}

// noSuchCode says where else there is such a code, and names the nearest ones
// of the site.
func noSuchCode(r bot.Request, list []webex.TrackingCode) bot.Reply {
	n := cards.Notice{
		Title: "No such tracking code", Site: r.Site.Host, SiteNote: r.Site.Why,
		Tone:    cards.Warning,
		Lines:   []string{fmt.Sprintf("%s has no tracking code “%s”.", r.Site.Host, written(r))},
		Buttons: []cards.Button{allCodes(r.Site.Host)},
	}
	asked := r.Question.Code
	if len(asked.Elsewhere) > 0 {
		n.Lines[0] = fmt.Sprintf("%s has no tracking code “%s”. %s is on %s.", r.Site.Host, written(r), asked.Name, bot.Listed(asked.Elsewhere, 3))
	}
	for _, host := range asked.Elsewhere[:min(len(asked.Elsewhere), 3)] {
		there := r.Question
		there.Sites, there.Code = []string{host}, &ask.Code{Written: asked.Name}
		n.Choices = append(n.Choices, bot.Button(asked.Name+" on "+host, there))
	}
	if len(list) == 0 {
		n.Lines = append(n.Lines, "It has no tracking codes at all.")
		return unmet(n)
	}
	if with := codesWithOption(list, written(r)); len(with) > 0 && r.Command == "code" {
		n.Title = "An option, not a tracking code"
		n.Lines = append(n.Lines, fmt.Sprintf("“%s” is an option of %s.", written(r), bot.Listed(names(with), 3)))
		for _, c := range with[:min(len(with), 3)] {
			n.Choices = append(n.Choices, choice(r, c))
		}
		return notice(n)
	}
	n.Lines = append(n.Lines, "It has "+bot.Listed(names(list), 8)+".")
	n.Choices = append(n.Choices, choices(r, list, ask.Nearest(written(r), names(list), 3))...)
	n.Examples = []string{exampleCode(r, list)}
	return unmet(n)
}

// codesWithOption are the codes of a list that have a value among their options,
// whatever the case.
func codesWithOption(list []webex.TrackingCode, value string) []webex.TrackingCode {
	var with []webex.TrackingCode
	for _, c := range list {
		if slices.ContainsFunc(c.Options, func(o webex.Option) bool { return fold(o.Value) == fold(value) }) {
			with = append(with, c)
		}
	}
	return with
}

// severalCodes lets the asker choose between the codes that fit.
func severalCodes(r bot.Request, found []webex.TrackingCode) bot.Reply {
	n := cards.Notice{
		Title: "Which of them?", Site: r.Site.Host, SiteNote: r.Site.Why,
		Tone:  cards.Accent,
		Lines: []string{fmt.Sprintf("%s has %d tracking codes that fit “%s”.", r.Site.Host, len(found), written(r))},
	}
	for _, c := range found {
		n.Choices = append(n.Choices, choice(r, c))
	}
	return unmet(n)
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

// choice is a button that asks the same about a code.
func choice(r bot.Request, c webex.TrackingCode) cards.Button {
	q := here(r)
	q.Code = &ask.Code{ID: c.ID, Name: c.Name}
	if len(r.Sites) > 1 {
		q.Sites = r.Sites
	}
	return bot.Button(fmt.Sprintf("%s (code %s)", c.Name, c.ID), q)
}

func exampleCode(r bot.Request, list []webex.TrackingCode) string {
	switch {
	case len(list) == 0:
		return "codes on " + r.Site.Host
	case r.Command == "options":
		return fmt.Sprintf("options of %s on %s", list[0].ID, r.Site.Host)
	case r.Command == "compare" && len(r.Sites) > 1:
		return fmt.Sprintf("compare %s on %s and %s", list[0].Name, r.Sites[0], r.Sites[1])
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

func notice(n cards.Notice) bot.Reply { return bot.Drawn(n) }

// unmet is a notice that what was asked was not done: what was named was not found
// or is several things, or no plan came of a change.
func unmet(n cards.Notice) bot.Reply {
	reply := notice(n)
	reply.Unanswered = true
	return reply
}
