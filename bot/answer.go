package bot

import (
	"context"
	"time"

	"trackbot/bot/ask"
)

// asked reads what is asked, by whoever may ask. It returns an error where the
// bot's own database is away: without the chosen site or the question above, what
// is read may be another site's or another code's.
func (b *Bot) asked(ctx context.Context, q *question) (asked []ask.Question, unread []ask.Reading, err error) {
	hosts, err := b.o.Sites.All(ctx)
	if err != nil {
		b.o.Logger.Warn("which sites may be asked is not known", "key", q.key, "ref", q.ref, "error", err)
	}
	usual, err := b.o.Sites.PickFor(ctx, q.room, q.asker.ID)
	if databaseAway(err) {
		return nil, nil, err
	}
	if err != nil {
		b.o.Logger.Warn("the usual site is not known", "key", q.key, "ref", q.ref, "error", err)
	}
	q.from = ask.From{Me: email(q.asker), Site: usual.Host}
	q.before = q.calls.Count()
	switch {
	case q.begun != "":
		asked = []ask.Question{{Command: approve, Term: q.begun}}
	case q.press != nil:
		b.settle(ctx, q, hosts)
		asked, unread = b.split([]ask.Reading{{Question: q.asks}}, hosts)
	default:
		if q.from.Above = q.earlier.Above; !q.earlier.Read {
			q.from.Above, err = b.above(ctx, *q)
		}
		if err != nil {
			return nil, nil, err
		}
		q.now.Read = true
		asked, unread = b.split(b.understand(ctx, *q, hosts), hosts)
	}
	switch {
	case len(asked) > 0:
		q.asks = asked[0]
	case len(unread) > 0:
		q.asks = unread[0].Question
		q.asks.Command = "" // which no command has
	case q.text.Words != "":
		q.asks = ask.Question{Said: q.text.Words}
		unread = []ask.Reading{{Question: q.asks}}
	default:
		q.asks = ask.Question{Command: greeting}
		asked = []ask.Question{q.asks}
	}
	q.entry.about(q.asks)
	return asked, unread, nil
}

const (
	greeting = "greeting" // the command that answers a message without words
	approve  = "approve"  // the command that goes on with an approval
)

// answerAll answers what was read.
func (b *Bot) answerAll(ctx context.Context, q question, asked []ask.Question, unread []ask.Reading) (*Reply, error) {
	if len(asked) == 0 {
		began := time.Now()
		r := b.notUnderstood(q, unread[0])
		return q.unanswered(&r, Request{Question: q.asks}, began), nil
	}
	answer := b.reply
	if len(asked) > 1 {
		answer = func(ctx context.Context, q question) (*Reply, error) { return b.several(ctx, q, asked) }
	}
	reply, err := answer(ctx, q)
	if reply != nil {
		b.warnLeft(q, unread, reply)
	}
	return reply, err
}

// reply answers one question whose asker may ask, if they may ask this.
func (b *Bot) reply(ctx context.Context, q question) (*Reply, error) {
	began := time.Now()
	if b.forAdmins(q, q.asks) && !q.admin {
		return b.adminsOnly(q), nil
	}
	req, unanswered, err := b.request(ctx, q)
	if req.Site.Host != "" {
		q.entry.Site = req.Site.Host
	}
	if err != nil {
		unanswered, err = b.failure(ctx, q, err)
	}
	if unanswered != nil || err != nil {
		return q.unanswered(unanswered, req, began), err
	}
	if b.commands[q.asks.Command].Files {
		if req.Files, err = b.files(ctx, q.files); err != nil {
			unanswered, err := b.unread(ctx, q, err)
			return q.unanswered(unanswered, req, began), err
		}
	}
	reply, err := b.run(ctx, q, q.asks.Command, req)
	if reply != nil && reply.trace != nil && !reply.trace.Unanswered {
		reply.Changes = append(reply.Changes, b.remember(q, req)...)
	}
	return reply, err
}
