package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// maxQuestions is how many questions of one message are answered.
const maxQuestions = 5

// Questions reads a message that asks one thing a line: two or more, each a
// question by itself. Any other message, and one whose further lines belong to
// the first, gives nil.
func (p *Parser) Questions(text string) []Query {
	lines := strings.Split(Plain(text), "\n")
	if len(lines) < 2 || len(lines) > 10*maxQuestions {
		return nil
	}
	var list []Query
	for _, line := range lines {
		q := p.Parse(line)
		switch {
		case q.Greeting || q.Thanks:
		case q.Command == "" || q.front != "" || !q.textless && q.Text == "":
			return nil
		default:
			list = append(list, q)
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

// several answers the questions of one message in one reply. A question that
// can't be answered says so in its place.
func (b *Bot) several(ctx context.Context, q question) (*Reply, error) {
	var v cards.Stack
	var all Reply
	questions := append([]Query{q.query}, q.more...)
	for i, query := range questions[:min(len(questions), maxQuestions)] {
		answer := b.further
		if i == 0 {
			answer = func(ctx context.Context, q question, _ Query) (*Reply, error) { return b.reply(ctx, q) }
		}
		reply, err := answer(ctx, q, query)
		if err != nil || reply == nil {
			return nil, err
		}
		reply = reply.single()
		alone := cards.Button{Title: b.title(b.o.Sites.known(ctx, query)), Data: b.o.Sites.button(ctx, query)}
		v.Parts = append(v.Parts, cards.Part{Card: reply.Card, Markdown: reply.Markdown, Alone: alone})
		if all.trace == nil {
			all.trace = reply.trace
		}
		if all.Read.IsZero() || !reply.Read.IsZero() && reply.Read.Before(all.Read) {
			all.Read = reply.Read
		}
	}
	if n := len(questions) - len(v.Parts); n > 0 {
		v.Note = fmt.Sprintf("I answer %d questions at once; ask the other %d again.", maxQuestions, n)
	}
	all.Card, all.Markdown = v.Card(), v.Markdown()
	return &all, nil
}

// single is the reply, where it is one message. One with a file, or with work
// that goes on behind it, can't stand among others and says so instead.
func (r *Reply) single() *Reply {
	if r.File == nil && r.Job == nil {
		return r
	}
	n := cards.Notice{Title: "Ask this alone", Tone: cards.Warning, Lines: []string{"Its answer is more than one message, so it can't stand among others. The button asks it."}}
	return &Reply{Card: n.Card(), Markdown: n.Markdown()}
}

// further answers a question after the first of a message, and records it by
// itself: the first is recorded with the message.
func (b *Bot) further(ctx context.Context, q question, query Query) (*Reply, error) {
	ctx, calls := webex.WithCalls(ctx)
	began, entry := time.Now(), *q.entry
	entry.Command, entry.Site, entry.Text = query.Command, query.Site, query.Said()
	q.query, q.more, q.calls, q.entry = query, nil, calls, &entry
	reply, err := b.reply(ctx, q)
	if err != nil || reply == nil {
		return nil, err
	}
	return b.record(&q, reply, calls, began), nil
}

// forAdmins reports whether anything that is asked is for admins alone.
func (b *Bot) forAdmins(q *question) bool {
	isAdmin := func(query Query) bool {
		c := b.commands[query.Command]
		return c.Admin && (!c.Self || !IsOwn(query.Text, q.asker.Emails...))
	}
	return isAdmin(q.query) || slices.ContainsFunc(q.more, isAdmin)
}
