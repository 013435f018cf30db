package handlers

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// hostView shows what a host meets when scheduling: the site's setting, the
// host's own value and what Webex makes of both.
func hostView(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "hostview",
		Group:    peopleGroup,
		Summary:  "what you see when scheduling, or for admins what a person sees, and why",
		Usage:    "what do I see on SITE",
		Examples: []string{"what do I see on SITE", "what does alice@example.com see for events on SITE"},
		Title:    "host view of",
		Site:     true,
		Admin:    true,
		Self:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			return lookAs(ctx, admin, sites, r, serviceOf(r.Question.Service))
		},
	}
}

// serviceOf is a service as the API and people call it; without one it is
// meetings.
func serviceOf(s ask.Service) [2]string {
	for _, one := range services() {
		if strings.EqualFold(one[1], string(s)) {
			return one
		}
	}
	return services()[0]
}

func lookAs(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request, service [2]string) (bot.Reply, error) {
	p, told, err := lookAt(ctx, admin, sites, r, "host view of")
	if told != nil || err != nil {
		return answered(told), err
	}
	if p.email == "" {
		return whose(ctx, sites, r, "I need an email address to see what someone sees.", "host view of")
	}
	host, err := admin.HostTrackingCodes(ctx, r.Site.Host, service[0], p.email)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("tracking codes of a host: %w", err)
	}
	for _, c := range host {
		if !sameSite(c.SiteURL, r.Site.Host) {
			return bot.Reply{}, fmt.Errorf("tracking code of a host: %w", bot.OtherSiteError{Asked: r.Site.Host, Answered: c.SiteURL})
		}
	}
	return showSeen(r, p.who, service, viewed(p.list, p.user.TrackingCodes, host, service)), nil
}

// seen is one code from the three sides.
type seen struct {
	held held
	rule string          // the site's for this service, in words
	host *webex.HostCode // nil: Webex does not show it for this service
}

// shown says whether the host meets the code.
func (s seen) shown() bool { return s.host != nil && s.host.Type != "notUsed" }

// stops says whether the host can't schedule without choosing.
func (s seen) stops() bool { return s.host != nil && s.host.Type == "required" && s.preset() == "" }

// preset is what is filled in for the host.
func (s seen) preset() string {
	if s.host == nil {
		return ""
	}
	return strings.Join(defaults(s.host.Options), ", ")
}

// viewed joins the three sides by the codes' ids, in the order of the site.
func viewed(list []webex.TrackingCode, user []webex.UserCode, host []webex.HostCode, service [2]string) []seen {
	var all []seen
	used := make([]bool, len(host))
	for _, h := range valuesOf(user, list) {
		s := seen{held: h, rule: servicesByName(h.code)[service[1]]}
		for i := range host {
			if !used[i] && (host[i].ID == h.code.ID || host[i].ID == "" && fold(host[i].Name) == fold(h.code.Name)) {
				used[i], s.host = true, &host[i]
				break
			}
		}
		all = append(all, s)
	}
	for i := range host {
		if !used[i] {
			c := host[i]
			all = append(all, seen{held: held{code: webex.TrackingCode{ID: c.ID, Name: c.Name, InputMode: c.InputMode}, state: stateEmpty}, host: &c})
		}
	}
	return all
}

// decides says which rule made the value that is filled in.
func (s seen) decides() string {
	own, preset := s.held.value, s.preset()
	site := defaultWords(s.held.code)
	switch {
	case !s.shown():
		return s.hidden()
	case preset == "" && s.held.state == stateForeign:
		return "The own value is not among the options, and Webex fills in nothing: the field is empty."
	case preset == "" && own == "" && site == "none":
		return "Neither an own value nor a default of the site: the field is empty."
	case preset == "":
		return "Webex fills in nothing, although there is an own value or a default of the site; look at both in Control Hub."
	case own != "" && preset == own:
		return "The own value wins over the site's default."
	case preset == site:
		return "No own value, so the site's default is filled in."
	case own != "":
		return "Webex fills in neither the own value nor the site's default; look at both in Control Hub."
	}
	return "Webex fills in something that is not the site's default."
}

// hidden says why the host does not meet a code.
func (s seen) hidden() string {
	switch {
	case s.held.state == stateUnknown:
		return "The site has no such code any more."
	case s.host != nil || s.rule == ruleWords("notUsed").Words:
		return "The site does not use it for this service."
	}
	return fmt.Sprintf("Webex does not show it to this host, although the site's rule is “%s”.", s.rule)
}

func (s seen) row(site bot.Site) cards.Line {
	c := s.held.code
	row := cards.Line{Title: fmt.Sprintf("%s (code %s)", c.Name, c.ID), Open: bot.Data(aboutCode("code", site.Host, c))}
	row.Under = []string{
		fmt.Sprintf("Site: %s, default %s, %s", inputWords(c.InputMode), defaultWords(c), cmp.Or(s.rule, "no rule")),
		"Own value: " + cmp.Or(s.held.value, "none"),
	}
	if s.shown() {
		row.Under = append(row.Under, fmt.Sprintf("Sees: %s, %s filled in, %s", count(len(s.host.Options), "option"), cmp.Or(s.preset(), "nothing"), ruleWords(s.host.Type).Words))
	}
	row.Under = append(row.Under, s.decides())
	switch {
	case s.stops():
		row.Loud = "Required, and nothing is filled in: the host must choose."
	case s.held.state == stateForeign:
		row.Loud = fmt.Sprintf("The own value “%s” is not among the site's options.", s.held.value)
	}
	return row
}

func showSeen(r bot.Request, w who, service [2]string, all []seen) bot.Reply {
	v := cards.Report{
		Title: fmt.Sprintf("What %s sees for %s", w.email, service[1]), Tone: cards.Accent, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
	}
	var must, shown, hidden []cards.Line
	for _, s := range all {
		switch {
		case s.stops():
			must = append(must, s.row(r.Site))
		case !s.shown():
			hidden = append(hidden, cards.Line{Title: fmt.Sprintf("%s (code %s)", s.held.code.Name, s.held.code.ID), Under: []string{s.decides()}})
		default:
			shown = append(shown, s.row(r.Site))
		}
	}
	v.Lines = []string{fmt.Sprintf("%s when scheduling; %d of them required and empty.", count(len(must)+len(shown), "code"), len(must))}
	if len(must) > 0 {
		v.Tone = cards.Warning
	}
	for _, part := range []cards.Section{{Heading: "Required and empty", Rows: must}, {Heading: "Shown", Rows: shown}, {Heading: "Not shown", Rows: hidden}} {
		if len(part.Rows) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	q := here(r)
	for _, s := range services() {
		if s != service {
			q.Service = ask.Service(strings.ToLower(s[1]))
			v.Buttons = append(v.Buttons, bot.Button("For "+s[1], q))
		}
	}
	own := onSite("values", r.Site.Host)
	own.People = r.Question.People
	v.Buttons = append(v.Buttons, bot.Button("Own values", own), cards.Button{Title: "Refresh", Data: fresh(here(r))})
	return reportOf(v)
}
