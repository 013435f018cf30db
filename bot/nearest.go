package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"trackbot/bot/ask"
)

// maxMended is how many commands "did you mean" offers, unless more are as near
// as the last of them; whatever is this much farther than the nearest is left
// out.
const (
	maxMended   = 3
	muchFarther = 100
)

// skipped is what a word before the phrase costs that does not lead to one: more
// than a slip, so that "exprot codes" is nearer to "export codes" than to "codes".
const skipped = 80

// Mend returns what the query may have been, the nearest first, with the
// phrases of commands in place of the one that was not understood: "trakcing
// code 1 on example.webex.com" gives the command, 1 and the site. Words before
// that, up to three, and any after it do no harm. Only commands that may be run
// count. None of it is ever to be run unasked.
func (p *Parser) Mend(q Query, may func(Command) bool) []Query {
	if q.Command != "" || q.Quoted {
		return nil
	}
	list := p.nearest(newWords(q.Text), may)
	if len(list) == 0 { // words that lead to a question may begin one, as in "what deos alice see"
		list = p.nearest(newWords(q.Said()), may)
	}
	n := min(maxMended, len(list))
	for n > 0 && n < len(list) && list[n].score == list[n-1].score {
		n++
	}
	var mended []Query
	for _, m := range list[:n] {
		if one := q.mend(m.match); m.score < list[0].score+muchFarther && !slices.Contains(mended, one) {
			mended = append(mended, one)
		}
	}
	return mended
}

// mend is the query with a phrase for the one that was not understood.
func (q Query) mend(m match) Query {
	mended, ok := m.query()
	if !ok { // more was written than the command takes
		mended.Text, mended.Quoted = "", false
	}
	if q.Site != "" {
		mended.Site, mended.SiteSure, mended.Also = q.Site, q.SiteSure, q.Also
	}
	mended.Rest = q.Rest
	mended.More = cmp.Or(mended.More, q.More)
	return mended
}

// far reports whether no phrase is near to a text.
func (p *Parser) far(text string) bool {
	return len(p.nearest(newWords(text), func(Command) bool { return true })) == 0
}

// maxNear bounds what is compared, in runes: the longest name of a code.
const maxNear = 120

// near is a command by its phrase that is nearest.
type near struct {
	match

	score int
}

// nearest are the commands that are near, the nearest first.
func (p *Parser) nearest(w words, may func(Command) bool) []near {
	var list []near
	for i, start := 0, 0; i < maxFront && start < 4 && w.raw != ""; i, w = i+1, w.rest() {
		for _, ph := range p.phrases {
			if m, score := ph.like(w); score+skipped*start < far && may(*ph.command) {
				list = nearer(list, near{m, score + skipped*start})
			}
		}
		if _, leads := w.opening(); !leads {
			start++
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return cmp.Compare(a.score, b.score) })
	return list
}

// nearer adds a command, or makes it nearer.
func nearer(list []near, n near) []near {
	for i := range list {
		if list[i].command == n.command {
			if n.score < list[i].score {
				list[i] = n
			}
			return list
		}
	}
	return append(list, n)
}

// like says how near the first words are to the phrase, which may have a blank
// too many or too few, and what follows them.
func (ph phrase) like(w words) (best match, least int) {
	least = far
	if len(ph.words) < 3 {
		return match{}, far
	}
	blanks := strings.Count(ph.words, " ")
	for n := max(1, blanks); n <= blanks+2; n++ {
		head, rest := w.split(n)
		if score := phraseScore(strings.Trim(head, punctuation+"#\"'"), ph.words); score < least {
			least, best = score, match{phrase: ph, rest: rest}
		}
	}
	return best, least
}

// split parts the first n words from the rest.
func (w words) split(n int) (head string, rest words) {
	i := 0
	for ; n > 0 && i < len(w.raw); n-- {
		if next := strings.IndexByte(w.raw[i:], ' '); next >= 0 {
			i += next + 1
		} else {
			i = len(w.raw)
		}
	}
	return strings.TrimRight(w.low[:i], " "), w.from(i)
}

// Scores run from 0, the same, to far, which is no likeness any more; they are
// edits per thousand letters.
const far = 400

// phraseScore says how near what was written is to a phrase.
func phraseScore(written, phrase string) int {
	switch {
	case written == phrase:
		return 0
	case len(written) < 2 || len(written) > len(phrase)+4 || isFiller(written):
		return far
	case len(written) >= 3 && strings.HasPrefix(phrase, written):
		return 150 + min(2*(len(phrase)-len(written)), 100)
	}
	edits := distance(written, phrase, other)
	if edits > max(2, (len(phrase)+1)/2) || len(phrase) < 4 && edits > 1 {
		return far
	}
	return distance(written, phrase, slip) * 500 / len(phrase)
}

// NearestNames returns the names that are nearest to what was wanted, best
// first: those that begin with it or hold it as words, and those with few
// slips. It gives n of them, more only where the last has equals, and none
// where nothing is near. Case and the differences that [ask.Plain] levels don't
// count.
func NearestNames(want string, names []string, n int) []string {
	type scored struct {
		name  string
		score int
	}
	near := make([]scored, 0, len(names))
	want = strings.ToLower(ask.Plain(want))
	for _, name := range names {
		if s := nameScore(want, strings.ToLower(ask.Plain(name))); s < far {
			near = append(near, scored{name, s})
		}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	for n = max(n, 0); n > 0 && n < len(near) && near[n].score == near[n-1].score; {
		n++
	}
	best := make([]string, 0, min(n, len(near)))
	for _, s := range near[:min(n, len(near))] {
		best = append(best, s.name)
	}
	return best
}

// nameScore says how near a name is to the one that was wanted.
func nameScore(want, name string) int {
	switch {
	case want == "" || name == "":
		return far
	case want == name:
		return 0
	}
	score := far
	if long := max(utf8.RuneCountInString(want), utf8.RuneCountInString(name)); long <= maxNear {
		score = distance(want, name, slip) * 500 / long
	}
	// A slip in one word of a longer name: "Departmnt" and "Department Code".
	if head, rest := newWords(name).split(strings.Count(want, " ") + 1); rest.raw != "" {
		score = min(score, 150+distance(want, head, slip)*500/max(len(want), len(head)))
	}
	switch {
	case strings.HasPrefix(name, want):
		score = min(score, 120)
	case len(want) >= 3 && strings.Contains(" "+name, " "+want), len(name) >= 3 && strings.Contains(" "+want+" ", " "+name+" "):
		score = min(score, 200)
	}
	return score
}

// keyboard are the rows of keys, each shifted against the one above it so that
// a key's neighbours stand at its place, beside it, and one to the left below.
const keyboard = "1234567890 qwertyuiop asdfghjkl  zxcvbnm   "

// keyRow is how many keys of [keyboard] are one row.
const keyRow = 11

// slip is what one letter in place of another costs: nothing where it is the
// same, and half where the keys are neighbours.
func slip(a, b rune) int {
	if a == b {
		return 0
	}
	i, j := strings.IndexRune(keyboard, a), strings.IndexRune(keyboard, b)
	if a == ' ' || b == ' ' || i < 0 || j < 0 {
		return 2
	}
	if j < i {
		i, j = j, i
	}
	if d := j - i; d == 1 || d == keyRow || d == keyRow-1 {
		return 1
	}
	return 2
}

// other is what one letter in place of another costs whatever the keys.
func other(a, b rune) int {
	if a == b {
		return 0
	}
	return 2
}

// distance is how many slips part a from b, in halves: two letters that
// changed places cost 1, a letter too many or too few 2, another one what
// change says. What is too long to compare has no letter in common.
func distance(a, b string, change func(a, b rune) int) int {
	s, t := []rune(a), []rune(b)
	if len(s) > maxNear || len(t) > maxNear {
		return 2 * (len(a) + len(b))
	}
	var rows [3][maxNear + 1]int
	for j := range t {
		rows[0][j+1] = 2 * (j + 1)
	}
	for i := range s {
		row, above, above2 := &rows[(i+1)%3], &rows[i%3], &rows[(i+2)%3]
		row[0] = 2 * (i + 1)
		for j := range t {
			row[j+1] = min(above[j]+change(s[i], t[j]), above[j+1]+2, row[j]+2)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], above2[j-1]+1)
			}
		}
	}
	return rows[len(s)%3][len(t)]
}
