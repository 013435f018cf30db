package ask

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"trackbot/internal/hostname"
)

// Site is a meeting site that may be asked, and what it is called.
type Site struct {
	Host      string   // such as emea.example.webex.com, in lower case
	Nicknames []string // further names, in lower case
	Codes     []Name   // its tracking codes; none where they are not known
}

// Name is a tracking code's id on its site, and what it is called there.
type Name struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// World is what things are called. It is made by [NewWorld], never changed, and
// may be used by several goroutines.
type World struct {
	sites   []Site
	places  map[string][]int // sites by host, nickname, and the first labels of a host
	domains map[string]bool  // the last two labels of our hosts
	codes   map[string][]ref // by key
	ids     map[string][]ref // by id
	names   []nameEntry
	longest int // words of the longest name
}

// ref is one code of one site.
type ref struct{ site, code int }

// nameEntry is a name of codes, prepared for finding it by a near name.
type nameEntry struct {
	key, initials string
	words         []string
	mask          uint32
}

// NewWorld prepares what sites and codes are called; hosts are to be distinct.
func NewWorld(sites []Site) *World {
	w := &World{sites: sites, places: make(map[string][]int), domains: map[string]bool{"webex.com": true}, codes: make(map[string][]ref), ids: make(map[string][]ref)}
	for i, site := range sites {
		labels := strings.Split(site.Host, ".")
		for n := 1; n < len(labels); n++ {
			name := strings.Join(labels[:n], ".")
			w.places[name] = append(w.places[name], i)
		}
		w.domains[strings.Join(labels[max(0, len(labels)-2):], ".")] = true
		for j, code := range site.Codes {
			w.addCode(code.Name, ref{i, j})
			w.ids[code.ID] = append(w.ids[code.ID], ref{i, j})
			if !digits(code.ID) {
				w.addCode(code.ID, ref{i, j})
			}
		}
	}
	for i, site := range sites { // these count before the labels of other sites
		for _, name := range append([]string{site.Host}, site.Nicknames...) {
			w.places[name] = []int{i}
		}
	}
	return w
}

func newEntry(name string) (e nameEntry) {
	for _, word := range lineWords(Plain(name), nil) {
		e.words = append(e.words, word.key)
		first, _ := utf8.DecodeRuneInString(word.key)
		e.initials += string(first)
	}
	e.key = keyOf(name)
	e.mask = letterMask(e.key)
	return e
}

func (w *World) addCode(name string, r ref) {
	e := newEntry(name)
	if e.key == "" {
		return
	}
	w.longest = max(w.longest, len(e.words))
	if w.codes[e.key] == nil {
		w.names = append(w.names, e)
	}
	w.codes[e.key] = append(w.codes[e.key], r)
}

// Sites returns the hosts that a word means: one, none, or several that begin
// with the same labels.
func (w *World) Sites(written string) []string {
	return w.hosts(w.places[hostname.Of(written)])
}

func (w *World) hosts(which []int) []string {
	var hosts []string
	for _, i := range which {
		hosts = append(hosts, w.sites[i].Host)
	}
	return hosts
}

// NearSites returns the hosts that a misspelt word may mean.
func (w *World) NearSites(written string) []string {
	name := hostname.Of(written)
	label, _, _ := strings.Cut(name, ".")
	var near []string
	for called, which := range w.places {
		if isSlip(name, called) || isSlip(label, called) {
			near = append(near, w.hosts(which)...)
		}
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// looksOurs reports whether a word looks like a host of ours or of Webex.
func (w *World) looksOurs(name string) bool {
	if strings.Contains(name, ".webex.") {
		return true
	}
	labels := strings.Split(name, ".")
	return len(labels) > 1 && w.domains[strings.Join(labels[len(labels)-2:], ".")]
}

// near returns the codes whose names are near to a key: first those a slip
// away, then those that it begins, then those that it shortens.
func (w *World) near(key string) []ref {
	mask, best := letterMask(key), farAway
	var refs []ref
	for _, e := range w.names {
		rank := e.rank(key, mask)
		if rank < best {
			best, refs = rank, nil
		}
		if rank == best && rank < farAway {
			refs = append(refs, w.codes[e.key]...)
		}
	}
	return refs
}

// Ranks of a near name, the nearest first; a slip counts 1.
const (
	beginsName = 10
	shortens   = 20
	farAway    = 30
)

func (e nameEntry) rank(key string, mask uint32) int {
	if most := slips(key, e.key); most > 0 && bits.OnesCount32(mask^e.mask) <= 2*most {
		if d := distance(key, e.key, most); d <= most {
			return d
		}
	}
	switch n := len([]rune(key)); {
	case n >= 3 && strings.HasPrefix(e.key, key), n >= 4 && slices.Contains(e.words, key):
		return beginsName
	case n >= 2 && len(e.words) > 1 && key == e.initials, n >= 3 && n*2 <= len(e.key) && key[0] == e.key[0] && isWithin(key, e.key):
		return shortens
	}
	return farAway
}

// isWithin reports whether the letters of short stand in long in their order.
func isWithin(short, long string) bool {
	for _, r := range short {
		i := strings.IndexRune(long, r)
		if i < 0 {
			return false
		}
		long = long[i+1:]
	}
	return true
}

// letterMask has a bit for each letter of a to z that is in s, and one for the rest.
func letterMask(s string) uint32 {
	var mask uint32
	for _, r := range s {
		if r >= 'a' && r <= 'z' {
			mask |= 1 << (r - 'a')
		} else {
			mask |= 1 << 26
		}
	}
	return mask
}

// slips is how many slips may lie between two words: one for each five letters,
// and one already from four on.
func slips(a, b string) int {
	n := max(len(a), len(b))
	switch diff := len(a) - len(b); {
	case n < 4 || a == b, diff > n/5+1, -diff > n/5+1:
		return 0
	}
	return max(1, n/5)
}

func isSlip(a, b string) bool {
	most := slips(a, b)
	return most > 0 && distance(a, b, most) <= most
}

// distance is how many letters must be changed, left out, put in or exchanged
// with their neighbour to make b of a (optimal string alignment). It stops
// counting above most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x) > maxName || len(y) > maxName {
		return most + 1
	}
	var rows [3][maxName + 1]uint8
	for j := range y {
		rows[0][j+1] = uint8(j + 1)
	}
	for i := range x {
		row, up, upper := &rows[(i+1)%3], &rows[i%3], &rows[(i+2)%3]
		row[0] = uint8(i + 1)
		least := row[0]
		for j := range y {
			change := uint8(1)
			if x[i] == y[j] {
				change = 0
			}
			row[j+1] = min(up[j]+change, up[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], upper[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if int(least) > most {
			return most + 1
		}
	}
	return int(rows[len(x)%3][len(y)])
}

// maxName is the longest word, in letters, that is compared by its distance.
const maxName = 120

// Nearest returns up to n of some names that are near to what was written, the
// nearest first.
func Nearest(written string, names []string, n int) []string {
	key := keyOf(written)
	type near struct {
		name string
		rank int
	}
	var list []near
	for _, name := range names {
		if e := newEntry(name); key != "" && e.key != "" {
			if rank := e.rank(key, letterMask(key)); rank < farAway && name != written {
				list = append(list, near{name, rank})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return a.rank - b.rank })
	var nearest []string
	for _, one := range list[:min(n, len(list))] {
		nearest = append(nearest, one.name)
	}
	return nearest
}
