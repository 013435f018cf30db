package audit

import "fmt"

// window is how many lines back the chain can be taken up again after lines that
// somebody put in.
const window = 1024

// chain follows the lines of the record and notes where they don't fit. A later
// line vouches for an earlier one, so where two chains fork, the one that goes on
// is right.
type chain struct {
	report Report
	found  []Problem // in the order found; an empty kind was taken back
	more   int       // beyond twice maxProblems

	begun     bool
	first     Place  // the first line that can be read
	firstSeq  int64  // its number
	firstPrev string // the hash before it
	anchored  bool   // a later line says that a file ending in firstPrev was removed

	seen []link       // the lines that fit, at least the last [window]
	bad  []Place      // lines since then that can't be read
	lost int          // bad lines beyond maxProblems
	open map[int]bool // gaps among found
}

// link is a line that fits into the chain.
type link struct {
	Place
	seq     int64
	hash    string
	changed int // 1 + the index of what was found wrong with it
	gap     int // 1 + the index of the gap before it
}

// take looks at the next line; newest tells that it stands in the newest file.
func (c *chain) take(l line, newest bool) {
	at := Place{l.file, l.n}
	c.report.Lines++
	r, ok := parse(l.raw)
	switch {
	case !ok && l.open && newest: // being written, or cut short and not yet closed
		c.torn(at)
	case !ok && len(c.bad) < maxProblems:
		c.bad = append(c.bad, at)
	case !ok:
		c.more++
		c.lost++
	default:
		c.link(at, r, l.hash)
	}
}

// link puts a line that can be read into the chain.
func (c *chain) link(at Place, r Record, hash string) {
	next := link{Place: at, seq: r.Seq, hash: hash}
	if !c.begun {
		c.begin(at, r)
	} else {
		if i := c.find(r.Prev); i >= 0 && c.forks(i, r.Seq) {
			c.fork(i)
		}
		last := &c.seen[len(c.seen)-1]
		switch linked := r.Prev == last.hash; {
		case linked && r.Seq == last.seq+1:
			c.spoiled(0)
		case linked:
			c.spoiled(0)
			next.changed = 1 + c.add(at, KindChanged, fmt.Sprintf("the line's number is %d and should be %d", r.Seq, last.seq+1))
			next.seq = last.seq + 1
		case r.Seq <= last.seq:
			c.spoiled(0)
			c.displaced(at, r.Seq)
			return
		default:
			c.jump(last, &next, r.Prev)
		}
	}
	c.note(r, at)
	if len(c.seen) >= 2*window {
		c.seen = append(c.seen[:0], c.seen[window:]...)
	}
	c.seen = append(c.seen, next)
}

func (c *chain) begin(at Place, r Record) {
	c.begun, c.first, c.firstSeq, c.firstPrev = true, at, r.Seq, r.Prev
	before := int64(len(c.bad) + c.lost)
	if before > 0 { // what the first of them noted can't be known
		c.firstSeq = max(1, r.Seq-before)
		c.anchored = true
	}
	c.spoiled(len(c.bad))
	c.report.From = at.File
}

// jump is for a line that does not note the hash of the last: lines between them
// are gone, or one of both is not what it was.
func (c *chain) jump(last, next *link, prev string) {
	missing := next.seq - last.seq - 1
	spoiled := min(missing, int64(len(c.bad)+c.lost))
	c.spoiled(int(spoiled))
	switch {
	case missing > spoiled:
		i := c.add(next.Place, KindRemoved, fmt.Sprintf("%d lines are missing before this one, after %s", missing-spoiled, last.Place))
		c.found[i].from, c.found[i].to = last.seq+1+spoiled, next.seq-1
		c.open[i] = true
		next.gap = i + 1
	case spoiled > 0: // the lines that can't be read stand where the missing were
	case prev == "" || alike(prev, last.hash):
		next.changed = 1 + c.add(next.Place, KindChanged, "the hash of the line before was changed")
	case last.changed == 0:
		last.changed = 1 + c.add(last.Place, KindChanged, "the line after it notes another hash of it")
	}
}

// alike tells a hash of which some digits were changed from a wholly different
// one: two hashes have 4 of 64 digits in common by chance.
func alike(a, b string) bool {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			n++
		}
	}
	return n >= 32
}

// note keeps what the log's own lines say.
func (c *chain) note(r Record, at Place) {
	switch {
	case r.Mark == nil:
	case r.Mark.What == MarkTorn:
		c.torn(at)
	case r.Mark.What == MarkRemoved && r.Mark.Hash == c.firstPrev:
		c.anchored = true
	}
}

func (c *chain) torn(at Place) {
	if len(c.report.Torn) < maxProblems {
		c.report.Torn = append(c.report.Torn, at)
	}
}

// spoiled reports the lines that could not be read: the first n were changed, and
// for the others no number is missing.
func (c *chain) spoiled(n int) {
	for i, at := range c.bad {
		if i < n {
			c.add(at, KindChanged, "the line can't be read")
		} else {
			c.add(at, KindInserted, "the line can't be read and none is missing here")
		}
	}
	c.bad, c.lost = c.bad[:0], 0
}

// displaced is for a line whose number was already passed.
func (c *chain) displaced(at Place, seq int64) {
	i := c.add(at, KindInserted, fmt.Sprintf("the line bears number %d, which is taken", seq))
	c.found[i].seq = seq
}

// find looks for the line with a hash, before the last.
func (c *chain) find(hash string) int {
	last := len(c.seen) - 1
	if c.seen[last].hash == hash {
		return -1
	}
	for i := last - 1; i >= max(0, last-window); i-- {
		if c.seen[i].hash == hash {
			return i
		}
	}
	return -1
}

// forks decides whether the lines after i were put in, or whether it is the line
// with number seq that was put after them: whichever accuses fewer lines.
func (c *chain) forks(i int, seq int64) bool {
	for k := range c.open {
		if g := c.found[k]; seq >= g.from && seq <= g.to {
			return int64(len(c.seen)-1-i) < g.to-g.from+1
		}
	}
	return true
}

// fork goes back to line i, for which the next line vouches.
func (c *chain) fork(i int) {
	for _, l := range c.seen[i+1:] {
		c.drop(l.gap)
		c.drop(l.changed)
		c.displaced(l.Place, l.seq)
	}
	c.drop(c.seen[i].changed)
	c.seen[i].changed = 0
	c.seen = c.seen[:i+1]
}

// drop takes a problem back.
func (c *chain) drop(n int) {
	if n > 0 {
		c.found[n-1].Kind = ""
		delete(c.open, n-1)
	}
}

// add notes a problem and returns its index. Beyond twice maxProblems the last
// one is overwritten, so that a record of nothing but problems takes no memory.
func (c *chain) add(at Place, kind, text string) int {
	p := Problem{Place: at, Kind: kind, Text: text}
	if len(c.found) >= 2*maxProblems {
		c.more++
		c.found[len(c.found)-1] = p
		return len(c.found) - 1
	}
	c.found = append(c.found, p)
	return len(c.found) - 1
}
