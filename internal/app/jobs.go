package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/internal/store"
)

// jobs is the long work that is under way, on any replica, for the command that
// stops it.
type jobs struct{ db *store.DB }

// Running are the jobs that were begun and have not ended.
func (j jobs) Running(ctx context.Context) ([]bot.Job, error) {
	bodies, err := store.Read(ctx, j.db, queue.OpenJobs)
	running := make([]bot.Job, len(bodies))
	for i, body := range bodies {
		if err := json.Unmarshal(body, &running[i]); err != nil {
			return nil, fmt.Errorf("read a stored job: %w", err)
		}
	}
	return running, err
}

// Stop lets a job end before its next step.
func (j jobs) Stop(ctx context.Context, ref string) error {
	return j.db.Update(ctx, func(tx *store.Tx) error { return queue.StopJob(tx, ref) })
}

// jobState keeps how far one job came.
type jobState struct {
	db  *store.DB
	key string
}

// Load implements [bot.JobStore].
func (s jobState) Load(ctx context.Context) (state bot.JobState, err error) {
	progress, err := store.Read(ctx, s.db, func(tx *store.Tx) ([]byte, error) { return queue.Progress(tx, s.key) })
	if err == nil && progress != nil {
		err = json.Unmarshal(progress, &state)
	}
	return state, err
}

// Save implements [bot.JobStore].
func (s jobState) Save(ctx context.Context, state bot.JobState) error {
	progress, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode how far a job came: %w", err)
	}
	return s.db.Update(ctx, func(tx *store.Tx) error { return queue.SetProgress(tx, s.key, progress) })
}

// Stopped implements [bot.JobStore].
func (s jobState) Stopped(ctx context.Context) (bool, error) {
	return store.Read(ctx, s.db, func(tx *store.Tx) (bool, error) { return queue.JobStopped(tx, s.key) })
}

// work does one job. When the bot is to stop it ends at once, and goes on after
// the restart.
func (a *App) work(ctx context.Context, it queue.Item) (func(*store.Tx) error, error) {
	var j bot.Job
	if err := json.Unmarshal(it.Body, &j); err != nil {
		return nil, fmt.Errorf("read a stored job: %w", err)
	}
	result, err := a.bot.Work(ctx, j, jobState{a.db, it.Key}, func() bool { return a.busy(ctx) })
	if err != nil {
		return nil, err
	}
	return a.commit(result)
}

// soon is how long before a question goes on, as after a pause, long work lets it
// go first.
const soon = 10 * time.Second

// busy reports whether people's questions are under way.
func (a *App) busy(ctx context.Context) bool {
	busy, err := store.Read(ctx, a.db, func(tx *store.Tx) (bool, error) { return queue.Soon(tx, queue.Inbox, soon) })
	return busy && err == nil
}

// abandon tells what a job that is given up came to.
func (a *App) abandon(ctx context.Context, it queue.Item, _ error) (func(*store.Tx) error, error) {
	var j bot.Job
	if err := json.Unmarshal(it.Body, &j); err != nil {
		return nil, nil //nolint:nilerr,nilnil // nobody knows whom to tell
	}
	result, err := a.bot.AbandonJob(ctx, j, jobState{a.db, it.Key})
	if err != nil {
		return nil, err
	}
	return a.commit(result)
}
