package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

const (
	// editAge is until when after it was written a message that is edited is a
	// question; whoever corrects an old message later expects no answer.
	editAge = 10 * time.Minute
	// clockSlack is by how much the times that Webex gives for one edit may differ.
	clockSlack = time.Second
	// askedAge is how long it is remembered what a message asked: until no event of
	// it is answered any more.
	askedAge = overAfter + time.Hour
)

// lastAsked is what a message asked when it was answered last. Words and Questions
// are checksums of what was written and of what was understood, and empty where
// that was not answered.
type lastAsked struct {
	Words     string `json:"words,omitempty"`
	Questions string `json:"questions,omitempty"`
	Key       string `json:"key,omitempty"` // of the answer; empty: none
	Private   bool   `json:"private,omitempty"`
	Announced bool   `json:"announced,omitempty"` // its thread was told of a private answer
	Goes      bool   `json:"goes,omitempty"`      // what was asked goes on: a change that waits, or long work

	Seen    string        `json:"seen,omitempty"`   // checksum of what was written, answered or not
	Version time.Time     `json:"version,omitzero"` // when that was written or edited
	Read    bool          `json:"read,omitempty"`   // it was read, going on from Above
	Above   *ask.Question `json:"above,omitempty"`  // what an edit goes on from, too
}

// askedKey is where it is kept what a message asked last.
func askedKey(message string) string { return "asked " + webex.UUID(message) }

// unlessAnswered adds to a question that was written what its message asked
// before, and returns nil where that is the same. Events of one message may come
// twice, as edits do that both receivers hear, and an edit before the message.
func (b *Bot) unlessAnswered(ctx context.Context, q *question, message string, known []ask.Reading) (*question, error) {
	value, err := b.o.Note(ctx, askedKey(message))
	if databaseAway(err) {
		return nil, err
	}
	if err == nil && len(value) > 0 {
		err = json.Unmarshal(value, &q.earlier)
	}
	if err != nil {
		b.o.Logger.Warn("what a message asked before is not known", "key", q.key, "ref", q.ref, "error", err)
	}
	q.message, q.now = message, checksums(q.text, known)
	q.now.Seen, q.now.Version = q.now.Words, q.asked
	same := func(before, now string) bool { return before != "" && before == now }
	twice := same(q.earlier.Seen, q.now.Seen) && q.now.Version.Sub(q.earlier.Version).Abs() <= clockSlack // both receivers hear it
	if twice || same(q.earlier.Words, q.now.Words) || same(q.earlier.Questions, q.now.Questions) {
		b.o.Logger.Info("answered before", "key", q.key, "ref", q.ref)
		return nil, nil
	}
	return q, nil
}

// checksums are those of a text and of what is understood of it.
func checksums(text ask.Text, known []ask.Reading) lastAsked {
	questions := make([]ask.Question, len(known))
	for i, r := range known {
		questions[i] = r.Question
		if r.Command != "" {
			questions[i].Said = ""
		}
	}
	text.Words = strings.TrimSpace(text.Words) // not folded: a value's case, or a table's lines, may be what is corrected
	return lastAsked{Words: checksum(text), Questions: checksum(questions)}
}

// checksum is empty, and so like no other, where a value can't be encoded.
func checksum(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// rememberAsked stores with an answer what its message asks. What was refused or
// failed may be asked by an edit again.
func (q *question) rememberAsked(replied bool) {
	if q.message == "" {
		return
	}
	last := lastAsked{
		Key: q.earlier.Key, Private: q.earlier.Private, Announced: q.earlier.Announced || q.now.Announced,
		Goes: q.earlier.Goes || q.now.Goes || q.answer.Job != nil,
		Seen: q.now.Seen, Version: q.now.Version, Read: q.earlier.Read || q.now.Read, Above: q.from.Above,
	}
	if q.entry.Outcome == Answered {
		last.Words, last.Questions = q.now.Words, q.now.Questions
	}
	if replied && !q.earlier.Goes {
		last.Key, last.Private = q.key, q.private
	}
	if value, err := json.Marshal(last); err == nil {
		q.answer.Changes = append(q.answer.Changes, Change{Key: askedKey(q.message), Value: value, For: askedAge})
	}
}

// askAnew answers an edit of a message that asked for a change or for long work:
// that is not taken back by it, so its card must not go.
func (q *question) askAnew() *Reply {
	r := Drawn(cards.Notice{Title: "Ask this in a new message", Tone: cards.Warning, Ref: q.ref, Lines: []string{
		"You edited a message whose answer goes on: a change, or long work. An edit does not take that back, and I did nothing for it.",
		"What you don't want any more you can discard or stop with the buttons above.",
	}})
	return &r
}

// forEdited stands above an answer to an edited question that could not be put in
// the place of the first one.
const forEdited = "(for your edited question)"

// replaceEarlier makes an answer to an edited question take the place of the
// answer before. One for the asker alone never takes that of one in a space, nor
// the other way round.
func (o *Outgoing) replaceEarlier(q question) error {
	switch {
	case q.earlier.Key == "" || q.earlier.Goes:
		return nil
	case q.earlier.Private != q.private:
		return o.markEdited()
	}
	o.Earlier = q.earlier.Key
	return nil
}

// markEdited says above an answer that it is that to the edited question.
func (o *Outgoing) markEdited() error {
	o.Markdown = cards.Cut(forEdited+"\n\n"+o.Markdown, cards.MaxMarkdown)
	if len(o.Card) == 0 {
		return nil
	}
	card, err := cards.WithLine(o.Card, forEdited)
	if err != nil {
		return fmt.Errorf("mark the answer to an edited question: %w", err)
	}
	o.Card = card
	return nil
}
