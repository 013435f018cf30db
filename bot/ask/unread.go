package ask

import "slices"

// maxSuggestions is how many questions are offered for one that is not understood.
const maxSuggestions = 3

// unread is a reading of words in which no question was found, with the sites
// that they name. alone says that the text is nothing else.
func (r *reader) unread(text string, alone bool) Reading {
	u := Reading{Question: Question{Said: said(text)}, Loose: true}
	if len(r.words(text)) > 0 {
		s := r.sentence(r.g.languages[0], pass{near: true, part: true})
		u.Sites, u.Unknown = s.sites, s.unknown
		u.Suggestions = r.suggest(s, alone)
	}
	return u
}

// suggest returns what words that were not understood may mean: only what can be
// answered as it stands, and what takes most of the words. A line among others
// may be no question at all, and must be nearer to one.
func (r *reader) suggest(s *sentence, alone bool) []Question {
	var fits []*fit
	for i := range s.lang.templates {
		if f := r.m.match(&s.lang.templates[i], s); f != nil && (f.score >= gainNear || alone && f.score > 0) {
			fits = append(fits, f)
		}
	}
	slices.SortStableFunc(fits, func(a, b *fit) int { return b.score - a.score })
	var list []Question
	for _, f := range fits {
		for _, q := range r.questions(f) {
			if len(list) < maxSuggestions && r.answerable(&q) && !slices.ContainsFunc(list, func(have Question) bool { return have.Command == q.Command }) {
				list = append(list, q)
			}
		}
	}
	if term := s.onlyTerm(); alone && len(list) == 0 && term != "" {
		list = append(list, Question{Command: "find", Term: term, Sites: s.sites})
	}
	return list
}

// maxTermWords is how many words a question has at most that may be a value's name.
const maxTermWords = 3

// onlyTerm is what a short question holds beside words that lead to one, such as
// "what is Sales"; nothing where that is not one run of words.
func (s *sentence) onlyTerm() string {
	from, to := -1, -1
	for i, t := range s.tokens {
		switch {
		case t.id != 0 || t.float:
			if !s.skips(i) && !s.leadsIn(i) && !s.in(i, listTail) {
				return ""
			}
		case from < 0:
			from, to = i, i+1
		case to == i:
			to++
		default:
			return ""
		}
	}
	if from < 0 || len(s.tokens) > maxTermWords || len(s.unknown) > 0 {
		return ""
	}
	return s.text(from, to)
}

// answerable reports whether nothing in a question is unknown. One about a code
// that another site has is moved there.
func (r *reader) answerable(q *Question) bool {
	if len(q.Unknown) > 0 || isPolite(*q) || IsChange(q.Command) {
		return false
	}
	if q.Code == nil {
		return true
	}
	if len(q.Code.Elsewhere) > 0 {
		q.Sites, q.Code.Elsewhere = q.Code.Elsewhere[:1], nil
	}
	return q.Code.Name != ""
}
