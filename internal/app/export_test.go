package app

import (
	"context"

	"trackbot/bot"
	"trackbot/internal/signin"
	"trackbot/internal/store"
	"trackbot/webex"
)

// Tokens are those of the admin's sign-in.
func (a *App) Tokens() *signin.Tokens { return a.tokens }

// ListSites has the sites listed by list, and none of them allowed beforehand.
func (a *App) ListSites(list func(context.Context) ([]webex.Site, error)) {
	a.sites.List, a.sites.Allowed = list, nil
}

// NoteJoin stores that somebody joined a space, as another replica does.
func (a *App) NoteJoin(ctx context.Context, room string) error {
	return a.db.Update(ctx, func(tx *store.Tx) error { return setJoined(tx, room) })
}

// StoreReply stores an answer as a worker does.
func (a *App) StoreReply(ctx context.Context, o bot.Outgoing) error {
	commit, err := a.commit(bot.Answer{Messages: []bot.Outgoing{o}})
	if err != nil {
		return err
	}
	return a.db.Update(ctx, commit)
}

// Enqueue stores a message that comes before an answer.
func (a *App) Enqueue(ctx context.Context, o bot.Outgoing) error { return a.enqueue(ctx, o) }
