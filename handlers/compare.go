package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/bot"
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
		Phrases: []string{
			"compare", "compare codes", "compare all codes", "compare tracking codes", "compare tracking code", "compare code", "diff", "difference",
		},
		Text: true,
		Site: true,
		Two:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Also.Host == "" {
				both, err := bothSites(ctx, sites, r)
				if r = both; err != nil {
					return bot.Reply{}, err
				}
			}
			if r.Also.Host == "" {
				return compareWith(ctx, admin, sites, r)
			}
			here, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			there, err := codesOn(ctx, admin, r, r.Also.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			if r.Text == "" {
				return compareAll(r, here, there), nil
			}
			return compareOne(r, here, there), nil
		},
	}
}

// bothSites reads "compare example and emea", where the first site stands for
// what is compared, and drops the word that led to one.
func bothSites(ctx context.Context, sites *bot.Sites, r bot.Request) (bot.Request, error) {
	if r.Quoted {
		return r, nil
	}
	name, led := r.Text, false
	for _, and := range []string{"and", "with", "to", "against"} {
		if rest, ok := strings.CutSuffix(name, " "+and); ok {
			name, led = strings.TrimSpace(rest), true
		}
	}
	if !led {
		return r, nil
	}
	r.Text = name
	which, err := sites.Find(ctx, name)
	if err == nil && len(which) == 1 && which[0] != r.Site.Host {
		r.Text, r.Site, r.Also = "", bot.Site{Host: which[0], Why: bot.AsAsked}, r.Site
	}
	return r, err
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
	if found := named(list, r.Text); len(found) == 1 {
		what.Value = found[0].Name
	} else if len(found) == 0 { // "compare emea" may name the other site
		meant, err := sites.Find(ctx, r.Text)
		if err != nil {
			return bot.Reply{}, fmt.Errorf("find the site: %w", err)
		}
		if len(meant) == 1 && slices.Contains(others, meant[0]) {
			r.Text, other = "", meant[0]
		}
	}
	return form(cards.Form{
		Title: "Compare with which site?", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines:    []string{"A comparison needs two sites. Without a tracking code it is about all of them."},
		Fields:   []cards.Field{what, siteField(cards.InSite, "Site", r.Site.Host, all), siteField(cards.InAlso, "With", other, all)},
		Submit:   cards.Button{Title: "Compare", Data: cards.Data{Ask: "compare"}},
		Examples: []string{fmt.Sprintf("compare %s on %s and %s", cmp.Or(r.Text, "codes"), r.Site.Host, other)},
	}), nil
}

// compareReport begins the report of a comparison.
func compareReport(r bot.Request, title string) cards.Report {
	return cards.Report{
		Title: title, Site: r.Site.Host + " and " + r.Also.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{
			{Title: "Compare again", Data: cards.Data{Ask: "compare", Text: r.Text, Quoted: r.Quoted, Site: r.Site.Host, Also: r.Also.Host, Fresh: true}},
			{Title: "Codes on " + r.Site.Host, Data: cards.Data{Ask: "codes", Site: r.Site.Host}},
			{Title: "Codes on " + r.Also.Host, Data: cards.Data{Ask: "codes", Site: r.Also.Host}},
		},
	}
}

func compareAll(r bot.Request, here, there []webex.TrackingCode) bot.Reply {
	var onlyHere, onlyThere, different, same []cards.Line
	for _, p := range pairs(here, there) {
		switch {
		case p.there == nil:
			onlyHere = append(onlyHere, loneRow(r.Site, *p.here))
		case p.here == nil:
			onlyThere = append(onlyThere, loneRow(r.Also, *p.there))
		default:
			if d := differ(*p.here, *p.there); d.same() {
				same = append(same, cards.Line{Title: p.here.Name, Under: []string{fmt.Sprintf("code %s | code %s · %s", p.here.ID, p.there.ID, count(d.both, "option"))}})
			} else {
				different = append(different, d.row(r, *p.here, *p.there))
			}
		}
	}
	v := compareReport(r, fmt.Sprintf("%d differ, %d the same", len(onlyHere)+len(onlyThere)+len(different), len(same)))
	v.Lines = []string{fmt.Sprintf("Left is %s, right is %s.", r.Site.Host, r.Also.Host)}
	if len(onlyHere)+len(onlyThere)+len(different) == 0 {
		v.Title, v.Tone = "All tracking codes are the same", cards.Good
	}
	for _, part := range []cards.Section{
		{Heading: "Different", Rows: different},
		{Heading: "Only on " + r.Site.Host, Rows: onlyHere},
		{Heading: "Only on " + r.Also.Host, Rows: onlyThere},
		{Heading: "The same", Rows: same},
	} {
		if len(part.Rows) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	return reportOf(v)
}

func loneRow(site bot.Site, c webex.TrackingCode) cards.Line {
	return cards.Line{
		Title: fmt.Sprintf("%s (code %s)", c.Name, c.ID), Under: []string{inputWords(c.InputMode) + " · " + count(len(c.Options), "option")},
		Open: askCode(site, c.ID, false),
	}
}

// row sums a difference up; a tap shows it in full.
func (d difference) row(r bot.Request, here, there webex.TrackingCode) cards.Line {
	row := cards.Line{Title: fmt.Sprintf("%s (code %s | code %s)", here.Name, here.ID, there.ID), Under: d.rules}
	if len(d.here)+len(d.there) > 0 {
		row.Under = append(slices.Clone(row.Under), fmt.Sprintf("Options: %d only left, %d only right, %d the same", len(d.here), len(d.there), d.both))
	}
	row.Open = cards.Data{Ask: "compare", Text: here.Name, Quoted: true, Site: r.Site.Host, Also: r.Also.Host}
	return row
}

func compareOne(r bot.Request, here, there []webex.TrackingCode) bot.Reply {
	p, several := partners(r, here, there)
	switch {
	case several != nil:
		return *several
	case p.here == nil && p.there == nil:
		return noSuchCode(r, here)
	case p.here == nil:
		return onOneSide(r, r.Also, *p.there, r.Site)
	case p.there == nil:
		return onOneSide(r, r.Site, *p.here, r.Also)
	}
	d := differ(*p.here, *p.there)
	v := compareReport(r, p.here.Name+" differs")
	v.Lines = []string{fmt.Sprintf("Left is %s (code %s), right is %s (code %s).", r.Site.Host, p.here.ID, r.Also.Host, p.there.ID)}
	if d.same() {
		v.Title, v.Tone = p.here.Name+" is the same", cards.Good
	}
	for _, part := range []cards.Section{
		{Heading: "Rules that differ (left | right)", Rows: plainRows(d.rules)},
		{Heading: fmt.Sprintf("Options only on %s (%d)", r.Site.Host, len(d.here)), Rows: plainRows(d.here)},
		{Heading: fmt.Sprintf("Options only on %s (%d)", r.Also.Host, len(d.there)), Rows: plainRows(d.there)},
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
		site bot.Site
	}{{here, r.Site}, {there, r.Also}} {
		found := named(side.list, r.Text)
		if len(found) > 1 {
			if side.site != r.Site {
				r.Site, r.Also = r.Also, r.Site // a button's id is one of the first site
			}
			reply := severalCodes(r, found)
			return pair{}, &reply
		}
		if len(found) == 1 && side.site == r.Site {
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
func onOneSide(r bot.Request, has bot.Site, c webex.TrackingCode, lacks bot.Site) bot.Reply {
	v := compareReport(r, c.Name+" is on one site only")
	v.Tone = cards.Warning
	v.Lines = []string{fmt.Sprintf("%s has it as code %s; %s has no tracking code of that name.", has.Host, c.ID, lacks.Host)}
	v.Parts = []cards.Section{{Rows: []cards.Line{loneRow(has, c)}}}
	return reportOf(v)
}
