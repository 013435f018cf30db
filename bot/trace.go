package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"trackbot/webex"
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
	Also       string        `json:"also,omitempty"` // the second site
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

// trace tells how the reply to a question came about; before is how many calls
// had been made when it began.
func (q question) trace(r Request, began time.Time, before int) *Trace {
	return &Trace{
		Root: q.root, Ref: q.ref, Command: r.Command, Text: r.Text, Site: r.Site, Also: r.Also.Host, Asked: q.asked, Began: began, Took: time.Since(began),
		Calls: q.calls.Count() - before, TrackingID: q.calls.TrackingID(),
	}
}

// told is the reply to a question that got no answer, with its trace.
func (q question) told(reply *Reply, r Request, began time.Time, before int) *Reply {
	if reply != nil && reply.trace == nil {
		reply.trace = q.trace(r, began, before)
		reply.trace.Unanswered = true
	}
	return reply
}

// Kept is what the queue is to keep of an answer that is posted: the trace of
// one to the message that a thread begins with, which most are. [Traced] finds
// it there. Others are noted under their thread.
func (o Outgoing) Kept() []byte {
	if !o.keeps() {
		return nil
	}
	value, err := json.Marshal(o.Trace)
	if err != nil {
		return nil
	}
	return value
}

// keeps reports whether the trace of an answer is kept, and so needs no note.
func (o Outgoing) keeps() bool {
	return o.Trace != nil && o.Trace.Command != Why && o.Trace.Root != "" && o.Key == answerKey(o.Trace.Root)
}

// answerKey is the key of the answer to a message.
func answerKey(id string) string { return webex.Event{Resource: webex.Messages, ID: id}.Key() }

// Traced returns the key of the answer whose trace is asked for in a note's
// place, see [Outgoing.Kept].
func Traced(note string) (answer string, ok bool) {
	root, ok := strings.CutPrefix(note, traceNote)
	return answerKey(root), ok
}

// noteTrace keeps the trace of a thread's latest answer, once that is posted:
// the asker need not wait for it. An answer is worth more than its trace, so a
// failure is only logged.
func (b *Bot) noteTrace(ctx context.Context, o Outgoing, root string) {
	if o.Trace == nil || root == "" || o.Trace.Command == Why {
		return
	}
	value, err := json.Marshal(o.Trace)
	if err == nil {
		err = b.o.Notes.Put(ctx, traceKey(root), value)
	}
	if err != nil {
		b.o.Logger.Warn("how an answer came about could not be noted", "key", o.Key, "ref", o.Ref, "error", err)
	}
}

const traceNote = "trace "

func traceKey(root string) string { return traceNote + webex.UUID(root) }

// A trace is noted just after its answer is posted; who asks at once waits for
// it this long at most.
const (
	traceWait  = 300 * time.Millisecond
	traceTries = 3
)

// ReadTrace returns how the latest answer in a thread came about; false where
// that is not known.
func ReadTrace(ctx context.Context, notes Store, root string) (Trace, bool, error) {
	if notes == nil || root == "" {
		return Trace{}, false, nil
	}
	for try := 1; ; try++ {
		value, err := notes.Get(ctx, traceKey(root))
		if err != nil {
			return Trace{}, false, err
		}
		if len(value) > 0 {
			var t Trace
			if err := json.Unmarshal(value, &t); err != nil {
				return Trace{}, false, fmt.Errorf("read how an answer came about: %w", err)
			}
			return t, true, nil
		}
		if try == traceTries {
			return Trace{}, false, nil
		}
		select {
		case <-ctx.Done():
			return Trace{}, false, ctx.Err()
		case <-time.After(traceWait):
		}
	}
}
