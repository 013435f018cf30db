package webex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

const hidden = "[hidden]"

// Pair is what a sign-in gives: an access token for the API, and the refresh
// token that the next pair is got with. It prints, logs and marshals as
// [hidden]; its fields are the one way to the texts.
type Pair struct {
	AccessToken, RefreshToken string
	// AccessExpires and RefreshExpires are when the tokens run out; the zero
	// time where Webex did not say.
	AccessExpires, RefreshExpires time.Time
}

// String returns [hidden].
func (Pair) String() string { return hidden }

// GoString returns [hidden].
func (Pair) GoString() string { return hidden }

// Format writes [hidden] for every verb and flag.
func (Pair) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns [hidden].
func (Pair) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "[hidden]".
func (Pair) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText returns [hidden].
func (Pair) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// ErrChanged is what a [TokenStore] says when its value has another revision
// than the one that was to be replaced.
var ErrChanged = errors.New("the stored tokens were changed meanwhile")

// TokenStore keeps one small value (under 20 kB) for all replicas.
type TokenStore interface {
	// Load returns the value and its revision; nil, 0 and no error where there
	// is none.
	Load(ctx context.Context) (sealed []byte, rev uint64, err error)
	// Save stores the value if it still has the revision rev, 0 meaning that
	// there is none, and returns the new revision, which is not 0. Otherwise it
	// returns [ErrChanged]. After any other error the value may be stored or not.
	Save(ctx context.Context, sealed []byte, rev uint64) (uint64, error)
}

// OAuthOptions is what [Keys] are made of. Everything but RefreshToken,
// Transport, Logger and Warn is required.
type OAuthOptions struct {
	// BaseURL is the root of the API, such as https://webexapis.com/v1.
	BaseURL string
	// ClientID and ClientSecret are those of the integration or service app;
	// the secret is asked for at each use, so that a replaced one counts at once.
	ClientID     string
	ClientSecret func() string
	// RefreshToken gives the refresh token of the settings, "" where there is
	// none. It counts until it was exchanged once; then the stored pair does,
	// until the settings give a refresh token that was never exchanged.
	RefreshToken func() string
	// Store keeps the pair for all replicas and over restarts.
	Store TokenStore
	// Seal encrypts what the store gets.
	Seal *Seal
	// Transport makes the requests; by default one like that of [Options].
	Transport http.RoundTripper
	// Logger is told of refreshes, at levels info to error.
	Logger *slog.Logger
	// Warn tells whoever looks after the bot, in a sentence without secrets, at
	// most once a day and reason over all replicas. After an error it is tried
	// again.
	Warn func(ctx context.Context, words string) error
}

// RefusedError says that Webex does not take the refresh token, or the client's
// id and secret: only a person can mend that.
type RefusedError struct {
	// Words is what Webex said, with its status; nothing secret.
	Words string
	// Doubt is set where the answer to an earlier refresh was lost, which may
	// be why the token is no longer taken.
	Doubt bool
	// Settings is set where the refused token is the one of the settings.
	Settings bool
}

// Error says what is wrong and what to do.
func (e *RefusedError) Error() string {
	text := "the refresh token is refused: run trackbot login"
	if e.Settings {
		text = "the refresh token of the settings is refused: run trackbot login"
	}
	if e.Doubt {
		text += " (the answer to an earlier refresh was lost)"
	}
	return text + " (Webex: " + e.Words + ")"
}

// Temporary returns false: trying again changes nothing.
func (e *RefusedError) Temporary() bool { return false }

// NoTokenError says that there is no usable access token just now, and that
// another try may find one.
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
