package bot

import (
	"slices"
	"strings"

	"trackbot/bot/ask"
)

// place is where a question says that it asks: one site or two, as written.
type place struct {
	site, also string
	sure       bool
}

// cutSite takes the site from the words of a question. Without one the words
// come back as they are.
func cutSite(w words) (text words, at place, more words) {
	if w, ours := cutOurs(w); ours {
		return w, place{}, words{}
	}
	if text, at = cutLast(w); at.site != "" {
		return text, at, words{}
	}
	return cutInner(w)
}

// cutOurs takes "on our site" from the end, which names none.
func cutOurs(w words) (words, bool) {
	before, site := w.last()
	before, our := before.last()
	before, prep := before.last()
	return before, site.low == "site" && isOur(our.low) && weigh(prep.low) != 0
}

// cutLast takes the site from the end: "1 on example", "1 @example",
// "1 example.webex.com", "X on a and b".
func cutLast(w words) (words, place) {
	before, last := w.last()
	if last.low == "site" && before.raw != "" {
		before, last = before.last()
	}
	if text, at := cutAt(w, before, last); at.site != "" {
		return text, at
	}
	name := ask.SiteName(last.raw)
	if name == "" || strings.ContainsAny(name, "\"`") {
		return w, place{}
	}
	if text, at, ok := cutTwo(before, name); ok {
		return text, at
	}
	if text, sure, ok := cutPrep(before, ask.Dotted(last.raw)); ok {
		// "tracking code for Marketing" may name a code.
		return text, place{site: name, sure: sure || text.raw == "" && !strings.HasPrefix(w.low, "for ")}
	}
	if ask.Dotted(last.raw) {
		// "tracking code Node.js": alone and of two labels it may be a name.
		alone := before.raw == "" && strings.Count(name, ".") == 1
		return before, place{site: name, sure: !alone}
	}
	return w, place{}
}

// cutAt takes a site that an @ is glued to: "1 @example", "1@example". A
// number of more than three digits before it makes an e-mail address.
func cutAt(w, before, last words) (words, place) {
	id, name, ok := strings.Cut(last.raw, "@")
	number := strings.TrimPrefix(id, "#")
	if name = ask.SiteName(name); !ok || name == "" || id != "" && (!digits(number) || len(number) > 3) {
		return w, place{}
	}
	end := len(before.raw)
	if end > 0 {
		end++ // the blank
	}
	return w.to(end + len(id)).trimRight(" "), place{site: name, sure: true}
}

// cutPrep takes the word that leads to a site, and "the" or "site" after it.
func cutPrep(w words, dotted bool) (text words, sure, ok bool) {
	for {
		before, prep := w.last()
		switch name := strings.TrimRight(prep.low, ":"); {
		case weigh(name) != 0:
			return before, dotted || weigh(name) == surely, true
		case name == "of" && dotted:
			return before, true, true
		case name == "site":
			if rest, sure, ok := cutPrep(before, dotted); ok {
				return rest, sure, true
			}
			return before, dotted, true
		case name == "the" && before.raw != "":
			w = before
		default:
			return words{}, false, false
		}
	}
}

// cutTwo takes two sites: "on a and b", "on a, b".
func cutTwo(w words, second string) (words, place, bool) {
	before, and := w.last()
	switch and.low {
	case "and", "&", "vs", "vs.", "versus", "with", "or":
		before, and = before.last()
	default:
		if !strings.HasSuffix(and.low, ",") {
			return words{}, place{}, false
		}
	}
	first := ask.SiteName(and.raw)
	text, sure, ok := cutPrep(before, ask.Dotted(and.raw))
	if !ok || !sure || first == "" {
		return words{}, place{}, false
	}
	return text, place{site: first, also: second, sure: true}, true
}

// cutInner takes a host name from among the words, with the word that leads to
// it: "code on example.webex.com 1", "missing X on example.webex.com a@b.c".
func cutInner(w words) (text words, at place, more words) {
	for from := 0; from < len(w.raw); {
		word := w.from(from).first()
		end := from + len(word.raw)
		if !strings.Contains(word.raw, ".") {
			from = end + 1
			continue
		}
		if host, ok := ask.Host(ask.SiteName(word.raw)); ok && ask.Dotted(word.raw) && strings.Count(host, ".") > 1 {
			text = w.to(from).trimRight(" ")
			if before, _, ok := cutPrep(text, true); ok {
				text = before
			}
			return text, place{site: host, sure: true}, w.from(end).trimLeft(" ,;:")
		}
		from = end + 1
	}
	return w, place{}, words{}
}

// surely and maybe are what a word before a site says about it.
const (
	surely = 2
	maybe  = 1
)

// weigh says whether a word leads to a site: surely, maybe (as in "Time in
// Lieu") or not at all, 0.
func weigh(word string) int {
	switch word {
	case "on", "at", "@":
		return surely
	case "for", "from", "in":
		return maybe
	}
	return 0
}

// isOur reports whether a word before "site" means the usual one.
func isOur(word string) bool {
	return slices.Contains([]string{"my", "our", "the", "this", "that", "default", "same"}, word)
}
