package cards

import (
	"strconv"
	"strings"
)

const (
	columnGap = 2
	pxCell    = 8 // pixels that one cell of a terminal stands for
)

// drawColumns draws the columns beside each other.
func (e *node) drawColumns(width, depth int) []string {
	columns := make([]*node, 0, len(e.Columns))
	for _, c := range e.Columns {
		if c != nil {
			columns = append(columns, c)
		}
	}
	n := len(columns)
	if n == 0 || depth >= maxDepth {
		return nil
	}
	if width < n*(columnGap+4) { // too narrow: below each other
		return drawAll(columns[0].Items, width, depth+1)
	}
	widths := columnWidths(columns, width-(n-1)*columnGap, depth)
	blocks := make([][]string, n)
	for i, c := range columns {
		blocks[i] = drawAll(c.Items, widths[i], depth+1)
	}
	return beside(blocks, widths)
}

// columnWidths shares the room: pixels and auto get what they ask for, as far
// as every other column keeps 4 cells, and the rest is shared by weight.
func columnWidths(columns []*node, room, depth int) []int {
	widths := make([]int, len(columns))
	weights := make([]float64, len(columns))
	left, total := room, 0.0
	for i, c := range columns {
		fixed, weight := c.wants(room, depth)
		weights[i] = weight
		if weight == 0 {
			widths[i] = min(fixed, max(4, left-4*(len(columns)-i-1)))
			left -= widths[i]
		}
		total += weight
	}
	shared := left
	for i, w := range weights {
		if w > 0 {
			widths[i] = max(4, int(float64(shared)*w/total))
		}
	}
	return widths
}

// wants is the width that a column asks for, or its weight among those that
// share what is left.
func (e *node) wants(room, depth int) (fixed int, weight float64) {
	switch w := e.Width.(type) {
	case float64:
		if w > 0 && w < 1e6 {
			return 0, w
		}
	case string:
		if px, ok := strings.CutSuffix(w, "px"); ok {
			if n, err := strconv.Atoi(px); err == nil && n > 0 {
				return min(n/pxCell+1, room), 0
			}
		}
		if w == "auto" {
			return e.natural(room, depth), 0
		}
	}
	return 0, 1
}

// natural is the width of the column's longest line where there is room.
func (e *node) natural(room, depth int) int {
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
