package webex

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind says in one word what went wrong; the words are fit for a metric's label.
type Kind string

// The kinds of [Error].
const (
	KindStatus      Kind = "status"       // Webex answered with a status that is no success
	KindBadAnswer   Kind = "bad_answer"   // a success that can't be read: HTML, broken JSON, too large, a foreign page
	KindTooLarge    Kind = "too_large"    // a file that is longer than was allowed
	KindGarbled     Kind = "garbled"      // Webex could not decrypt the thing just now
	KindNoAnswer    Kind = "no_answer"    // no answer, or half of one: time-out, reset, refused, DNS, TLS, cancelled
	KindPaused      Kind = "paused"       // not asked: an earlier 429 pauses the token beyond the deadline, or the patience
	KindCircuitOpen Kind = "circuit_open" // not asked: this API has not answered for a while
	KindToken       Kind = "token"        // not asked: there is no token
	KindArgument    Kind = "argument"     // not asked: an id, site or e-mail that can't be one
)

// Error is why a call failed. It holds neither tokens nor the values of a
// query, and its text is for operators: what people read is made elsewhere.
type Error struct {
	Op         string        // method and path as a template, such as GET /messages/{id}
	Kind       Kind          // what went wrong
	Status     int           // the HTTP status; 0 without an answer; 429 while paused
	Message    string        // Webex's own words, at most 300 bytes; may be empty
	Details    []string      // the descriptions beside it: at most 8, each at most 300 bytes
	TrackingID string        // Webex's, for its support; empty without an answer
	After      time.Duration // how long to wait before another try, where that is known
	Err        error         // the cause, where there is one

	uncertain bool
	short     bool // the caller gave up before Webex had its chance
}

// maxErrorText bounds [Error.Error], in bytes: a line that a log can take.
const maxErrorText = 1000

// Error describes the failure in at most 1,000 bytes.
func (e *Error) Error() string {
	parts := []string{"webex: " + e.Op}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(strconv.Itoa(e.Status)+" "+http.StatusText(e.Status)))
	}
	if e.Kind != KindStatus {
		parts = append(parts, strings.ReplaceAll(string(e.Kind), "_", " "))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	parts = append(parts, e.Details...)
	if e.Err != nil {
		parts = append(parts, clean(e.Err.Error()))
	}
	text := cut(strings.Join(parts, ": "), maxErrorText-maxWord-20)
	if e.TrackingID != "" {
		text += " (tracking id " + e.TrackingID + ")"
	}
	return text
}

// Unwrap returns the cause, such as context.Canceled.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same call may succeed later: after no answer,
// a pause, an open circuit, 408, 423, 429 and 5xx. What ended because its
// context was cancelled is temporary too.
func (e *Error) Temporary() bool {
	switch e.Kind {
	case KindNoAnswer, KindPaused, KindCircuitOpen, KindGarbled:
		return true
	case KindToken:
		t, ok := errors.AsType[interface {
			error
			Temporary() bool
		}](e.Err)
		return ok && t.Temporary()
	case KindStatus:
		return e.Status >= 500 || e.Status == http.StatusTooManyRequests ||
			e.Status == http.StatusLocked || e.Status == http.StatusRequestTimeout
	default:
		return false
	}
}

// RetryAfter is how long to wait before another try; 0 where that is not known.
func (e *Error) RetryAfter() time.Duration { return e.After }

// Uncertain reports whether a write may have happened although it failed: the
// request was under way and no answer came, a gateway answered for Webex (502,
// 504, a 500 without Webex's JSON), or the success could not be read. It is
// false for reads, and for a connection that was refused or never made, DNS
// and TLS failures, 4xx, and a 500 or 503 in Webex's own words.
func (e *Error) Uncertain() bool { return e.uncertain }

// NotFound reports whether the thing asked for does not exist: 404, or a 400
// that says so, as tracking codes with an unknown id may be answered.
func (e *Error) NotFound() bool {
	if e.Status == http.StatusNotFound {
		return true
	}
	if e.Status != http.StatusBadRequest {
		return false
	}
	return saysNotFound(e.Message) || slices.ContainsFunc(e.Details, saysNotFound)
}

// saysNotFound knows the words for a missing thing. Words about other invalid
// things, such as a card's "required key [text] not found", are not among them.
func saysNotFound(s string) bool {
	s = strings.ToLower(s)
	for _, words := range []string{"could not be found", "could not find", "cannot be found", "is not found", "was not found", "does not exist", "invalid id", "expect base64 id"} {
		if strings.Contains(s, words) {
			return true
		}
	}
	ok, err := regexp.MatchString(`\bid\b[^:;]{0,80}\bis (invalid|not valid)`, s)
	return ok && err == nil
}

// IsStatus reports whether err is an [*Error] that Webex answered with one of
// the statuses.
func IsStatus(err error, statuses ...int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(statuses, e.Status)
}

// IsNotFound reports whether err is an [*Error] that says that the thing asked
// for does not exist; see [Error.NotFound].
func IsNotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.NotFound()
}

// argument is the error of a call that was not made.
func argument(op, words string) *Error {
	return &Error{Op: op, Kind: KindArgument, Message: words}
}

// NoTokenError is what [Options.Token] and [Options.Renew] return while there is
// no usable access token and another try may find one.
type NoTokenError struct {
	Words string        // why
	After time.Duration // when the next try is made; 0 at once
	Err   error         // the cause, or nil
}

// Error says why.
func (e *NoTokenError) Error() string {
	if e.Err == nil {
		return e.Words
	}
	return e.Words + ": " + clean(e.Err.Error())
}

// Unwrap returns the cause.
func (e *NoTokenError) Unwrap() error { return e.Err }

// Temporary returns true.
func (e *NoTokenError) Temporary() bool { return true }

// RetryAfter is how long to wait before another try; 0 where that is not known.
func (e *NoTokenError) RetryAfter() time.Duration { return e.After }
