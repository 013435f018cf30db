package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// jobAge is how long the notes of a job are kept, should it never end: longer
// than the queue keeps it.
const jobAge = 48 * time.Hour

// Keys of jobs: what is under way and that it shall stop, by reference, and
// how far it came, by key.
const (
	jobNote   = "job "
	stopNote  = "stop "
	stateNote = "state "
)

// jobs is what the replicas know of long work.
type jobs struct{ notes *queue.Bucket }

// beginJob stores a job: it is worked on after those before it.
func (a *App) beginJob(ctx context.Context, j bot.Job) error {
	fresh, err := a.jobs.Put(ctx, j.Key+"/job", "jobs", j) // one lane, so that two never share the rate
	if err != nil || !fresh {
		return err
	}
	return a.long.begin(ctx, j)
}

// begin notes that a job is under way.
func (s jobs) begin(ctx context.Context, j bot.Job) error {
	j.Items = nil
	raw, err := json.Marshal(j)
	if err == nil {
		_, err = s.notes.Put(ctx, jobNote+j.Ref, raw)
	}
	return err
}

// end forgets a job.
func (s jobs) end(ctx context.Context, j bot.Job) error {
	return errors.Join(s.notes.Delete(ctx, jobNote+j.Ref, 0), s.notes.Delete(ctx, stopNote+j.Ref, 0), s.notes.Delete(ctx, stateNote+j.Key, 0))
}

// Running are the jobs that were begun and have not ended.
func (s jobs) Running(ctx context.Context) ([]bot.Job, error) {
	keys, err := s.notes.Keys(ctx)
	if err != nil {
		return nil, err
	}
	var running []bot.Job
	for _, key := range keys {
		if !strings.HasPrefix(key, jobNote) {
			continue
		}
		raw, _, err := s.notes.Get(ctx, key)
		if errors.Is(err, queue.ErrNotFound) {
			continue
		}
		var j bot.Job
		if err == nil {
			err = json.Unmarshal(raw, &j)
		}
		if err != nil {
			return nil, err
		}
		running = append(running, j)
	}
	return running, nil
}

// Stop lets a job end before its next step.
func (s jobs) Stop(ctx context.Context, ref string) error {
	_, err := s.notes.Put(ctx, stopNote+ref, nil)
	return err
}

// Stopped reports whether a job shall end.
func (s jobs) Stopped(ctx context.Context, j bot.Job) (bool, error) {
	_, _, err := s.notes.Get(ctx, stopNote+j.Ref)
	if errors.Is(err, queue.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Load is how far a job came.
func (s jobs) Load(ctx context.Context, j bot.Job) (state bot.JobState, err error) {
	raw, _, err := s.notes.Get(ctx, stateNote+j.Key)
	if errors.Is(err, queue.ErrNotFound) {
		return state, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	return state, err
}

// Save notes how far a job came.
func (s jobs) Save(ctx context.Context, j bot.Job, state bot.JobState) error {
	raw, err := json.Marshal(state)
	if err == nil {
		_, err = s.notes.Put(ctx, stateNote+j.Key, raw)
	}
	return err
}

// work does one job. When the process stops it ends at once, and goes on after
// the restart: whatever it failed with then is no reason to give it up, although
// the stage itself goes on until the receivers have stopped.
func (a *App) work(stopping context.Context) queue.Handler[bot.Job] {
	return func(ctx context.Context, it queue.Item[bot.Job]) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(stopping, cancel)()
		err := a.workOn(ctx, it.Value)
		if err != nil && stopping.Err() != nil {
			return &queue.UnavailableError{Reason: "the bot is stopping", Err: err}
		}
		return err
	}
}

func (a *App) workOn(ctx context.Context, j bot.Job) error {
	if err := a.long.begin(ctx, j); err != nil { // in case that the process ended before it was noted
		return err
	}
	if err := a.bot.Work(webex.WithBulk(ctx), j, a.long, func() bool { return a.events.Running() > 0 }); err != nil {
		return err
	}
	return a.long.end(ctx, j)
}

// cutOff tells what a job that is given up came to.
func (a *App) cutOff(ctx context.Context, it queue.Item[bot.Job], reason error) error {
	a.log.Error("a job was given up", "key", it.Key, "ref", it.Value.Ref, "error", reason)
	if it.Value.Key == "" {
		return nil // it can't be read, so nobody can be told
	}
	if err := a.bot.GiveUp(ctx, it.Value, a.long); err != nil {
		return err
	}
	return a.long.end(ctx, it.Value)
}
