package handlers

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
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

// asCSV writes rows for spreadsheets: commas, CRLF and a byte order mark, without
// which Excel takes UTF-8 for something else. A cell that a spreadsheet would run as
// a formula gets an apostrophe in front.
func asCSV(rows iter.Seq[[]string]) ([]byte, error) { return writeRows(rows, ',', harmless) }

// asUTF16 writes rows as Control Hub exports and imports its own: parted by tabs,
// in UTF-16LE with a byte order mark. Every value stays as it is, since an
// apostrophe in front would be imported with it.
func asUTF16(rows iter.Seq[[]string]) ([]byte, error) {
	text, err := writeRows(rows, '\t', func(cell string) string { return cell })
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, 2*len(text))
	for _, r := range string(text) {
		for _, u := range utf16.AppendRune(nil, r) {
			b = append(b, byte(u), byte(u>>8)) //nolint:gosec // the two halves of a unit
		}
	}
	return b, nil
}

// writeRows writes a byte order mark and row after row, each cell as it is to be. It
// takes the room for all of it at once: large tables would be copied a dozen times.
func writeRows(rows iter.Seq[[]string], comma rune, as func(cell string) string) ([]byte, error) {
	size := 0
	for row := range rows {
		for _, cell := range row {
			size += len(cell) + 3
		}
	}
	var b bytes.Buffer
	b.Grow(size)
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = comma, true
	var cells []string
	for row := range rows {
		cells = cells[:0]
		for _, cell := range row {
			cells = append(cells, as(cell))
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("write a table: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), nil
}

// formulaSigns are what a formula begins with, and what begins a cell or a line.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// harmless is a cell that no spreadsheet runs: where it begins with a sign for a
// formula, also in its wide form, it gets an apostrophe. So does what stands behind
// a semicolon or a tab in it, which begin a cell for readers that part by them.
func harmless(cell string) string {
	if !strings.ContainsAny(cell, formulaSigns) {
		return cell
	}
	var b strings.Builder
	begins := true
	for _, r := range cell {
		if begins && strings.ContainsRune(formulaSigns, r) {
			b.WriteByte('\'')
		}
		begins = r == ';' || r == '\t' || begins && (r == ' ' || r == '"') && b.Len() > 0
		b.WriteRune(r)
	}
	return b.String()
}

// codeRows are the headings, and a row for each option of each code and for each
// code without options. A row is good until the next one.
func codeRows(list []webex.TrackingCode) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		if !yield([]string{"Code ID", "Tracking code", "Value", "Host profile", "Meetings", "Events", "Training", "Support", "Option", "Default"}) {
			return
		}
		for _, c := range list {
			start, options := codeStart(c), c.Options
			if len(options) == 0 {
				options = []webex.Option{{}}
			}
			row := make([]string, 0, len(start)+2)
			for _, o := range options {
				if row = append(append(row[:0], start...), o.Value, defaultMark(o)); !yield(row) {
					return
				}
			}
		}
	}
}

// codeStart are the cells of a code that are the same for each of its options.
func codeStart(c webex.TrackingCode) []string {
	start := []string{c.ID, c.Name, inputWords(c.InputMode), ruleWords(c.HostProfileCode).Words}
	for _, s := range kinds() {
		rule := ""
		if len(c.ScheduleStartCodes) > 0 {
			rule = ruleName(ruleFor(c, s))
		}
		start = append(start, rule)
	}
	return start
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
	return csvFile(slices.Values(t), words...)
}

// csvFile is rows as CSV, named by words.
func csvFile(rows iter.Seq[[]string], words ...string) (*bot.File, error) {
	data, err := asCSV(rows)
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
		data, err := asUTF16(codeRows(list))
		return &bot.File{Name: fileName("csv", what, "control-hub", site), Type: "text/csv; charset=utf-16le", Data: data}, err
	}
	return csvFile(codeRows(list), what, site)
}

// reportOf is a report's card and the markdown that says the same.
func reportOf(v cards.Report) bot.Reply { return bot.Drawn(v) }
