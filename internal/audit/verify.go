package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// maxProblems is how many problems, and how many torn lines, a [Report] names.
const maxProblems = 1000

// The words of [Problem.Kind].
const (
	KindChanged  = "changed"  // the line is not what was written
	KindRemoved  = "removed"  // lines are missing before this one
	KindInserted = "inserted" // the line was not written by the log, or is there twice
	KindMoved    = "moved"    // the line belongs elsewhere
)

// Place is a line of a file; lines count from 1.
type Place struct {
	File string
	Line int
}

func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Problem is a line that shows that somebody else wrote in the record.
type Problem struct {
	Place
	Kind string // changed, removed, inserted or moved
	Text string // the same in words

	seq      int64 // inserted: the number that the line bears
	from, to int64 // removed: the numbers that are missing
}

// Report is what [Verify] found.
type Report struct {
	Files    int
	Lines    int64
	From     string    // the file with which the chain begins; empty without lines
	Removed  int64     // how many lines before From were removed for their age
	Torn     []Place   // lines that a crash or a full disk cut short, at most 1,000; nobody's doing
	Problems []Problem // by place, the first 1,000
	More     int       // problems beyond those
	Head     string    // hash of the last line, to compare with [Log.Head]
	Seq      int64     // number of the last line
}

// OK reports whether the record is as the log wrote it.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Format writes the report as lines of text.
func (r Report) Format(w io.Writer) error {
	b := fmt.Appendf(nil, "%d lines in %d files", r.Lines, r.Files)
	if r.From != "" {
		b = fmt.Appendf(b, ", from %s on", r.From)
	}
	if r.Removed > 0 && r.OK() {
		b = fmt.Appendf(b, " (%d before it were removed for their age)", r.Removed)
	}
	b = append(b, '\n')
	for _, p := range r.Torn {
		b = fmt.Appendf(b, "%s: cut short by a crash or a full disk\n", p)
	}
	for _, p := range r.Problems {
		b = fmt.Appendf(b, "%s: %s: %s\n", p.Place, p.Kind, p.Text)
	}
	if r.More > 0 {
		b = fmt.Appendf(b, "and %d problems more\n", r.More)
	}
	if r.OK() {
		b = append(b, "the chain holds\n"...)
	} else {
		b = append(b, "THE RECORD WAS CHANGED\n"...)
	}
	b = fmt.Appendf(b, "last line: number %d, hash %s\n", r.Seq, cmp.Or(r.Head, "none"))
	_, err := w.Write(b)
	return err
}

// Verify walks the chain through all files of a folder and names each line that
// shows a change. It reads only, so the log may be written meanwhile. What it
// can't see is in the package's comment. The error is about files that can't be
// read; the report then holds what came before.
func Verify(dir string) (report Report, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Report{}, fmt.Errorf("audit folder: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	list, err := days(root)
	if err != nil {
		return Report{}, err
	}
	c := chain{open: make(map[int]bool)}
	for i, day := range list {
		err := walk(root, fileName(day), func(l line) error {
			c.take(l, i == len(list)-1)
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) && c.report.Lines == 0 {
			continue // too old, and removed while we looked
		}
		if err != nil {
			return c.finish(), err
		}
		c.report.Files++
	}
	return c.finish(), nil
}

// finish settles what only the whole record shows.
func (c *chain) finish() Report {
	c.spoiled(len(c.bad))
	if c.begun && (c.firstSeq != 1 || c.firstPrev != "") && !c.anchored {
		i := c.add(c.first, KindRemoved, "the lines before this one are gone, and no line says that they were removed for their age")
		c.found[i].from, c.found[i].to = 1, c.firstSeq-1
	}
	c.settle()
	r := c.report
	r.Removed = max(c.firstSeq-1, 0)
	for _, p := range c.found {
		if p.Kind == "" {
			continue
		}
		if len(r.Problems) < maxProblems {
			r.Problems = append(r.Problems, p)
		} else {
			r.More++
		}
	}
	r.More += c.more
	slices.SortStableFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	if n := len(c.seen); n > 0 {
		r.Head, r.Seq = c.seen[n-1].hash, c.seen[n-1].seq
	}
	return r
}

// settle calls a line moved when its number is missing elsewhere, and forgets a
// gap whose lines were all found elsewhere.
func (c *chain) settle() {
	for i := range c.found {
		gap := &c.found[i]
		if gap.Kind != KindRemoved || gap.to < gap.from {
			continue
		}
		var filled int64
		for k := range c.found {
			p := &c.found[k]
			if (p.Kind == KindInserted || p.Kind == KindMoved) && p.seq >= gap.from && p.seq <= gap.to {
				p.Kind = KindMoved
				p.Text = fmt.Sprintf("this line, number %d, stands in the wrong place", p.seq)
				filled++
			}
		}
		if filled > gap.to-gap.from {
			gap.Kind = ""
		}
	}
}
