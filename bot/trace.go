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
	Root       string        `json:"root"` // of the question's thread
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

// noteTrace keeps the trace of a thread's latest answer, once that is posted:
// the asker need not wait for it. An answer is worth more than its trace, so a
// failure is only logged.
func (b *Bot) noteTrace(ctx context.Context, o Outgoing) {
	if o.Trace == nil || o.Trace.Root == "" || o.Trace.Command == Why {
		return
	}
	value, err := json.Marshal(o.Trace)
	if err == nil {
		err = b.o.Notes.Put(ctx, traceKey(o.Trace.Root), value)
	}
	if err != nil {
		b.o.Logger.Warn("how an answer came about could not be noted", "key", o.Key, "ref", o.Ref, "error", err)
	}
}

func traceKey(root string) string { return "trace " + webex.UUID(root) }

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
