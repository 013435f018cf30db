package handlers

import (
	"context"
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// keep lets a space or a person be told when a code is not the same any more on
// several sites.
func (w watcher) keep() bot.Command {
	return bot.Command{
		Name:     "keep",
		Title:    "Keep the same",
		Group:    historyGroup,
		Summary:  "be told when a tracking code is not the same any more on several sites",
		Usage:    "keep CODE the same on SITE and SITE [here] [daily at 9]",
		Examples: []string{"keep Department the same on SITE and OTHER", "keep Department the same on all sites here"},
		Site:     true,
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if n := len(r.Sites); r.Question.Code == nil || n < 2 || n > maxCompared {
				return notice(cards.Notice{
					Title: "Which code, and on which sites?", Tone: cards.Accent,
					Lines:    []string{fmt.Sprintf("Name a code and two to %d sites. The others are to be like the first one.", maxCompared)},
					Examples: []string{"keep Department the same on A and B"},
				}), nil
			}
			r.Site.Host = r.Sites[0]
			rule, instead := w.listening(r)
			if instead != nil {
				return *instead, nil
			}
			c, instead, err := theCode(ctx, w.admin, r)
			if err != nil || instead != nil {
				return answered(instead), err
			}
			rule.Code, rule.Name, rule.With = c.ID, c.Name, r.Sites[1:]
			sides, err := sidesOf(ctx, w.admin, r)
			if err != nil {
				return bot.Reply{}, err
			}
			n := cards.Notice{
				Title: "Keeping " + rule.about(), Tone: cards.Good,
				Lead:  []string{rule.across(sides).sentence(sides)},
				Lines: []string{fmt.Sprintf("I'll tell %s when a change makes them differ%s. I change nothing myself.", rule.whom(), rule.Hours.words())},
			}
			rule.Broken = !rule.across(sides).same()
			n.Buttons = w.copies(r, rule, sides)
			return w.begin(ctx, rule, n)
		},
	}
}

// across is the kept code on the sides of its rule.
func (w Watch) across(sides []side) across {
	a := across{name: w.Name, on: make([]*webex.TrackingCode, len(sides))}
	for i, s := range sides {
		at := slices.IndexFunc(s.codes, func(c webex.TrackingCode) bool { return i == 0 && c.ID == w.Code })
		if at < 0 {
			at = slices.IndexFunc(s.codes, func(c webex.TrackingCode) bool { return fold(c.Name) == fold(a.name) })
		}
		if at >= 0 {
			a.on[i] = &s.codes[at]
		}
	}
	return a
}

// mostCopies is how many sites a code can be copied to by the buttons of one answer.
const mostCopies = 2

// copies are the buttons that plan to make the other sides of a rule like the first
// one.
func (w Watch) copies(sides []side) (list []cards.Button) {
	a := w.across(sides)
	for i, s := range sides[1:] {
		pair := across{name: a.name, on: []*webex.TrackingCode{a.on[0], a.on[i+1]}}
		if a.on[0] != nil && !pair.same() && len(list) < mostCopies {
			list = append(list, bot.Button("Copy to "+s.short, ask.Question{Command: "copycode", Code: &ask.Code{Name: a.on[0].Name}, Sites: []string{s.host, w.Site}}))
		}
	}
	return list
}

// copies are the buttons of a rule where the asker may ask for such a change.
func (w watcher) copies(r bot.Request, rule Watch, sides []side) []cards.Button {
	if w.changes.May != ChangesAll || !r.Editor {
		return nil
	}
	return rule.copies(sides)
}

// Concerns reports whether a change is one of the code that a watch keeps the same.
func (w Watch) Concerns(c history.Change) bool {
	return c.Site == w.Site && c.Code == w.Code || fold(c.Name) == fold(w.Name) || c.Field == history.Name && fold(c.Before) == fold(w.Name)
}

// Differs is the message of a watch that keeps a code the same, with the codes of
// each of its sites; false where they are the same, which is told of a broken one.
// editor says that who asked for it may have a code copied.
func Differs(w Watch, codes [][]webex.TrackingCode, ref string, editor bool) (bot.Reply, bool) {
	short := shortNames(w.Sites())
	sides := make([]side, len(codes))
	for i, host := range w.Sites() {
		sides[i] = side{host, short[i], codes[i]}
	}
	a := w.across(sides)
	if a.same() {
		return notice(cards.Notice{
			Title: a.name + " is the same again", Tone: cards.Good, Site: inSentence(w.Sites()), SiteNote: "kept the same", Ref: ref,
			Buttons: []cards.Button{w.stopButton()},
		}), false
	}
	q := ask.Question{Command: "compare", Code: &ask.Code{Name: a.name}, Sites: w.Sites()}
	var v cards.Report
	if a.missing() == len(sides) {
		v = cards.Report{Title: a.name + " is gone", Lead: []string{"It is on none of its sites any more."}, Site: inSentence(w.Sites()), Ref: ref}
	} else {
		v = comparedOne(bot.Request{Sites: w.Sites(), Question: q, Ref: ref}, sides, a)
	}
	v.SiteNote, v.Tone, v.Buttons = "kept the same", cards.Warning, nil
	if editor {
		v.Buttons = w.copies(sides)
	}
	v.Buttons = append(v.Buttons, bot.Button("Compare", q), w.stopButton())
	return reportOf(v), true
}
