package handlers

import (
	"context"
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/cards"
)

// drift shows what the sites should have in common and don't: the codes that are
// kept the same and differ, and then every code that is not alike everywhere.
func (w watcher) drift() bot.Command {
	return bot.Command{
		Name:     "drift",
		Group:    historyGroup,
		Summary:  "what sites should have in common and don't: kept codes that differ, and all others that do",
		Usage:    "drift [on SITE and SITE]",
		Examples: []string{"drift", "drift on SITE and OTHER"},
		AllSites: true,
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if len(r.Sites) < 2 {
				return notice(cards.Notice{Title: "Drift needs two sites", Tone: cards.Accent, Ref: r.Ref, Lines: []string{"Name two sites or more, or ask about all of them."}, Examples: []string{"drift"}}), nil
			}
			r, notes := firstSites(r)
			sides, unread, err := readable(ctx, w.admin, r)
			if len(sides) < 2 {
				return bot.Reply{}, err
			}
			if len(unread) > 0 {
				r.Sites = slices.DeleteFunc(slices.Clone(r.Sites), func(host string) bool { return slices.Contains(unread, host) })
				notes = append(notes, "Could not be read just now, and not compared: "+bot.Listed(unread, 10)+".")
			}
			rules, err := w.all(ctx)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("the watches: %w", err)
			}
			v := comparedAll(r, sides, tallyOf(codesAcross(sides)))
			v.Parts = v.Parts[:len(v.Parts)-1] // but what is the same
			kept, buttons := w.broken(r, rules, sides)
			v.Parts = append([]cards.Section{{Heading: "Kept the same, and different now", Rows: kept}}, v.Parts...)
			v.Buttons = append(buttons, v.Buttons...)
			v.Notes = append(v.Notes, notes...)
			return reportOf(v), nil
		},
	}
}

// broken has a row for each rule that the asker may see and whose code is not the
// same now, and the buttons that mend the first of them.
func (w watcher) broken(r bot.Request, rules []Watch, all []side) (rows []cards.Line, buttons []cards.Button) {
	for _, rule := range rules {
		var sides []side
		for _, host := range rule.Sites() {
			if i := slices.IndexFunc(all, func(s side) bool { return s.host == host }); i >= 0 {
				sides = append(sides, all[i])
			}
		}
		if len(rule.With) == 0 || len(sides) <= len(rule.With) || !mayEnd(rule, r) || rule.across(sides).same() {
			continue
		}
		a := rule.across(sides)
		asked := r
		asked.Sites = rule.Sites()
		rows = append(rows, cards.Line{Title: a.name, Under: []string{a.sentence(sides)}, Open: a.open(asked)})
		buttons = append(buttons, w.copies(r, rule, sides)...)
	}
	return rows, buttons[:min(len(buttons), mostCopies)]
}
