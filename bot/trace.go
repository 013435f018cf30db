package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"trackbot/webex"
)

// Why is the name of the command that tells how an answer came about. It
// leaves no trace of its own.
const Why = "why"

// Trace is how an answer came about.
type Trace struct {
	Ref        string        `json:"ref"`
	Command    string        `json:"command"`
	Text       string        `json:"text,omitempty"` // what it was about
	Site       Site          `json:"site,omitzero"`
	Asked      time.Time     `json:"asked,omitzero"`
	Began      time.Time     `json:"began"`
	Took       time.Duration `json:"took"`
	Calls      int           `json:"calls"`                // to Webex, with the admin token
	TrackingID string        `json:"trackingId,omitempty"` // Webex's, of the last call
	Read       time.Time     `json:"read,omitzero"`        // when the oldest data was read
}

// note keeps the trace of a thread's latest answer. An answer is worth more
// than its trace, so a failure is only logged.
func (b *Bot) note(ctx context.Context, q question, t Trace) {
	if q.root == "" || t.Command == Why {
		return
	}
	value, err := json.Marshal(t)
	if err == nil {
		err = b.o.Notes.Put(ctx, traceKey(q.root), value)
	}
	if err != nil {
		b.o.Logger.Warn("how an answer came about could not be noted", "key", q.key, "ref", q.ref, "error", err)
	}
}

func traceKey(root string) string { return "trace " + webex.UUID(root) }

// ReadTrace returns how the latest answer in a thread came about; false where
// that is not known.
func ReadTrace(ctx context.Context, notes Store, root string) (Trace, bool, error) {
	if notes == nil || root == "" {
		return Trace{}, false, nil
	}
	value, err := notes.Get(ctx, traceKey(root))
	if err != nil || len(value) == 0 {
		return Trace{}, false, err
	}
	var t Trace
	if err := json.Unmarshal(value, &t); err != nil {
		return Trace{}, false, fmt.Errorf("read how an answer came about: %w", err)
	}
	return t, true, nil
}
