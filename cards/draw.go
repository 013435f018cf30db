package cards

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is any element, column, action or card, as far as it is drawn.
type node struct {
	Type                string  `json:"type"`
	Text                string  `json:"text"`
	Title               string  `json:"title"`
	Value               string  `json:"value"`
	Label               string  `json:"label"`
	Placeholder         string  `json:"placeholder"`
	URL                 string  `json:"url"`
	Size                string  `json:"size"`
	Spacing             string  `json:"spacing"`
	Style               string  `json:"style"`
	HorizontalAlignment string  `json:"horizontalAlignment"`
	Separator           bool    `json:"separator"`
	Bleed               bool    `json:"bleed"`
	IsMultiSelect       bool    `json:"isMultiSelect"`
	Width               any     `json:"width"` // auto, stretch, 50px or a weight
	Items               []*node `json:"items"`
	Columns             []*node `json:"columns"`
	Body                []*node `json:"body"`
	Actions             []*node `json:"actions"`
	Facts               []*node `json:"facts"`
	Choices             []*node `json:"choices"`
}

const (
	minWidth = 24
	maxWidth = 200
	maxDepth = 8 // of elements in elements; an auto column is drawn twice to be measured
)

// Draw writes a card's JSON as text of at most the given number of columns
// (24 to 200): boxes, columns, facts and buttons as a client would lay them
// out, with what a button unfolds left folded. Nothing in the data reaches the
// terminal as a control sequence. The error is of JSON that is no card, or of w.
func Draw(w io.Writer, card []byte, width int) error {
	var top node
	if err := json.Unmarshal(card, &top); err != nil {
		return fmt.Errorf("draw card: %w", err)
	}
	if top.Type != "AdaptiveCard" {
		return errors.New("draw card: not an AdaptiveCard")
	}
	width = min(max(width, minWidth), maxWidth)
	if _, err := io.WriteString(w, frame(top, width)); err != nil {
		return fmt.Errorf("draw card: %w", err)
	}
	return nil
}

// bar stands for a line that parts a section from the next, to both edges.
const bar = "\x00"

// frame draws the card in its box.
func frame(card node, width int) string {
	var out strings.Builder
	inner := width - 4 // an edge and a blank on both sides
	edge := func(left, right string) {
		out.WriteString(left + strings.Repeat("─", width-2) + right + "\n")
	}
	lines := drawAll(card.Body, inner, 0)
	if buttons := drawActions(card.Actions, inner); len(buttons) > 0 {
		lines = append(append(lines, bar), buttons...)
	}
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
// sections reach to the edges.
func drawAll(items []*node, width, depth int) []string {
	var lines []string
	if depth > maxDepth {
		return append(lines, "…")
	}
	for i, e := range items {
		if e == nil {
			continue
		}
		block := e.draw(width, depth)
		section := depth == 0 && e.Type == "Container" && e.Bleed
		switch {
		case section && i > 0 && len(lines) > 0:
			lines = append(lines, bar)
		case e.Separator && i > 0:
			lines = append(lines, strings.Repeat("┈", width))
		case i > 0 && len(lines) > 0 && (e.Spacing == "large" || e.Spacing == "medium") && lines[len(lines)-1] != bar:
			lines = append(lines, "")
		}
		lines = append(lines, block...)
		if section {
			lines = append(lines, bar)
		}
	}
	return lines
}

// draw returns the element's lines, each of at most width cells.
func (e *node) draw(width, depth int) []string {
	switch e.Type {
	case "TextBlock":
		return e.drawText(width)
	case "FactSet":
		return e.drawFacts(width)
	case "Container":
		return e.drawContainer(width, depth)
	case "ColumnSet":
		return e.drawColumns(width, depth)
	case "ActionSet":
		return drawActions(e.Actions, width)
	case "Input.Text", "Input.ChoiceSet":
		return e.drawInput(width)
	}
	return wrap("("+printable(e.Type)+")", width)
}

func (e *node) drawText(width int) []string {
	lines := wrap(printable(e.Text), width)
	widest := 0
	for i, s := range lines {
		if e.HorizontalAlignment == "right" {
			lines[i] = strings.Repeat(" ", max(0, width-cells(s))) + s
		}
		widest = max(widest, cells(s))
	}
	if e.Size == "extraLarge" {
		lines = append(lines, strings.Repeat("═", widest))
	}
	return lines
}

// drawFacts aligns the values; titles take at most 2/5 of the width.
func (e *node) drawFacts(width int) []string {
	left := 0
	for _, f := range e.Facts {
		if f != nil {
			left = max(left, cells(printable(f.Title)))
		}
	}
	left = min(left, width*2/5)
	var lines []string
	for _, f := range e.Facts {
		if f != nil {
			lines = append(lines, beside([][]string{
				wrap(printable(f.Title), left), wrap(printable(f.Value), width-left-2),
			}, []int{left, width - left - 2})...)
		}
	}
	return lines
}

// drawContainer marks a background by a bar at the left, unless the container
// is a section of its own.
func (e *node) drawContainer(width, depth int) []string {
	if e.Style == "" || e.Style == "default" || e.Bleed && depth == 0 {
		return drawAll(e.Items, width, depth+1)
	}
	lines := drawAll(e.Items, width-2, depth+1)
	for i, s := range lines {
		lines[i] = "▌ " + s
	}
	return lines
}

func (e *node) drawInput(width int) []string {
	var lines []string
	if e.Label != "" {
		lines = wrap(printable(e.Label), width)
	}
	if e.Style == "expanded" {
		box := "( ) "
		if e.IsMultiSelect {
			box = "[ ] "
		}
		for _, c := range e.Choices {
			if c != nil {
				lines = append(lines, wrap(box+printable(c.Title), width)...)
			}
		}
		return lines
	}
	shown, end := e.Value, "]"
	if shown == "" {
		shown = e.Placeholder
	}
	if e.Type == "Input.ChoiceSet" {
		end = "▾]"
	}
	room := max(1, min(width, 40)-len("[ ")-len(" ")-cells(end))
	return append(lines, "[ "+pad(prefix(printable(shown), room), room)+" "+end)
}

// drawActions draws buttons side by side, as many as fit a line.
func drawActions(actions []*node, width int) []string {
	var lines []string
	line := ""
	for _, a := range actions {
		if a == nil {
			continue
		}
		button := "[ " + prefix(printable(a.Title), max(1, width-6)) + a.sign() + " ]"
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

// sign tells what kind of button it is, where it is not the usual one.
func (e *node) sign() string {
	switch e.Type {
	case "Action.ShowCard":
		return " ▾"
	case "Action.OpenUrl":
		return " ↗"
	}
	return ""
}
