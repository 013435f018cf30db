package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"trackbot/internal/change"
	"trackbot/internal/sheet"
	"trackbot/webex"
)

// given is a table of values that people are to get.
type given struct {
	people  []change.Person
	at      map[string]int // of the people, by their addresses
	table   sheet.Sheet
	email   int            // the column of the addresses
	columns map[int]string // of codes, where the table has a column for each code
}

// asGiven reads a table: with a line for each value, headed email, code and value
// or without a heading; the result of a change, to bring back what was before; or
// with a column for each code, as Control Hub exports. code names the one code of
// a table that has addresses and values alone.
func asGiven(data []byte, code string, list []webex.TrackingCode) (g given, why string) {
	var err error
	g.at = map[string]int{}
	g.table, err = sheet.Read(data)
	switch {
	case errors.Is(err, sheet.ErrText):
		return g, "I can't read the file: it is no text. Save it as CSV, in UTF-8 or UTF-16."
	case err != nil:
		return g, fmt.Sprintf("I can't read the table: %v.", err)
	}
	rows := slices.Clone(g.table.Rows)
	if g.email, why = addressColumn(rows); why != "" {
		return g, why
	}
	head := map[string]int{}
	if i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 }); !isAddress(address(rows[i], g.email)) {
		head = g.headed(rows[i], list)
		rows[i] = nil
		if why := g.fits(head, code); why != "" {
			return g, why
		}
	} else if code != "" && slices.ContainsFunc(rows, func(r []string) bool { return cell(r, g.email+2) != "" }) {
		return g, "Your question names a code, and the lines have more than an address and a value. Leave one of them out."
	}
	for _, row := range rows {
		if len(row) > 0 {
			g.add(address(row, g.email), g.values(row, head, code))
		}
	}
	return g, ""
}

// addressColumn is the column of the addresses: the one whose title says so, or the
// only one in which addresses stand.
func addressColumn(rows [][]string) (at int, why string) {
	if i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 }); i >= 0 {
		if at := slices.IndexFunc(rows[i], isAddressTitle); at >= 0 {
			return at, ""
		}
	}
	at = -1
	for _, row := range rows {
		for i := range row {
			switch {
			case !isAddress(address(row, i)) || i == at:
			case at >= 0:
				return -1, "Addresses stand in several columns. Give the one that counts the title “email”."
			default:
				at = i
			}
		}
	}
	if at < 0 {
		return at, "There is no e-mail address in it."
	}
	return at, ""
}

// isAddressTitle reports whether a title is that of a column of addresses, such as
// "User ID/Email (Required)" of Control Hub.
func isAddressTitle(title string) bool {
	title = fold(title)
	return !isAddress(title) && (strings.Contains(title, "email") || strings.Contains(title, "e-mail"))
}

// fits says why a table with a heading is no good for a question that names a code,
// or none; empty where it is. Of columns for each code the named one alone counts.
func (g *given) fits(head map[string]int, code string) string {
	switch {
	case has(head, "result") || code == "" && (has(head, "code") || len(g.columns) > 0):
		return ""
	case code == "":
		return "I find no column of a code in it: neither “code” and “value” nor the name of a code of this site."
	case has(head, "code"):
		return "Your question names a code, and the table has a column of codes. Leave one of them out."
	case len(g.columns) == 0:
		return ""
	}
	maps.DeleteFunc(g.columns, func(_ int, name string) bool { return name != code })
	if len(g.columns) == 0 {
		return "The table has no column “" + code + "”."
	}
	return ""
}

// address is the cell of a row that holds an address, as addresses are compared.
func address(row []string, i int) string { return strings.ToLower(cell(row, i)) }

// cell is what stands in a row, without blanks around it.
func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// headed finds which columns a heading names, and which are those of codes: the
// latter only where there are no values in a column of their own.
func (g *given) headed(row []string, list []webex.TrackingCode) map[string]int {
	head, codes := map[string]int{}, map[int]string{}
	for i := range row {
		switch title := fold(row[i]); title {
		case "code", "tracking code":
			head["code"] = i
		case "value", "option", "new value":
			head["value"] = i
		case "before", "after", "result":
			head[title] = i
		default:
			if at := change.CodeNamed(list, strings.TrimSpace(row[i])); at >= 0 && i != g.email && fold(list[at].Name) == title {
				codes[i] = list[at].Name
			}
		}
	}
	if after, planned := head["after"]; planned && !has(head, "result") { // a plan is given back, perhaps with other values
		head["value"] = after
	}
	if !has(head, "value") && !has(head, "result") {
		g.columns = codes
	}
	return head
}

func has(head map[string]int, what string) bool {
	_, ok := head[what]
	return ok
}

// values are those of one line.
func (g *given) values(row []string, head map[string]int, code string) (list []change.Given) {
	if len(g.columns) > 0 {
		for i, name := range g.columns {
			if value := plainCell(cell(row, i)); value != "" {
				list = append(list, change.Given{Code: name, Value: value})
			}
		}
		return list
	}
	at := func(what string) string {
		if i, ok := head[what]; ok {
			return plainCell(cell(row, i))
		}
		return ""
	}
	switch {
	case has(head, "result") && at("result") != resultWritten:
		return nil
	case has(head, "result"):
		return []change.Given{{Code: at("code"), Value: at("before"), Back: true, Now: at("after")}}
	case len(head) > 0:
		return []change.Given{{Code: cmp.Or(code, at("code")), Value: at("value")}}
	}
	first := g.email + 1
	if code == "" {
		code, first = plainCell(cell(row, first)), first+1
	}
	return []change.Given{{Code: code, Value: plainCell(cell(row, first))}}
}

// plainCell is a cell without the apostrophe that [harmless] puts in front of what
// a spreadsheet would run.
func plainCell(s string) string {
	if bare, ok := strings.CutPrefix(s, "'"); ok && harmless(bare) == s {
		return bare
	}
	return s
}

// add gives somebody values, each once.
func (g *given) add(email string, values []change.Given) {
	if len(values) == 0 {
		return
	}
	i, known := g.at[email]
	if !known {
		i = len(g.people)
		g.at[email] = i
		g.people = append(g.people, change.Person{Email: email})
		if !isAddress(email) {
			g.people[i].Why = "this is no e-mail address"
		}
	}
	for _, v := range values {
		if !slices.Contains(g.people[i].Given, v) {
			g.people[i].Given = append(g.people[i].Given, v)
		}
	}
}

// resultWritten is the result of a value that was written.
const resultWritten = "written"

// planTable lists what a plan of many people changes, and what it leaves out.
func planTable(p change.Plan) table {
	t := table{{"email", "code", "before", "after", "why skipped"}}
	for _, one := range p.Back() {
		for _, v := range one.Given {
			t = append(t, []string{one.Email, v.Code, v.Value, v.Now, ""})
		}
	}
	for _, l := range p.LeftOut {
		t = append(t, []string{l.Email, l.Code, "", l.Value, l.Why})
	}
	return t
}

// resultTable lists what was written, so that it can be given back to bring back
// what was before, and what was not.
func resultTable(p change.Plan) table {
	t := planTable(p)
	t[0][4] = "result"
	for _, row := range t[1:] {
		if row[4] == "" {
			row[4] = resultWritten
		}
	}
	return t
}

// backIn is a table with a column for each code in which what was written stands as
// it was before, and what was not written is empty, so that it is left alone where the
// table is given back. Other cells stay as they are.
func backIn(data []byte, p change.Plan, list []webex.TrackingCode) []byte {
	g, _ := asGiven(data, "", list)
	texts := map[sheet.Cell]string{}
	written := map[string][]change.Given{}
	for _, one := range p.Back() {
		written[one.Email] = one.Given
	}
	for r, row := range g.table.Rows {
		for c, name := range g.columns {
			if !isAddress(address(row, g.email)) || cell(row, c) == "" {
				continue
			}
			before, given := "", written[address(row, g.email)]
			if i := slices.IndexFunc(given, func(v change.Given) bool { return v.Code == name }); i >= 0 {
				before = harmless(given[i].Value)
			}
			texts[sheet.Cell{Row: r, Column: c}] = before
		}
	}
	return g.table.With(texts)
}
