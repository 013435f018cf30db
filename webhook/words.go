package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"trackbot/webex"
)

// failed is the error of a call of Webex, in words for the operator that say
// what Webex answered and what can be done about it. doing is what the call was
// for, such as "register"; empty where it needs no saying.
func failed(doing string, err error) error {
	if doing != "" {
		return fmt.Errorf("%s: %w", doing, failed("", err))
	}
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		return err // no other error comes from the client
	}
	return fmt.Errorf("%s (%w)", words(e), e)
}

// words are what can be done about a call that failed. [webex.Error] holds no
// secret, so that its text may stand behind them.
func words(e *webex.Error) string {
	switch {
	case e.Status == http.StatusUnauthorized:
		return "Webex refuses the bot token; set WEBEX_BOT_TOKEN to one that is valid"
	case e.Kind == webex.KindToken:
		return "there is no usable bot token"
	case e.Status == http.StatusForbidden:
		return "Webex does not let this token keep webhooks; WEBEX_BOT_TOKEN must be a bot's"
	case e.Status == http.StatusConflict:
		return "Webex has one for this address already, in a name that is not ours; delete that one"
	case e.Kind == webex.KindPaused || e.Status == http.StatusTooManyRequests:
		return "Webex asks us to wait"
	case e.Kind == webex.KindNoAnswer:
		return "Webex can't be reached"
	case e.Status >= http.StatusInternalServerError:
		return "Webex has trouble"
	case e.Status >= http.StatusBadRequest:
		return "Webex refuses it"
	}
	return "Webex can't be asked"
}

// conflict reports whether Webex says that there is one already.
func conflict(err error) bool { return webex.IsStatus(err, http.StatusConflict) }

// passing reports whether the list of registrations could not be read for a
// reason that may go by itself.
func passing(err error) bool {
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
