package cards

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	minWidth  = 24
	maxWidth  = 200
	maxDepth  = 8 // of elements in elements; an auto column is drawn twice to be measured
	columnGap = 2
	pxCell    = 8 // pixels that one cell of a terminal stands for
)

// Draw writes a card's JSON as text of at most the given number of columns
// (24 to 200), laid out as a client would. Nothing in the data reaches the terminal as a control
// sequence. The error is of JSON that is no card of this package, or of w.
func Draw(w io.Writer, card []byte, width int) error {
	var top struct {
		Type string
		Body []*Element
	}
	if err := json.Unmarshal(card, &top); err != nil {
		return fmt.Errorf("draw card: %w", err)
	}
	if top.Type != "AdaptiveCard" {
		return errors.New("draw card: not an AdaptiveCard")
	}
	if _, err := io.WriteString(w, frame(top.Body, min(max(width, minWidth), maxWidth))); err != nil {
		return fmt.Errorf("draw card: %w", err)
	}
	return nil
}

// bar stands for a line that parts the header from the rest, to both edges.
const bar = "\x00"

// frame draws a card in its box.
func frame(body []*Element, width int) string {
	var out strings.Builder
	inner := width - 4 // an edge and a blank on both sides
	edge := func(left, right string) {
		out.WriteString(left + strings.Repeat("─", width-2) + right + "\n")
	}
	lines := drawAll(body, inner, 0)
	edge("╭", "╮")
	for i, s := range lines {
		switch {
		case s != bar:
			out.WriteString("│ " + pad(s, inner) + " │\n")
		case i > 0 && i < len(lines)-1 && lines[i-1] != bar:
			edge("├", "┤")
		}
	}
	edge("╰", "╯")
	return out.String()
}

// drawAll draws elements below each other. Only at the card's own level do
// headers reach to the edges.
func drawAll(items []*Element, width, depth int) []string {
	if depth > maxDepth {
		return []string{"…"}
	}
	var lines []string
	for _, e := range items {
		if e == nil {
			continue
		}
		block := e.lines(width, depth)
		header := depth == 0 && e.Bleed
		switch n := len(lines); {
		case n == 0 || lines[n-1] == bar:
		case header:
			lines = append(lines, bar)
		case e.parted():
			lines = append(lines, "")
		}
		if lines = append(lines, block...); header {
			lines = append(lines, bar)
		}
	}
	return lines
}

// parted says whether a blank line stands above the element. Between the rows
// of a list there is none, since a line of a terminal is higher than a gap.
func (e *Element) parted() bool {
	return e.Spacing == "extraLarge" || e.Spacing == "" && (e.Type == "ActionSet" || e.Type == "TextBlock" || e.Style != "")
}

// lines are the element's, each of at most width cells.
func (e *Element) lines(width, depth int) []string {
	switch e.Type {
	case "TextBlock":
		return e.textLines(width)
	case "Container":
		if e.Style == "" || e.Bleed && depth == 0 {
			return drawAll(e.Items, width, depth+1)
		}
		lines := drawAll(e.Items, width-2, depth+1)
		for i, s := range lines {
			lines[i] = "▌ " + s
		}
		return lines
	case "ColumnSet":
		return e.columnLines(width, depth)
	case "ActionSet":
		return actionLines(e.Actions, width)
	case "Input.Text", "Input.ChoiceSet":
		return e.inputLines(width)
	}
	return wrap("("+printable(e.Type)+")", width)
}

func (e *Element) textLines(width int) []string {
	lines := wrap(printable(e.Text), width)
	widest := 0
	for _, s := range lines {
		widest = max(widest, cells(s))
	}
	if e.Weight == "bolder" && (e.Size == "extraLarge" || e.Size == "large") {
		lines = append(lines, strings.Repeat("═", widest))
	}
	return lines
}

func (e *Element) inputLines(width int) []string {
	var lines []string
	if e.Label != "" {
		lines = wrap(printable(e.Label), width)
	}
	shown, end := e.Value, "]"
	for _, c := range e.Choices {
		if c.Value == e.Value && c.Value != "" {
			shown = c.Title
		}
	}
	if shown == "" {
		shown = e.Placeholder
	}
	if e.Type == "Input.ChoiceSet" {
		end = "▾]"
	}
	room := max(1, min(width, 40)-len("[ ")-len(" ")-cells(end))
	return append(lines, "[ "+pad(prefix(printable(shown), room), room)+" "+end)
}

// actionLines draws buttons side by side, as many as fit a line.
func actionLines(actions []*Action, width int) []string {
	var lines []string
	line := ""
	for _, a := range actions {
		if a == nil {
			continue
		}
		title := prefix(printable(a.Title), max(1, width-6))
		if a.URL != "" {
			title += " ↗"
		}
		button := "[ " + title + " ]"
		if line != "" && cells(line)+2+cells(button) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += "  "
		}
		line += button
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// columnLines draws columns beside each other, or below each other where there
// is no room.
func (e *Element) columnLines(width, depth int) []string {
	columns := slices.DeleteFunc(e.Columns, func(c *Element) bool { return c == nil })
	n := len(columns)
	if n == 0 || depth >= maxDepth {
		return nil
	}
	if width < n*(columnGap+4) {
		return drawAll(columns[0].Items, width, depth+1)
	}
	room := width - (n-1)*columnGap
	widths := make([]int, n)
	stretched := 0
	for i, c := range columns {
		if widths[i] = c.width(room, depth); widths[i] == 0 {
			stretched++
		}
	}
	left := room
	for i := range widths { // every other column keeps 4 cells
		widths[i] = min(widths[i], max(4, left-4*(n-i-1)))
		left -= widths[i]
	}
	blocks := make([][]string, n)
	for i, c := range columns {
		if widths[i] == 0 {
			widths[i] = max(4, left/stretched)
		}
		blocks[i] = drawAll(c.Items, widths[i], depth+1)
	}
	return beside(blocks, widths)
}

// width is what a column asks for, or 0 where it takes what is left.
func (e *Element) width(room, depth int) int {
	if px, ok := strings.CutSuffix(e.Width, "px"); ok {
		n, _ := strconv.Atoi(px)
		return min(max(n, pxCell)/pxCell+1, room)
	}
	if e.Width != "auto" {
		return 0
	}
	n := 1
	for _, s := range drawAll(e.Items, room, depth+1) {
		n = max(n, cells(strings.TrimSpace(s)))
	}
	return n
}

// beside joins blocks of lines into rows.
func beside(blocks [][]string, widths []int) []string {
	var rows []string
	for y := 0; ; y++ {
		var b strings.Builder
		more := false
		for i, block := range blocks {
			s := ""
			if y < len(block) {
				s, more = block[y], true
			}
			if i > 0 {
				b.WriteString(strings.Repeat(" ", columnGap))
			}
			b.WriteString(pad(s, widths[i]))
		}
		if !more {
			return rows
		}
		rows = append(rows, strings.TrimRight(b.String(), " "))
	}
}
