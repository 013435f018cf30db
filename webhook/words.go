package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"trackbot/webex"
)

// callError is a call of Webex that failed, in words for the operator.
type callError struct {
	doing string // such as "register"; empty where it needs no saying
	cause error
}

// Error says what Webex answered and what can be done about it.
func (e *callError) Error() string {
	if e.doing == "" {
		return words(e.cause)
	}
	return e.doing + ": " + words(e.cause)
}

// Unwrap returns what the call gave.
func (e *callError) Unwrap() error { return e.cause }

// unseenError says that a look saw nothing, so that it proves nothing either.
type unseenError struct{ cause error }

// Error is the cause's text.
func (e *unseenError) Error() string { return e.cause.Error() }

// Unwrap returns the cause.
func (e *unseenError) Unwrap() error { return e.cause }

// changedError says that somebody else registers at the same time, so that the
// list which a round went by is out of date.
type changedError struct{ cause error }

// Error is the cause's text.
func (e *changedError) Error() string { return e.cause.Error() }

// Unwrap returns the cause.
func (e *changedError) Unwrap() error { return e.cause }

// problems are those of one round, in one line.
type problems []error

// Error joins the texts.
func (p problems) Error() string {
	texts := make([]string, len(p))
	for i, err := range p {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns all of them.
func (p problems) Unwrap() []error { return p }

// words tells one failed call to the operator. webex.Error holds no secret,
// and no other error comes from the client.
func words(err error) string {
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		return err.Error()
	}
	said := "Webex can't be asked"
	switch {
	case e.Status == http.StatusUnauthorized:
		said = "Webex refuses the bot token; set WEBEX_BOT_TOKEN to one that is valid"
	case e.Kind == webex.KindToken:
		said = "there is no usable bot token"
	case e.Status == http.StatusForbidden:
		said = "Webex does not let this token keep webhooks; WEBEX_BOT_TOKEN must be a bot's"
	case e.Status == http.StatusConflict:
		said = "Webex has one for this address already, in a name that is not ours; delete that one"
	case e.Kind == webex.KindPaused || e.Status == http.StatusTooManyRequests:
		said = "Webex asks us to wait"
	case e.Kind == webex.KindNoAnswer:
		said = "Webex can't be reached"
	case e.Status >= http.StatusInternalServerError:
		said = "Webex has trouble"
	case e.Status >= http.StatusBadRequest:
		said = "Webex refuses it"
	}
	return fmt.Sprintf("%s (%v)", said, e)
}

// conflict reports whether Webex says that there is one already.
func conflict(err error) bool { return webex.IsStatus(err, http.StatusConflict) }

// gone reports whether what the call was about does not exist.
func gone(err error) bool {
	e, ok := errors.AsType[*webex.Error](err)
	return ok && e.NotFound()
}

// passing reports whether nothing was seen for a reason that may go by itself.
func passing(err error) bool {
	if _, ok := errors.AsType[*unseenError](err); !ok {
		return false
	}
	e, ok := errors.AsType[*webex.Error](err)
	return !ok || (e.Kind != webex.KindToken && !webex.IsStatus(err, http.StatusUnauthorized, http.StatusForbidden))
}

// retryAfter is how long Webex asks to wait, or 0.
func retryAfter(err error) time.Duration {
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		return 0
	}
	return e.RetryAfter()
}
