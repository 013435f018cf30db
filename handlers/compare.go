package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// compare puts the codes of sites, or one of them, side by side.
func compare(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "compare",
		Group:    checkGroup,
		Summary:  "one tracking code or all of them, on two or all sites side by side",
		Usage:    "compare CODE on SITE and SITE, or on all sites",
		Examples: []string{"compare codes on SITE and OTHER", "compare Department on SITE and OTHER", "compare Department on all sites"},
		Title:    "compare",
		Site:     true,
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if len(r.Sites) < 2 {
				return compareWith(ctx, admin, sites, r)
			}
			r, notes := firstSites(r)
			sides, err := sidesOf(ctx, admin, r)
			if err != nil {
				return bot.Reply{}, err
			}
			v, instead := compared(r, sides)
			if instead != nil {
				return *instead, nil
			}
			v.Notes = append(v.Notes, notes...)
			return reportOf(v), nil
		},
	}
}

// compareWith asks which two sites are meant. The form names a code by its name,
// since an id is a site's own.
func compareWith(ctx context.Context, admin Admin, sites *bot.Sites, r bot.Request) (bot.Reply, error) {
	all, err := sites.All(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	others := slices.DeleteFunc(slices.Clone(all), func(host string) bool { return host == r.Site.Host })
	if len(others) == 0 {
		return notice(cards.Notice{
			Title: "There is only one site", Tone: cards.Warning, Ref: r.Ref,
			Lines: []string{fmt.Sprintf("I may ask %s and no other site, so there is nothing to compare it with.", r.Site.Host)},
		}), nil
	}
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return bot.Reply{}, err
	}
	what, other := codeField(list), others[0]
	what.Required, what.Placeholder = false, "all of them"
	for i, c := range what.Choices {
		what.Choices[i].Value = c.Title
	}
	code := "codes"
	if r.Question.Code != nil {
		if found := meant(list, r); len(found) > 0 {
			what.Value = found[0].Name
		}
		code = written(r)
	}
	return bot.Drawn(cards.Form{
		Title: "Compare with which site?", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines:    []string{"A comparison needs two sites. Without a tracking code it is about all of them."},
		Fields:   []cards.Field{what, siteField(cards.InSite, "Site", r.Site.Host, all), siteField(cards.InAlso, "With", other, all)},
		Submit:   bot.Button("Compare", ask.Question{Command: "compare"}),
		Examples: []string{fmt.Sprintf("compare %s on %s and %s", code, r.Site.Host, other)},
	}), nil
}

// maxCompared is how many sites are compared at once: one call each.
const maxCompared = 10

// firstSites is a request about no more sites than are compared at once, and a note
// on the others.
func firstSites(r bot.Request) (bot.Request, []string) {
	left := r.Sites[min(len(r.Sites), maxCompared):]
	if len(left) == 0 {
		return r, nil
	}
	r.Sites = r.Sites[:maxCompared]
	return r, []string{fmt.Sprintf("I compare %d sites at once; not compared: %s.", maxCompared, bot.Listed(left, 10))}
}

// sidesOf reads the codes of the sites that are compared. One that can't be read
// makes no comparison.
func sidesOf(ctx context.Context, admin Admin, r bot.Request) ([]side, error) {
	sides, _, err := readable(ctx, admin, r)
	return sides, err
}

// readable reads the codes of the sites of a request, and names those that can't be
// read; the error says why.
func readable(ctx context.Context, admin Admin, r bot.Request) (sides []side, unread []string, err error) {
	var hosts []string
	for _, l := range codesOfSites(ctx, admin, r, r.Sites) {
		if l.err != nil {
			unread, err = append(unread, l.host), errors.Join(err, l.err)
			continue
		}
		sides, hosts = append(sides, side{host: l.host, codes: l.list}), append(hosts, l.host)
	}
	for i, short := range shortNames(hosts) {
		sides[i].short = short
	}
	return sides, unread, err
}

// compared is the report of all codes or of one; a reply instead says that no
// side has that one, or asks which of several is meant.
func compared(r bot.Request, sides []side) (cards.Report, *bot.Reply) {
	all := codesAcross(sides)
	if r.Question.Code == nil {
		return comparedAll(r, sides, tallyOf(all)), nil
	}
	for i, s := range sides {
		found := meant(s.codes, r)
		if len(found) == 0 {
			continue
		}
		if len(found) > 1 {
			r.Site.Host = s.host // a button's id is one of the first site
			r.Sites = append([]string{s.host}, slices.DeleteFunc(slices.Clone(r.Sites), func(host string) bool { return host == s.host })...)
			return cards.Report{}, new(severalCodes(r, found))
		}
		at := slices.IndexFunc(all, func(a across) bool { return a.on[i] != nil && a.on[i].ID == found[0].ID })
		return comparedOne(r, sides, all[at]), nil
	}
	return cards.Report{}, new(noSuchCode(r, sides[0].codes))
}

// compareReport begins the report of a comparison.
func compareReport(r bot.Request, title, sentence string) cards.Report {
	again := r.Question
	again.Sites, again.All = r.Sites, false
	v := cards.Report{
		Title: title, Lead: []string{sentence}, Site: inSentence(r.Sites), SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{{Title: "Refresh", Data: fresh(again)}},
	}
	for i, name := range shortNames(r.Sites)[:min(len(r.Sites), 3)] {
		v.Buttons = append(v.Buttons, bot.Button("Codes: "+name, onSite("codes", r.Sites[i])))
	}
	return v
}

// comparedAll has a part for the codes that differ, for those that some sites
// have, and for those that are the same.
func comparedAll(r bot.Request, sides []side, t tally) cards.Report {
	v := compareReport(r, t.title(sides), t.sentence(sides))
	if len(t.different)+len(t.partly) == 0 {
		v.Tone = cards.Good
	}
	var different, same []cards.Line
	for _, a := range t.different {
		different = append(different, a.row(r, sides))
	}
	for _, a := range t.same {
		same = append(same, cards.Line{Title: a.name, Under: []string{count(len(a.on[0].Options), "option")}, Open: a.open(r)})
	}
	v.Parts = append([]cards.Section{{Heading: "Different", Heads: heads(sides), Rows: different}}, partsOf(r, sides, t.partly)...)
	v.Parts = append(v.Parts, cards.Section{Heading: "Identical", Rows: same})
	return v
}

// partsOf has a part for each set of sites that have codes which the others have
// not.
func partsOf(r bot.Request, sides []side, partly []across) []cards.Section {
	var parts []cards.Section
	for _, a := range partly {
		with, without := a.where(sides)
		heading, row, columns := "Only on "+inSentence(with), a.row(r, sides), heads(sides)
		if len(with) > maxNamed { // so no two sets of sites have one heading
			heading = "Not on " + inSentence(without)
		}
		if len(with) == 1 {
			i := slices.IndexFunc(a.on, func(c *webex.TrackingCode) bool { return c != nil })
			row = havingRow(sides[i].host, *a.on[i])
			row.Title, columns = a.name, nil
		}
		at := slices.IndexFunc(parts, func(p cards.Section) bool { return p.Heading == heading })
		if at < 0 {
			at, parts = len(parts), append(parts, cards.Section{Heading: heading, Heads: columns})
		}
		parts[at].Rows = append(parts[at].Rows, row)
	}
	return parts
}

// row sums up where a code is and what differs; a tap compares it in full.
func (a across) row(r bot.Request, sides []side) cards.Line {
	list := append([]trait{a.ids()}, a.differing()...)
	if own, differ := a.ownOptions(); differ {
		list = append(list, own)
	}
	row := cards.Line{Title: a.name, Open: a.open(r)}
	return filled(row, list, sides)
}

func (a across) open(r bot.Request) cards.Data {
	return bot.Data(ask.Question{Command: "compare", Code: &ask.Code{Name: a.name}, Sites: r.Sites})
}

// maxColumns is how many sites stand beside each other on a card.
const maxColumns = 3

// heads are the short names of the sites, above what each has; none where they
// are too many for columns.
func heads(sides []side) []string {
	if len(sides) > maxColumns {
		return nil
	}
	list := []string{""}
	for _, s := range sides {
		list = append(list, s.short)
	}
	return list
}

// filled adds what differs to a row: under [heads], or as a line each.
func filled(row cards.Line, list []trait, sides []side) cards.Line {
	for _, t := range list {
		if len(sides) > maxColumns {
			row.Under = append(row.Under, t.inWords(sides))
		} else {
			row.Cells = append(row.Cells, append([]string{t.what}, t.values...))
		}
	}
	return row
}

// comparedOne has what differs of one code, and the options that not every site
// has.
func comparedOne(r bot.Request, sides []side, a across) cards.Report {
	name := called(r, webex.TrackingCode{Name: a.name})
	v := compareReport(r, name+" differs", a.sentence(sides))
	switch missing := a.missing(); {
	case missing == len(sides)-1:
		v.Title, v.Tone = name+" is on one site only", cards.Warning
		for i, c := range a.on {
			if c != nil {
				v.Parts = []cards.Section{{Rows: []cards.Line{havingRow(sides[i].host, *c)}}}
			}
		}
		return v
	case a.same():
		v.Title, v.Tone = name+" is the same", cards.Good
	case missing > 0:
		v.Title, v.Tone = name+" is not on all sites", cards.Warning
	}
	list := append([]trait{a.ids()}, a.differing()...)
	v.Parts = []cards.Section{{Heading: "Side by side", Heads: heads(sides), Rows: []cards.Line{filled(cards.Line{Title: a.name}, list, sides)}}}
	part, everywhere := a.partOptions()
	if len(part) > 0 {
		rows := make([]cards.Line, len(part))
		for i, o := range part {
			rows[i] = cards.Line{Title: o.value, Under: []string{"only on " + inSentence(o.names(sides))}}
		}
		v.Parts = append(v.Parts, cards.Section{Heading: fmt.Sprintf("Options that aren't everywhere (%d)", len(part)), Rows: rows})
	}
	v.Notes = []string{count(everywhere, "option") + " everywhere."}
	if everywhere == 0 {
		v.Notes = []string{"No option is everywhere."}
	}
	return v
}
