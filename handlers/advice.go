package handlers

import (
	"cmp"
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// advice helps somebody who can't schedule a meeting, whose own value is wrong,
// or who wants a code changed.
func advice(admin Admin, about About) bot.Command {
	return bot.Command{
		Name: "advice", Summary: "what to do about a code that is missing or wrong", Title: "advice",
		Site: true, Admin: true, Self: true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			user, _, err := userCodes(ctx, admin, r, who{subject{me: true}, r.Person.ID, r.Person.Email}) // whom Webex doesn't know has no values
			if err != nil {
				return bot.Reply{}, err
			}
			all, found := valuesOf(user.TrackingCodes, list), []webex.TrackingCode(nil)
			if r.Question.Code != nil {
				found = meant(list, r)
			}
			v := cards.Notice{Title: "Changing a code", Tone: cards.Accent, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref}
			switch {
			case r.Question.Topic == "schedule":
				v.Title = "What you must fill in"
				sentence, more := scheduleAdvice(all, cmp.Or(r.Question.Service, ask.Meetings), r.Site.Host)
				v.Lead = append([]string{sentence}, more...)
			case r.Question.Topic == "own" && len(found) == 1:
				v.Title = "Your " + found[0].Name
				v.Lead = []string{ownAdvice(heldOf(found[0], user.TrackingCodes), r.Site.Host)}
			case r.Question.Topic == "own":
				v.Lead = []string{subject{me: true}.values(all, r.Site.Host)}
			default:
				v.Lead = []string{about.mayChange()}
			}
			v.Lines = []string{adminNote + about.filled(" If that doesn't help, ask {contact}.")}
			v.Buttons = append(about.Links.buttons(r.Site.Host), mine("My codes", "values", r.Site.Host), mine("What I see", "hostview", r.Site.Host))
			return notice(v), nil
		},
	}
}

// mine is a button that asks a command about whoever presses it.
func mine(title, command, host string) cards.Button {
	q := onSite(command, host)
	q.People = []ask.Person{{Me: true}}
	return bot.Button(title, q)
}

// scheduleAdvice tells somebody who can't schedule what they must fill in, and
// how far their profile does it for them.
func scheduleAdvice(all []held, service ask.Service, host string) (sentence string, more []string) {
	var required []string
	for _, h := range all {
		if ruleFor(h.code, service) != ask.Required {
			continue
		}
		required = append(required, h.code.Name)
		more = append(more, h.code.Name+": "+filledIn(h))
	}
	if len(required) == 0 {
		return fmt.Sprintf("No tracking code is required for %s on %s, so no code keeps you from scheduling.", kindName(service), host), nil
	}
	return fmt.Sprintf("For %s on %s you must give a value of %s.", kindName(service), host, inSentence(required)), more
}

// filledIn says what a host finds in the field of a required code.
func filledIn(h held) string {
	set := defaults(h.code.Options)
	switch {
	case h.state == stateForeign:
		return fmt.Sprintf("your value %s is not among the options; choose another.", h.value)
	case h.value != "":
		return fmt.Sprintf("your value is %s.", h.value)
	case len(set) == 1:
		return fmt.Sprintf("you have no value; the default is %s.", set[0])
	case h.code.InputMode == freeText:
		return "you have no value, and there is no default: type one when you schedule."
	}
	return "you have no value, and there is no default: choose one when you schedule."
}

// ownAdvice tells somebody whose own value is wrong who can change it.
func ownAdvice(h held, host string) string {
	mine := subject{me: true}
	if ruleOfAPI(h.code.HostProfileCode) == ask.AdminSet {
		return mine.value(h, host) + " Only an admin can change it."
	}
	return mine.value(h, host) + " You can choose another when you schedule; an admin, or you in your profile on the site, can change it for good."
}
