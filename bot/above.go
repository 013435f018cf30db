package bot

import (
	"context"
	"encoding/json"
	"time"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// How long a question is remembered for those that go on from it: in its
// thread, and in a 1:1 space outside of threads.
const (
	aboveInThread = 72 * time.Hour
	aboveInDirect = 15 * time.Minute
)

// aboveKey is where the last question of somebody is kept; without a root that
// of a 1:1 space outside of threads. What one person asked means nothing for
// what another one asks.
func aboveKey(room Room, root, personID string) string {
	return "last question " + webex.UUID(room.ID) + " " + webex.UUID(root) + " " + webex.UUID(personID)
}

// above is the question that the asker's new one may go on from; nil: none. It
// returns an error where the database is away.
func (b *Bot) above(ctx context.Context, q question) (*ask.Question, error) {
	key := aboveKey(q.room, q.root, q.askerID)
	switch {
	case b.o.Note == nil || !q.threaded && !q.room.Direct:
		return nil, nil
	case !q.threaded:
		key = aboveKey(q.room, "", q.askerID)
	}
	value, err := b.o.Note(ctx, key)
	if databaseAway(err) {
		return nil, err
	}
	var above *ask.Question
	if err == nil && len(value) > 0 {
		err = json.Unmarshal(value, &above)
	}
	if err != nil {
		b.o.Logger.Warn("the last question is not known", "key", q.key, "ref", q.ref, "error", err)
		above = nil // it goes on from nothing
	}
	return above, nil
}

// remember are the changes that let a later question go on from this one: about
// a site, answered, and no change of anything.
func (b *Bot) remember(q question, r Request) []Change {
	c := b.commands[r.Command]
	if !c.Site && !c.AllSites {
		return nil
	}
	last := r.Question
	last.Said, last.Above, last.Format = "", false, ""
	if c.Site && !last.All {
		last.Sites = r.Sites
	}
	value, err := json.Marshal(last)
	if err != nil || len(value) > maxQuestion {
		return nil
	}
	changes := []Change{{Key: aboveKey(q.room, q.root, q.askerID), Value: value, For: aboveInThread}}
	if q.room.Direct {
		changes = append(changes, Change{Key: aboveKey(q.room, "", q.askerID), Value: value, For: aboveInDirect})
	}
	return changes
}
