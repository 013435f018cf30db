package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"trackbot/bot"
	"trackbot/internal/access"
	"trackbot/internal/store"
	"trackbot/webex"
)

// notes are small values of the database, the same for every replica, which
// outlive a restart.
type notes struct{ db *store.DB }

// Get returns nil for a key that is not there.
func (n notes) Get(ctx context.Context, key string) ([]byte, error) {
	return store.Read(ctx, n.db, func(tx *store.Tx) ([]byte, error) { return tx.Note(key) })
}

// With returns the values of the keys that begin with a prefix.
func (n notes) With(ctx context.Context, prefix string) (map[string][]byte, error) {
	return store.Read(ctx, n.db, func(tx *store.Tx) (map[string][]byte, error) { return tx.NotesWith(prefix) })
}

// Put stores a value whatever was there.
func (n notes) Put(ctx context.Context, key string, value []byte) error {
	return n.db.Update(ctx, func(tx *store.Tx) error { return tx.SetNote(key, value, 0) })
}

// First stores a value where there is none, and returns what is stored then.
func (n notes) First(ctx context.Context, key string, value []byte) ([]byte, error) {
	return n.add(ctx, key, value, 0)
}

// add is First for a value that ends.
func (n notes) add(ctx context.Context, key string, value []byte, ttl time.Duration) (stands []byte, err error) {
	if stands, err = n.Get(ctx, key); stands != nil || err != nil {
		return stands, err // most often, and without a commit
	}
	err = n.db.Update(ctx, func(tx *store.Tx) error {
		old, added, err := tx.AddNote(key, value, ttl)
		if stands = value; !added {
			stands = old
		}
		return err
	})
	return stands, err
}

// Keys of notes.
const (
	buttonKeyNote = "button key" // 32 random bytes of the installation
	echoNote      = "echo "      // and the space and the message: one of the bot's own messages was heard
	joinNote      = "joined "    // and the space: when somebody came into it last
	pauseNote     = "pause "     // and the token's name: until when Webex wants no calls
	pressNote     = "press "     // and the button: when it was pressed last
	saidNote      = "said "      // and what: by which event it was said within the hour
)

// first reports whether an event is the first with this key within the hour.
func (a *App) first(ctx context.Context, key, event string) (bool, error) {
	by, err := notes{a.db}.add(ctx, saidNote+key, []byte(event), time.Hour)
	return string(by) == event, err
}

// twice is how soon after another a press of the same button counts as the same.
const twice = time.Second

// again reports whether a button was pressed by another event within a second
// of at, and remembers this one. The presses of one person in one space come
// in order, also over replicas.
func (a *App) again(ctx context.Context, button, event string, at time.Time) (again bool, err error) {
	err = a.db.Update(ctx, func(tx *store.Tx) error {
		last, err := tx.Note(pressNote + button)
		if err != nil {
			return err
		}
		ms, before, _ := strings.Cut(string(last), " ")
		if n, err := strconv.ParseInt(ms, 10, 64); err == nil && before != event && at.Sub(time.UnixMilli(n)).Abs() < twice {
			again = true
			return nil
		}
		return tx.SetNote(pressNote+button, fmt.Appendf(nil, "%d %s", at.UnixMilli(), event), time.Minute)
	})
	return again, err
}

// signer makes the signer of buttons, once: its key lies in the database.
type signer struct {
	notes notes

	mu    sync.Mutex
	signs bot.Signer // nil before the key was read
}

// get returns what signs buttons.
func (s *signer) get(ctx context.Context) (bot.Signer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.signs != nil {
		return s.signs, nil
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	key, err := s.notes.First(ctx, buttonKeyNote, key)
	if err != nil {
		return nil, fmt.Errorf("read the key for buttons: %w", err)
	}
	signs, err := access.NewSigner(key)
	if err != nil {
		return nil, err
	}
	s.signs = signs
	return signs, nil
}

// setChanges stores what a command set; an empty value takes a choice back.
func setChanges(tx *store.Tx, changes []bot.Change) error {
	for _, c := range changes {
		var err error
		if len(c.Value) == 0 {
			err = tx.DeleteNote(c.Key)
		} else {
			err = tx.SetNote(c.Key, c.Value, c.For)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setAll is [setChanges] by itself.
func (a *App) setAll(ctx context.Context, changes []bot.Change) error {
	return a.db.Update(ctx, func(tx *store.Tx) error { return setChanges(tx, changes) })
}

// joinAge is how long it is known that somebody came into a space: longer than
// it is remembered who reads there.
const joinAge = time.Hour

// setJoined stores that somebody came into a space.
func setJoined(tx *store.Tx, roomID string) error {
	return tx.SetNote(joinNote+webex.UUID(roomID), strconv.AppendInt(nil, tx.Now().UnixMilli(), 10), joinAge)
}

// clockSlack is by how much the clocks of PostgreSQL and of this machine may
// differ.
const clockSlack = time.Minute

// joined returns when somebody came into a space last, at the latest by this
// machine's clock; the zero time where nobody did within the hour.
func (a *App) joined(ctx context.Context, roomID string) (time.Time, error) {
	at, err := a.timeOf(ctx, joinNote+webex.UUID(roomID))
	switch {
	case at.IsZero() || err != nil:
		return at, err
	case a.db.Single():
		return at.Add(time.Millisecond), nil // what the note is exact to
	}
	return at.Add(clockSlack), nil
}

// timeOf reads a note that is a time.
func (a *App) timeOf(ctx context.Context, key string) (time.Time, error) {
	value, err := notes{a.db}.Get(ctx, key)
	if value == nil || err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(string(value), 10, 64)
	return time.UnixMilli(ms), err
}

// pause makes the pause of one token, which outlives a restart and is known to
// every replica.
func (a *App) pause(ctx context.Context, token string) *webex.Pause {
	return &webex.Pause{OnSet: func(until time.Time) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		err := a.db.Update(ctx, func(tx *store.Tx) error {
			tx.Notify(pauseNote)
			return tx.SetNote(pauseNote+token, strconv.AppendInt(nil, until.UnixMilli(), 10), time.Until(until)+time.Second)
		})
		if err != nil {
			a.log.Warn("a pause could not be stored", "token", token, "error", err)
		}
	}}
}

// watchPauses takes over the pauses of before the start, and those of other
// replicas.
func (a *App) watchPauses(ctx context.Context) error {
	for changed := a.db.Wake(pauseNote); ; {
		for token, p := range a.pauses {
			if until, err := a.timeOf(ctx, pauseNote+token); err == nil && time.Until(until) > 0 {
				p.Set(until)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}
