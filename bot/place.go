package bot

import (
	"context"
	"fmt"
	"slices"

	"trackbot/bot/ask"
	"trackbot/cards"
)

// request makes a question ready for its command: with its sites, of which a
// site that was named is never exchanged for another one. It returns a reply
// instead where the question must be asked in another way; then no admin call
// about it was made.
func (b *Bot) request(ctx context.Context, q question) (Request, *Reply, error) {
	asked, command := q.asks, b.commands[q.asks.Command]
	r := Request{
		Command: command.Name, Question: asked, Fresh: q.fresh,
		Person: Person{ID: q.asker.ID, Email: email(q.asker), Name: q.asker.DisplayName, OrgID: q.asker.OrgID, Zone: q.asker.TimeZone},
		Admin:  q.admin, Editor: q.editor, Approver: q.approver, Key: q.key, Room: q.room, Among: q.among, Private: q.private, Root: q.root, Ref: q.ref,
	}
	r.Question.People = b.whose(ctx, q, asked.People)
	if !command.Site && !command.AllSites && !command.Several {
		return r, nil, nil
	}
	all, err := b.o.Sites.All(ctx)
	switch {
	case err != nil:
		return r, nil, err
	case len(asked.Unknown) > 0:
		return r, b.refuseSite(asked, all), nil
	case len(asked.Sites) > 0:
		r.Sites, r.Site = asked.Sites, Site{Host: asked.Sites[0], Why: q.named()}
	case asked.All || command.AllSites:
		r.Sites = all
	case command.Site:
		if r.Site, err = b.o.Sites.PickFor(ctx, r.Room, r.Person.ID); err != nil {
			return r, nil, err
		}
		if r.Site.Host == "" {
			return r, b.whichSite("You named no site, and this bot has no default one.", asked, all, all), nil
		}
		r.Sites = []string{r.Site.Host}
	}
	if len(r.Sites) > 0 && r.Site.Host == "" {
		r.Site.Host = r.Sites[0]
	}
	return r, nil, nil
}

// named is why the sites are those that a question names.
func (q question) named() string {
	switch above := q.from.Above; {
	case q.press != nil:
		return ""
	case q.asks.Above && above != nil && slices.Equal(above.Sites, q.asks.Sites):
		return AsAbove
	}
	return AsAsked
}

// refuseSite says that a site which was named can't be asked.
func (b *Bot) refuseSite(asked ask.Question, all []string) *Reply {
	no := asked.Unknown[0]
	near := no.Near
	line := fmt.Sprintf("I can't look up “%s”.", no.Written)
	if no.Several {
		line = fmt.Sprintf("More than one site begins with “%s”.", no.Written)
	} else if len(near) == 0 {
		near = all
	}
	return b.whichSite(line, asked, near, all)
}

// whichSite lists the sites that can be asked, some of them as buttons that ask
// the same question there.
func (b *Bot) whichSite(line string, asked ask.Question, near, all []string) *Reply {
	n := cards.Notice{Title: "Which site?", Tone: cards.Warning, Lines: []string{line, "Sites I can look up: " + Listed(all, 20) + "."}}
	known := asked.Sites
	asked.Unknown = nil
	for _, host := range near[:min(len(near), 3)] {
		asked.Sites = []string{host}
		if b.commands[asked.Command].Several && len(known) > 0 {
			asked.Sites = append(slices.Clone(known), host)
		}
		if !slices.Contains(known, host) {
			n.Choices = append(n.Choices, Button("Ask "+host, elsewhere(asked)))
		}
	}
	return new(Drawn(n))
}

// elsewhere is a question that goes to another site than the one for which its
// code was looked up: there the code is found by its name, and by its id only
// where that was what was asked for.
func elsewhere(q ask.Question) ask.Question {
	if q.Code != nil && q.Code.Name != "" {
		q.Code = &ask.Code{Written: q.Code.Name}
	}
	return q
}
