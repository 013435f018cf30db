package webex

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Message returns one message. Right after the event that told of it Webex may
// answer 404 ([Error.NotFound]) for a moment, and a message that it can't
// decrypt just now is a temporary [KindGarbled]: never ciphertext.
func (b *Bot) Message(ctx context.Context, id string) (Message, error) {
	var w wireMessage
	q := &request{method: http.MethodGet, path: "/messages/{id}", id: id, out: &w}
	if err := b.c.do(ctx, q); err != nil {
		return Message{}, err
	}
	if w.garbled() {
		return Message{}, &Error{Op: q.op(), Kind: KindGarbled, Status: http.StatusOK, Message: "Webex could not decrypt the message"}
	}
	return w.value(), nil
}

// MessageQuery narrows [Bot.Messages].
type MessageQuery struct {
	ParentID        string    // only this thread
	MentionedPeople string    // me, which a bot must ask for in a group space
	Before          time.Time // only older ones
	BeforeMessage   string    // only older ones than this id
	Since           time.Time // only those up to the first that is older; no page behind it is read
	Max             int       // at most so many; 50 where it is 0
}

// Messages returns messages of a space, the newest first. Texts that Webex
// can't decrypt are empty. Where the first pages could be read and a further one
// could not, their messages come along with the error. Messages of other spaces
// are left out.
func (b *Bot) Messages(ctx context.Context, roomID string, q MessageQuery) ([]Message, error) {
	if roomID == "" {
		return nil, argument("GET /messages", "the space is missing")
	}
	if q.Max <= 0 {
		q.Max = 50
	}
	query := url.Values{"roomId": {roomID}, "max": {pageSize(q.Max, 100)}}
	set(query, "parentId", q.ParentID)
	set(query, "mentionedPeople", q.MentionedPeople)
	set(query, "beforeMessage", q.BeforeMessage)
	if !q.Before.IsZero() {
		query.Set("before", q.Before.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	messages, _, err := collectUntil[Message, wireMessage](ctx, b.c, "/messages", query, q.Max, func(m Message) bool {
		return m.Created.Before(q.Since) && !m.Created.IsZero()
	})
	messages = slices.DeleteFunc(messages, func(m Message) bool { return m.RoomID != "" && !SameID(m.RoomID, roomID) })
	return messages, err
}

// DirectMessages returns messages of the 1:1 space with a person, the newest
// first, of one thread where parentID is given: the first page, as long as
// Webex makes it.
func (b *Bot) DirectMessages(ctx context.Context, personID, parentID string) ([]Message, error) {
	const path = "/messages/direct"
	if personID == "" {
		return nil, argument("GET "+path, "the person is missing")
	}
	query := url.Values{"personId": {personID}}
	set(query, "parentId", parentID)
	p := new(page[wireMessage])
	if err := b.c.do(ctx, &request{method: http.MethodGet, path: path, query: query, out: p}); err != nil {
		return nil, err
	}
	messages := make([]Message, len(p.Items))
	for i := range p.Items {
		messages[i] = p.Items[i].value()
	}
	return messages, nil
}

// Post posts a message. It is tried again only while it is certain that
// nothing was posted; otherwise the error's [Error.Uncertain] is true and the
// message may stand in the space.
func (b *Bot) Post(ctx context.Context, m NewMessage) (Message, error) {
	q := &request{method: http.MethodPost, path: "/messages"}
	if (m.RoomID == "") == (m.ToPersonID == "") {
		return Message{}, argument(q.op(), "a message goes either to a space or to a person")
	}
	return b.writeMessage(ctx, q, m)
}

// Edit replaces the text of a message of the bot's own; m.RoomID is its space.
// Webex documents that messages with cards can't be edited (400) and that
// others can be ten times.
func (b *Bot) Edit(ctx context.Context, id string, m NewMessage) (Message, error) {
	m.ToPersonID, m.ParentID, m.File = "", "", nil
	return b.writeMessage(ctx, &request{method: http.MethodPut, path: "/messages/{id}", id: id}, m)
}

func (b *Bot) writeMessage(ctx context.Context, q *request, m NewMessage) (Message, error) {
	var w wireMessage
	q.out = &w
	write := b.c.upload
	if m.File == nil {
		write = func(ctx context.Context, q *request, m NewMessage) error { return b.c.write(ctx, q, m) }
	}
	if err := write(ctx, q, m); err != nil {
		return Message{}, err
	}
	return w.value(), nil
}

// Delete removes a message of the bot's own.
func (b *Bot) Delete(ctx context.Context, id string) error {
	return b.c.do(ctx, &request{method: http.MethodDelete, path: "/messages/{id}", id: id})
}

// set adds a query value where there is one.
func set(query url.Values, key, value string) {
	if value != "" {
		query.Set(key, value)
	}
}
