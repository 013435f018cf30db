package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/cards"
	"trackbot/webex"
)

// memory keeps what jobs know, and stops one where stop says so.
type memory struct {
	state JobState
	saves int
	stop  func(done int) bool
}

func (m *memory) Load(context.Context) (JobState, error) { return m.state, nil }

func (m *memory) Save(_ context.Context, s JobState) error {
	m.state, m.saves = s, m.saves+1
	return nil
}

func (m *memory) Stopped(context.Context) (bool, error) {
	return m.stop != nil && m.stop(len(m.state.Results)), nil
}

// working is a bot whose only command works on items with step.
func working(step func(item string) (Result, error)) (*Bot, *space) {
	s := asked("")
	s.post = func(m webex.NewMessage) (webex.Message, error) {
		s.edited = append(s.edited, "post "+m.Markdown)
		return webex.Message{ID: "line", RoomID: "room"}, nil
	}
	s.edit = func(id string, m webex.NewMessage) (webex.Message, error) {
		s.edited = append(s.edited, id+" "+m.Markdown)
		return webex.Message{ID: id}, nil
	}
	b, _ := newBot(s, echoText)
	c := b.commands["code"]
	c.Step = func(_ context.Context, _ Job, item string) (Result, error) { return step(item) }
	c.Finish = func(_ context.Context, j Job, results []Result, why string) (Reply, error) {
		n := cards.Notice{Title: fmt.Sprintf("%d of %d", len(results), len(j.Items)), Lines: []string{"why: " + why}}
		return Reply{Card: n.View().Card(), Markdown: n.View().Markdown(), File: &File{"a.csv", "text/csv", []byte("x")}}, nil
	}
	b.commands["code"] = c
	return b, s
}

func job(n int) Job {
	j := Job{Command: "code", Site: "example.webex.com", Title: "Department", Key: "msg:m1", Ref: Ref("msg:m1"), Room: Room{ID: "room"}, Root: "m1"}
	for i := range n {
		j.Items = append(j.Items, strconv.Itoa(i))
	}
	return j
}

func never() bool { return false }

func found(item string) (Result, error) { return Result{Item: item, State: "set"}, nil }

func TestWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := working(found)
		m := &memory{}
		began := time.Now()
		a, err := b.Work(t.Context(), job(40), m, never)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 40*workPace {
			t.Errorf("40 items took %v, want two a second", took)
		}
		if m := a.Messages; len(m) != 2 || m[0].Key != "msg:m1/done" || m[1].Key != "msg:m1/done/file" || m[0].ParentID != "m1" || !strings.Contains(m[0].Markdown, "40 of 40") {
			t.Errorf("messages %+v, want the summary and the file in the thread", m)
		}
		if len(a.Entries) != 1 || a.Entries[0].Reason != "40 of 40 done" {
			t.Errorf("entries %+v, want the end of the work", a.Entries)
		}
		if s.edited[0] != "post Department: 5 of 40 · Ref "+Ref("msg:m1") || s.edited[len(s.edited)-1] != "line Department: done with 40 of 40 · Ref "+Ref("msg:m1") || len(s.edited) > 10 {
			t.Errorf("progress = %q, want one message that is edited up to nine times", s.edited)
		}
	})
}

func TestWorkYieldsToQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := working(found)
		began := time.Now()
		if _, err := b.Work(t.Context(), job(2), &memory{}, func() bool { return time.Since(began) < 3*time.Second }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 3*time.Second || took > 4*time.Second {
			t.Errorf("took %v while people asked for 3 s", took)
		}
		began = time.Now()
		if _, err := b.Work(t.Context(), job(1), &memory{}, func() bool { return true }); err != nil || time.Since(began) < maxYield || time.Since(began) > maxYield+2*time.Second {
			t.Errorf("%v after %v: somebody always asks, and the work must go on all the same", err, time.Since(began))
		}
	})
}

func TestWorkAndFailures(t *testing.T) {
	refuse := func(status int) error { return &webex.Error{Kind: webex.KindStatus, Status: status} }
	for _, c := range []struct {
		name      string
		err       error
		runs      int    // until it ends
		temporary bool   // of the error of each run before
		title     string // of the summary; empty: the job fails
	}{
		{"a person that is refused", refuse(403), 1, false, "3 of 3"},
		{"a failure of Webex", refuse(503), 3, true, "3 of 3"},
		{"no answer", &webex.Error{Kind: webex.KindNoAnswer}, 3, true, "3 of 3"},
		{"the sign-in is refused", refuse(401), 1, false, ""},
		{"no token", &webex.Error{Kind: webex.KindToken}, 1, false, ""},
		{"a fault of ours", errors.New("inner"), 1, false, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			b, _ := working(func(item string) (Result, error) {
				if item == "1" {
					return Result{Item: item, State: "not read"}, c.err
				}
				return found(item)
			})
			m := &memory{}
			var a Answer
			var err error
			for run := range c.runs {
				a, err = b.Work(t.Context(), job(3), m, never)
				e, ok := errors.AsType[interface {
					error
					Temporary() bool
				}](err)
				if last := run == c.runs-1; !last && (!ok || !e.Temporary()) {
					t.Fatalf("%s: run %d: %v, want to be called again", c.name, run+1, err)
				}
			}
			switch {
			case c.title == "" && err == nil, c.title != "" && err != nil:
				t.Errorf("%s: %v", c.name, err)
			case c.title != "" && !strings.Contains(a.Messages[0].Markdown, c.title):
				t.Errorf("%s: %v, want %q", c.name, a.Messages, c.title)
			case c.title == "" && len(m.state.Results) != 1:
				t.Errorf("%s: %v is kept, want what was done before", c.name, m.state.Results)
			}
		})
	}
}

func TestWorkWaitsOutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := working(func(string) (Result, error) {
			return Result{}, &webex.Error{Kind: webex.KindPaused, Status: 429, After: time.Minute}
		})
		m := &memory{}
		for range maxTries + 2 {
			_, err := b.Work(t.Context(), job(1), m, never)
			if e, ok := errors.AsType[*webex.Error](err); !ok || !e.Temporary() || e.RetryAfter() != time.Minute {
				t.Fatalf("Work = %v, want the pause, however often it comes", err)
			}
		}
		if len(m.state.Results) != 0 {
			t.Errorf("a person counts as not read because of a pause: %v", m.state)
		}
	})
}

func TestWorkIsStoppedAndShutDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := working(found)
		m := &memory{stop: func(done int) bool { return done >= 10 }}
		if a, err := b.Work(t.Context(), job(30), m, never); err != nil || !strings.Contains(a.Messages[0].Markdown, "10 of 30") || !strings.Contains(a.Messages[0].Markdown, "Stopped") {
			t.Errorf("Work = %v, %v", a, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		b, s := working(func(item string) (Result, error) {
			if item == "3" {
				cancel()
				return Result{}, ctx.Err()
			}
			return found(item)
		})
		m = &memory{}
		a, err := b.Work(ctx, job(30), m, never)
		if e, ok := errors.AsType[laterError](err); !ok || !e.Temporary() || len(a.Messages) != 0 || len(m.state.Results) != 3 {
			t.Errorf("Work = %v, %v, state %v; want it stored for later", a, err, m.state)
		}
		b2, _ := working(found)
		b2.o.Webex = s
		if a, err := b2.Work(t.Context(), job(30), m, never); err != nil || !strings.Contains(a.Messages[0].Markdown, "30 of 30") {
			t.Errorf("after the restart: %v, %v", a, err)
		}
		if !strings.Contains(strings.Join(s.edited, "\n"), "going on at 3 of 30") {
			t.Errorf("nobody was told that it goes on: %q", s.edited)
		}
	})
}

func TestWorkThatIsGivenUp(t *testing.T) {
	b, _ := working(found)
	m := &memory{state: JobState{Results: []Result{{Item: "0"}, {Item: "1"}}}}
	if a, err := b.AbandonJob(t.Context(), job(30), m); err != nil || !strings.Contains(a.Messages[0].Markdown, "2 of 30") || !strings.Contains(a.Messages[0].Markdown, "Cut off") || len(a.Entries) != 1 {
		t.Errorf("AbandonJob = %+v, %v", a, err)
	}
	j := job(3)
	j.Command = "of another version"
	if _, err := b.Work(t.Context(), j, m, never); err == nil {
		t.Error("work without a command passed")
	}
	if a, err := b.AbandonJob(t.Context(), j, m); err != nil || len(a.Messages) != 1 || !strings.Contains(a.Messages[0].Markdown, "went wrong") {
		t.Errorf("AbandonJob of another version's job = %v, %v", a, err)
	}
}

func TestWorkForTheAskerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := working(found)
		j := job(1)
		j.Alone, j.Asker = true, webex.Person{ID: "ann"}
		a, err := b.Work(t.Context(), j, &memory{}, never)
		if err != nil || len(a.Messages) != 2 {
			t.Fatalf("Work = %v, %v", a, err)
		}
		for _, o := range a.Messages {
			if o.PersonID != "ann" || o.RoomID != "" || o.ParentID != "" {
				t.Errorf("%s goes to %q in %q, want Ann alone", o.Key, o.PersonID, o.RoomID)
			}
		}
	})
}

// Somebody who may not read joined the space while the work went on: what comes of
// it goes to the asker.
func TestWhatComesIsNotShownToWhoJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := working(found)
		s.members = []webex.Membership{{PersonID: "mal", PersonOrgID: "other"}}
		j := job(1)
		j.Asker = webex.Person{ID: "ann"}
		a, err := b.Work(t.Context(), j, &memory{}, never)
		if err != nil || len(a.Messages) == 0 {
			t.Fatalf("Work = %v, %v", a, err)
		}
		for _, o := range a.Messages {
			if o.PersonID != "ann" || o.RoomID != "" {
				t.Errorf("%s goes to %q in %q, want Ann alone", o.Key, o.PersonID, o.RoomID)
			}
		}
	})
}

// TestWorkThatWrites: what came of each item is stored before the next, it goes half
// as often, ends where it is enough, and its result takes the place of the answer
// that began it.
func TestWorkThatWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _ := working(found)
		c := b.commands["code"]
		c.Writes = true
		c.Enough = func(results []Result) string {
			return map[bool]string{true: "Enough is enough."}[len(results) == 4]
		}
		finish := c.Finish
		c.Finish = func(ctx context.Context, j Job, results []Result, why string) (Reply, error) {
			r, err := finish(ctx, j, results, why)
			r.Replace, r.Copies = true, []Copy{{PersonID: "bob", Markdown: "for Bob"}}
			return r, err
		}
		b.commands["code"] = c
		b.o.Outbox = &outbox{posted: map[string]Posted{"msg:m1": {Message: "began", Room: "room"}}}
		m := &memory{}
		start := time.Now()
		a, err := b.Work(t.Context(), job(9), m, never)
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 4*2*workPace || m.saves < 4 {
			t.Errorf("4 items took %v and were saved %d times, want one a second, each saved", took, m.saves)
		}
		if n := len(a.Messages); n != 3 || a.Messages[0].Replaces != "began" || a.Messages[1].Replaces != "" || a.Messages[2].PersonID != "bob" || !strings.Contains(a.Messages[0].Markdown, "Enough is enough") {
			t.Errorf("messages = %+v, want the end in the place of the beginning, the file, and Bob's", a.Messages)
		}
	})
}
