package queue

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The same operations work on a queue that is open here and, through its socket, on one that another process holds.
func TestManager(t *testing.T) {
	for _, how := range []string{"own", "socket", "deep folder"} {
		t.Run(how, func(t *testing.T) {
			o := testOptions(t)
			if how == "deep folder" {
				o.Dir = filepath.Join(o.Dir, strings.Repeat("deep/", 30))
			}
			q := openQueue(t, o)
			var m Manager = q
			if how != "own" {
				var err error
				if m, err = Attach(t.Context(), o); err != nil {
					t.Fatal(err)
				}
				if _, ok := m.(*remote); !ok {
					t.Fatalf("Attach = %T, want a remote one", m)
				}
			}
			s := newTestStage(t, q, StageOptions{Name: "events", Backoff: func(int) time.Duration { return time.Hour }})
			mend, gate := new(atomic.Bool), make(chan struct{})
			var rec record
			runStage(t, s, func(_ context.Context, it Item[question]) error {
				switch {
				case mend.Load():
				case it.Key == "bad":
					return errors.New("no such code")
				case it.Key == "later":
					return &askError{temporary: true}
				case it.Key == "runs":
					<-gate
				}
				rec.add(it)
				return nil
			})
			for _, k := range []string{"bad", "later", "runs"} {
				mustPut(t, s, k, "lane "+k, 1)
			}
			mustPut(t, s, "behind", "lane later", 2)
			states := map[string]string{}
			eventually(t, "the states are as wanted", func() bool {
				items, err := m.Items(t.Context(), Filter{})
				if err != nil {
					t.Fatal(err)
				}
				clear(states)
				for _, i := range items {
					states[i.Key] = i.State
				}
				return len(states) == 4 && states["bad"] == StateFailed && states["later"] == StateRetrying &&
					states["runs"] == StateRunning && states["behind"] == StateWaiting
			})
			checkShow(t, m)
			if err := m.Drop(t.Context(), "events", "runs"); err == nil || !strings.Contains(err.Error(), ErrRunning.Error()) {
				t.Errorf("Drop of a running item = %v, want ErrRunning", err)
			}
			for _, op := range []func(context.Context, string, string) error{m.Drop, m.Retry} {
				if err := op(t.Context(), "events", "nothing"); !errors.Is(err, ErrNotFound) {
					t.Errorf("an operation on nothing = %v, want ErrNotFound", err)
				}
			}
			if err := m.Drop(t.Context(), "events", "behind"); err != nil {
				t.Error(err)
			}
			if fresh, err := s.Put(t.Context(), "behind", "l", question{}); fresh || err != nil {
				t.Errorf("Put of a dropped key = %v, %v, want false", fresh, err)
			}
			mend.Store(true)
			for _, k := range []string{"bad", "later"} {
				retry(t, m, k)
			}
			close(gate)
			eventually(t, "three ran", func() bool { n, err := s.Waiting(t.Context()); return rec.len() == 3 && n == 0 && err == nil })
			if items, err := m.Items(t.Context(), Filter{}); len(items) != 0 || err != nil {
				t.Errorf("left: %+v, %v", items, err)
			}
			for _, it := range rec.runs {
				if it.Key == "behind" {
					t.Error("the dropped item ran")
				}
			}
			if err := m.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// retry waits until the item has left its stage, which is a moment after it is among the failed.
func retry(t *testing.T, m Manager, key string) {
	t.Helper()
	eventually(t, "retried", func() bool {
		err := m.Retry(t.Context(), "events", key)
		if err != nil && !strings.Contains(err.Error(), ErrRunning.Error()) {
			t.Fatalf("Retry(%s) = %v", key, err)
		}
		return err == nil
	})
}

func checkShow(t *testing.T, m Manager) {
	t.Helper()
	for key, want := range map[string]ItemInfo{
		"bad":    {Lane: "lane bad", State: StateFailed, Attempts: 1, Reason: "no such code"},
		"later":  {Lane: "lane later", State: StateRetrying, Attempts: 1, Reason: "asked: true 0s"},
		"behind": {Lane: "lane later", State: StateWaiting},
	} {
		got, err := m.Show(t.Context(), "events", key)
		if err != nil || got.Lane != want.Lane || got.State != want.State || got.Attempts != want.Attempts || got.Reason != want.Reason {
			t.Errorf("Show(%s) = %+v, %v, want %+v", key, got, err, want)
		}
		if !strings.Contains(string(got.Value), `"tracking code 1 on example.webex.com"`) || !strings.HasPrefix(got.Preview, `{"n":`) || got.Stored.IsZero() {
			t.Errorf("Show(%s) = %+v", key, got)
		}
	}
	if got, err := m.Items(t.Context(), Filter{State: StateFailed}); len(got) != 1 || got[0].Key != "bad" || got[0].Value != nil || err != nil {
		t.Errorf("Items(failed) = %+v, %v", got, err)
	}
	if got, err := m.Items(t.Context(), Filter{Stage: "other"}); len(got) != 0 || err != nil {
		t.Errorf("Items(other) = %+v, %v", got, err)
	}
	if got, err := m.Items(t.Context(), Filter{Limit: 2}); len(got) != 2 || err != nil {
		t.Errorf("Items(limit 2) = %d, %v", len(got), err)
	}
}

func TestAttachWithoutABot(t *testing.T) {
	o := testOptions(t)
	if _, err := Attach(t.Context(), o); err == nil || !strings.Contains(err.Error(), "there is no queue") {
		t.Errorf("Attach to nothing = %v", err)
	}
	fill(t, o, 3)
	m, err := Attach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if items, err := m.Items(t.Context(), Filter{}); len(items) != 3 || err != nil {
		t.Errorf("Items = %+v, %v, want 3", items, err)
	}
	if err := m.Drop(t.Context(), "events", "k1"); err != nil {
		t.Error(err)
	}
	if err := m.Close(t.Context()); err != nil {
		t.Error(err)
	}
	q := openQueue(t, o)
	s := newTestStage(t, q, StageOptions{Name: "events"})
	if n, err := s.Waiting(t.Context()); n != 2 || err != nil {
		t.Errorf("Waiting = %d, %v, want 2", n, err)
	}
	if i, err := os.Stat(filepath.Join(o.Dir, controlName)); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("control socket: %v, %v", i, err)
	}
}

// A retried item is run although it is older than the stage's MaxAge.
func TestRetryStartsItsAgeAnew(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s := newTestStage(t, q, StageOptions{Name: "events", MaxAge: 500 * time.Millisecond})
	mustPut(t, s, "k", "l", 1)
	pause(t.Context(), 600*time.Millisecond)
	var rec record
	runStage(t, s, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
	eventually(t, "failed", func() bool {
		l, err := q.Items(t.Context(), Filter{State: StateFailed})
		return len(l) == 1 && err == nil
	})
	retry(t, q, "k")
	eventually(t, "run", func() bool { return rec.len() == 1 })
	if age := time.Since(rec.runs[0].Stored); age < 500*time.Millisecond {
		t.Errorf("Stored is %v ago: it must be the first Put", age)
	}
}
