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
	"trackbot/internal/text"
	"trackbot/webex"
)

// maxQuestions is how many questions of one message are answered.
const maxQuestions = 5

// Questions reads a message that asks two things or more, each beginning on a
// line of its own, or one thing below lines that may be misspelt questions.
// Lines that ask nothing are the Rest of the question above them. Any other
// message gives nil.
func (p *Parser) Questions(text string) []Query {
	rest := p.unsigned(ask.Plain(text))
	if lines := strings.Count(rest, "\n") + 1; lines < 2 || lines > 10*maxQuestions {
		return nil
	}
	var list []Query
	var above []string
	for rest != "" {
		var q Query
		before := rest
		q, rest = p.first(rest)
		switch read := strings.TrimSuffix(strings.TrimSuffix(before, rest), "\n"); {
		case q.Greeting || q.Thanks:
		case q.Command != "" && (len(list) == 0 || q.front == "" && (!list[len(list)-1].list || !hasAddress(read))):
			list = append(list, q)
		case len(list) > 0:
			list[len(list)-1] = list[len(list)-1].below(read)
		default:
			above = append(above, read)
		}
	}
	if len(list) == 0 || len(list) == 1 && len(above) == 0 {
		return nil
	}
	list[0].above = strings.Join(above, "\n")
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
		reply, err := answer(WithChanges(ctx, all.Changes...), q, query)
		if err != nil || reply == nil {
			return nil, err
		}
		all.Changes = append(all.Changes, reply.Changes...)
		reply, all.File = reply.single(all.File)
		alone := cards.Button{Title: b.title(b.o.Sites.known(ctx, query)), Data: b.o.Sites.button(ctx, query)}
		v.Parts = append(v.Parts, cards.Part{Card: reply.Card, Markdown: reply.Markdown, Alone: alone})
		all.trace = all.trace.and(reply.trace)
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

// single is the reply as one of several, with the one file that they may have.
// A second file, or work that goes on behind an answer, can't stand among
// others; the reply says so instead.
func (r *Reply) single(has *File) (*Reply, *File) {
	if r.Job == nil && (r.File == nil || has == nil) {
		return r, cmp.Or(has, r.File)
	}
	n := cards.Notice{Title: "Ask this alone", Tone: cards.Warning, Lines: []string{"Its answer is more than one message, so it can't stand among others. The button asks it."}}
	return &Reply{Card: n.Card(), Markdown: n.Markdown(), trace: r.trace}, has
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
	b.record(&q, calls, began)
	return reply, nil
}

// leftOut says which lines of a message were not read as a question, and what
// they may have been; empty where there are none.
func (b *Bot) leftOut(ctx context.Context, q question) string {
	var lines []string
	if q.query.above != "" {
		lines = strings.Split(q.query.above, "\n")
	}
	if q.query.Rest != "" && !b.commands[q.query.Command].Files {
		lines = append(lines, strings.Split(q.query.Rest, "\n")...)
	}
	if len(lines) == 0 {
		return ""
	}
	line := fmt.Sprintf("I found no question in what else you wrote, and left it out: “%s”.", clip(strings.Join(lines, " / ")))
	if meant := b.meant(ctx, q, lines[:min(len(lines), maxQuestions)]); len(meant) > 0 {
		line += " Did you mean “" + strings.Join(meant, "”, “") + "”?"
	}
	return line
}

// warnLeft says in front of a reply which lines were left out, if any.
func (b *Bot) warnLeft(ctx context.Context, q question, r *Reply) bool {
	left := b.leftOut(ctx, q)
	if left != "" {
		r.warn(left)
	}
	return left != ""
}

// clip ends what is repeated of a person's words after 80 of their characters.
func clip(words string) string { return text.CutRunes(words, 81) }

// meant are the questions that misspelt lines are nearest to.
func (b *Bot) meant(ctx context.Context, q question, lines []string) []string {
	var meant []string
	for _, line := range lines {
		read := b.o.Sites.known(ctx, b.parser.Parse(line))
		if near := b.parser.Mend(read, func(c Command) bool { return q.admin || !c.Admin }); len(near) > 0 {
			meant = append(meant, clip(b.title(near[0])))
		}
	}
	return meant
}

// forAdmins reports whether anything that is asked is for admins alone.
func (b *Bot) forAdmins(q *question) bool {
	isAdmin := func(query Query) bool {
		c := b.commands[query.Command]
		return c.Admin && (!c.Self || !IsOwn(query.Text, q.asker.Emails...))
	}
	return isAdmin(q.query) || slices.ContainsFunc(q.more, isAdmin)
}
