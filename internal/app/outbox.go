package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/internal/store"
	"trackbot/webex"
)

// outbox tells the bot what became of its messages.
type outbox struct{ db *store.DB }

// Posted implements [bot.Outbox].
func (o outbox) Posted(ctx context.Context, key string) (at bot.Posted, err error) {
	err = o.db.View(ctx, func(tx *store.Tx) (err error) {
		at.Message, at.Room, err = queue.Posted(tx, key)
		return err
	})
	return at, err
}

// Trace implements [bot.Outbox].
func (o outbox) Trace(ctx context.Context, root string) (t bot.Trace, known bool, err error) {
	err = o.db.View(ctx, func(tx *store.Tx) error {
		raw, err := queue.Trace(tx, webex.UUID(root), root)
		if known = raw != nil; !known || err != nil {
			return err
		}
		return json.Unmarshal(raw, &t)
	})
	return t, known, err
}

// Echoes implements [bot.Outbox].
func (o outbox) Echoes(ctx context.Context, roomID string) (echoes []bot.Echo, err error) {
	err = o.db.View(ctx, func(tx *store.Tx) error {
		prefix := echoNote + webex.UUID(roomID) + " "
		found, err := tx.NotesWith(prefix)
		for key, value := range found {
			written, heard, _ := strings.Cut(string(value), " ")
			echoes = append(echoes, bot.Echo{Message: strings.TrimPrefix(key, prefix), Written: readMillis(written), Heard: readMillis(heard)})
		}
		return err
	})
	slices.SortFunc(echoes, func(a, b bot.Echo) int { return b.Heard.Compare(a.Heard) })
	return echoes, err
}

// readMillis reads a time in Unix milliseconds; what is none is the zero time.
func readMillis(text string) time.Time {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// echoAge is how long echoes are stored: who needs one needs it within seconds,
// or after a restart.
const echoAge = time.Hour

// storeEcho stores one of the bot's own messages where a post to its space is
// under way, or may have been made by a process that died. Otherwise nobody will
// ask for it.
func (a *App) storeEcho(ctx context.Context, e webex.Event) error {
	posting := false
	err := a.db.View(ctx, func(tx *store.Tx) (err error) {
		posting, err = queue.Posting(tx, webex.UUID(e.RoomID))
		return err
	})
	if err != nil || !posting {
		return err
	}
	return a.db.Update(ctx, func(tx *store.Tx) error { return setEcho(tx, e) })
}

// setEcho stores that one of the bot's own messages was heard.
func setEcho(tx *store.Tx, e webex.Event) error {
	written := int64(0)
	if !e.Created.IsZero() {
		written = e.Created.UnixMilli()
	}
	return tx.SetNote(echoNote+webex.UUID(e.RoomID)+" "+e.ID, fmt.Appendf(nil, "%d %d", written, tx.Now().UnixMilli()), echoAge)
}
