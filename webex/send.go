package webex

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	maxAnswer  = 4 << 20  // bytes of an answer: 1,000 members are half a megabyte, ten codes of 500 options less
	maxRefusal = 64 << 10 // bytes of an error's body

	retryDefault = 15 * time.Second // where a 429 does not say, or says nonsense
	retryMin     = time.Second
)

// send makes one HTTP attempt and decodes its answer.
func (r *run) send(ctx context.Context) *Error {
	r.tries++
	limit := readLimit
	if r.method == http.MethodPost || r.once {
		limit = writeLimit
	}
	inner, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var wire wire
	if r.method != http.MethodGet {
		inner = wire.trace(inner)
	}
	req, err := r.httpRequest(inner)
	if err != nil {
		return argument(r.op(), "this makes no request")
	}
	start := time.Now()
	call := Call{Method: r.method, Path: r.path}
	resp, err := r.http.Do(req)
	if err != nil {
		call.Err = r.unanswered(err, wire.untouched(err))
	} else {
		defer func() { _ = resp.Body.Close() }()
		call.Status, call.TrackingID = resp.StatusCode, clean(resp.Header.Get("Trackingid"))
		r.noteDate(resp.Header.Get("Date"))
		call.Err = r.read(resp)
		_, _ = io.CopyN(io.Discard, resp.Body, maxRefusal) // so that the connection can be used again
	}
	call.Duration = time.Since(start)
	if call.Err != nil {
		r.finish(ctx, &call)
	}
	record(ctx, call.TrackingID)
	if r.Observe != nil {
		r.Observe(ctx, call)
	}
	return call.Err
}

// noteDate compares the clocks by the Date of an answer, which has whole seconds
// and is never later than the moment in which the answer arrives.
func (c *client) noteDate(header string) {
	if at, err := http.ParseTime(header); err == nil {
		c.ahead.Store(int64(time.Until(at)))
	}
}

// httpRequest builds the request of one attempt.
func (r *run) httpRequest(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.address(r.root), body)
	if err != nil {
		return nil, err
	}
	h := req.Header
	h.Set("Authorization", "Bearer "+r.token)
	h.Set("Accept", "application/json")
	if r.file != nil {
		h.Set("Accept", "*/*")
	}
	h.Set("User-Agent", r.agent)
	h.Set("Trackingid", "trackbot_"+r.tracking+"_"+strconv.Itoa(r.tries))
	if r.body != nil {
		h.Set("Content-Type", cmp.Or(r.contentType, "application/json; charset=utf-8"))
	}
	if r.email != "" {
		h.Set("Email", r.email)
	}
	return req, nil
}

// finish adds to a failure what the attempt knows: the tracking id, whether
// the caller gave up, and the pause that a 429 asks for.
func (r *run) finish(ctx context.Context, call *Call) {
	e := call.Err
	if e.TrackingID == "" {
		e.TrackingID = call.TrackingID
	}
	call.TrackingID = e.TrackingID
	switch {
	case e.Kind != KindNoAnswer:
	case ctx.Err() != nil:
		e.Err = ended(ctx)
	case errors.Is(e.Err, context.DeadlineExceeded):
		e.Message = "Webex did not answer in time"
	}
	if e.Status == http.StatusTooManyRequests {
		e.After = r.Pause.refused(e.After)
		r.Logger.WarnContext(ctx, "webex asks to slow down", "op", e.Op, "wait", e.After, "tracking_id", e.TrackingID)
	}
}

// unanswered is the error of an attempt without an answer. The URL that
// net/http puts before the cause is left out: it holds ids and query values.
func (r *run) unanswered(err error, untouched bool) *Error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return &Error{Op: r.op(), Kind: KindNoAnswer, Err: err, uncertain: r.method != http.MethodGet && !untouched}
}

// read takes the answer: its body is decoded or explained.
func (r *run) read(resp *http.Response) *Error {
	b := r.buffer()
	defer r.release(b)
	ok := resp.StatusCode >= 200 && resp.StatusCode < 300
	limit := int64(maxAnswer)
	switch {
	case !ok:
		limit = maxRefusal
	case r.file != nil:
		limit = r.limit
	}
	if n := resp.ContentLength; n > 0 && n <= limit {
		b.Grow(int(n) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(resp.Body, limit+1))
	switch {
	case !ok:
		return r.refusal(resp, b.Bytes())
	case r.out == nil && r.file == nil:
		return nil
	case err != nil:
		return r.unanswered(err, false)
	case int64(b.Len()) > limit && r.file != nil:
		return &Error{Op: r.op(), Kind: KindTooLarge, Status: resp.StatusCode, Message: "the file is too large"}
	case int64(b.Len()) > limit:
		return r.badAnswer(resp, "the answer is too large")
	case r.file != nil:
		r.file.Data = bytes.Clone(b.Bytes())
		r.file.describe(resp.Header)
		return nil
	}
	body, nulls := dropNulls(b.Bytes())
	if nulls > 0 {
		r.Logger.Warn("Webex sent lists with empty entries; they are skipped", "op", r.op(), "entries", nulls,
			"tracking_id", clean(resp.Header.Get("Trackingid")))
	}
	if err := json.Unmarshal(body, r.out); err != nil {
		return r.badAnswer(resp, "the answer is no JSON of the kind that was asked for")
	}
	if w, ok := r.out.(interface{ whole() bool }); ok && !w.whole() {
		return r.badAnswer(resp, "the answer lacks what was asked for")
	}
	r.next = nextLink(resp.Header.Values("Link"))
	return nil
}

// badAnswer is the error of a success that says nothing usable.
func (r *run) badAnswer(resp *http.Response, words string) *Error {
	return &Error{
		Op: r.op(), Kind: KindBadAnswer, Status: resp.StatusCode, Message: words,
		uncertain: r.method != http.MethodGet,
	}
}

// refusal is the error of a status that is no success. Words that repeat the
// token or a secret of the request lose it.
func (r *run) refusal(resp *http.Response, body []byte) *Error {
	for _, secret := range []string{r.token, r.secret} {
		if secret != "" {
			body = bytes.ReplaceAll(body, []byte(secret), []byte("[hidden]"))
		}
	}
	e := NewStatusError(r.op(), resp.StatusCode, resp.Header, body)
	e.uncertain = e.uncertain && r.method != http.MethodGet
	return e
}

// NewStatusError returns the error of an answer whose status is no success, for
// calls that are made beside the clients. What body says is in its text, so that
// secrets must be taken out before.
func NewStatusError(op string, status int, h http.Header, body []byte) *Error {
	x := explain(body, h.Get("Content-Type"))
	e := &Error{Op: op, Kind: KindStatus, Status: status, Message: x.message, Details: x.details, TrackingID: x.trackingID}
	if e.Status < 400 {
		e.Message = "a redirect that is not followed"
	}
	after, told := retryAfter(h.Get("Retry-After"), time.Now())
	if told || e.Status == http.StatusTooManyRequests {
		e.After = after
	}
	gateway := e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout
	e.uncertain = e.Status >= 500 && (gateway || !x.webex)
	return e
}

// retryAfter reads the header of that name, in seconds or as a date: at least
// a second and at most an hour. Without a good one it is 15 seconds and false.
func retryAfter(header string, now time.Time) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if n, err := strconv.ParseUint(header, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return min(max(time.Duration(min(n, 1<<20))*time.Second, retryMin), maxPause), true
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), retryMin), maxPause), true
	}
	return retryDefault, false
}

// wire watches whether an attempt got as far as a connection.
type wire struct {
	asked, got atomic.Bool
}

// trace returns a context whose request is watched. A transport that tries
// another connection did so because the first one had carried nothing.
func (w *wire) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { w.got.Store(false); w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.got.Store(true) },
	})
}

// untouched reports whether a failed attempt certainly reached nobody: it
// never got a connection, or failed in making one.
func (w *wire) untouched(err error) bool {
	if w.asked.Load() {
		return !w.got.Load()
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
