package ask

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"trackbot/internal/hostname"
)

// questions makes the questions of a template that fits.
func (r *reader) questions(f *fit) []Question {
	q, s := f.t.meaning, f.s
	q.People = slices.Clone(q.People)
	var codes []named
	for _, t := range f.path {
		written := s.text(t.from, t.to)
		switch t.elem.slot {
		case slotCode, slotPlural:
			codes = append(codes, s.codesOf(t).codes...)
		case slotPerson:
			q.People = append(q.People, s.peopleOf(t)...)
		case slotSite:
			if !slices.Contains(s.siteAt, t.from) {
				s.unknown = append(s.unknown, NotASite{Written: hostname.Of(written), Near: r.w.NearSites(written)})
			}
		case slotService:
			q.Service = Service(s.value(t))
		case slotRule:
			q.Rule = Rule(s.value(t))
		case slotFormat:
			q.Format = Format(s.value(t))
		case slotNumber:
			q.Number, _ = strconv.Atoi(written)
		case slotSpan:
			_, span := s.spanAt(t.from)
			span.Since = s.goesOn(t.from)
			span.Whole = span.Whole || !span.Since && span.isDay() && s.in(t.from-1, listDayOf)
			q.Span = &span
		case slotOption:
			q.Option = written
		case slotFilter:
			q.Filter = written
		case slotTerm:
			q.Term = written
		case noSlot, slotWords:
		}
	}
	return r.asks(s, q, codes)
}

// value is what the words mean that a slot took.
func (s *sentence) value(t taken) string {
	_, value := s.phraseAt(t.from, t.elem.slot.list())
	return value
}

// codesOf is the run of codes that a slot took.
func (s *sentence) codesOf(t taken) codeSpan {
	var best codeSpan
	for _, span := range s.codes[t.from] {
		if span.len == t.to-t.from && (best.len == 0 || span.gain > best.gain) {
			best = span
		}
	}
	return best
}

// peopleOf are the people whom a slot took.
func (s *sentence) peopleOf(t taken) []Person {
	if s.tokens[t.from].kind != person {
		return []Person{{Name: strings.TrimSuffix(s.text(t.from, t.to), "'s")}}
	}
	people := slices.Clone(s.tokens[t.from].people)
	for i := range people {
		people[i].Me = s.from.Me != "" && strings.EqualFold(people[i].Address, s.from.Me)
	}
	return people
}

// asks completes a question with what stands anywhere in its sentence, and
// makes one of each code and site.
func (r *reader) asks(s *sentence, q Question, codes []named) []Question {
	q.Said = said(s.said)
	q.Sites, q.Unknown, q.All = s.sites, s.unknown, s.all && q.Command != "sites"
	q.Service, q.Format, q.Filter = cmp.Or(q.Service, s.service), cmp.Or(s.format, q.Format), cmp.Or(q.Filter, s.filter)
	q, codes, ok := r.goOn(q, codes)
	if !ok || s.hours != nil && q.Command != "watch" && q.Command != "keep" {
		return nil
	}
	q.Hours = s.hours
	if q.Command == "codes" && q.Format != "" {
		q.Command = "export"
	}
	places := [][]string{q.Sites}
	switch {
	case q.Command == "copycode":
		q.Sites = s.copied()
		places[0] = q.Sites
	case len(q.Sites) > 1 && !slices.Contains([]string{"compare", "use", "keep", "drift", "unwatch"}, q.Command):
		places = slices.Collect(slices.Chunk(q.Sites, 1))
	}
	var list []Question
	for _, q.Sites = range places {
		if len(codes) == 0 {
			list = append(list, q)
		}
		for _, c := range codes {
			q.Code = s.w.code(c, r.where(q))
			list = append(list, q)
		}
	}
	return list[:min(len(list), maxPieces)]
}

// copied are the two sites of what is copied, the one that gets it first; one, or
// more than two, where it isn't clear which is which.
func (s *sentence) copied() []string {
	if s.origin == "" || len(s.sites) < 2 {
		return s.sites[:min(len(s.sites), 1)]
	}
	return append(slices.DeleteFunc(slices.Clone(s.sites), func(host string) bool { return host == s.origin }), s.origin)
}

// where is about which sites the code of a question is meant; none: any.
func (r *reader) where(q Question) []string {
	if !q.place() && r.from.Site != "" {
		return []string{r.from.Site}
	}
	return q.Sites
}

// goOn takes from the last question what this one leaves to it: "its options",
// "and on emea?", "more". It reports false where there is no last question.
func (r *reader) goOn(q Question, codes []named) (Question, []named, bool) {
	above := r.from.Above
	again := q.Command == Again || q.Command == More
	switch {
	case again && above != nil && !IsChange(above.Command) && !slices.Contains([]string{"", "use", "stop", SiteAlone}, above.Command):
		q, codes = r.again(q, codes)
		return q, codes, true
	case again:
		switch {
		case len(codes) > 0:
			q.Command = "code"
		case q.Format != "":
			q.Command = "export"
		case q.Rule != "":
			q.Command = "codes"
		default:
			q.Command = SiteAlone
		}
		return q, codes, q.Command != SiteAlone || len(q.Sites)+len(q.Unknown) > 0
	case slices.ContainsFunc(codes, func(c named) bool { return c.lost }):
		q.Above = true
		if q.Command != "options" && q.Command != "fact" {
			q = Question{Command: "code", Sites: q.Sites, Unknown: q.Unknown, Above: true, Said: q.Said}
		}
		return q, nil, true
	case len(codes) > 0 || q.Command != "options" && q.Command != "fact":
	case above != nil && above.Code != nil:
		codes = []named{r.w.named(*above.Code)}
	case q.Command == "fact":
		q.Above = true
	}
	if slices.ContainsFunc(codes, func(c named) bool { return c.it }) {
		q.Above = !r.inside
		if !q.place() {
			q.Sites = above.Sites
		}
	}
	return q, codes, true
}

// IsChange reports whether a command asks to change something: that is never
// guessed, and nothing goes on from it.
func IsChange(command string) bool {
	return slices.Contains([]string{
		"change", "set", "setmany", "addoption", "removeoption", "renameoption", "setdefault", "setrule", "renamecode", "deletecode", "createcode", "copycode", "approve", "discard", "undo",
	}, command)
}

// takesPeople reports whether the lines below a question may be the people whom it is
// about.
func (q Question) takesPeople() bool {
	return slices.Contains([]string{"missing", "removeoption", "renameoption", "deletecode"}, q.Command) || q.Command == "meetings" && q.Topic == "coming"
}

// place reports whether a question says where it asks.
func (q *Question) place() bool { return len(q.Sites)+len(q.Unknown) > 0 || q.All }

// again is the last question once more, with what the new one changes of it.
func (r *reader) again(q Question, codes []named) (Question, []named) {
	next := *r.from.Above
	if q.Command == More {
		next.Page = max(1, next.Page) + 1
	} else {
		next.Page = 0
	}
	next.Said, next.Above = q.Said, !r.inside
	if q.place() {
		next.Sites, next.Unknown, next.All = q.Sites, q.Unknown, q.All
	}
	next.Service, next.Rule = cmp.Or(q.Service, next.Service), cmp.Or(q.Rule, next.Rule)
	next.Format, next.Filter = cmp.Or(q.Format, next.Format), cmp.Or(q.Filter, next.Filter)
	switch {
	case len(codes) > 0 && next.Code == nil:
		next.Command, next.Topic = "code", ""
	case len(codes) == 0 && next.Code != nil:
		codes = []named{r.w.named(*next.Code)}
	}
	switch {
	case next.Command == "code" && q.Rule != "":
		next.Command, next.Topic = "fact", "rule"
	case next.Command == "code" && q.Format != "":
		next.Command = "export"
	}
	return next, codes
}
