package queue

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/internal/store"
)

const (
	// newAge is how long a row counts as new. While more than a window of rows
	// waits, half of the places are for what is new: who asks now is answered
	// before those who have waited long already.
	newAge = time.Minute
	// window is how many rows one look reads, from the oldest and, where that is not
	// all, from the newest.
	window = 128
	// maxLooks bounds how often further rows are looked at, each time without those
	// of people who have their share already.
	maxLooks = 8
)

// place is what a row that runs, or is about to, takes.
type place struct {
	person string
	isNew  bool
}

func placeOf(lane string, stored, now time.Time) place {
	return place{person: person(lane), isNew: now.Sub(stored) < newAge}
}

// person is whose rows a lane holds: the last word of its name.
func person(lane string) string { return lane[strings.LastIndexByte(lane, ' ')+1:] }

// share is how many places one person may have: a quarter of them.
func (w *Worker) share() int { return max(1, w.o.Workers/4) }

// candidate is a row that may be claimed.
type candidate struct {
	seq int64
	place
}

// pick returns up to n rows that are due: new ones for half of the places, and
// for the others the oldest first, and nobody's beyond their share. ending is a
// row whose place is free with the transaction.
func (w *Worker) pick(tx *store.Tx, n int, ending *Item) ([]int64, error) {
	w.mu.Lock()
	p := picking{n: n, share: w.share(), people: make(map[string]int)}
	for _, one := range w.places {
		p.count(one, 1)
	}
	if ending != nil {
		p.count(w.places[ending.seq], -1)
	}
	w.mu.Unlock()
	old, err := w.due(tx, "ORDER BY seq", nil)
	if err != nil {
		return nil, err
	}
	if len(old) == window {
		newest, err := w.due(tx, "ORDER BY seq DESC", nil)
		if err != nil {
			return nil, err
		}
		p.takeNew(newest, w.o.Workers/2)
	}
	for look := 0; ; look++ {
		p.take(old)
		if p.n == 0 || len(old) < window || look == maxLooks || len(p.full()) == 0 {
			break
		}
		if old, err = w.due(tx, "ORDER BY seq", p.full()); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	w.waiting = p.skipped
	w.mu.Unlock()
	return p.seqs, nil
}

// due returns rows that are due, without those of some people.
func (w *Worker) due(tx *store.Tx, order string, without []string) ([]candidate, error) {
	args := []any{tx.Now().UnixMilli(), window}
	var others strings.Builder
	for _, name := range without {
		args = append(args, "%"+name)
		others.WriteString(" AND lane NOT LIKE $" + strconv.Itoa(len(args)))
	}
	return store.List(tx, w.o.Table.sql(`SELECT seq, lane, stored FROM {table} WHERE state = 'waiting' AND due <= $1`+others.String()+` `+order+` LIMIT $2`), func(row store.Scanner) (c candidate, err error) {
		var lane string
		var stored int64
		err = row.Scan(&c.seq, &lane, &stored)
		c.place = placeOf(lane, time.UnixMilli(stored), tx.Now())
		return c, err
	}, args...)
}

// picking is how far a choice has come.
type picking struct {
	n       int // places that are left
	share   int
	people  map[string]int // places of each person
	young   int            // places of new rows
	seqs    []int64
	taken   map[int64]bool
	skipped bool // a row was left out because of somebody's share
}

func (p *picking) count(one place, by int) {
	p.people[one.person] += by
	if one.isNew {
		p.young += by
	}
}

// take takes rows in their order.
func (p *picking) take(list []candidate) {
	for _, c := range list {
		switch {
		case p.n == 0:
			return
		case p.taken[c.seq]:
		case p.people[c.person] >= p.share:
			p.skipped = true
		default:
			if p.taken == nil {
				p.taken = make(map[int64]bool)
			}
			p.taken[c.seq] = true
			p.seqs = append(p.seqs, c.seq)
			p.count(c.place, 1)
			p.n--
		}
	}
}

// takeNew takes new rows of a list that begins with the newest, up to a number of
// places.
func (p *picking) takeNew(list []candidate, most int) {
	for _, c := range slices.Backward(list) {
		if c.isNew && p.young < most {
			p.take([]candidate{c})
		}
	}
}

// full are the people who have their share.
func (p *picking) full() []string {
	var names []string
	for name, n := range p.people {
		if n >= p.share {
			names = append(names, name)
		}
	}
	return names
}
