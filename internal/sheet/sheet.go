// Package sheet reads tables as spreadsheets and Control Hub write them, and
// changes single cells of one while every other byte of it stays.
package sheet

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Sheet is a table as it was read.
type Sheet struct {
	Rows [][]string // of cells, without their quotes

	data  []byte
	order binary.ByteOrder // of the two bytes of UTF-16; nil: UTF-8
	comma uint16
	spans [][]span
}

// Cell is a place in a table, both from 0.
type Cell struct{ Row, Column int }

// span is where a cell stands in the data, with its quotes: of bytes.
type span struct{ from, to int }

// The errors of Read.
var (
	ErrText  = errors.New("it is neither UTF-8 nor UTF-16 text")
	ErrQuote = errors.New("a quote is opened and never closed")
	ErrSize  = errors.New("it has over 5,000 lines, or over 200 columns")
)

// What a table may have: those of 500 people have far less.
const (
	maxRows    = 5_000
	maxColumns = 200
)

// Read reads a table in UTF-8, or in UTF-16 with a byte order mark, whose cells
// are parted by commas, semicolons or tabs: by what the first line has most of.
// Empty lines are rows without cells.
func Read(data []byte) (Sheet, error) {
	s := Sheet{data: data}
	at := 0
	switch {
	case len(data) >= 2 && data[0] == 0xFF && data[1] == 0xFE:
		s.order, at = binary.LittleEndian, 2
	case len(data) >= 2 && data[0] == 0xFE && data[1] == 0xFF:
		s.order, at = binary.BigEndian, 2
	case strings.HasPrefix(string(data[:min(3, len(data))]), "\ufeff"):
		at = 3
	}
	if s.order == nil && !utf8.Valid(data) || s.order != nil && len(data)%2 != 0 {
		return Sheet{}, ErrText
	}
	s.comma = s.separator(at)
	for at < len(data) {
		row, next, err := s.row(at)
		if err != nil {
			return Sheet{}, err
		}
		if len(s.Rows) == maxRows || len(row) > maxColumns {
			return Sheet{}, ErrSize
		}
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = s.text(c)
		}
		s.Rows, s.spans, at = append(s.Rows, cells), append(s.spans, row), next
	}
	return s, nil
}

// width is how many bytes a sign of the table's own has: a quote, a comma, an end
// of a line.
func (s *Sheet) width() int {
	if s.order == nil {
		return 1
	}
	return 2
}

// at is the sign at a place; 0 behind the end.
func (s *Sheet) at(i int) uint16 {
	switch {
	case i+s.width() > len(s.data):
		return 0
	case s.order == nil:
		return uint16(s.data[i])
	}
	return s.order.Uint16(s.data[i:])
}

// separator is what parts the cells of the first line.
func (s *Sheet) separator(from int) uint16 {
	count, quoted := map[uint16]int{}, false
	for i := from; i < len(s.data); i += s.width() {
		c := s.at(i)
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' || c == '\r':
			i = len(s.data)
		case !quoted:
			count[c]++
		}
	}
	best := uint16(',')
	for _, c := range []uint16{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

// row finds the cells of the line at a place, and where the next one begins.
func (s *Sheet) row(from int) (cells []span, next int, err error) {
	w := s.width()
	for at := from; ; at += w {
		end, err := s.cell(at)
		if err != nil {
			return nil, 0, err
		}
		cells = append(cells, span{at, end})
		if at = end; s.at(at) == s.comma && at < len(s.data) {
			continue
		}
		if len(cells) == 1 && end == from {
			cells = nil
		}
		if s.at(at) == '\r' && s.at(at+w) == '\n' {
			at += w
		}
		return cells, min(at+w, len(s.data)), nil
	}
}

// cell finds the end of a cell.
func (s *Sheet) cell(from int) (end int, err error) {
	w, quoted := s.width(), s.at(from) == '"'
	for i := from; i < len(s.data); i += w {
		c := s.at(i)
		switch {
		case quoted && i > from && c == '"' && s.at(i+w) == '"':
			i += w
		case quoted && i > from && c == '"':
			quoted = false
		case !quoted && (c == s.comma || c == '\n' || c == '\r'):
			return i, nil
		}
	}
	if quoted {
		return 0, ErrQuote
	}
	return len(s.data), nil
}

// text is what stands in a cell.
func (s *Sheet) text(c span) string {
	raw := string(s.data[c.from:c.to])
	if s.order != nil {
		units := make([]uint16, 0, len(raw)/2)
		for i := c.from; i < c.to; i += 2 {
			units = append(units, s.at(i))
		}
		raw = string(utf16.Decode(units))
	}
	if inner, quoted := strings.CutPrefix(raw, `"`); quoted {
		if end := strings.LastIndexByte(inner, '"'); end >= 0 { // what stands behind a closing quote belongs to the cell
			inner = inner[:end] + inner[end+1:]
		}
		return strings.ReplaceAll(inner, `""`, `"`)
	}
	return raw
}

// With is the data with other texts in some cells. Those that the table does not
// have are left out.
func (s *Sheet) With(texts map[Cell]string) []byte {
	var out []byte
	at := 0
	for i, row := range s.spans {
		for j, c := range row {
			text, changed := texts[Cell{i, j}]
			if !changed || text == s.Rows[i][j] {
				continue
			}
			out = append(append(out, s.data[at:c.from]...), s.written(text, s.at(c.from) == '"')...)
			at = c.to
		}
	}
	return slices.Concat(out, s.data[at:])
}

// written is a text as a cell has it, in quotes where it needs them or the cell
// had some.
func (s *Sheet) written(text string, quoted bool) []byte {
	if quoted || strings.ContainsAny(text, "\"\r\n"+string(rune(s.comma))) {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	if s.order == nil {
		return []byte(text)
	}
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = s.appendUnit(out, u)
	}
	return out
}

func (s *Sheet) appendUnit(out []byte, u uint16) []byte {
	var two [2]byte
	s.order.PutUint16(two[:], u)
	return append(out, two[:]...)
}
