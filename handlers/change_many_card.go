package handlers

import (
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/change"
)

// shownKinds is how many kinds of changes a card shows of a plan of many people.
const shownKinds = 12

// manyRows are the changes of many people, those that are the same as one row.
func manyRows(p change.Plan) []cards.Line {
	var kinds []change.Line
	people := map[change.Line]int{}
	for _, one := range p.Back() {
		for _, v := range one.Given {
			kind := change.Line{What: v.Code, Before: v.Value, After: v.Now}
			if people[kind]++; people[kind] == 1 {
				kinds = append(kinds, kind)
			}
		}
	}
	slices.SortStableFunc(kinds, func(a, b change.Line) int { return people[b] - people[a] })
	rows := lineRows(kinds[:min(len(kinds), shownKinds)])
	for i := range rows {
		rows[i].Title += " of " + count(people[kinds[i]], "person")
	}
	if left := len(kinds) - len(rows); left > 0 {
		rows = append(rows, cards.Line{Title: count(left, "further change") + ", which the file lists"})
	}
	return rows
}

// leftOutRows counts by the reason what a plan leaves out.
func leftOutRows(p change.Plan) cards.Section {
	part := cards.Section{Heading: "Left out"}
	var reasons []string
	people := map[string][]string{}
	for _, l := range p.LeftOut {
		if people[l.Why] = append(people[l.Why], l.Email+" ("+l.Code+")"); len(people[l.Why]) == 1 {
			reasons = append(reasons, l.Why)
		}
	}
	for _, why := range reasons[:min(len(reasons), shownKinds)] {
		part.Rows = append(part.Rows, cards.Line{Title: fmt.Sprintf("%s: %s", count(len(people[why]), "value"), why), Under: []string{bot.Listed(people[why], 3)}})
	}
	return part
}
