package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// maxQuestions is how many questions of one message are answered.
const maxQuestions = 5

// split parts what was read into the questions that are asked, one a site where
// their command takes one, and the words in which there was none.
func (b *Bot) split(readings []ask.Reading, hosts []string) (asked []ask.Question, unread []ask.Reading) {
	for _, r := range readings {
		c := b.commands[r.Command]
		switch {
		case c.Run == nil:
			unread = append(unread, r)
		case r.All && c.Site && !c.Several:
			r.All = false
			for _, host := range hosts {
				r.Sites = []string{host}
				asked = append(asked, elsewhere(r.Question))
			}
		default:
			asked = append(asked, r.Question)
		}
	}
	return asked, unread
}

// several answers the questions of one message in one reply. A question that
// can't be answered says so in its place.
func (b *Bot) several(ctx context.Context, q question, asked []ask.Question) (*Reply, error) {
	var v cards.Stack
	var all Reply
	q.among = true
	for i, one := range asked[:min(len(asked), maxQuestions)] {
		answer := b.further
		if i == 0 {
			answer = b.first
		}
		reply, err := answer(WithChanges(ctx, all.Changes...), q, one)
		if err != nil || reply == nil {
			return nil, err
		}
		all.Changes = append(all.Changes, reply.Changes...)
		reply, all.File = reply.single(all.File)
		v.Parts = append(v.Parts, cards.Part{Card: reply.Card, Markdown: reply.Markdown, Alone: Button(b.title(one), one)})
		all.trace = all.trace.and(reply.trace)
		if all.Read.IsZero() || !reply.Read.IsZero() && reply.Read.Before(all.Read) {
			all.Read = reply.Read
		}
	}
	if left := asked[len(v.Parts):]; len(left) > 0 {
		var titles []string
		for _, one := range left {
			titles = append(titles, b.title(one))
		}
		v.Note = fmt.Sprintf("I answer %d questions at once. Ask again: %s.", maxQuestions, Listed(titles, maxQuestions))
	}
	all.Card, all.Markdown = v.Card(), v.Markdown()
	return &all, nil
}

// single is the reply as one of several, with the one file that they may have.
// A second file, or work that goes on behind an answer, can't stand among
// others; the reply says so instead.
func (r *Reply) single(has *File) (*Reply, *File) {
	if r.Job == nil && (r.File == nil || has == nil) {
		return r, cmp.Or(has, r.File)
	}
	n := cards.Notice{Title: "Ask this alone", Tone: cards.Warning, Lines: []string{"Its answer is more than one message, so it can't stand among others. The button asks it."}}
	alone := Drawn(n)
	alone.trace = r.trace
	return &alone, has
}

// first answers the first question of a message, which is recorded with it.
func (b *Bot) first(ctx context.Context, q question, asked ask.Question) (*Reply, error) {
	q.asks = asked
	return b.reply(ctx, q)
}

// further answers a question after the first of a message, and records it by
// itself.
func (b *Bot) further(ctx context.Context, q question, asked ask.Question) (*Reply, error) {
	ctx, calls := webex.WithCalls(ctx)
	began, entry := time.Now(), *q.entry
	entry.Decision, entry.Outcome, entry.Reason = Allowed, Answered, q.reason
	entry.about(asked)
	q.asks, q.calls, q.before, q.entry = asked, calls, 0, &entry
	reply, err := b.reply(ctx, q)
	if err != nil || reply == nil {
		return nil, err
	}
	b.record(&q, calls, began)
	return reply, nil
}

// warnLeft says in front of a reply in which words no question was found, and
// what they may have been.
func (b *Bot) warnLeft(q question, unread []ask.Reading, r *Reply) {
	if len(unread) == 0 {
		return
	}
	var said, meant []string
	for _, u := range unread {
		said = append(said, strings.ReplaceAll(u.Said, "\n", " / "))
		for _, s := range b.offered(q, u.Suggestions) {
			if title := "“" + b.title(s) + "”"; !slices.Contains(meant, title) {
				meant = append(meant, title)
			}
		}
	}
	line := fmt.Sprintf("I found no question in what else you wrote, and left it out: “%s”.", clip(strings.Join(said, " / ")))
	if len(meant) > 0 {
		line += " Did you mean " + Listed(meant, 3) + "?"
	}
	r.warn(line)
}
