package bot

import (
	"strings"

	"trackbot/bot/ask"
)

// query reads what follows the phrase. It reports false where a command
// without text has more than a site behind it.
func (m match) query() (Query, bool) {
	rest, filter, as := m.rest, "", ""
	if m.command.Filter {
		rest, filter, as = cutFilter(m.rest)
	} else if m.command.As {
		rest, as = cutAs(m.rest.closing())
	}
	q := about(rest)
	if m.command.Plain {
		q = plainText(rest)
	}
	q.Filter, q.As = filter, as
	q.Command, q.front, q.textless, q.bare = m.command.Name, m.front.raw, !m.command.Text, m.bare
	q.list = m.command.Files
	if m.each != nil && isList(q.Text) && !q.Quoted {
		q.Command, q.textless, q.bare = m.each.Name, false, false
	}
	ok := !q.textless || q.noText(m.command.Site)
	if !q.textless && q.Text == "" && q.More != "" { // "code on example.webex.com: 1"
		q.Text, q.More = tidy(newWords(q.More)), ""
	}
	if m.site != "" && q.Site != m.site {
		q.Site, q.Also, q.SiteSure = m.site, q.Site, true
	}
	return q, ok
}

// plainText reads what is about no site, and in which a site is only a word.
func plainText(w words) Query {
	w = w.trimLeft(" :=,;")
	if inside, after, ok := cutQuoted(tag(w)); ok && after.closing().raw == "" {
		return Query{Text: inside, Quoted: true}
	}
	return Query{Text: strings.TrimRight(w.closing().raw, " ,;:")}
}

// isList reports whether words name several things, or one by its number.
func isList(text string) bool {
	return strings.Contains(text, ",") || strings.Contains(text, " and ") || strings.Contains(text, " & ") || digits(text)
}

// noText empties Text of the words that lead nowhere. One word that is left
// may be the site.
func (q *Query) noText(site bool) bool {
	left := newWords(q.Text).lead()
	if q.Site != "" && !q.SiteSure && (isFiller(q.Site) || isHailed(q.Site)) {
		q.Site = ""
	}
	if left.raw == "" {
		q.Text = ""
		return !q.Quoted
	}
	if q.Quoted || q.Site != "" || !site || left.count() > 1 {
		return false
	}
	q.Site, q.Text = ask.SiteName(left.raw), ""
	return q.Site != ""
}

// about reads what a question is about, and where.
func about(w words) Query {
	w = w.trimLeft(" :=,;")
	if w.first().raw == "-" {
		w = w.rest()
	}
	if q, ok := quoted(w); ok {
		return q
	}
	w = w.closing()
	text, at, more := cutSite(w)
	q := Query{Text: tidy(text), Site: at.site, SiteSure: at.sure, Also: at.also}
	if !at.sure {
		q.whole = tidy(w)
	}
	switch {
	case more.raw == "":
	case hasAddress(more.first().raw):
		q.Rest = strings.ReplaceAll(more.raw, " ", "\n")
	default:
		q.More = more.raw
	}
	return q
}

// quoted reads `"Work on Demand" on SITE`, where nothing in the quotes is a
// site and nothing but a site follows them.
func quoted(w words) (Query, bool) {
	inside, after, ok := cutQuoted(tag(w))
	if !ok {
		return Query{}, false
	}
	text, at, more := cutSite(after.closing())
	text = text.trimLeft(" ,;:.?!").trimRight(" ,;:")
	if at.site == "" && text.raw != "" && text.count() == 1 && !strings.ContainsAny(text.raw, "\"@") {
		text, at = words{}, place{site: ask.SiteName(text.raw), sure: true}
	}
	if text.raw != "" || more.raw != "" {
		return Query{}, false
	}
	return Query{Text: inside, Quoted: true, Site: at.site, SiteSure: at.sure, Also: at.also}, true
}

// cutQuoted takes a quoted name from the front. The quote ends where a blank,
// punctuation or the end follows, so that an apostrophe does not end it.
func cutQuoted(w words) (inside string, after words, ok bool) {
	if w.raw == "" || strings.IndexByte("\"'`", w.raw[0]) < 0 {
		return "", words{}, false
	}
	for i := 1; i < len(w.raw); i++ {
		if w.raw[i] != w.raw[0] {
			continue
		}
		if after := w.from(i + 1); after.raw == "" || strings.IndexByte(" .,;:?!)@", after.raw[0]) >= 0 {
			inside = strings.TrimSpace(w.raw[1:i])
			return inside, after.trimLeft(" "), inside != ""
		}
	}
	return "", words{}, false
}

// tag takes what people write before an id or a name: #, "number", "called".
func tag(w words) words {
	for rest := w; ; rest = rest.rest() {
		if bare := rest.trimLeft("# "); bare.raw != "" && bare.raw != rest.raw {
			return bare
		}
		switch strings.TrimRight(rest.first().low, ".:") {
		case "number", "no", "nr", "num", "id", "with", "the":
		case "named", "called", "for", "of", "about":
			if name := rest.rest(); name.raw != "" {
				return name
			}
			return w
		default:
			if id, _, _ := strings.Cut(rest.raw, " "); digits(strings.Trim(id, "\"'.,")) {
				return rest
			}
			return w
		}
	}
}

// tidy returns the words without what people write around a name.
func tidy(w words) string {
	w = tag(w).trimRight(" ,;:")
	if text, ok := strings.CutSuffix(w.raw, " -"); ok {
		return strings.TrimRight(text, " ,;:")
	}
	if q := strings.TrimLeft(w.raw, `"`); strings.Count(w.raw, `"`) == 1 && q != "" {
		return q // a quote that nobody closed
	}
	return w.raw
}

// hasAddress reports whether an e-mail address stands in s.
func hasAddress(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if i := strings.IndexByte(word, '@'); i > 0 && strings.Contains(word[i:], ".") {
			return true
		}
	}
	return false
}
