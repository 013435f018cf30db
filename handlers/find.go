package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// maxFindAtOnce bounds how many sites are read side by side, and maxFindSites
// how many at all: one call a site, and about 300 are allowed a minute.
const (
	maxFindAtOnce = 4
	maxFindSites  = 50
)

// find looks for a word in the names and options of all codes.
func find(admin Admin) bot.Command {
	return bot.Command{
		Name:     "find",
		Group:    lookUpGroup,
		Summary:  "every tracking code and option that holds a word, on all sites",
		Usage:    "find WORD",
		Examples: []string{"find Marketing", "find Marketing on SITE"},
		AllSites: true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			hosts := r.Sites
			if word := r.Question.Term; word == "" && r.Question.Code != nil {
				r.Question.Term = written(r)
			}
			if fold(r.Question.Term) == "" {
				return findWhat(r, hosts), nil
			}
			left := hosts[min(len(hosts), maxFindSites):]
			hosts = hosts[:len(hosts)-len(left)]
			return showFound(r, lookThrough(ctx, admin, r, hosts), left)
		},
	}
}

// looked is what came of one site.
type looked struct {
	host string
	list []webex.TrackingCode
	hits []hit
	err  error
}

// hit is a code that holds the word, in its name or in some options.
type hit struct {
	code    webex.TrackingCode
	options []string
}

// lookThrough looks for what is asked on the sites.
func lookThrough(ctx context.Context, admin Admin, r bot.Request, hosts []string) []looked {
	found := codesOfSites(ctx, admin, r, hosts)
	for i := range found {
		found[i].hits = hits(found[i].list, r.Question.Term)
	}
	return found
}

// codesOfSites reads the codes of sites, some at once, and keeps their order.
func codesOfSites(ctx context.Context, admin Admin, r bot.Request, hosts []string) []looked {
	found := make([]looked, len(hosts))
	free := make(chan struct{}, maxFindAtOnce)
	var wg sync.WaitGroup
	for i, host := range hosts {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			list, err := codesOn(ctx, admin, r, host)
			found[i] = looked{host: host, list: list, err: err}
		})
	}
	wg.Wait()
	return found
}

// hits are the codes whose name or options hold a word, whatever the case.
func hits(list []webex.TrackingCode, word string) []hit {
	word = fold(word)
	var found []hit
	for _, c := range list {
		h := hit{code: c}
		for _, o := range c.Options {
			if strings.Contains(fold(o.Value), word) {
				h.options = append(h.options, o.Value)
			}
		}
		if len(h.options) > 0 || strings.Contains(fold(c.Name), word) {
			found = append(found, h)
		}
	}
	return found
}

// maxShownHits bounds the options that one row shows.
const maxShownHits = 5

func showFound(r bot.Request, found []looked, left []string) (bot.Reply, error) {
	v := cards.Report{Ref: r.Ref}
	var hosts, broken, without []string
	var errs []error
	codes, options := 0, 0
	part := cards.Section{}
	for _, l := range found {
		hosts = append(hosts, l.host)
		switch {
		case l.err != nil:
			broken, errs = append(broken, l.host), append(errs, l.err)
		case len(l.hits) == 0:
			without = append(without, l.host)
		}
		for _, h := range l.hits {
			codes++
			options += len(h.options)
			part.Rows = append(part.Rows, h.row(l.host))
		}
	}
	if len(broken) == len(found) {
		return bot.Reply{}, errors.Join(errs...)
	}
	v.Site, v.SiteNote = bot.Listed(hosts, 6), cmp.Or(r.Site.Why, everySite(r))
	v.Title = fmt.Sprintf("“%s”: %s, %s", r.Question.Term, count(codes, "code"), count(options, "option"))
	if codes == 0 {
		v.Title, v.Tone = fmt.Sprintf("“%s” was not found", r.Question.Term), cards.Warning
		v.Lines = []string{fmt.Sprintf("No tracking code or option contains “%s” (upper/lower case ignored).", r.Question.Term)}
	} else {
		v.Parts = []cards.Section{part}
		if len(without) > 0 {
			v.Notes = append(v.Notes, "Nothing on "+bot.Listed(without, 10)+".")
		}
	}
	if len(broken) > 0 {
		v.Tone = cards.Warning
		v.Notes = append(v.Notes, "Could not be read just now: "+bot.Listed(broken, 10)+". What is there is not counted.")
	}
	if len(left) > 0 {
		v.Tone = cards.Warning
		v.Notes = append(v.Notes, fmt.Sprintf("I look through %d sites at once; not looked at: %s. Name one of them to look there.", maxFindSites, bot.Listed(left, 10)))
	}
	if codes == 0 {
		if near := nearHits(r.Question.Term, found); len(near) > 0 {
			v.Lines = append(v.Lines, "Did you mean "+strings.Join(near, ", ")+"?")
			v.Buttons = findButtons(r, near)
		}
	}
	v.Buttons = append(v.Buttons, cards.Button{Title: "Look again", Data: fresh(r.Question)})
	reply := reportOf(v)
	reply.Unanswered = codes == 0
	return reply, nil
}

// everySite says that all sites were looked through, where none was named.
func everySite(r bot.Request) string {
	if len(r.Question.Sites) > 0 {
		return ""
	}
	return "all sites"
}

func (h hit) row(host string) cards.Line {
	row := cards.Line{
		Title: fmt.Sprintf("%s (code %s)", h.code.Name, h.code.ID), Under: []string{host},
		Open: bot.Data(aboutCode("code", host, h.code)),
	}
	if len(h.options) > 0 {
		row.Under = append(row.Under, "Options: "+bot.Listed(h.options, maxShownHits))
	}
	return row
}

// findWhat answers "find" alone with a form.
func findWhat(r bot.Request, hosts []string) bot.Reply {
	return bot.Drawn(cards.Form{
		Title: "Find what?",
		Lines: []string{
			"Name a word, and I look for it in the tracking codes and options of every site that you may ask.",
			"Sites: " + bot.Listed(hosts, 10) + ".",
		},
		Fields:   []cards.Field{{ID: cards.InTerm, Label: "Word", Placeholder: "Marketing", Required: true}},
		Submit:   bot.Button("Find", r.Question),
		Examples: []string{"find Marketing", "find 4711"},
	})
}

func findButtons(r bot.Request, words []string) []cards.Button {
	buttons := make([]cards.Button, len(words))
	for i, word := range words {
		q := r.Question
		q.Term, q.Code = word, nil
		buttons[i] = bot.Button("Find "+word, q)
	}
	return buttons
}

// maxNear bounds the names and options that are compared with a word, the names of
// codes first: each costs up to 0.1 ms.
const maxNear = 5_000

// nearHits are the names and options that are nearest to a word which was not
// found.
func nearHits(word string, found []looked) []string {
	seen := make(map[string]bool)
	var all []string
	add := func(s string) {
		if !seen[s] && len(all) < maxNear {
			seen[s] = true
			all = append(all, s)
		}
	}
	for _, l := range found {
		for _, c := range l.list {
			add(c.Name)
		}
	}
	for _, l := range found {
		for _, c := range l.list {
			for _, o := range c.Options {
				add(o.Value)
			}
		}
	}
	near := ask.Nearest(word, all, 3)
	return near[:min(len(near), 3)]
}
