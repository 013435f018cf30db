package app

import (
	"context"
	"fmt"
	"time"

	"trackbot/handlers"
)

// status is the bot's own health in words, for whoever asks it in a space.
// What is wrong is said as /readyz says it, which names no secret.
func (a *App) status(ctx context.Context) []handlers.Health {
	by := map[bool]string{true: "webhooks", false: "a websocket"}[a.c.Webhooks()]
	if a.c.Webhooks() && a.c.Websocket() {
		by = "webhooks and a websocket"
	}
	list := []handlers.Health{
		health("Connection", "receiving through "+by, a.receivers.Ready(ctx)),
		health("Bot token", "valid", a.bot.Ready()),
		health("Admin token", "valid", a.sites.Ready(ctx)),
		health("Queue", a.queueWords(ctx), a.db.Err()),
	}
	for _, token := range []string{"bot", "admin"} {
		if left := time.Until(a.pauses[token].Until()); left > 0 {
			list = append(list, handlers.Health{Part: "Pause", Words: fmt.Sprintf("Webex wants no calls with the %s token for %s", token, left.Round(time.Second)), Bad: true})
		}
	}
	last := "none since the start"
	if at := a.heardAt.Load(); at > 0 {
		last = ago(time.Since(time.UnixMilli(at)))
	}
	return append(list,
		handlers.Health{Part: "Last event", Words: last},
		handlers.Health{Part: "Running for", Words: time.Since(a.began).Round(time.Second).String()},
		handlers.Health{Part: "Version", Words: Version()})
}

func health(part, good string, err error) handlers.Health {
	if err != nil {
		return handlers.Health{Part: part, Words: err.Error(), Bad: true}
	}
	return handlers.Health{Part: part, Words: good}
}

func (a *App) queueWords(ctx context.Context) string {
	switch n := a.Waiting(ctx); n {
	case -1:
		return "what is in progress can't be counted"
	case 1:
		return "1 in progress (this one)"
	default:
		return fmt.Sprintf("%d in progress (this one is one of them)", n)
	}
}

func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return d.Round(time.Second).String() + " ago"
}
