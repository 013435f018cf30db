package webex

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/google/uuid"
)

const (
	callLimit  = 30 * time.Second // for a whole call whose context has no deadline: what a person waits
	readLimit  = 10 * time.Second // for one attempt of a read, an edit or a deletion
	writeLimit = 30 * time.Second // for one attempt of a POST, or of what is done once: a short one would make doubt where there is none

	backoffMin = 125 * time.Millisecond // the first wait, on average
	backoffMax = 2 * time.Second        // what it doubles up to, on average
)

// client makes the calls of [Bot] and [Admin].
type client struct {
	Options

	base    *url.URL
	root    string // base as text, without a slash at its end
	agent   string
	http    *http.Client
	buffers sync.Pool    // of *bytes.Buffer, for bodies
	ahead   atomic.Int64 // how far Webex's clock is ahead of this machine's, in ns; see [Bot.Now]
}

// request is one call as the API sees it.
type request struct {
	method      string
	path        string     // as a template: at most one {id}
	id          string     // what stands for {id}
	query       url.Values // may be nil
	page        string     // the whole address instead, of a further page
	email       string     // the header that some admin calls take
	once        bool       // a write that is not repeated where it may have been carried out
	body        []byte     // JSON, or nil
	secret      string     // of body: what no error may repeat
	contentType string     // of body, where it is no JSON
	out         any        // where the answer is decoded to; nil where it does not matter
	next        string     // set by the answer: the Link to the next page
	file        *File      // where the answer goes to as it is, instead of out
	limit       int64      // of file, in bytes
}

// op names the request without anything of a person.
func (q *request) op() string { return q.method + " " + q.path }

// address is where the request goes: every id in a path is escaped, and
// nothing else of a caller gets into one.
func (q *request) address(root string) string {
	if q.page != "" {
		return q.page
	}
	address := root + strings.Replace(q.path, "{id}", url.PathEscape(q.id), 1)
	if len(q.query) > 0 {
		address += "?" + q.query.Encode()
	}
	return address
}

// maxID bounds ids of things; those of Webex are about 80 bytes, of
// memberships about 150.
const maxID = 512

// check refuses an id that would make another path of it.
func (q *request) check() *Error {
	if strings.Contains(q.path, "{id}") && !isID(q.id, maxID) {
		return argument(q.op(), "this is no id")
	}
	return nil
}

// isID reports whether s can stand as one segment of a path.
func isID(s string, limit int) bool {
	return s != "" && s != "." && s != ".." && len(s) <= limit
}

// run is one call under way: its attempts share what is here.
type run struct {
	*client
	*request

	tracking  string // the same for all attempts; their number is put behind it
	tries     int
	token     string // of the last attempt; never in an error, which people print
	renewed   bool   // after a 401; never twice
	uncertain bool   // an attempt may have been carried out
	waits     backoff.ExponentialBackOff
}

// do makes the call, again where that is safe and the deadline has room, and
// decodes the answer into q.out. Its error is always an [*Error].
func (c *client) do(ctx context.Context, q *request) error {
	if err := q.check(); err != nil {
		return err
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callLimit)
		defer cancel()
	}
	r := &run{client: c, request: q, tracking: uuid.NewString()}
	r.waits = backoff.ExponentialBackOff{InitialInterval: backoffMin, MaxInterval: backoffMax, Multiplier: 2, RandomizationFactor: 1}
	for {
		err := r.settle(r.attempt(ctx))
		if err == nil {
			return nil
		}
		wait, again := r.again(ctx, err)
		if !again {
			return err
		}
		c.Logger.DebugContext(ctx, "webex call is tried again", "op", err.Op, "kind", string(err.Kind),
			"status", err.Status, "try", r.tries, "wait", wait, "tracking_id", err.TrackingID)
		if !sleep(ctx, wait) {
			err.Err = ended(ctx)
			return err
		}
	}
}

// settle judges an attempt in the light of those before it: doubt stays, and a
// deletion that finds nothing, after one whose answer got lost, is done.
func (r *run) settle(err *Error) *Error {
	if err == nil || r.method == http.MethodDelete && r.uncertain && err.Status == http.StatusNotFound {
		return nil
	}
	r.uncertain = r.uncertain || err.uncertain
	err.uncertain = r.uncertain
	return err
}

// again is the one place that decides on another try: whether, and after what
// time. A POST, and what is to be done once, is repeated only where it is certain
// that nothing was done.
func (r *run) again(ctx context.Context, err *Error) (time.Duration, bool) {
	switch {
	case ctx.Err() != nil:
		return 0, false
	case err.Status == http.StatusUnauthorized:
		return 0, r.renew(ctx, err)
	case err.Kind != KindStatus && err.Kind != KindNoAnswer, !err.Temporary():
		return 0, false
	case (r.method == http.MethodPost || r.once) && err.uncertain:
		return 0, false
	}
	wait := err.After
	until, ok := patience(ctx)
	if err.Status != http.StatusTooManyRequests {
		wait = max(wait, r.waits.NextBackOff())
		until, ok = ctx.Deadline()
	}
	return wait, !ok || time.Until(until) > wait
}

// renew asks for another token, once a call.
func (r *run) renew(ctx context.Context, err *Error) bool {
	if r.Renew == nil || r.renewed {
		return false
	}
	r.renewed = true
	if cause := r.Renew(ctx, r.token); cause != nil {
		err.Err = cause
		return false
	}
	return true
}

// attempt makes one request, unless the token is paused or missing.
func (r *run) attempt(ctx context.Context) *Error {
	left := r.Pause.wait(ctx)
	switch {
	case ctx.Err() != nil:
		return &Error{Op: r.op(), Kind: KindNoAnswer, After: left, Err: ended(ctx)}
	case left > 0:
		return &Error{
			Op: r.op(), Kind: KindPaused, Status: http.StatusTooManyRequests, After: left,
			Message: "Webex asked to slow down",
		}
	}
	token, err := r.Token(ctx)
	if err == nil && !isToken(token) {
		err = errors.New("the token is empty or holds characters that none can have")
	}
	if err != nil {
		return &Error{Op: r.op(), Kind: KindToken, Message: "no access token", Err: err}
	}
	r.token = token
	return r.send(ctx)
}

// isToken reports whether s can stand in a header.
func isToken(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return s != ""
}

// buffer takes an empty buffer from the pool.
func (c *client) buffer() *bytes.Buffer {
	b, ok := c.buffers.Get().(*bytes.Buffer)
	if !ok {
		return new(bytes.Buffer)
	}
	b.Reset()
	return b
}

// release puts a buffer back, unless one large answer made it a large one.
func (c *client) release(b *bytes.Buffer) {
	if b.Cap() <= 1<<20 {
		c.buffers.Put(b)
	}
}

// ended is why a context ended: that it did, and what ended it where it was
// told.
func ended(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
	return ctx.Err()
}
