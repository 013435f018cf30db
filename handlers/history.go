package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// AdminAudit returns what administrators of an organization did between two times.
type AdminAudit func(ctx context.Context, orgID string, from, to time.Time) ([]webex.AuditEvent, error)

// codeHistory tells what changed of one code, who did it, since when it has an
// option, or what it was like.
func codeHistory(admin Admin, sites *bot.Sites, h History, audit AdminAudit, today func() time.Time) bot.Command {
	return bot.Command{
		Name:     "history",
		Title:    "History of",
		Group:    historyGroup,
		Summary:  "what changed of one tracking code, who did it, and what the code was like",
		Usage:    "history of CODE [on SITE] [since 1 May], or CODE as of 1 May",
		Examples: []string{"history of Department on SITE", "who changed Department", "Department as of yesterday", "when did Legal become an option of Department"},
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			var c webex.TrackingCode // the zero value: any, which has an option
			switch {
			case r.Question.Code != nil:
				code, instead, err := rememberedCode(ctx, admin, h, r)
				if err != nil || instead != nil {
					return answered(instead), err
				}
				c = code
			case r.Question.Topic != "option":
				return whichCode(ctx, admin, sites, r)
			}
			now := today()
			if r.Question.Topic == "asof" && r.Question.Span != nil {
				return codeAt(ctx, h, r, c, begins(*r.Question.Span, now))
			}
			asked := periodOf(r.Question.Span, now, 0)
			list, err := h.Changes(ctx, history.Query{Sites: []string{r.Site.Host}, Code: c.ID, Since: asked.from, Before: asked.before()})
			if err != nil {
				return bot.Reply{}, fmt.Errorf("the history of a code: %w", err)
			}
			who := ""
			if n := len(list); r.Question.Topic == "who" && n > 0 && (list[n-1].By == "" || list[n-1].By == outside) {
				who = byWhom(ctx, audit, r.Person.OrgID, c, list[n-1])
			}
			return historyOf(ctx, h, r, c, list, asked, who)
		},
	}
}

// rememberedCode is the code that a question is about, also where the site has it
// no more.
func rememberedCode(ctx context.Context, admin Admin, h History, r bot.Request) (webex.TrackingCode, *bot.Reply, error) {
	c, instead, err := theCode(ctx, admin, r)
	if err != nil || instead == nil || len(r.Question.Code.Choices) > 0 {
		return c, instead, err
	}
	list, err := h.Changes(ctx, history.Query{Sites: []string{r.Site.Host}})
	if err != nil {
		return c, nil, fmt.Errorf("the history of a code: %w", err)
	}
	for _, change := range slices.Backward(list) {
		if fold(change.Name) == fold(written(r)) {
			return webex.TrackingCode{ID: change.Code, Name: change.Name}, nil, nil
		}
	}
	return c, instead, nil
}

// historyOf draws the changes of a code.
func historyOf(ctx context.Context, h History, r bot.Request, c webex.TrackingCode, list []history.Change, asked period, who string) (bot.Reply, error) {
	v := cards.Report{
		Title: "History of " + called(r, c), Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{bot.Button("What changed", ask.Question{Command: "changed", Sites: []string{r.Site.Host}})},
	}
	of := c.Name
	if r.Question.Topic == "option" {
		list = ofOption(list, r.Question.Option)
		of = fmt.Sprintf("the option “%s”", r.Question.Option)
		v.Title = "History of " + of
	}
	if c.ID != "" {
		v.Buttons = append(v.Buttons, bot.Button(c.Name+" now", aboutCode("code", r.Site.Host, c)))
	}
	switch {
	case len(list) == 0:
		v.Lines = []string{fmt.Sprintf("I have seen no change of %s%s.", of, asked.words())}
	case r.Question.Topic == "option":
		v.Lines = []string{optionWords(list[len(list)-1])}
	case r.Question.Topic == "who":
		v.Lines = []string{fmt.Sprintf("%s was last changed: %s.", c.Name, made(list[len(list)-1])), who}
	default:
		v.Lines = []string{fmt.Sprintf("%s, the last one %s.", count(len(list), "change"), between(list[len(list)-1]))}
	}
	rows := changeRows(list)
	for i := range rows {
		rows[i].Open = cards.Data{} // it is open
	}
	v.Parts = []cards.Section{{Rows: rows}}
	return report(ctx, h, v, list, []string{r.Site.Host}, asked)
}

// ofOption are the changes of one option: that it came or went, or became the
// default or ceased to be.
func ofOption(list []history.Change, option string) (own []history.Change) {
	for _, c := range list {
		if (c.Field == history.Option || c.Field == history.Default) && (fold(c.Before) == fold(option) || fold(c.After) == fold(option)) {
			own = append(own, c)
		}
	}
	return own
}

// optionWords says what the last change did to an option.
func optionWords(c history.Change) string {
	switch {
	case c.Field == history.Default:
		return fmt.Sprintf("The default of %s changed from %s, %s.", c.Name, changeWords([]history.Change{c})[len("default: "):], between(c))
	case c.Before == "":
		return fmt.Sprintf("%s became an option of %s %s.", c.After, c.Name, between(c))
	}
	return fmt.Sprintf("%s is no option of %s any more. It was removed %s.", c.Before, c.Name, between(c))
}

// byWhom says who made a change, where Webex's admin audit tells of something done
// between its two readings and names both the site and the code. Nothing is guessed.
func byWhom(ctx context.Context, audit AdminAudit, orgID string, code webex.TrackingCode, c history.Change) string {
	events, err := audit(ctx, orgID, c.Since, c.Seen)
	switch {
	case webex.IsStatus(err, http.StatusForbidden):
		return "Webex doesn't tell me by whom: that takes the scope audit:events_read for this bot's admin account."
	case err != nil:
		return "Webex didn't tell me by whom; ask again in a few minutes."
	}
	for _, e := range events {
		said := fold(e.Action + " " + e.Description + " " + e.Target)
		within := !e.Created.Before(c.Since) && !e.Created.After(c.Seen)
		if within && hasWords(said, fold(c.Site)) && hasWords(said, fold(code.Name)) {
			return fmt.Sprintf("Webex's admin audit names %s (%s) at %s UTC: “%s”.", e.Actor, e.ActorEmail, e.Created.UTC().Format("15:04"), cmp.Or(e.Action, e.Description))
		}
	}
	return "Webex's admin audit names nobody for it."
}

// hasWords reports whether a name stands in a text, and not as a part of a longer
// word or host name.
func hasWords(text, name string) bool {
	return regexp.MustCompile(`(^|[^\pL\pN.-])` + regexp.QuoteMeta(name) + `($|[^\pL\pN.-]|\.($|[^\pL\pN]))`).MatchString(text)
}
