package bot

import (
	"errors"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// Entry is one request and what came of it, for the record of who did what.
type Entry struct {
	Asked      time.Time
	Ref        string
	Person     Person // as far as it is known
	RoomID     string
	Command    string // empty where none was understood
	Site       string // in full once it is known, before that as it was written
	Text       string // what it was about
	Via        string // [ByText], [ByButton] or empty where nobody asked
	Decision   string // [Allowed], [Denied], or empty where none was made
	Reason     string // why it was decided so, and what failed
	Outcome    string // [Answered], [Denied], [Failed], [Ignored], [NotDelivered] or [Gone]
	Calls      int    // calls of the Webex API until there was an answer
	TrackingID string // Webex's, of the call that failed or else of the last one
	Took       time.Duration
}

// The words of [Entry.Via], [Entry.Decision] and [Entry.Outcome].
const (
	ByText   = "text"
	ByButton = "button"

	Allowed      = "allowed"
	Denied       = "refused"
	Answered     = "answered"
	Failed       = "failed"
	Ignored      = "ignored"       // the second press of a double one
	NotDelivered = "not delivered" // of a further entry: Webex refused the answer in the space and 1:1
	Gone         = "gone"          // of a further entry: the space or the question is not there any more
)

// deny says in the record that, and why, a question was refused.
func (e *Entry) deny(reason string) { e.Decision, e.Reason, e.Outcome = Denied, reason, Denied }

// fail says in the record what went wrong.
func (e *Entry) fail(err error) {
	e.Outcome = Failed
	e.note("failed: " + err.Error())
	if w, ok := errors.AsType[*webex.Error](err); ok {
		e.TrackingID = w.TrackingID
	}
}

// note adds to the reason.
func (e *Entry) note(words string) {
	if e.Reason != "" {
		e.Reason += "; "
	}
	e.Reason += words
}

// begin begins the record of a question.
func (q *question) begin() {
	q.entry = &Entry{
		Asked: q.asked, Ref: q.ref, Person: Person{ID: q.askerID}, RoomID: q.room.ID,
		Command: q.query.Command, Site: q.query.Site, Text: q.query.Said(),
	}
	switch {
	case q.press != nil:
		q.entry.Via = ByButton
	case !q.added:
		q.entry.Via = ByText
	default:
		q.entry.Command = Welcome
	}
}

// record writes down what came of a question; one that nobody asked, such as
// another bot's, is none. What can't be recorded may not be answered: then the
// reply is the apology instead.
func (b *Bot) record(q *question, reply *Reply, calls *webex.Calls, began time.Time) *Reply {
	e := q.entry
	if e.Outcome == "" {
		return reply
	}
	e.Calls, e.Took = calls.Count(), time.Since(began)
	if e.TrackingID == "" {
		e.TrackingID = calls.TrackingID()
	}
	b.o.Logger.Info("handled", "key", q.key, "ref", q.ref, "outcome", e.Outcome, "calls", e.Calls, "took", e.Took, "tracking_id", e.TrackingID)
	if err := b.o.Record(*e); err != nil {
		b.o.Logger.Error("not recorded", "key", q.key, "ref", q.ref, "error", err)
		if e.Outcome == Answered {
			return unrecorded(q.ref)
		}
	}
	return reply
}

// recordable reports whether the record takes a line; else nothing may be
// looked up, and the reply says so.
func (b *Bot) recordable(q *question) (bool, *Reply) {
	err := b.o.Recordable()
	if err == nil {
		return true, nil
	}
	b.o.Logger.Error("the record can't be written; nothing is looked up", "key", q.key, "ref", q.ref, "error", err)
	q.entry.fail(err)
	return false, unrecorded(q.ref)
}

func unrecorded(ref string) *Reply {
	n := cards.Notice{Title: "I may not look anything up just now", Tone: cards.Attention, Ref: ref, Lines: []string{
		"I keep a record of every question, and it can't be written: the disk is full or out of order.",
		"Whoever runs this bot finds the reason in its log under the reference. Ask again once it is mended.",
	}}
	return &Reply{Card: n.Card(), Markdown: n.Markdown()}
}
