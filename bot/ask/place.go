package ask

import (
	"slices"
	"strings"

	"trackbot/internal/hostname"
)

// markSites finds the sites by what they are called, and what must be meant as
// one: what follows on, at or @, and what looks like a host of ours.
func (s *sentence) markSites() {
	for i := 0; i < len(s.tokens); i++ {
		if n, _ := s.phraseAt(i, listAll); n > 0 && !s.tokens[i].name {
			from, _ := s.leads(i)
			s.all = true
			s.float(from, i+n)
			i += n - 1
			continue
		}
		if n, _ := s.phraseAt(i, listOurs); n > 0 {
			s.float(i, i+n)
			if from, sure := s.leads(i); sure {
				s.float(from, i)
			}
			i += n - 1
			continue
		}
		s.markSite(i)
	}
}

// leads returns where the words begin that lead to a site at i, "on the site",
// and whether they say for sure that one follows.
func (s *sentence) leads(i int) (from int, sure bool) {
	from = i
	for s.in(from-1, listSite|listThe) {
		from--
	}
	if s.in(from-1, listOn) { // but "of @bob" is a person
		sure = s.tokens[from-1].norm != "@" || !s.in(from-2, listNear)
		return s.joined(from - 1), sure
	}
	if before := s.joined(from); before < from || slices.Contains(s.siteAt, from-1) && s.tokens[from-1].comma {
		return before, true
	}
	if s.in(from-1, listNear) {
		return from - 1, false
	}
	for from < i && !s.in(from, listSite) {
		from++
	}
	return from, false
}

// joined returns where the "and" stands between the site before and i, or i.
func (s *sentence) joined(i int) int {
	if s.in(i-1, listAnd) && slices.Contains(s.siteAt, i-2) {
		return i - 1
	}
	return i
}

// markSite decides whether a token names a site.
func (s *sentence) markSite(i int) {
	t := &s.tokens[i]
	if t.name || t.float {
		return
	}
	from, sure := s.leads(i)
	written := hostname.Of(strings.TrimSuffix(strings.Trim(t.raw, around), "'s"))
	hosts := s.w.Sites(written)
	isCode := s.w.codes[t.key] != nil
	if n, _ := s.spanAt(i); n > 0 && len(hosts) == 0 { // "on 1 May"
		return
	}
	switch {
	case len(hosts) > 0 && isCode && from == i: // the name of a code, and no word that leads to a site
		return
	case len(hosts) == 1:
		if !slices.Contains(s.sites, hosts[0]) {
			s.sites = append(s.sites, hosts[0])
		}
		if s.in(from, listFrom) {
			s.origin = hosts[0]
		}
	case len(hosts) > 1:
		s.unknown = append(s.unknown, NotASite{Written: written, Near: hosts, Several: true})
	case s.mustBeSite(t, sure && !isCode), s.near && !isCode && s.looksLikeSite(t, from < i):
		s.unknown = append(s.unknown, NotASite{Written: hostname.Of(t.raw), Near: s.w.NearSites(t.raw)})
	default:
		return
	}
	s.siteAt = append(s.siteAt, i)
	if s.in(i+1, listSite) {
		i++
	}
	s.float(from, i+1)
}

// mustBeSite reports whether a word that is none of our sites is meant as one.
func (s *sentence) mustBeSite(t *token, sure bool) bool {
	switch {
	case strings.Contains(t.raw, " "): // a quote
		return false
	case strings.Contains(t.raw, "://"), Dotted(t.raw) && s.w.looksOurs(hostname.Of(t.raw)):
		return true
	}
	return sure && (t.id == 0 || len(s.w.NearSites(t.raw)) > 0)
}

// looksLikeSite reports whether a word is a slip away from a site's name. Short
// words are only where one that leads to a site stands before.
func (s *sentence) looksLikeSite(t *token, led bool) bool {
	if _, ok := Host(hostname.Of(t.raw)); ok && s.hosts {
		return true
	}
	return t.id == 0 && t.kind == plainWord && (led && len(t.norm) > 3 || len(t.norm) > 4) && len(s.w.NearSites(t.raw)) > 0
}

// markForms finds the other phrases that may stand anywhere: the form of a
// file, the words that entries must hold, and the service.
func (s *sentence) markForms() {
	for _, mark := range []func(int) int{s.markFormat, s.markFilter, s.markService} {
		for i := 0; i < len(s.tokens); i++ {
			if !s.tokens[i].name && !s.tokens[i].float {
				i = max(i, mark(i)-1)
			}
		}
	}
}

// markFilter marks "containing 77", and returns where it ends.
func (s *sentence) markFilter(i int) int {
	n, _ := s.phraseAt(i, listFilter)
	end := i + n
	for n > 0 && end < len(s.tokens) && !s.tokens[end].float {
		end++
	}
	if end > i+n {
		s.filter = s.text(i+n, end)
		for ; i < end; i++ {
			s.tokens[i].float = true
		}
	}
	return end
}

// markService marks "for meetings", and returns where it ends.
func (s *sentence) markService(i int) int {
	n, value := s.phraseAt(i, listService)
	if n == 0 {
		return i
	}
	from := i
	for s.in(from-1, listA|listNear) {
		from--
	}
	s.service = Service(value)
	s.float(from, i+n)
	return i + n
}

// markFormat marks "as a csv file" where a word leads to it, and returns where
// it ends.
func (s *sentence) markFormat(i int) int {
	n, value := s.phraseAt(i, listFormat)
	from, end := i, i+n
	for s.in(from-1, listA) {
		from--
	}
	for n > 0 && s.in(end, listFile) {
		end++
	}
	if n > 0 && s.in(from-1, listAs) {
		s.format = Format(value)
		s.float(from-1, end)
	}
	return end
}
