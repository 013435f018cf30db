package app

import (
	"context"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// maxReplyCrashes is how often the process may end while a reply is being posted
// before the reply counts as the cause: to post is hardly ever that, and giving
// it up loses an answer.
const maxReplyCrashes = 50

// How long an event or a reply may wait to be worked on, and how often it is
// tried meanwhile: with the longest back-off, of a minute, 1,500 times.
const (
	maxWait  = 25 * time.Hour
	maxTries = 2000
)

// stages are the two steps that a question waits in: heard, and answered.
// What can't be fetched or posted for a day and an hour is given up: by then
// its thread reads that it is too late.
func (a *App) stages(ctx context.Context) error {
	var err error
	a.events, err = queue.NewStage[webex.Event](ctx, a.queue, queue.StageOptions{
		Name: "events", Workers: a.c.Workers, MaxAge: maxWait, MaxAttempts: maxTries, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the events stage: %w", err)
	}
	a.events.OnFail = a.sorry
	a.replies, err = queue.NewStage[bot.Outgoing](ctx, a.queue, queue.StageOptions{
		Name: "replies", Workers: a.c.Workers, MaxCrashes: maxReplyCrashes, MaxAge: maxWait, MaxAttempts: maxTries, Once: true, Internal: true, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the replies stage: %w", err)
	}
	a.replies.Keep = func(it queue.Item[bot.Outgoing]) []byte { return it.Value.Kept() }
	a.jobs, err = queue.NewStage[bot.Job](ctx, a.queue, queue.StageOptions{
		Name: "jobs", Workers: 1, MaxAge: maxWait, Internal: true, Grace: stopGrace,
	})
	if err != nil {
		return fmt.Errorf("open the jobs stage: %w", err)
	}
	a.jobs.OnFail = a.cutOff
	return nil
}
