package cards

import "strconv"

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
func (v Pages) box() []Element {
	if !v.searched() {
		return nil
	}
	return []Element{&InputText{ID: InFilter, Placeholder: "Only what contains …", Value: clip(clean(v.Filter), maxWords), MaxLength: maxWords}}
}

// words say which entries are shown, and nothing where all are.
func (v Pages) words() string {
	switch {
	case v.Total == 0 && v.Filter != "":
		return "None of " + strconv.Itoa(v.All) + " contains “" + clip(v.Filter, maxWords) + "”."
	case v.Of <= 1 && v.Filter == "":
		return ""
	}
	s := strconv.Itoa(v.First) + "–" + strconv.Itoa(v.Last) + " of " + strconv.Itoa(v.Total)
	if v.Filter != "" {
		s += " that contain “" + clip(v.Filter, maxWords) + "”"
	}
	return s
}

// line is the words below the rows of a card.
func (v Pages) line() []Element {
	if s := v.words(); s != "" {
		return []Element{&TextBlock{Text: EscapeText(s), Tone: Subtle, Spacing: SmallSpacing}}
	}
	return nil
}

// count is how many entries the whole list has, of which shown are here.
func (v Pages) count(shown int) int {
	if v.Of == 0 {
		return shown
	}
	return v.All
}
