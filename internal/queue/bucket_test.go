package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBucket(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	b, err := q.Bucket(t.Context(), "tokens", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "a", "a.b", "*", ">", "Ciscospark://us/ROOM/1 2", "ключ", "\x00", strings.Repeat("k", 512)} {
		name := fmt.Sprintf("%.12q", key)
		if _, _, err := b.Get(t.Context(), key); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%s) of nothing = %v, want ErrNotFound", name, err)
		}
		rev, err := b.Create(t.Context(), key, []byte("one"))
		if err != nil {
			t.Fatalf("Create(%s) = %v", name, err)
		}
		if _, err := b.Create(t.Context(), key, []byte("two")); !errors.Is(err, ErrExists) {
			t.Errorf("Create(%s) twice = %v, want ErrExists", name, err)
		}
		if _, err := b.Update(t.Context(), key, []byte("x"), rev+100); !errors.Is(err, ErrChanged) {
			t.Errorf("Update(%s) of another revision = %v, want ErrChanged", name, err)
		}
		rev, err = b.Update(t.Context(), key, []byte("two"), rev)
		if err != nil {
			t.Errorf("Update(%s) = %v", name, err)
		}
		if v, got, err := b.Get(t.Context(), key); string(v) != "two" || got != rev || err != nil {
			t.Errorf("Get(%s) = %q, %d, %v, want two, %d", name, v, got, err, rev)
		}
		if err := b.Delete(t.Context(), key, rev-1); !errors.Is(err, ErrChanged) {
			t.Errorf("Delete(%s) of another revision = %v, want ErrChanged", name, err)
		}
		if err := b.Delete(t.Context(), key, rev); err != nil {
			t.Errorf("Delete(%s) = %v", name, err)
		}
		if _, err := b.Create(t.Context(), key, []byte("again")); err != nil {
			t.Errorf("Create(%s) after Delete = %v", name, err)
		}
	}
	if keys, err := b.Keys(t.Context()); len(keys) != 9 || err != nil {
		t.Errorf("Keys() = %q, %v, want 9", keys, err)
	}
	if _, err := b.Put(t.Context(), strings.Repeat("k", 513), nil); err == nil {
		t.Error("a key of 513 bytes was taken")
	}
	closeQueue(t, q)
	q = openQueue(t, o)
	if b, err = q.Bucket(t.Context(), "tokens", time.Hour); err != nil {
		t.Fatal(err)
	}
	if v, _, err := b.Get(t.Context(), "a.b"); string(v) != "again" || err != nil {
		t.Errorf("after a restart Get = %q, %v", v, err)
	}
}

// Many goroutines count up by compare-and-set; no step is lost.
func TestBucketCompareAndSet(t *testing.T) {
	q := openQueue(t, testOptions(t))
	b, err := q.Bucket(t.Context(), "count", 0)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var won atomic.Int32
	for range 8 {
		wg.Go(func() {
			for range 25 {
				_, rev, err := b.Get(t.Context(), "n")
				if errors.Is(err, ErrNotFound) {
					_, err = b.Create(t.Context(), "n", []byte("1"))
				} else {
					_, err = b.Update(t.Context(), "n", []byte("x"), rev)
				}
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, ErrChanged) && !errors.Is(err, ErrExists) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if _, rev, err := b.Get(t.Context(), "n"); int32(rev) != won.Load() || err != nil {
		t.Errorf("revision %d after %d steps, %v", rev, won.Load(), err)
	}
}

func TestBucketWatch(t *testing.T) {
	q := openQueue(t, testOptions(t))
	b, err := q.Bucket(t.Context(), "watch", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(t.Context(), "before", []byte("0")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan Entry, 10)
	done := make(chan error, 1)
	go func() { done <- b.Watch(ctx, func(e Entry) { got <- e }) }()
	if e := <-got; e.Key != "before" || string(e.Value) != "0" {
		t.Errorf("first = %+v", e)
	}
	if _, err := b.Put(t.Context(), "a b", []byte("1")); err != nil {
		t.Fatal(err)
	}
	if e := <-got; e.Key != "a b" || string(e.Value) != "1" || e.Deleted {
		t.Errorf("change = %+v", e)
	}
	if err := b.Delete(t.Context(), "a b", 0); err != nil {
		t.Fatal(err)
	}
	if e := <-got; e.Key != "a b" || !e.Deleted {
		t.Errorf("deletion = %+v", e)
	}
	// The store is restarted underneath; the watch goes on.
	s, err := q.session()
	if err != nil {
		t.Fatal(err)
	}
	q.fail(s, errors.New("asked for by a test"))
	eventually(t, "ready again", func() bool { return q.Ready() == nil })
	if _, err := b.Put(t.Context(), "after", []byte("2")); err != nil {
		t.Fatal(err)
	}
	for e := range got {
		if e.Key == "after" {
			break
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Watch = %v, want context.Canceled", err)
	}
}

func TestLease(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	b, err := q.Bucket(t.Context(), "leases", 0)
	if err != nil {
		t.Fatal(err)
	}
	try := func(owner string, want bool) {
		t.Helper()
		if got, err := b.Lease(t.Context(), "webhooks", owner, 300*time.Millisecond); got != want || err != nil {
			t.Errorf("Lease(%s) = %v, %v, want %v", owner, got, err, want)
		}
	}
	try("one", true)
	try("two", false)
	try("one", true)
	try("two", false)
	within(t, 2*time.Second, "taken over", func() bool {
		ok, err := b.Lease(t.Context(), "webhooks", "two", 300*time.Millisecond)
		return ok && err == nil
	})
	try("one", false)
	if err := b.Release(t.Context(), "webhooks", "one"); err != nil { // not the holder: nothing happens
		t.Error(err)
	}
	try("one", false)
	if err := b.Release(t.Context(), "webhooks", "two"); err != nil {
		t.Error(err)
	}
	try("one", true)
	closeQueue(t, q)

	q = openQueue(t, o) // the earlier process is gone: its lease is free at once
	if b, err = q.Bucket(t.Context(), "leases", 0); err != nil {
		t.Fatal(err)
	}
	try("two", true)
}

func TestHoldHasOneHolder(t *testing.T) {
	q := openQueue(t, testOptions(t))
	b, err := q.Bucket(t.Context(), "leases", 0)
	if err != nil {
		t.Fatal(err)
	}
	var now, most atomic.Int32
	holds := make(chan string, 100)
	hold := func(owner string) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = b.Hold(ctx, "webhooks", owner, 300*time.Millisecond, func(ctx context.Context) {
				most.Store(max(most.Load(), now.Add(1)))
				holds <- owner
				<-ctx.Done()
				now.Add(-1)
			})
		}()
		return func() { cancel(); <-done }
	}
	stopOne := hold("one")
	if got := <-holds; got != "one" {
		t.Errorf("holder %s", got)
	}
	stopTwo := hold("two")
	pause(t.Context(), time.Second)
	if now.Load() != 1 {
		t.Errorf("%d holders", now.Load())
	}
	start := time.Now()
	stopOne()
	if got := <-holds; got != "two" || time.Since(start) > time.Second {
		t.Errorf("then %s after %v", got, time.Since(start))
	}
	stopTwo()
	if most.Load() != 1 {
		t.Errorf("%d holders at once", most.Load())
	}
}
