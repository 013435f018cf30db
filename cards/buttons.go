package cards

import (
	"encoding/json"
	"slices"
	"strings"
)

const (
	// rowWidth is how many pixels a row of buttons has on a phone's card of 320,
	// and buttonWidth what a button takes beside its letters, with the gap.
	rowWidth    = 296
	buttonWidth = 34
	letterWidth = 7
	maxButton   = 36 // cells of a title
	maxInRow    = 3
)

// actions are at most limit of the view's buttons. One that asks what a row or
// a button before it asks is left out, and so is one that can't be drawn.
func (v View) actions(limit int) []*Action {
	asked := v.opens()
	var list []*Action
	for _, x := range v.Buttons {
		a := x.action()
		if a == nil || a.Data != nil && slices.Contains(asked, *a.Data) || len(list) == limit {
			continue
		}
		if a.Data != nil {
			asked = append(asked, *a.Data)
		}
		list = append(list, a)
	}
	return list
}

// opens is what the rows that are shown ask.
func (v View) opens() []Data {
	var list []Data
	for _, b := range v.Blocks {
		if r, ok := b.(Rows); ok {
			for _, x := range r.Rows {
				list = append(list, x.Open)
			}
		}
	}
	return list
}

// action is the button on a card, or nil where it can't be one.
func (x Button) action() *Action {
	a := &Action{Type: "Action.Submit", Title: cutCells(clean(x.Title), maxButton), Style: string(x.Style)}
	switch {
	case a.Title == "" || x.URL != "" && !isWeb(x.URL) || size(x.Data) > maxData:
		return nil
	case x.URL != "":
		a.Type, a.URL = "Action.OpenUrl", x.URL
	default:
		a.Data = &x.Data
	}
	return a
}

func isWeb(url string) bool {
	return len(url) <= 2000 && (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://"))
}

// actionRows puts buttons into rows that a phone shows whole: clients cut the
// titles of a row that is too wide.
func actionRows(actions []*Action) []*Element {
	var rows []*Element
	used := 0
	for _, a := range actions {
		width := buttonWidth + letterWidth*cells(a.Title)
		switch n := len(rows); {
		case n == 0:
			rows = append(rows, &Element{Type: "ActionSet"})
		case used+width > rowWidth || len(rows[n-1].Actions) == maxInRow:
			rows, used = append(rows, &Element{Type: "ActionSet", Spacing: "small"}), 0
		}
		row := rows[len(rows)-1]
		row.Actions = append(row.Actions, a)
		used += width
	}
	return rows
}

// size is the length of a value's JSON, in bytes. All that a card is made of
// has a JSON form.
func size(v any) int {
	b, _ := json.Marshal(v) //nolint:errchkjson // see above
	return len(b)
}
