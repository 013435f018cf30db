package cards

import "strconv"

// Pages says which part of a long list a view shows, and leads to the rest.
// The zero value stands for a list that is there as a whole.
type Pages struct {
	Page, Of    int // this one, from 1, and how many there are
	First, Last int // the entries on it, from 1
	Total       int // entries that fit the filter
	All         int // entries without it
	Filter      string
	// Ask asks for the list again; the view fills in page and filter.
	Ask Data
}

// buttons lead to the other pages, then comes what the view has itself.
func (v Pages) buttons(own []Button) []Button {
	var list []Button
	to := func(title string, page int, filter string, form bool) {
		data := v.Ask
		data.Page, data.Filter, data.Form = page, filter, form
		list = append(list, Button{Title: title, Data: data})
	}
	if v.Page > 1 {
		to("‹ Back", v.Page-1, v.Filter, false)
	}
	if v.Page < v.Of {
		to("Next ›", v.Page+1, v.Filter, false)
	}
	if v.searched() {
		to("Search", 1, "", true)
	}
	if v.Filter != "" {
		to("Show all", 1, "", false)
	}
	return append(list, own...)
}

// searched says whether there is a box: a list on one page needs none.
func (v Pages) searched() bool { return v.Ask.Ask != "" && (v.Of > 1 || v.Filter != "") }

// box is what the list can be searched with.
func (v Pages) box() Fields {
	if !v.searched() {
		return nil
	}
	return Fields{{ID: InFilter, Placeholder: "Only what contains …", Value: v.Filter}}
}

// words say which entries are shown, and nothing where all are.
func (v Pages) words() string {
	filter := clip(v.Filter, maxWords)
	switch {
	case v.Total == 0 && v.Filter != "":
		return "none of " + strconv.Itoa(v.All) + " contains “" + filter + "”"
	case v.Of <= 1 && v.Filter == "":
		return ""
	}
	s := strconv.Itoa(v.First) + "–" + strconv.Itoa(v.Last) + " of " + strconv.Itoa(v.Total)
	if v.Filter != "" {
		s += " that contain “" + filter + "”"
	}
	return s
}
