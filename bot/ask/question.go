package ask

import (
	"slices"
	"strconv"
	"strings"
)

// questions makes the questions of a template that fits.
func (r *reader) questions(f *fit) []Question {
	q := f.t.meaning
	q.People = slices.Clone(q.People)
	var codes []named
	for _, t := range f.path {
		written := f.s.text(t.from, t.to)
		switch t.elem.slot {
		case slotCode, slotPlural:
			codes = append(codes, f.s.codesOf(t).codes...)
		case slotPerson:
			q.People = append(q.People, f.s.people(t, written, r.from.Me)...)
		case slotSite:
			if !f.s.isSite(t.from) {
				f.s.unknown = append(f.s.unknown, NotASite{Written: siteName(f.s.tokens[t.from].raw), Near: r.w.NearSites(written)})
			}
		case slotService:
			_, value := f.s.phraseAt(t.from, listService)
			q.Service = Service(value)
		case slotRule:
			_, value := f.s.phraseAt(t.from, listRule)
			q.Rule = Rule(value)
		case slotFormat:
			_, value := f.s.phraseAt(t.from, listFormat)
			q.Format = Format(value)
		case slotNumber:
			q.Number, _ = strconv.Atoi(written)
		case slotOption:
			q.Option = written
		case slotFilter:
			q.Filter = written
		case slotTerm:
			q.Term = written
		case noSlot, slotWords:
		}
	}
	return r.asks(f.s, q, codes)
}

// codesOf is the run of codes that a slot took.
func (s *sentence) codesOf(t taken) codeSpan {
	var best codeSpan
	for _, span := range s.codes[t.from] {
		if span.len == t.to-t.from && span.gain > best.gain {
			best = span
		}
	}
	return best
}

func (s *sentence) people(t taken, written, me string) []Person {
	if s.tokens[t.from].kind != person {
		return []Person{{Name: strings.TrimPrefix(written, "@")}}
	}
	people := slices.Clone(s.tokens[t.from].people)
	for i := range people {
		people[i].Me = me != "" && strings.EqualFold(people[i].Address, me)
	}
	return people
}

// asks completes a question with what stands anywhere in its sentence, and
// makes one of each code and site.
func (r *reader) asks(s *sentence, q Question, codes []named) []Question {
	q.Said = said(s.said)
	q.Sites, q.Unknown, q.All = s.sites, s.unknown, s.all && q.Command != "sites"
	if q.Service == "" {
		q.Service = s.service
	}
	if q.Format == "" {
		q.Format = s.format
	}
	if q.Filter == "" {
		q.Filter = s.filter
	}
	if q.Command == "codes" && q.Format != "" {
		q.Command = "export"
	}
	q, codes, ok := r.goOn(q, codes)
	if !ok {
		return nil
	}
	places := [][]string{q.Sites}
	if len(q.Sites) > 1 && q.Command != "compare" {
		places = nil
		for _, host := range q.Sites {
			places = append(places, []string{host})
		}
	}
	var list []Question
	for _, sites := range places {
		q.Sites = sites
		where := sites
		if len(where)+len(q.Unknown) == 0 && r.from.Site != "" && !q.All {
			where = []string{r.from.Site}
		}
		if len(codes) == 0 {
			list = append(list, q)
		}
		for _, c := range codes {
			q.Code = s.resolve(c, where)
			list = append(list, q)
		}
	}
	if len(list) > maxPieces {
		list = list[:maxPieces]
	}
	r.from.Above, r.inside = &list[len(list)-1], true
	return list
}

// goOn takes from the last question what this one leaves to it: "and on emea?",
// "its options", "more". It reports false where there is no last question.
func (r *reader) goOn(q Question, codes []named) (Question, []named, bool) {
	above := r.from.Above
	it := slices.ContainsFunc(codes, func(c named) bool { return c.it })
	again := q.Command == Again || q.Command == More
	switch {
	case again && (above == nil || slices.Contains([]string{"", "change", "use", "stop", SiteAlone}, above.Command)):
		if q.Command = SiteAlone; len(codes) > 0 {
			q.Command = "code"
		}
		return q, codes, len(codes)+len(q.Sites)+len(q.Unknown) > 0
	case again:
		next := *above
		next.Page, next.Said, next.Unknown, next.Above = 0, q.Said, q.Unknown, !r.inside
		if q.Command == More {
			next.Page = max(1, above.Page) + 1
		}
		if len(q.Sites) > 0 || q.All {
			next.Sites, next.All = q.Sites, q.All
		}
		if q.Service != "" {
			next.Service = q.Service
		}
		if len(codes) > 0 && above.Code == nil {
			next.Command, next.Topic = "code", ""
		}
		if len(codes) == 0 && above.Code != nil {
			codes = []named{r.w.again(*above.Code)}
		}
		return next, codes, true
	case it:
		q.Above = !r.inside
		if len(q.Sites) == 0 && !q.All {
			q.Sites = above.Sites
		}
	}
	return q, codes, true
}
