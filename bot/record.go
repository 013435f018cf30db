package bot

import (
	"errors"
	"time"

	"trackbot/bot/ask"
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
	q.answer = &Answer{}
	q.entry = &Entry{Asked: q.asked, Ref: q.ref, Person: Person{ID: q.askerID}, RoomID: q.room.ID}
	q.entry.about(q.asks)
	switch {
	case q.press != nil:
		q.entry.Via = ByButton
	case !q.added:
		q.entry.Via = ByText
	default:
		q.entry.Command = Welcome
	}
}

// about says in the record what is asked, as far as it is understood.
func (e *Entry) about(q ask.Question) {
	e.Command, e.Text, e.Site = q.Command, subject(q), ""
	switch {
	case q.Command == "":
		e.Text = clip(q.Said)
	case len(q.Sites) > 0:
		e.Site = q.Sites[0]
	case len(q.Unknown) > 0:
		e.Site = q.Unknown[0].Written
	}
}

// record completes what the record says of a question; one that nobody asked,
// such as another bot's, is not recorded.
func (b *Bot) record(q *question, calls *webex.Calls, began time.Time) {
	e := q.entry
	if e.Outcome == "" {
		return
	}
	e.Calls, e.Took = calls.Count(), time.Since(began)
	if e.TrackingID == "" {
		e.TrackingID = calls.TrackingID()
	}
	b.o.Logger.Info("handled", "key", q.key, "ref", q.ref, "outcome", e.Outcome, "calls", e.Calls, "took", e.Took, "tracking_id", e.TrackingID)
	q.answer.Entries = append(q.answer.Entries, *e)
}
