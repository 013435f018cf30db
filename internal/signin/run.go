package signin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/text"
	"trackbot/webex"
)

const (
	day      = 24 * time.Hour
	lookStep = 30 * time.Second // between looks at the row, for what is due and for what other processes left there
)

// Run renews the access token at 80 % of its life and warns of what ends soon, until ctx is done; then it lets a renewal
// that is under way come to its end and returns nil. Every replica runs it.
func (t *Tokens) Run(ctx context.Context) error {
	for {
		t.tend(ctx)
		select {
		case <-time.After(lookStep):
		case <-ctx.Done():
			_, _, _ = t.group.Do("", func() (any, error) { return nil, nil }) //nolint:nilnil // only waits
			return nil
		}
	}
}

// tend takes what is new in the database, renews what is due, and warns.
func (t *Tokens) tend(ctx context.Context) {
	s, err := t.look(ctx)
	if err == nil && s.err == nil && s.pair.ripe(time.Now()) {
		err = t.Renew(ctx, s.pair.AccessToken)
	}
	if ctx.Err() != nil {
		return
	}
	if e, ok := errors.AsType[*webex.NoTokenError](err); ok {
		t.o.Logger.WarnContext(ctx, "the admin tokens are not renewed yet", "error", e, "wait", e.After)
	}
	reason, words := t.Status().warning(time.Now())
	if reason == "" || t.o.Warn == nil {
		return
	}
	if err := t.warn(ctx, reason, words); err != nil {
		t.o.Logger.ErrorContext(ctx, "a warning about the admin sign-in could not be given", "reason", reason, "error", err)
	}
}

// warning is what somebody should know now: a word for the reason, and a sentence; both empty where all is well.
func (s Status) warning(now time.Time) (reason, words string) {
	left := s.RefreshExpires.Sub(now)
	switch {
	case s.Refused != "":
		return "refused", "The admin sign-in needs you: " + s.Refused + "."
	case s.RefreshExpires.IsZero() || left > 7*day:
		return "", ""
	case left <= 0:
		return "over", "The admin sign-in has run out: run trackbot login."
	case left <= day:
		return "day", fmt.Sprintf("The admin sign-in runs out within %.0f hours, at %s: run trackbot login.",
			math.Ceil(left.Hours()), s.RefreshExpires.UTC().Format("2006-01-02 15:04 MST"))
	}
	return "week", fmt.Sprintf("The admin sign-in runs out in %s, on %s: run trackbot login.",
		text.Count(int(left/day), "day"), s.RefreshExpires.UTC().Format("2006-01-02"))
}

// warn gives a warning, unless some replica gave it within a day. It is noted before it is given, so that only one replica
// does; where it can't be given, the note is taken back.
func (t *Tokens) warn(ctx context.Context, reason, words string) error {
	note, fresh := "signin warned "+reason, false
	err := t.o.DB.Update(ctx, func(tx *store.Tx) (err error) {
		_, fresh, err = tx.AddNote(note, []byte(words), day)
		return err
	})
	if err != nil || !fresh {
		return err
	}
	if err = t.o.Warn(ctx, words); err != nil {
		err = errors.Join(err, t.o.DB.Update(ctx, func(tx *store.Tx) error { return tx.DeleteNote(note) }))
	}
	return err
}
