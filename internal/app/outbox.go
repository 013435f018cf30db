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
func (o outbox) Posted(ctx context.Context, key string) (bot.Posted, error) {
	return store.Read(ctx, o.db, func(tx *store.Tx) (at bot.Posted, err error) {
		at.Message, at.Room, err = queue.Posted(tx, key)
		return at, err
	})
}

// Trace implements [bot.Outbox].
func (o outbox) Trace(ctx context.Context, root string) (t bot.Trace, known bool, err error) {
	raw, err := store.Read(ctx, o.db, func(tx *store.Tx) ([]byte, error) { return queue.Trace(tx, webex.UUID(root), root) })
	if known = raw != nil; known && err == nil {
		err = json.Unmarshal(raw, &t)
	}
	return t, known, err
}

// Echoes implements [bot.Outbox].
func (o outbox) Echoes(ctx context.Context, roomID string) (echoes []bot.Echo, err error) {
	prefix := echoNote + webex.UUID(roomID) + " "
	found, err := notes(o).With(ctx, prefix)
	for key, value := range found {
		written, heard, _ := strings.Cut(string(value), " ")
		echoes = append(echoes, bot.Echo{Message: strings.TrimPrefix(key, prefix), Written: readMillis(written), Heard: readMillis(heard)})
	}
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
	posting, err := store.Read(ctx, a.db, func(tx *store.Tx) (bool, error) { return queue.Posting(tx, webex.UUID(e.RoomID)) })
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
