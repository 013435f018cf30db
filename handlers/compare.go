package handlers

import (
	"context"
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// compare puts the codes of two sites, or one of them, side by side.
func compare(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "compare",
		Group:    checkGroup,
		Summary:  "one tracking code or all of them, on two sites side by side",
		Usage:    "compare CODE on SITE and SITE, or compare codes on SITE and SITE",
		Examples: []string{"compare codes on SITE and OTHER", "compare Department on SITE and OTHER"},
		Title:    "compare",
		Site:     true,
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if len(r.Sites) < 2 {
				return compareWith(ctx, admin, sites, r)
			}
			here, err := codesOn(ctx, admin, r, r.Sites[0])
			if err != nil {
				return bot.Reply{}, err
			}
			there, err := codesOn(ctx, admin, r, r.Sites[1])
			if err != nil {
				return bot.Reply{}, err
			}
			if r.Question.Code == nil {
				return compareAll(r, here, there), nil
			}
			return compareOne(r, here, there), nil
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
	return form(cards.Form{
		Title: "Compare with which site?", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines:    []string{"A comparison needs two sites. Without a tracking code it is about all of them."},
		Fields:   []cards.Field{what, siteField(cards.InSite, "Site", r.Site.Host, all), siteField(cards.InAlso, "With", other, all)},
		Submit:   bot.Button("Compare", ask.Question{Command: "compare"}),
		Examples: []string{fmt.Sprintf("compare %s on %s and %s", code, r.Site.Host, other)},
	}), nil
}

// compareReport begins the report of a comparison.
func compareReport(r bot.Request, title string) cards.Report {
	again := r.Question
	again.Sites = r.Sites
	return cards.Report{
		Title: title, Site: r.Sites[0] + " and " + r.Sites[1], SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{
			{Title: "Compare again", Data: fresh(again)},
			allCodes(r.Sites[0]), allCodes(r.Sites[1]),
		},
	}
}

func compareAll(r bot.Request, here, there []webex.TrackingCode) bot.Reply {
	var onlyHere, onlyThere, different, same []cards.Line
	for _, p := range pairs(here, there) {
		switch {
		case p.there == nil:
			onlyHere = append(onlyHere, loneRow(r.Sites[0], *p.here))
		case p.here == nil:
			onlyThere = append(onlyThere, loneRow(r.Sites[1], *p.there))
		default:
			if d := differ(*p.here, *p.there); d.same() {
				same = append(same, cards.Line{Title: p.here.Name, Under: []string{fmt.Sprintf("code %s and %s · %s", p.here.ID, p.there.ID, count(d.both, "option"))}})
			} else {
				different = append(different, d.row(r, *p.here, *p.there))
			}
		}
	}
	v := compareReport(r, fmt.Sprintf("%d differ, %d the same", len(onlyHere)+len(onlyThere)+len(different), len(same)))
	if len(onlyHere)+len(onlyThere)+len(different) == 0 {
		v.Title, v.Tone = "All tracking codes are the same", cards.Good
	}
	for _, part := range []cards.Section{
		{Heading: "Different", Heads: heads(r), Rows: different},
		{Heading: "Only on " + r.Site.Host, Rows: onlyHere},
		{Heading: "Only on " + r.Sites[1], Rows: onlyThere},
		{Heading: "The same", Rows: same},
	} {
		if len(part.Rows) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	return reportOf(v)
}

func loneRow(site string, c webex.TrackingCode) cards.Line {
	return cards.Line{
		Title: fmt.Sprintf("%s (code %s)", c.Name, c.ID), Under: []string{inputWords(c.InputMode) + " · " + count(len(c.Options), "option")},
		Open: bot.Data(aboutCode("code", site, c)),
	}
}

// heads are the short names of both sites, above what each has: the first part
// of the host where that tells them apart.
func heads(r bot.Request) []string {
	here, there := short(r.Sites[0]), short(r.Sites[1])
	if here == there {
		here, there = r.Sites[0], r.Sites[1]
	}
	return []string{"", here, there}
}

// cells are what differs, as a table under [heads].
func (d difference) cells() [][]string {
	cells := slices.Clone(d.rules)
	if len(d.here)+len(d.there) > 0 {
		cells = append(cells, []string{"Own options", bot.Listed(d.here, 3), bot.Listed(d.there, 3)})
	}
	return cells
}

// row sums a difference up; a tap shows it in full.
func (d difference) row(r bot.Request, here, there webex.TrackingCode) cards.Line {
	return cards.Line{
		Title: here.Name, Cells: append([][]string{{"Code", here.ID, there.ID}}, d.cells()...),
		Open: bot.Data(ask.Question{Command: "compare", Code: &ask.Code{Name: here.Name}, Sites: r.Sites}),
	}
}

func compareOne(r bot.Request, here, there []webex.TrackingCode) bot.Reply {
	p, several := partners(r, here, there)
	switch {
	case several != nil:
		return *several
	case p.here == nil && p.there == nil:
		return noSuchCode(r, here)
	case p.here == nil:
		return onOneSide(r, r.Sites[1], *p.there, r.Sites[0])
	case p.there == nil:
		return onOneSide(r, r.Sites[0], *p.here, r.Sites[1])
	}
	d := differ(*p.here, *p.there)
	v := compareReport(r, p.here.Name+" differs")
	v.Lines = []string{fmt.Sprintf("It is code %s on %s, code %s on %s.", p.here.ID, r.Sites[0], p.there.ID, r.Sites[1])}
	if d.same() {
		v.Title, v.Tone = p.here.Name+" is the same", cards.Good
	}
	if len(d.rules) > 0 {
		v.Parts = []cards.Section{{Heading: "Different", Heads: heads(r), Rows: []cards.Line{{Cells: d.rules}}}}
	}
	for _, part := range []cards.Section{
		{Heading: fmt.Sprintf("Options only on %s (%d)", r.Site.Host, len(d.here)), Rows: plainRows(d.here)},
		{Heading: fmt.Sprintf("Options only on %s (%d)", r.Sites[1], len(d.there)), Rows: plainRows(d.there)},
	} {
		if len(part.Rows) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	v.Notes = []string{count(d.both, "option") + " on both sites."}
	return reportOf(v)
}

// partners finds the code that is meant on one site and then, by its name, on
// the other: an id is a site's own. A reply asks which of several is meant.
func partners(r bot.Request, here, there []webex.TrackingCode) (pair, *bot.Reply) {
	for _, side := range []struct {
		list []webex.TrackingCode
		site string
	}{{here, r.Sites[0]}, {there, r.Sites[1]}} {
		found := meant(side.list, r)
		if len(found) > 1 {
			if side.site != r.Sites[0] { // a button's id is one of the first site
				r.Site.Host, r.Sites = r.Sites[1], []string{r.Sites[1], r.Sites[0]}
			}
			reply := severalCodes(r, found)
			return pair{}, &reply
		}
		if len(found) == 1 && side.site == r.Sites[0] {
			return pairs(found, there)[0], nil
		}
		if len(found) == 1 {
			return pair{there: &found[0]}, nil // by its id; the first site has none of that name or id
		}
	}
	return pair{}, nil
}

func plainRows(values []string) []cards.Line {
	rows := make([]cards.Line, len(values))
	for i, s := range values {
		rows[i].Title = s
	}
	return rows
}

// onOneSide tells that only one of the sites has the code.
func onOneSide(r bot.Request, has string, c webex.TrackingCode, lacks string) bot.Reply {
	v := compareReport(r, c.Name+" is on one site only")
	v.Tone = cards.Warning
	v.Lines = []string{fmt.Sprintf("%s has it as code %s; %s has no tracking code of that name.", has, c.ID, lacks)}
	v.Parts = []cards.Section{{Rows: []cards.Line{loneRow(has, c)}}}
	return reportOf(v)
}
