package handlers

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// table is rows of cells, the first of them being the headings.
type table [][]string

// csv writes the table for spreadsheets: commas, CRLF and a byte order mark,
// without which Excel takes UTF-8 for something else. A cell that a spreadsheet
// would run as a formula gets an apostrophe in front.
func (t table) csv() ([]byte, error) {
	safe := make(table, len(t))
	for i, row := range t {
		for _, cell := range row {
			safe[i] = append(safe[i], harmless(cell))
		}
	}
	text, err := safe.write(',')
	return append([]byte("\ufeff"), text...), err
}

// utf16 writes the table as Control Hub exports and imports its own: parted by
// tabs, in UTF-16LE with a byte order mark. Every value stays as it is, since
// an apostrophe in front would be imported with it.
func (t table) utf16() ([]byte, error) {
	text, err := t.write('\t')
	if err != nil {
		return nil, err
	}
	units := utf16.Encode([]rune("\ufeff" + string(text)))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = append(b, byte(u), byte(u>>8)) //nolint:gosec // the two halves of a unit
	}
	return b, nil
}

func (t table) write(comma rune) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = comma, true
	if err := w.WriteAll(t); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return b.Bytes(), nil
}

// harmless is a cell that no spreadsheet runs: where it begins with a sign for a
// formula, also in its wide form, it gets an apostrophe. So does what stands behind
// a semicolon or a tab in it, which begin a cell for readers that part by them.
func harmless(cell string) string {
	var b strings.Builder
	begins := true
	for _, r := range cell {
		if begins && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || r == '\t' || begins && (r == ' ' || r == '"') && b.Len() > 0
		b.WriteRune(r)
	}
	return b.String()
}

// codesTable has a row for each option of each code, and one for a code
// without options.
func codesTable(list []webex.TrackingCode) table {
	t := table{{"Code ID", "Tracking code", "Value", "Host profile", "Meetings", "Events", "Training", "Support", "Option", "Default"}}
	for _, c := range list {
		start := []string{c.ID, c.Name, inputWords(c.InputMode), ruleWords(c.HostProfileCode).Words, "", "", "", ""}
		if len(c.ScheduleStartCodes) > 0 {
			start = start[:4]
			for _, s := range kinds() {
				start = append(start, ruleName(ruleFor(c, s)))
			}
		}
		for _, o := range c.Options {
			t = append(t, append(start[:8:8], o.Value, defaultMark(o)))
		}
		if len(c.Options) == 0 {
			t = append(t, append(start[:8:8], "", ""))
		}
	}
	return t
}

// defaultMark is what a table says of an option.
func defaultMark(o webex.Option) string {
	if o.DefaultValue {
		return "yes"
	}
	return ""
}

// codesJSON has the API's own fields, as they were read.
func codesJSON(site string, list []webex.TrackingCode) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(struct {
		SiteURL string               `json:"siteUrl"`
		Codes   []webex.TrackingCode `json:"trackingCodes"`
	}{site, list})
	if err != nil {
		return nil, fmt.Errorf("write tracking codes: %w", err)
	}
	return b.Bytes(), nil
}

// maxNamePart is how many letters of a code or a site the name of a file has:
// most systems take 255 bytes in all.
const maxNamePart = 60

// fileName joins words to a name that every system takes, with today's date:
// letters, digits, dots and hyphens.
func fileName(extension string, words ...string) string {
	parts := make([]string, 0, len(words)+1)
	for _, word := range words {
		part := strings.Map(func(r rune) rune {
			if r < 0x80 && (r == '.' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z') {
				return r
			}
			return '-'
		}, word)
		parts = append(parts, part[:min(len(part), maxNamePart)])
	}
	name := strings.Join(append(parts, time.Now().UTC().Format(time.DateOnly)), "-")
	return strings.TrimLeft(name, ".-") + "." + extension
}

// file is the table as CSV, named by words.
func (t table) file(words ...string) (*bot.File, error) {
	data, err := t.csv()
	if err != nil {
		return nil, err
	}
	return &bot.File{Name: fileName("csv", words...), Type: "text/csv; charset=utf-8", Data: data}, nil
}

// codesFile makes the file of tracking codes of a site.
func codesFile(format ask.Format, site, what string, list []webex.TrackingCode) (*bot.File, error) {
	switch format {
	case ask.JSON:
		data, err := codesJSON(site, list)
		return &bot.File{Name: fileName("json", what, site), Type: "application/json", Data: data}, err
	case ask.ControlHub:
		data, err := codesTable(list).utf16()
		return &bot.File{Name: fileName("csv", what, "control-hub", site), Type: "text/csv; charset=utf-16le", Data: data}, err
	}
	return codesTable(list).file(what, site)
}

// reportOf is a report's card and the markdown that says the same.
func reportOf(v cards.Report) bot.Reply { return bot.Drawn(v) }
