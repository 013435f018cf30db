package app

import (
	"context"

	"trackbot/bot"
	"trackbot/webex"
)

// Keys are those of the admin's sign-in.
func (a *App) Keys() *webex.Keys { return a.keys }

// ListSites has the sites listed by list, and none of them allowed beforehand.
func (a *App) ListSites(list func(context.Context) ([]webex.Site, error)) {
	a.sites.List, a.sites.Allowed = list, nil
}

// NoteJoin notes that somebody joined a space, as another replica does.
func (a *App) NoteJoin(ctx context.Context, room string) error {
	_, err := a.shared.notes.Put(ctx, joinNote+room, nil)
	return err
}

// StoreReply stores an answer as a worker does.
func (a *App) StoreReply(ctx context.Context, o bot.Outgoing) error {
	_, err := a.replies.Put(ctx, o.Key, o.Lane, o)
	return err
}

// PostLater stores a message that is not the answer itself.
func (a *App) PostLater(ctx context.Context, o bot.Outgoing) error { return a.postLater(ctx, o) }
