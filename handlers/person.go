package handlers

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

// values shows the values that one person has, beside the site's rules.
func values(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "values",
		Group:    peopleGroup,
		Summary:  "your own tracking codes, or for admins those of a person: what is set, missing, or not among the options",
		Usage:    "my codes on SITE",
		Examples: []string{"my codes on SITE", "codes of alice@example.com on SITE"},
		Title:    "codes of",
		Site:     true,
		Admin:    true,
		Self:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			p, instead, err := lookAt(ctx, admin, sites, r, "codes of")
			if instead != nil || err != nil {
				return answered(instead), err
			}
			if r.Question.Code != nil {
				c, instead := oneOf(p.list, r)
				if instead != nil {
					return *instead, nil
				}
				p.list = []webex.TrackingCode{c}
			}
			return showPersonal(r, p.who, p.user, p.list), nil
		},
	}
}

// person is somebody's values, and the codes of the site beside them.
type person struct {
	who

	user webex.UserCodes
	list []webex.TrackingCode
}

// lookAt reads the values of the person that is meant. A reply asks for one, or
// says that the site has none such.
func lookAt(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request, phrase string) (person, *bot.Reply, error) {
	w, why := whom(r)
	if why != "" {
		instead, err := whose(ctx, sites, r, why, phrase)
		return person{}, &instead, err
	}
	if w.id == "" && w.email == "" {
		found, instead, err := byName(ctx, admin, sites, r, w.name, phrase)
		if instead != nil || err != nil {
			return person{}, instead, err
		}
		w = found
	}
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return person{}, nil, err
	}
	user, instead, err := userCodes(ctx, admin, r, w)
	w.email = cmp.Or(w.email, user.Email) // of who was mentioned
	return person{w, user, list}, instead, err
}

// userCodes reads a person's values. A reply says that Webex knows no such
// person on the site.
func userCodes(ctx context.Context, admin Admin, r bot.Request, w who) (webex.UserCodes, *bot.Reply, error) {
	user, err := admin.UserTrackingCodes(ctx, r.Site.Host, w.id, w.email)
	if webex.IsNotFound(err) {
		again := []cards.Button{{Title: "Try again", Data: fresh(here(r))}}
		if r.Admin {
			again = append(again, bot.Button("Another address", onSite("values", r.Site.Host)))
		}
		reply := unmet(cards.Notice{
			Title: "Not found on this site", Tone: cards.Warning, Ref: r.Ref,
			Lines: []string{
				fmt.Sprintf("Webex doesn't know %s on %s.", w.object(), r.Site.Host),
				"A person may have another address, no meeting license on this site, or be on another site.",
			},
			Buttons: again,
		})
		return user, &reply, nil
	}
	if err != nil {
		return user, nil, fmt.Errorf("tracking codes of a person: %w", err)
	}
	if !hostname.Same(user.SiteURL, r.Site.Host) {
		return user, nil, fmt.Errorf("tracking codes of a person: %w", bot.OtherSiteError{Asked: r.Site.Host, Answered: user.SiteURL})
	}
	return user, nil, nil
}

// state is what a person's value of a code comes to.
type state int

// The states, the worst first.
const (
	stateMissing state = iota // required in the host's profile, and empty
	stateForeign              // not among the options of a list that only can be picked from
	stateUnknown              // of a code that the site does not have
	stateSet
	stateEmpty
)

// held is a person's value of one code.
type held struct {
	code  webex.TrackingCode
	value string
	state state
}

// isCode reports whether what Webex gives with an id, or without one by its
// name, is of a code.
func isCode(id, name string, c webex.TrackingCode) bool {
	return id != "" && id == c.ID || id == "" && fold(name) == fold(c.Name)
}

// valuesOf puts a person's values beside the codes of the site: the site's codes
// in their order, then what the site does not have.
func valuesOf(user []webex.UserCode, list []webex.TrackingCode) []held {
	var all []held
	used := make([]bool, len(user))
	for _, c := range list {
		h := held{code: c, state: stateEmpty}
		for i, u := range user {
			if !used[i] && isCode(u.ID, u.Name, c) {
				used[i], h.value = true, u.Value
				break
			}
		}
		all = append(all, h.judged())
	}
	for i, u := range user {
		if !used[i] {
			all = append(all, held{webex.TrackingCode{ID: u.ID, Name: u.Name}, u.Value, stateUnknown})
		}
	}
	return all
}

// judged says what the value comes to by the site's rule.
func (h held) judged() held {
	switch {
	case h.value == "" && h.code.HostProfileCode == "required":
		h.state = stateMissing
	case h.value == "":
		h.state = stateEmpty
	case (h.code.InputMode == "select" || h.code.InputMode == "hostProfileSelect") && !optionSet(h.code)[h.value]:
		h.state = stateForeign
	default:
		h.state = stateSet
	}
	return h
}

func (h held) row(site bot.Site) cards.Line {
	row := cards.Line{Title: fmt.Sprintf("%s (code %s)", h.code.Name, h.code.ID), Open: bot.Data(aboutCode("code", site.Host, h.code))}
	value := "Value: " + cmp.Or(h.value, "none")
	switch h.state {
	case stateMissing:
		row.Loud = "Required in the host profile, and empty."
	case stateForeign:
		row.Loud = fmt.Sprintf("“%s” is not among the options.", h.value)
	case stateUnknown:
		row.Loud, row.Open = "The site no longer has such a code.", cards.Data{}
		row.Under = []string{value}
		return row
	case stateSet, stateEmpty:
		row.Under = []string{value}
		if h.value != "" && h.code.InputMode == "editableSelect" && !optionSet(h.code)[h.value] {
			row.Under[0] += " (typed, not from the list)"
		}
	}
	rule := "Host profile: " + ruleWords(h.code.HostProfileCode).Words
	if where := requiredWhere(h.code.ScheduleStartCodes); where != "" {
		rule += " · required for " + where
	}
	row.Under = append(row.Under, rule+" · "+inputWords(h.code.InputMode))
	return row
}

// showPersonal tells somebody's values of the codes in list: of all, of one that
// was asked for, or which required ones are missing.
func showPersonal(r bot.Request, w who, user webex.UserCodes, list []webex.TrackingCode) bot.Reply {
	all, see := valuesOf(user.TrackingCodes, list), onSite("hostview", r.Site.Host)
	see.People = r.Question.People
	v := cards.Report{
		Title: w.whose() + " tracking codes", Tone: cards.Accent, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{
			bot.Button("What "+w.short()+" see", see), allCodes(r.Site.Host), {Title: "Refresh", Data: fresh(here(r))},
		},
		Lead: []string{w.values(all, r.Site.Host)},
	}
	switch {
	case r.Question.Code != nil:
		all = all[:1] // the rest are values of codes that weren't asked for
		v.Title, v.Lead = w.whose()+" "+list[0].Name, []string{w.value(all[0], r.Site.Host)}
	case r.Question.Topic == "missing":
		v.Lead = []string{w.missing(all, r.Site.Host)}
	}
	parts := [...]cards.Section{
		stateMissing: {Heading: "Required but empty"}, stateForeign: {Heading: "Not among the options"},
		stateUnknown: {Heading: "Of codes that no longer exist"}, stateSet: {Heading: "Set"}, stateEmpty: {Heading: "Empty"},
	}
	for _, h := range all {
		parts[h.state].Rows = append(parts[h.state].Rows, h.row(r.Site))
	}
	for i, part := range parts {
		if len(part.Rows) == 0 {
			continue
		}
		v.Parts = append(v.Parts, part)
		if state(i) == stateMissing || state(i) == stateForeign {
			v.Tone = cards.Warning
		}
	}
	if user.Email != "" && w.email != "" && !strings.EqualFold(user.Email, w.email) {
		v.Notes = append(v.Notes, fmt.Sprintf("Webex answered for %s, which it takes for the same person.", user.Email))
	}
	return reportOf(v)
}
