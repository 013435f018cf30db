package bot

import (
	"strings"

	"trackbot/cards"
)

// Data is the button that asks the same, without further lines where those are
// more than it can carry.
func (q Query) Data() cards.Data {
	return cards.Data{
		Ask: q.Command, Text: q.Text, Quoted: q.Quoted, Site: hostOf(q.Site), Also: hostOf(q.Also), More: short(q.More), Rest: short(q.Rest),
		Filter: q.Filter, As: q.As, Page: q.Page,
	}
}

// cutFilter takes from a question about a list what its entries must hold,
// "containing 77", and the form that is asked for, "as a file". A site may
// stand behind either and stays.
func cutFilter(w words) (rest words, filter, as string) {
	rest, as = cutAs(w.closing())
	for _, lead := range []string{"containing ", "that contain ", "which contain ", "that contains ", "matching ", "filtered by ", "with the word "} {
		at := strings.Index(" "+rest.low, " "+lead)
		if at < 0 {
			continue
		}
		before, after := rest.to(max(at-1, 0)), rest.from(at+len(lead))
		if text, site, _ := cutSite(after); site.site != "" && site.sure {
			after = text
			rest = newWords(before.raw + " on " + site.site)
		} else {
			rest = before
		}
		return rest.trimRight(" ,"), strings.Trim(after.raw, ` "'`), as
	}
	return rest, "", as
}

// cutAs takes "as a file" or "as csv" from the end.
func cutAs(w words) (rest words, as string) {
	at := strings.LastIndex(w.low, " as ")
	if strings.HasPrefix(w.low, "as ") {
		at = 0
	} else if at < 0 {
		return w, ""
	}
	as = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(w.from(at).low, " "), "as "))
	as = strings.TrimPrefix(strings.TrimPrefix(as, "a "), "an ")
	switch as {
	case "file", "csv", "json", "control hub", "csv file", "json file", "text", "text file":
		return w.to(at).trimRight(" ,"), strings.TrimSuffix(as, " file")
	}
	return w, ""
}
