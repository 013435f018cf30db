package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// understand reads what was written. So that calls are few, it is first read by
// the names that are remembered. Where they may not be enough, those of the
// sites that are meant are read; and where a code or the whole question is not
// known by those either, those of all sites.
func (b *Bot) understand(ctx context.Context, q question, hosts []string) []ask.Reading {
	read := func() []ask.Reading {
		readings := b.o.Grammar.Read(q.text, b.names.world(hosts, b.o.Sites.Nicknames), q.from)
		for i := range readings {
			b.topic(&readings[i].Question)
		}
		return readings
	}
	readings := read()
	for _, stage := range []struct {
		loose, all bool
		age        time.Duration
	}{{true, false, namesAge}, {false, false, namesFresh}, {false, true, namesFresh}} {
		want := lacking(readings, q.from.Site, hosts, stage.loose, stage.all)
		if len(want) > 0 && b.names.load(ctx, want, stage.age) {
			readings = read()
		}
	}
	return readings
}

// topic makes of the words that help is asked about the command that they ask.
func (b *Bot) topic(q *ask.Question) {
	if q.Command != Help || q.Term == "" || b.commands[q.Term].Run != nil {
		return
	}
	for _, r := range b.o.Grammar.Read(ask.Text{Words: q.Term}, ask.NewWorld(nil), ask.From{}) {
		if r.Command != "" {
			q.Term = r.Command
			return
		}
	}
}

// lacking are the sites whose names may tell more: those that a question names,
// else the usual one, or with all every one. With loose it is also enough that
// names would be read in another way, or that two codes of a site are asked for
// by their ids, which are then read with one call. Nothing is read for who named
// a site that can't be asked.
func lacking(readings []ask.Reading, usual string, hosts []string, loose, all bool) []string {
	var want []string
	ids := make(map[string]int)
	for _, r := range readings {
		sites := r.Sites
		if len(sites) == 0 && usual != "" {
			sites = []string{usual}
		}
		if r.Code != nil && len(sites) == 1 {
			ids[sites[0]]++
		}
		switch {
		case len(r.Unknown) > 0, !lacks(r.Question) && (!loose || !r.Loose && (len(sites) != 1 || ids[sites[0]] != 2)):
		case all || r.All || len(sites) == 0:
			want = append(want, hosts...)
		default:
			want = append(want, sites...)
		}
	}
	slices.Sort(want)
	return slices.Compact(want)
}

// lacks reports whether names may tell more of a question than is known.
func lacks(q ask.Question) bool {
	c := q.Code
	return q.Command == "" || c != nil && (c.Name == "" && c.ID == "" && len(c.Choices) == 0 || len(c.Elsewhere) > 0)
}

// settle finds what a button or a form names: its sites, of which some may not
// be asked any more, and a code that is not known by its id.
func (b *Bot) settle(ctx context.Context, q *question, hosts []string) {
	w, named := b.names.world(hosts, b.o.Sites.Nicknames), q.asks.Sites
	q.asks.Sites = nil
	for _, name := range named {
		switch which := w.Sites(name); {
		case len(which) != 1:
			q.asks.Unknown = append(q.asks.Unknown, ask.NotASite{Written: name, Near: append(which, w.NearSites(name)...), Several: len(which) > 1})
		case !slices.Contains(q.asks.Sites, which[0]):
			q.asks.Sites = append(q.asks.Sites, which[0])
		}
	}
	c := q.asks.Code
	if c == nil || c.ID != "" || len(q.asks.Unknown) > 0 {
		return
	}
	sites := q.asks.Sites
	if len(sites) == 0 && q.from.Site != "" {
		sites = []string{q.from.Site}
	}
	written := c.Written
	if c.Name != "" {
		written = c.Name
	}
	b.names.load(ctx, sites, namesFresh)
	found := b.names.world(hosts, b.o.Sites.Nicknames).Code(written, sites...)
	q.asks.Code = &found
}

// whose says of the people in a question whether they are the asker, and fills
// in the addresses of those who were mentioned, as far as Webex tells the bot.
func (b *Bot) whose(ctx context.Context, q question, people []ask.Person) []ask.Person {
	people = slices.Clone(people)
	for i := range people {
		p := &people[i]
		if p.Me = q.isMe(*p); p.Me || p.ID == "" || p.Address != "" || i >= maxQuestions {
			continue
		}
		if known, err := b.person(ctx, p.ID); err == nil {
			p.Address, p.Name = email(known), known.DisplayName
		}
	}
	return people
}

// isMe reports whether a person in a question is the asker. A button says "me"
// of whoever presses it.
func (q question) isMe(p ask.Person) bool {
	if p.Address == "" && p.ID == "" {
		return p.Me
	}
	own := func(email string) bool { return strings.EqualFold(email, p.Address) }
	return (p.Address == "" || slices.ContainsFunc(q.asker.Emails, own)) && (p.ID == "" || webex.SameID(p.ID, q.asker.ID))
}

// isOwn reports whether a question is about nobody but the asker.
func (q question) isOwn(asked ask.Question) bool {
	return !slices.ContainsFunc(asked.People, func(p ask.Person) bool { return !q.isMe(p) })
}
