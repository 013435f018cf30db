package handlers

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/hostname"
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
			return lookAs(ctx, admin, sites, r, cmp.Or(r.Question.Service, ask.Meetings))
		},
	}
}

func lookAs(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request, service ask.Service) (bot.Reply, error) {
	p, instead, err := lookAt(ctx, admin, sites, r, "host view of")
	if instead != nil || err != nil {
		return answered(instead), err
	}
	if p.email == "" {
		return whose(ctx, sites, r, "I need an email address to see what someone sees.", "host view of")
	}
	host, err := admin.HostTrackingCodes(ctx, r.Site.Host, apiService(service), p.email)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("tracking codes of a host: %w", err)
	}
	for _, c := range host {
		if !hostname.Same(c.SiteURL, r.Site.Host) {
			return bot.Reply{}, fmt.Errorf("tracking code of a host: %w", bot.OtherSiteError{Asked: r.Site.Host, Answered: c.SiteURL})
		}
	}
	return showSeen(r, p.who, service, viewed(p.list, p.user.TrackingCodes, host, service)), nil
}

// seen is one code from the three sides.
type seen struct {
	held held
	rule ask.Rule        // the site's for this service; empty of a code that the site has not
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
func viewed(list []webex.TrackingCode, user []webex.UserCode, host []webex.HostCode, service ask.Service) []seen {
	var all []seen
	used := make([]bool, len(host))
	for _, h := range valuesOf(user, list) {
		s := seen{held: h, rule: ruleFor(h.code, service)}
		for i := range host {
			if !used[i] && isCode(host[i].ID, host[i].Name, h.code) {
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
		return "The personal value is not among the options, so the field is empty."
	case preset == "" && own == "" && site == "none":
		return "No personal value and no site default: the field is empty."
	case preset == "":
		return "The field is empty although there is a personal value or a site default; check both in Control Hub."
	case own != "" && preset == own:
		return "The personal value wins over the site default."
	case preset == site:
		return "No personal value, so the site default is filled in."
	case own != "":
		return "Webex fills in neither the personal value nor the site default; check both in Control Hub."
	}
	return "Webex fills in something other than the site default."
}

// hidden says why the host does not meet a code.
func (s seen) hidden() string {
	switch {
	case s.held.state == stateUnknown:
		return "The site no longer has such a code."
	case s.host != nil || s.rule == ask.Unused:
		return "Not used for this kind of meeting."
	}
	return fmt.Sprintf("Webex doesn't show it here, although the site's rule is “%s”.", ruleName(s.rule))
}

// sees is one line of what somebody sees of a code, "you" to oneself.
func (s seen) row(w who, site bot.Site) cards.Line {
	c := s.held.code
	row := cards.Line{Title: fmt.Sprintf("%s (code %s)", c.Name, c.ID), Open: bot.Data(aboutCode("code", site.Host, c))}
	rule := "no rule"
	if s.rule != "" {
		rule = ruleName(s.rule)
	}
	row.Under = []string{
		fmt.Sprintf("Site: %s, default %s, %s", inputWords(c.InputMode), defaultWords(c), rule),
		w.whose() + " value: " + cmp.Or(s.held.value, "none"),
	}
	if s.shown() {
		row.Under = append(row.Under, fmt.Sprintf("Shown: %s, %s filled in, %s", count(len(s.host.Options), "option"), cmp.Or(s.preset(), "nothing"), ruleName(ruleOfAPI(s.host.Type))))
	}
	row.Under = append(row.Under, s.decides())
	switch {
	case s.stops() && c.InputMode == freeText:
		row.Loud = "Required and empty: " + w.must() + " enter a value."
	case s.stops():
		row.Loud = "Required and empty: " + w.must() + " choose one."
	case s.held.state == stateForeign:
		row.Loud = fmt.Sprintf("The personal value “%s” is not among the site's options.", s.held.value)
	}
	return row
}

// showSeen tells what somebody sees when scheduling a kind of meeting.
func showSeen(r bot.Request, w who, service ask.Service, all []seen) bot.Reply {
	v := cards.Report{
		Title: fmt.Sprintf("What %s for %s", w.sees(), kindName(service)), Tone: cards.Accent, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
	}
	var must, shown, hidden []cards.Line
	var empty []string
	for _, s := range all {
		switch {
		case s.stops():
			empty = append(empty, s.held.code.Name)
			must = append(must, s.row(w, r.Site))
		case !s.shown():
			hidden = append(hidden, cards.Line{Title: fmt.Sprintf("%s (code %s)", s.held.code.Name, s.held.code.ID), Under: []string{s.decides()}})
		default:
			shown = append(shown, s.row(w, r.Site))
		}
	}
	v.Lead = []string{fmt.Sprintf("%s %s for %s on %s.", capital(w.sees()), count(len(must)+len(shown), "code"), kindName(service), r.Site.Host)}
	if len(must) > 0 {
		v.Tone = cards.Warning
		v.Lead = []string{strings.TrimSuffix(v.Lead[0], ".") + "; required and empty: " + inSentence(empty) + "."}
	}
	v.Parts = []cards.Section{{Heading: "Required and empty", Rows: must}, {Heading: "Shown", Rows: shown}, {Heading: "Not shown", Rows: hidden}}
	q := here(r)
	for _, s := range kinds() {
		if s != service {
			q.Service = s
			v.Buttons = append(v.Buttons, bot.Button(kindTitle(s), q))
		}
	}
	own := onSite("values", r.Site.Host)
	own.People = r.Question.People
	v.Buttons = append(v.Buttons, bot.Button(w.whose()+" values", own), cards.Button{Title: "Refresh", Data: fresh(here(r))})
	return reportOf(v)
}
