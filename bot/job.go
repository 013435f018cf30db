package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// Job is work on many items that takes longer than an answer may: it goes on
// behind the answer that began it, survives a restart, and can be stopped.
type Job struct {
	Command string   `json:"command"` // whose Step and Finish do it
	Site    string   `json:"site"`
	Why     string   `json:"why,omitempty"` // it is that site, see [Site]
	Text    string   `json:"text"`          // what it is about: a code's id
	Title   string   `json:"title"`         // the same in words
	Items   []string `json:"items"`
	// Data is what else the command's Step and Finish need.
	Data json.RawMessage `json:"data,omitempty"`

	// What follows is filled in when the answer is made.
	Key   string       `json:"key"` // of the question
	Ref   string       `json:"ref"`
	Room  Room         `json:"room"` // in which it was asked
	Root  string       `json:"root"` // the thread of the question
	Asker webex.Person `json:"asker"`
	Alone bool         `json:"alone,omitempty"` // what comes goes to the asker alone

	// What follows is for a Step that writes: what came of the items before, whether
	// an earlier try of this one may have written, and what stores, before it writes,
	// that it may have.
	Before  []Result                    `json:"-"`
	Again   bool                        `json:"-"`
	Writing func(context.Context) error `json:"-"`
}

// Result is what came of one item.
type Result struct {
	Item  string `json:"item"`
	State string `json:"state"`
	Value string `json:"value,omitempty"`
}

// JobState is how far a job came.
type JobState struct {
	Results []Result `json:"results"`
	Tries   int      `json:"tries,omitempty"`   // failures of the next item
	Writing bool     `json:"writing,omitempty"` // the next item may have been written
	Line    string   `json:"line,omitempty"`    // the message that shows the progress
	Space   string   `json:"space,omitempty"`   // in which that stands
}

// JobStore keeps of one job what must outlive the process.
type JobStore interface {
	Load(context.Context) (JobState, error) // the zero value where there is none
	Save(context.Context, JobState) error
	Stopped(context.Context) (bool, error)
}

const (
	// maxTries is how often an item may fail before it counts as not read.
	maxTries = 3
	// maxYield bounds how long one step waits for questions that go first.
	maxYield = 10 * time.Second
	// saveEach is how many results may be lost, and read again, by a crash.
	saveEach = 10
	// progressSteps is how often the progress is told: a message can be edited
	// ten times.
	progressSteps = 7
	// fewItems are done before anybody would read how far it is.
	fewItems = 20
)

// workPace is the time between two steps: a hundred and twenty a minute leave
// more than half of the about 300 calls that Webex allows to questions.
const workPace = 500 * time.Millisecond

// Work does a job from where it stands to its end, and returns what it comes
// to. An error that is Temporary means to call it again. busy reports whether
// people's questions are under way; those go first.
func (b *Bot) Work(ctx context.Context, j Job, store JobStore, busy func() bool) (Answer, error) {
	command, ok := b.commands[j.Command]
	if !ok || command.Step == nil {
		return Answer{}, fmt.Errorf("job %s: no command %q that works on items", j.Key, j.Command)
	}
	w := &worker{Bot: b, job: j, store: store, busy: busy}
	var err error
	if w.state, err = store.Load(ctx); err != nil {
		return Answer{}, laterError{err}
	}
	if n := len(w.state.Results); n > 0 {
		w.say(ctx, fmt.Sprintf("going on at %d of %d", n, len(j.Items)))
	}
	why, err := w.steps(ctx, command)
	if saved := store.Save(context.WithoutCancel(ctx), w.state); err == nil && saved != nil {
		err = laterError{saved}
	}
	if err != nil {
		return Answer{}, err
	}
	w.say(ctx, fmt.Sprintf("done with %d of %d", len(w.state.Results), len(j.Items)))
	return b.finish(ctx, command, j, w.state.Results, why)
}

// AbandonJob says that a job was cut off for good, with what was done until
// then.
func (b *Bot) AbandonJob(ctx context.Context, j Job, store JobStore) (Answer, error) {
	s, err := store.Load(ctx)
	if err != nil {
		b.o.Logger.Warn("how far a job came is not known", "key", j.Key, "ref", j.Ref, "error", err)
	}
	command, ok := b.commands[j.Command]
	if !ok || command.Finish == nil {
		n := brokenNotice(j.Ref)
		return b.resultOf(ctx, j, Drawn(n))
	}
	return b.finish(ctx, command, j, s.Results, "Cut off: I could not go on, and that is no fault of yours. Whoever runs this bot finds the reason in its log under the reference.")
}

func (b *Bot) finish(ctx context.Context, c Command, j Job, results []Result, why string) (Answer, error) {
	reply, err := c.Finish(ctx, j, results, why)
	if err != nil {
		return Answer{}, fmt.Errorf("finish job %s: %w", j.Key, err)
	}
	reply.trace = &Trace{Root: j.Root, Ref: j.Ref, Command: j.Command, Text: j.Title, Site: Site{j.Site, j.Why}, Began: time.Now(), Items: len(results)}
	b.o.Logger.Info("a job ended", "key", j.Key, "ref", j.Ref, "command", j.Command, "site", j.Site, "done", len(results), "of", len(j.Items), "why", why)
	return b.resultOf(ctx, j, reply, j.entry(len(results), why))
}

// entry is what the record says at the end of a job: whose values were read is
// more than the question says.
func (j Job) entry(done int, why string) Entry {
	e := Entry{
		Asked: time.Now(), Ref: j.Ref, Person: Person{ID: j.Asker.ID, Email: email(j.Asker), Name: j.Asker.DisplayName, OrgID: j.Asker.OrgID},
		RoomID: j.Room.ID, Command: j.Command, Site: j.Site, Text: j.Text, Decision: Allowed, Outcome: Answered,
	}
	e.note(fmt.Sprintf("%d of %d done", done, len(j.Items)))
	if why != "" {
		e.note(why)
	}
	return e
}

// resultOf is what is stored at the end of a job.
func (b *Bot) resultOf(ctx context.Context, j Job, r Reply, entries ...Entry) (Answer, error) {
	q := question{key: j.Key + "/done", ref: j.Ref, asker: j.Asker, askerID: j.Asker.ID, private: j.Alone, room: j.Room, root: j.Root, entry: &Entry{}}
	left := false // the space, for somebody in it who may not read what comes
	if !q.private {
		me, err := b.Me(ctx)
		if err != nil {
			return Answer{}, laterOn401(err)
		}
		left = !b.mayShow(ctx, &q, me, b.commands[j.Command].Admin)
		q.private = left
	}
	copies, err := b.copies(ctx, q, r.Copies)
	if err != nil {
		return Answer{}, laterError{err}
	}
	if q.private {
		r.warn(q.privately())
	}
	began := Posted{}
	if r.Replace && !left {
		if began, err = b.o.Outbox.Posted(ctx, j.Key); err != nil {
			return Answer{}, laterError{fmt.Errorf("where the answer stands that began it: %w", err)}
		}
	}
	if began.Message != "" && !webex.SameID(began.Room, j.Room.ID) { // it was answered 1:1
		q.private, q.room, q.root = false, Room{ID: began.Room, Direct: true}, ""
	}
	o, err := b.outgoing(ctx, q, r)
	if err != nil {
		return Answer{}, err
	}
	o.Replaces = began.Message
	return Answer{Messages: append(o.Parts(), copies...), Entries: entries, Changes: r.Changes}, nil
}

// laterError is a failure of our own store: the work is tried again.
type laterError struct{ error }

func (laterError) Temporary() bool { return true }
func (e laterError) Unwrap() error { return e.error }

// worker is a job under way.
type worker struct {
	*Bot

	job   Job
	store JobStore
	busy  func() bool
	state JobState
	told  int // the last step of the progress that was told
}

// steps works on what is left. It returns why not all was done.
func (w *worker) steps(ctx context.Context, c Command) (why string, err error) {
	for len(w.state.Results) < len(w.job.Items) {
		if c.Enough != nil {
			if why := c.Enough(w.state.Results); why != "" {
				return why, nil
			}
		}
		stopped, err := w.store.Stopped(ctx)
		if err == nil && stopped {
			return "Stopped, as somebody asked.", nil
		}
		if err == nil {
			err = w.yield(ctx, c.Writes)
		}
		if err != nil {
			return "", orLater(err)
		}
		if err := w.one(ctx, c); err != nil {
			return "", err
		}
		w.progress(ctx)
	}
	return "", nil
}

// one works on the next item, and keeps what came of every tenth, or of each where
// it writes. It waits for no pause of Webex's: the whole job does, so that what
// people asked meanwhile goes first.
func (w *worker) one(ctx context.Context, c Command) error {
	j := w.job
	j.Before, j.Again = w.state.Results, w.state.Writing
	j.Writing = func(ctx context.Context) error {
		w.state.Writing = true
		return orLater(w.store.Save(ctx, w.state))
	}
	result, err := c.Step(webex.WithPatience(ctx, time.Now()), j, j.Items[len(w.state.Results)])
	switch {
	case err != nil && ctx.Err() != nil:
		return laterError{ctx.Err()}
	case err != nil && !w.passes(err):
		return err
	}
	w.state.Results, w.state.Tries, w.state.Writing = append(w.state.Results, result), 0, false
	if !c.Writes && len(w.state.Results)%saveEach != 0 {
		return nil
	}
	return orLater(w.store.Save(ctx, w.state))
}

// orLater is a [laterError] of an error, and nil of none.
func orLater(err error) error {
	if err == nil {
		return nil
	}
	return laterError{err}
}

// passes decides about an item that failed: whether to leave it and go on, or
// to come back to it later. Where Webex refuses the sign-in nothing goes on.
func (w *worker) passes(err error) bool {
	e, ok := errors.AsType[*webex.Error](err)
	switch {
	case !ok || e.Kind == webex.KindToken || e.Status == 401:
		return false
	case e.Status == 429:
		return false
	case e.Temporary():
		w.state.Tries++
		if w.state.Tries < maxTries {
			return false
		}
	}
	w.o.Logger.Warn("an item of a job was not read", "key", w.job.Key, "ref", w.job.Ref, "done", len(w.state.Results), "error", err)
	return true
}

// yield waits for the next step's turn, and longer while people ask.
func (w *worker) yield(ctx context.Context, writes bool) error {
	pace := cmp.Or(w.o.WorkPace, workPace)
	if writes {
		pace *= 2
	}
	for waited := time.Duration(0); ; waited += pace {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pace):
		}
		if waited > maxYield || !w.busy() {
			return nil
		}
	}
}

// progress tells how far it is, some times in all.
func (w *worker) progress(ctx context.Context) {
	n, of := len(w.state.Results), len(w.job.Items)
	if step := n * (progressSteps + 1) / of; of > fewItems && step > w.told && n < of {
		w.told = step
		w.say(ctx, fmt.Sprintf("%d of %d", n, of))
	}
}

// say shows how far the job is: in one message, which is edited. Work on few
// items has none. That it fails is no reason to stop.
func (w *worker) say(ctx context.Context, words string) {
	if w.state.Line == "" && len(w.job.Items) <= fewItems {
		return
	}
	m := webex.NewMessage{RoomID: w.job.Room.ID, ParentID: w.job.Root, Markdown: cards.Escape(w.job.Title) + ": " + words + " · Ref " + w.job.Ref}
	if w.job.Alone {
		m.RoomID, m.ParentID, m.ToPersonID = "", "", w.job.Asker.ID
	}
	if w.state.Line != "" {
		m.RoomID = w.state.Space
		if _, err := w.o.Webex.Edit(ctx, w.state.Line, m); err != nil {
			w.o.Logger.Info("how far a job is could not be shown", "key", w.job.Key, "ref", w.job.Ref, "error", err)
		}
		return
	}
	posted, err := w.o.Webex.Post(ctx, m)
	if err != nil {
		w.o.Logger.Info("how far a job is could not be shown", "key", w.job.Key, "ref", w.job.Ref, "error", err)
		return
	}
	w.state.Line, w.state.Space = posted.ID, posted.RoomID
	if err := w.store.Save(ctx, w.state); err != nil {
		w.o.Logger.Warn("how far a job is could not be stored", "key", w.job.Key, "ref", w.job.Ref, "error", err)
	}
}
