package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"trackbot/bot"
	"trackbot/cards"
)

// warnAdmin says in the log, and in the space for it, that the admin's sign-in
// needs somebody.
func (a *App) warnAdmin(ctx context.Context, words string) error {
	now := time.Now().UTC()
	key := "admin " + bot.Ref(words) + " " + now.Format("2006-01-02T15")
	ref := bot.Ref(key)
	a.log.Error("the admin sign-in needs somebody", "words", words, "ref", ref)
	if a.c.AdminRoom == "" {
		return nil
	}
	n := cards.Notice{Title: "The sign-in behind this bot", Tone: cards.Attention, Ref: ref, Lines: []string{
		words, "Whoever runs this bot can mend it, on the machine where it runs; “trackbot check” shows more.",
	}}
	return a.enqueue(ctx, bot.Outgoing{Key: key, Ref: ref, RoomID: a.c.AdminRoom, Markdown: n.View().Markdown(), Asked: now})
}

// reportOutage tells the space for it that the bot could not hear for long,
// once it can again.
func (a *App) reportOutage(ctx context.Context, from, to time.Time) error {
	if a.c.AdminRoom == "" {
		return nil
	}
	key := "deaf " + strconv.FormatInt(from.UnixMilli(), 10)
	n := cards.Notice{Title: "This bot was deaf", Tone: cards.Warning, Ref: bot.Ref(key), Lines: []string{
		fmt.Sprintf("It could not hear Webex from %s to %s UTC.", from.UTC().Format("2 Jan 15:04"), to.UTC().Format("2 Jan 15:04")),
		"It looks for what was asked meanwhile. Why it could not hear stands in its log.",
	}}
	return a.enqueue(ctx, bot.Outgoing{Key: key, Ref: bot.Ref(key), RoomID: a.c.AdminRoom, Markdown: n.View().Markdown(), Asked: to})
}
