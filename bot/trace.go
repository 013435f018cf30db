package bot

import (
	"strings"
	"time"
)

// Why is the name of the command that tells how an answer came about. It
// leaves no trace of its own.
const Why = "why"

// Trace is how an answer came about.
type Trace struct {
	Root       string        `json:"root"` // of the question's thread
	Ref        string        `json:"ref"`
	Command    string        `json:"command"`
	Text       string        `json:"text,omitempty"` // what it was about
	Site       Site          `json:"site,omitzero"`
	Also       string        `json:"also,omitempty"` // the other sites
	Asked      time.Time     `json:"asked,omitzero"`
	Began      time.Time     `json:"began"`
	Took       time.Duration `json:"took"`
	Calls      int           `json:"calls"`                // to Webex, with the admin token
	Items      int           `json:"items,omitempty"`      // that a [Job] did, a call or more each
	TrackingID string        `json:"trackingId,omitempty"` // Webex's, of the last call
	Read       time.Time     `json:"read,omitzero"`        // when the oldest data was read
	// Unanswered says that the reply was none of the command's: it failed, or the
	// question must be asked in another way.
	Unanswered bool `json:"unanswered,omitempty"`
	// More are the further answers of the same message.
	More []Trace `json:"more,omitempty"`
}

// and adds the trace of a further answer of the same message.
func (t *Trace) and(further *Trace) *Trace {
	switch {
	case further == nil || further.Command == Why:
	case t == nil:
		return further
	default:
		t.More = append(t.More, *further)
	}
	return t
}

// trace tells how the reply to a question came about.
func (q question) trace(r Request, began time.Time) *Trace {
	t := &Trace{
		Root: q.root, Ref: q.ref, Command: r.Command, Text: subject(r.Question), Site: r.Site, Asked: q.asked, Began: began, Took: time.Since(began),
		Calls: q.calls.Count() - q.before, TrackingID: q.calls.TrackingID(),
	}
	if len(r.Sites) > 1 {
		t.Also = strings.Join(r.Sites[1:], ", ")
	}
	if r.Command == "" {
		t.Text = clip(r.Question.Said)
	}
	return t
}

// unanswered is the reply to a question that got no answer, with its trace.
func (q question) unanswered(reply *Reply, r Request, began time.Time) *Reply {
	if reply != nil && reply.trace == nil {
		reply.trace = q.trace(r, began)
		reply.trace.Unanswered = true
	}
	return reply
}
