package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trackbot/bot"
	"trackbot/webex"
)

// side is one site of a comparison, with its codes.
type side struct {
	host  string
	short string // "emea" of emea.example.webex.com
	codes []webex.TrackingCode
}

// shortNames are hosts by as few of their first labels as keep them apart.
func shortNames(hosts []string) []string {
	short := make([]string, len(hosts))
	for i, host := range hosts {
		labels := strings.Split(host, ".")
		for n := 1; n <= len(labels); n++ {
			short[i] = strings.Join(labels[:n], ".")
			same := func(other string) bool { return other != host && strings.HasPrefix(other+".", short[i]+".") }
			if !slices.ContainsFunc(hosts, same) {
				break
			}
		}
	}
	return short
}

// across is one code on several sites, by its name; nil where a site has none.
type across struct {
	name string
	on   []*webex.TrackingCode // in the order of the sides
}

// codesAcross brings the codes of the sides together by their names: to the
// letter where a side has that one, else whatever the case.
func codesAcross(sides []side) []across {
	var all []across
	for i, s := range sides {
		for j := range s.codes {
			c := &s.codes[j]
			at := slices.IndexFunc(all, func(a across) bool { return a.on[i] == nil && a.name == c.Name })
			if at < 0 && !slices.ContainsFunc(s.codes[j+1:], func(later webex.TrackingCode) bool { return fold(later.Name) == fold(c.Name) }) {
				at = slices.IndexFunc(all, func(a across) bool { return a.on[i] == nil && fold(a.name) == fold(c.Name) })
			}
			if at < 0 {
				at = len(all)
				all = append(all, across{name: c.Name, on: make([]*webex.TrackingCode, len(sides))})
			}
			all[at].on[i] = c
		}
	}
	return all
}

// missing is how many sides have not the code.
func (a across) missing() int {
	n := 0
	for _, c := range a.on {
		if c == nil {
			n++
		}
	}
	return n
}

// trait is one thing about a code, on each side that has it.
type trait struct {
	what   string
	values []string // in the order of the sides; "–" where the code is missing
}

func (t trait) differs() bool {
	var seen []string
	for _, v := range t.values {
		if v != notThere && !slices.Contains(seen, v) {
			seen = append(seen, v)
		}
	}
	return len(seen) > 1
}

// inWords is a trait in one line, the sides with the same value together:
// "Default: Sales (example, us), none (emea)".
func (t trait) inWords(sides []side) string {
	var values []string
	on := make(map[string][]string)
	for i, v := range t.values {
		if !slices.Contains(values, v) {
			values = append(values, v)
		}
		on[v] = append(on[v], sides[i].short)
	}
	for i, v := range values {
		values[i] = fmt.Sprintf("%s (%s)", v, strings.Join(on[v], ", "))
	}
	return t.what + ": " + strings.Join(values, ", ")
}

// notThere stands in a comparison for a site without the code.
const notThere = "–"

// traits are what a code is on each side.
func (a across) traits() []trait {
	one := func(what string, of func(webex.TrackingCode) string) trait {
		t := trait{what: what, values: make([]string, len(a.on))}
		for i, c := range a.on {
			t.values[i] = notThere
			if c != nil {
				t.values[i] = of(*c)
			}
		}
		return t
	}
	list := []trait{
		one("Name", func(c webex.TrackingCode) string { return c.Name }),
		one("Value", func(c webex.TrackingCode) string { return inputWords(c.InputMode) }),
		one("Default", defaultWords),
		one("Options", func(c webex.TrackingCode) string { return strconv.Itoa(len(c.Options)) }),
		one("Host profile", func(c webex.TrackingCode) string { return ruleName(ruleOfAPI(c.HostProfileCode)) }),
	}
	for _, s := range kinds() {
		list = append(list, one(kindTitle(s), func(c webex.TrackingCode) string { return ruleName(ruleFor(c, s)) }))
	}
	return list
}

// differing are the traits that are not the same on each side that has the code.
func (a across) differing() []trait {
	return slices.DeleteFunc(a.traits(), func(t trait) bool { return !t.differs() })
}

// partOption is an option that some sides have and others, which have the code,
// have not.
type partOption struct {
	value string
	on    []int // the sides that have it
}

// partOptions are the options that are not on every side, and how many are.
// Options count as the same to the letter: what looks the same and isn't is
// counted apart in reports.
func (a across) partOptions() (part []partOption, everywhere int) {
	at := map[string]int{}
	var all []partOption
	with := 0
	for i, c := range a.on {
		if c == nil {
			continue
		}
		with++
		for value := range optionSet(*c) {
			if _, known := at[value]; !known {
				at[value] = len(all)
				all = append(all, partOption{value: value})
			}
			all[at[value]].on = append(all[at[value]].on, i)
		}
	}
	for _, o := range all {
		if len(o.on) < with {
			part = append(part, o)
		} else {
			everywhere++
		}
	}
	slices.SortFunc(part, func(x, y partOption) int {
		if d := slices.Compare(x.on, y.on); d != 0 {
			return d
		}
		return strings.Compare(x.value, y.value)
	})
	return part, everywhere
}

// names are the short names of the sides that have the option.
func (o partOption) names(sides []side) []string {
	var names []string
	for _, i := range o.on {
		names = append(names, sides[i].short)
	}
	return names
}

// ids are the ids of the code, each a site's own.
func (a across) ids() trait {
	t := trait{what: "Code", values: make([]string, len(a.on))}
	for i, c := range a.on {
		t.values[i] = notThere
		if c != nil {
			t.values[i] = c.ID
		}
	}
	return t
}

// ownOptions are the options of each side that not all of them have.
func (a across) ownOptions() (t trait, differ bool) {
	part, _ := a.partOptions()
	own := make([][]string, len(a.on))
	for _, o := range part {
		for _, i := range o.on {
			own[i] = append(own[i], o.value)
		}
	}
	t = trait{what: "Own options", values: make([]string, len(a.on))}
	for i, list := range own {
		t.values[i] = notThere
		if len(list) > 0 {
			t.values[i] = bot.Listed(list, 3)
		}
	}
	return t, len(part) > 0
}

// same reports whether a code is on every side, and the same there.
func (a across) same() bool {
	part, _ := a.partOptions()
	return a.missing()+len(a.differing())+len(part) == 0
}

// where are the short names of the sides that have the code, and of those that
// have not.
func (a across) where(sides []side) (with, without []string) {
	for i, c := range a.on {
		if c == nil {
			without = append(without, sides[i].short)
		} else {
			with = append(with, sides[i].short)
		}
	}
	return with, without
}

// sentence says what comes of comparing one code, such as that "Cost Center
// differs between example and emea: value, options".
func (a across) sentence(sides []side) string {
	with, without := a.where(sides)
	var differ []string
	for _, t := range a.differing() {
		differ = append(differ, strings.ToLower(t.what))
	}
	if part, _ := a.partOptions(); len(part) > 0 && !slices.Contains(differ, "options") {
		differ = append(differ, "options")
	}
	words := fmt.Sprintf("%s is the same on %s", a.name, inSentence(with))
	switch {
	case len(with) < 2:
		return fmt.Sprintf("%s is only on %s, not on %s.", a.name, inSentence(with), inSentence(without))
	case len(differ) > 0:
		words = fmt.Sprintf("%s differs between %s: %s", a.name, inSentence(with), strings.Join(differ, ", "))
	}
	if len(without) > 0 {
		words += "; it is not on " + inSentence(without)
	}
	return words + "."
}

// optionSet are the values of a code's options.
func optionSet(c webex.TrackingCode) map[string]bool {
	set := make(map[string]bool, len(c.Options))
	for _, o := range c.Options {
		set[o.Value] = true
	}
	return set
}

func defaultWords(c webex.TrackingCode) string {
	if d := defaults(c.Options); len(d) > 0 {
		return strings.Join(d, ", ")
	}
	return "none"
}
