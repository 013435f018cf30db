package queue

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// Rows of one lane run one after the other in their order, also where one must
// be tried again; those of other lanes do not wait for them.
func TestLanesKeepTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var inLane [2]atomic.Int32
		var failed atomic.Bool
		worker, _ := w.worker(Options{Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			lane := &inLane[it.Lane[0]-'a']
			if lane.Add(1) != 1 {
				t.Errorf("%s runs beside another row of its lane", it.Key)
			}
			defer lane.Add(-1)
			if it.Key == "a03" && failed.CompareAndSwap(false, true) {
				return nil, laterError{wait: 20 * time.Millisecond}
			}
			return nil, nil
		}})
		w.put(worker, slices.Concat(numbered("a", 10), numbered("b", 10))...)
		w.rest()
		for _, lane := range []string{"a", "b"} {
			ran := slices.DeleteFunc(w.order(), func(key string) bool { return !strings.HasPrefix(key, lane) })
			if !slices.IsSorted(ran) {
				t.Errorf("lane %s ran in the order %q", lane, ran)
			}
			if want := 10 + strings.Count(lane, "a"); len(ran) != want { // a03 twice
				t.Errorf("lane %s ran %d times, want %d", lane, len(ran), want)
			}
		}
	})
}

// An idle bot needs three commits a question: heard, answered, posted.
func TestThreeCommitsAQuestion(t *testing.T) {
	var commits atomic.Int32
	w := &world{t: t, db: storetest.SQLite(t).Open(t, func(o *store.Options) {
		o.Hook = func(statement string) {
			if statement == "COMMIT" {
				commits.Add(1)
			}
		}
	})}
	outbox, _ := w.worker(Options{Table: Outbox, Handle: func(context.Context, Item) (func(*store.Tx) error, error) {
		return func(tx *store.Tx) error { return SetPosted(tx, "q1", "m1", "r1") }, nil
	}})
	inbox, _ := w.worker(Options{Handle: func(context.Context, Item) (func(*store.Tx) error, error) {
		return func(tx *store.Tx) error {
			_, err := outbox.Put(tx, New{Key: "q1", Lane: "a", Body: []byte("answer")})
			return err
		}, nil
	}})
	w.until("both workers run", func(*store.Tx) (bool, error) { return inbox.spare() && outbox.spare(), nil })
	before := commits.Load()
	w.put(inbox, New{Key: "q1", Lane: "a"})
	w.rest()
	if n := commits.Load() - before; n != 3 {
		t.Errorf("%d commits, want 3", n)
	}
	if e := w.state(Outbox, "q1"); e.State != Done {
		t.Errorf("the message is %s", e.State)
	}
}

// A key is taken once, whatever became of its row.
func TestKeysAreTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		release := make(chan struct{})
		worker, _ := w.worker(Options{Workers: 1, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			switch it.Key {
			case "fails":
				return nil, errors.New("for good")
			case "runs":
				<-release
			}
			return nil, nil
		}})
		w.put(worker, New{Key: "done", Lane: "a"}, New{Key: "fails", Lane: "b"})
		w.rest()
		w.put(worker, New{Key: "runs", Lane: "c"}, New{Key: "waits", Lane: "d"}, New{Key: "queued", Lane: "d"}, New{Key: "dropped", Lane: "e"})
		w.update(func(tx *store.Tx) error { return Drop(tx, Inbox, "dropped") })
		for _, key := range []string{"done", "fails", "runs", "waits", "queued", "dropped"} {
			w.update(func(tx *store.Tx) error {
				fresh, err := worker.Put(tx, New{Key: key, Lane: "z"})
				if fresh {
					t.Errorf("%s is taken again", key)
				}
				return err
			})
		}
		close(release)
		w.rest()
		if ran := w.order(); len(ran) != 5 {
			t.Errorf("ran %q, want each but the dropped one once", ran)
		}
	})
}

// What comes of a row is stored with its end, or neither is.
func TestEndAndWhatComesOfItAreOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var tries atomic.Int32
		worker, _ := w.worker(Options{
			Handle: func(context.Context, Item) (func(*store.Tx) error, error) {
				return func(tx *store.Tx) error {
					if err := tx.SetNote("half", []byte("x"), 0); err != nil {
						return err
					}
					if tries.Add(1) == 1 {
						return laterError{wait: time.Millisecond}
					}
					return tx.SetNote("whole", []byte("x"), 0)
				}, nil
			},
		})
		w.put(worker, New{Key: "k", Lane: "a"})
		w.until("the first try was undone", func(tx *store.Tx) (bool, error) {
			half, err := tx.Note("half")
			whole, err2 := tx.Note("whole")
			if (half == nil) != (whole == nil) {
				t.Error("half of an end is stored")
			}
			return whole != nil, errors.Join(err, err2)
		})
		w.rest()
		if n := tries.Load(); n != 2 {
			t.Errorf("%d tries, want 2", n)
		}
	})
}

// What can't be done is given up, with what is said about it in the same transaction.
func TestGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		handle func() error
		reason string
	}{
		"an error for good": {func() error { return errors.New("no such thing") }, "no such thing"},
		"a panic":           {func() error { panic("oh") }, "the handler panicked: oh"},
		"a wait beyond age": {func() error { return laterError{wait: 2 * time.Hour} }, "given up: the next try would come later than 1h0m0s after the start: not now"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				w := &world{t: t, db: e.Open(t)}
				worker, _ := w.worker(Options{
					Handle: func(context.Context, Item) (func(*store.Tx) error, error) { return nil, c.handle() },
					GiveUp: func(_ context.Context, it Item, reason error) (func(*store.Tx) error, error) {
						return func(tx *store.Tx) error { return tx.SetNote("sorry "+it.Key, []byte(reason.Error()), 0) }, nil
					},
				})
				w.put(worker, numbered("a", 2)...)
				w.rest()
				for _, key := range []string{"a00", "a01"} {
					e := w.state(Inbox, key)
					if e.State != Failed || e.Reason != c.reason || len(e.Body) == 0 {
						t.Errorf("%s is %s because of %q with %q, want it failed because of %q, with its body", key, e.State, e.Reason, e.Body, c.reason)
					}
					w.until("the apology is stored", func(tx *store.Tx) (bool, error) {
						sorry, err := tx.Note("sorry " + key)
						return string(sorry) == c.reason, err
					})
				}
			})
		})
	}
}

// The rows of a process that died are taken over: whether it did its work nobody
// knows, and after five such deaths the row is given up.
func TestTakenOverFromTheDead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		unsure := make(chan time.Time, 2)
		o := Options{Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			unsure <- it.Unsure
			return nil, nil
		}}
		for crashes, key := range map[int]string{0: "once", maxCrashes - 1: "too often"} {
			w.update(func(tx *store.Tx) error {
				_, _, _, err := put(tx, Inbox, New{Key: key, Lane: key, Body: []byte("x")}, "dead", tx.Now().Add(-time.Second))
				if err == nil {
					_, err = tx.Exec(`UPDATE inbox SET crashes = $1 WHERE key = $2`, crashes, key)
				}
				return err
			})
		}
		w.worker(o)
		if at := <-unsure; at.IsZero() {
			t.Error("what a dead process ran counts as certainly not done")
		}
		w.rest()
		if e := w.state(Inbox, "once"); e.State != Done {
			t.Errorf("taken over, it is %s", e.State)
		}
		if e := w.state(Inbox, "too often"); e.State != Failed || e.Reason != "the process ended 5 times while it ran" {
			t.Errorf("after the fifth death it is %s because of %q", e.State, e.Reason)
		}
	})
}

// A claim of which the connection broke during the commit is taken over by its
// own process too, there may be no other.
func TestTakenOverFromItself(t *testing.T) {
	t.Parallel()
	w := &world{t: t, db: storetest.PostgreSQL(t).Open(t)}
	worker, _ := w.worker(Options{Handle: func(context.Context, Item) (func(*store.Tx) error, error) { return nil, nil }})
	w.update(func(tx *store.Tx) error {
		_, _, _, err := put(tx, Inbox, New{Key: "unknown", Lane: "l", Body: []byte("x")}, worker.owner, tx.Now().Add(-time.Second))
		return err
	})
	w.rest()
	if e := w.state(Inbox, "unknown"); e.State != Done {
		t.Errorf("it is %s", e.State)
	}
}

// Whoever comes back after its claim was taken over completes nothing.
func TestAZombieCompletesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		running, release := make(chan struct{}), make(chan struct{})
		worker, stop := w.worker(Options{Handle: func(context.Context, Item) (func(*store.Tx) error, error) {
			close(running)
			<-release
			return func(tx *store.Tx) error { return tx.SetNote("zombie", []byte("x"), 0) }, nil
		}})
		w.put(worker, New{Key: "k", Lane: "a"})
		<-running
		w.update(func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE inbox SET owner = 'another', attempt = attempt + 1, until = $1 WHERE key = 'k'`, tx.Now().Add(time.Hour).UnixMilli())
			return err
		})
		close(release)
		stop()
		w.until("looked at", func(tx *store.Tx) (bool, error) {
			note, err := tx.Note("zombie")
			if note != nil {
				t.Error("a zombie stored what came of it")
			}
			return true, err
		})
		if e := w.state(Inbox, "k"); e.State != Running {
			t.Errorf("the row is %s, want it left to its new owner", e.State)
		}
	})
}

// A run that ended uncertainly says since when, anew where it may have acted
// itself; one that certainly did nothing leaves no doubt.
func TestUncertainRunsAreRemembered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var runs []Item
		worker, _ := w.worker(Options{Table: Outbox, Workers: 1, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			runs = append(runs, it)
			switch len(runs) {
			case 1, 3:
				return nil, laterError{wait: time.Millisecond, uncertain: true}
			case 2:
				return nil, laterError{wait: time.Millisecond, uncertain: true, earlier: true}
			case 4:
				return nil, laterError{wait: time.Millisecond}
			}
			return nil, nil
		}})
		w.put(worker, New{Key: "k", Lane: "a"})
		w.rest()
		if len(runs) != 5 || !runs[0].Unsure.IsZero() || runs[1].Unsure.IsZero() || !runs[2].Unsure.Equal(runs[1].Unsure) ||
			!runs[3].Unsure.After(runs[2].Unsure) || !runs[4].Unsure.IsZero() {
			t.Errorf("unsure since %v", runs)
		}
	})
}

// Work that was done and whose end could not be stored may not be done again
// unseen. While the database is away it is the end alone that is tried again,
// also after the claim could not be held.
func TestAnEndThatIsNotStored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var worker *Worker
		var runs []Item
		ends := []error{laterError{wait: time.Millisecond}, &store.UnavailableError{Reason: "a test"}, nil}
		commit := func(*store.Tx) error {
			err := ends[0]
			ends = ends[1:]
			worker.cancelAll()
			return err
		}
		worker, _ = w.worker(Options{Table: Outbox, Workers: 1, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			runs = append(runs, it)
			return commit, nil
		}})
		w.put(worker, New{Key: "k", Lane: "a"})
		w.rest()
		if len(runs) != 2 || !runs[0].Unsure.IsZero() || runs[1].Unsure.IsZero() || len(ends) != 0 {
			t.Errorf("runs %v, and %d ends were not tried; want two runs, the second unsure", runs, len(ends))
		}
	})
}

// A stop lets running rows end and leaves the others; what it interrupts waits
// for the next start.
func TestStop(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var running atomic.Int32
		worker, stop := w.worker(Options{Workers: 2, Grace: time.Millisecond, Handle: func(ctx context.Context, _ Item) (func(*store.Tx) error, error) {
			running.Add(1)
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		w.put(worker, New{Key: "a", Lane: "a"}, New{Key: "b", Lane: "b"}, New{Key: "c", Lane: "c"})
		w.until("two run", func(*store.Tx) (bool, error) { return running.Load() == 2, nil })
		stop()
		w.put(worker, New{Key: "d", Lane: "d"})
		for _, key := range []string{"a", "b", "c", "d"} {
			if e := w.state(Inbox, key); e.State != Waiting || e.Unsure {
				t.Errorf("%s is %s, unsure %v", key, e.State, e.Unsure)
			}
		}
		w.worker(Options{})
		w.rest()
	})
}

// A claim that is committed after the stop is given back.
func TestALateClaimIsGivenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		blocked, release := make(chan struct{}), make(chan struct{})
		worker, stop := w.worker(Options{Workers: 2, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			if it.Key == "blocks" {
				close(blocked)
				<-release
			}
			return nil, nil
		}})
		w.put(worker, New{Key: "blocks", Lane: "a"})
		<-blocked
		stopped := make(chan struct{})
		w.update(func(tx *store.Tx) error {
			_, err := worker.Put(tx, New{Key: "late", Lane: "b", Body: []byte("x")})
			go func() { stop(); close(stopped) }()
			for !worker.stopped() {
				runtime.Gosched()
			}
			return err
		})
		close(release)
		<-stopped
		if e := w.state(Inbox, "late"); e.State != Waiting || e.Unsure {
			t.Errorf("a late claim is %s, unsure %v", e.State, e.Unsure)
		}
	})
}

func TestOperators(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := &world{t: t, db: e.Open(t)}
		var fails atomic.Bool
		fails.Store(true)
		worker, _ := w.worker(Options{Workers: 1, Handle: func(_ context.Context, it Item) (func(*store.Tx) error, error) {
			switch {
			case it.Key == "a00" && fails.Load():
				return nil, errors.New("broken")
			case it.Key == "b00" && fails.Load():
				return nil, laterError{wait: time.Hour / 2}
			}
			return nil, nil
		}})
		w.put(worker, numbered("a", 1)...)
		w.put(worker, numbered("b", 3)...)
		w.until("one failed, one waits for its next try", func(tx *store.Tx) (bool, error) {
			states := make(map[string]int)
			list, err := List(tx, Inbox, "", 10)
			for _, e := range list {
				states[e.State]++
			}
			return states[Failed] == 1 && states[Waiting] == 1 && states[Queued] == 2, err
		})
		var list []Entry
		w.update(func(tx *store.Tx) (err error) {
			list, err = List(tx, Inbox, "", 10)
			return err
		})
		if len(list) != 4 || list[0].Key != "a00" || list[0].Reason != "broken" || list[1].Reason != "not now" || list[1].Due.Before(time.Now()) {
			t.Errorf("list = %+v", list)
		}
		fails.Store(false)
		w.update(func(tx *store.Tx) error {
			if _, err := Show(tx, Inbox, "x"); !errors.Is(err, ErrNotFound) {
				t.Errorf("Show of what is not there = %v", err)
			}
			return errors.Join(Retry(tx, Inbox, "a00"), Drop(tx, Inbox, "b00"))
		})
		w.rest()
		if e := w.state(Inbox, "a00"); e.State != Done {
			t.Errorf("after another chance it is %s", e.State)
		}
		if e := w.state(Inbox, "b02"); e.State != Done || !slices.Contains(w.order(), "b01") {
			t.Errorf("behind a dropped row the lane is %s", e.State)
		}
		for _, f := range []func(*store.Tx, Table, string) error{Retry, Drop} {
			err := w.db.Update(t.Context(), func(tx *store.Tx) error { return f(tx, Inbox, "a00") })
			if err == nil || !strings.Contains(err.Error(), "it is done") {
				t.Errorf("of a row that is done: %v", err)
			}
		}
	})
}
