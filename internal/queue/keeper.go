package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	keepEvery  = time.Second
	sayEvery   = time.Minute      // how often an ongoing trouble is logged
	retryStart = 3 * time.Second  // between two tries to restart a broken store
	makeWait   = 20 * time.Second // to make one stream: a cluster may have to elect its leader first
)

// keep looks after the session until ctx is done: it restarts a broken embedded store, makes what is missing on a
// cluster, and says once a minute what is wrong.
func (q *Queue) keep(ctx context.Context) {
	t := time.NewTicker(keepEvery)
	defer t.Stop()
	var said, tried time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-q.kick:
		}
		var err error
		switch {
		case !q.embedded():
			err = q.ensure(ctx)
		case q.isBroken() && time.Since(tried) >= retryStart:
			err = q.heal(ctx)
			tried = time.Now()
		default:
			err = q.Ready()
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		if time.Since(said) >= sayEvery {
			q.log.Warn("the queue takes nothing now", "reason", err)
			said = time.Now()
		}
	}
}

func (q *Queue) isBroken() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.broken != nil
}

// heal restarts the embedded server once the disk can be written: after a failed write it refuses everything until then.
func (q *Queue) heal(ctx context.Context) error {
	if err := q.space.check(max(q.o.Reserve, 1)); err != nil {
		return err
	}
	if err := tryWrite(q.o.Dir); err != nil {
		return err
	}
	q.mu.Lock()
	old := q.cur
	q.mu.Unlock()
	if old != nil {
		q.set(func() { q.cur, q.reason = nil, errSession })
		old.close()
	}
	if err := q.start(ctx); err != nil {
		q.set(func() { q.reason = err })
		return err
	}
	q.log.Info("the store works again")
	return nil
}

// tryWrite shows whether files can be written and synced in dir.
func tryWrite(dir string) error {
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return fmt.Errorf("the store's folder can't be written: %w", err)
	}
	_, err = f.Write(make([]byte, 64<<10))
	err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
	if err != nil {
		return fmt.Errorf("the store's folder can't be written: %w", err)
	}
	return nil
}

// start runs the embedded server and makes the session current. Nothing is created where a stream's folder exists but
// the server did not find the stream: creating it again would delete what is there.
func (q *Queue) start(ctx context.Context) error {
	if err := checkKey(&q.o); err != nil {
		return err
	}
	before, err := lookStore(&q.o)
	if err != nil {
		return err
	}
	if err := setAside(&q.o, before.streams); err != nil {
		return err
	}
	s, err := q.bring(ctx, before)
	if err = errors.Join(err, bringBack(&q.o, before.streams, err != nil)); err != nil {
		return err
	}
	q.set(func() { q.cur, q.reason, q.broken = s, nil, nil })
	return nil
}

// bring starts the server and returns a session on which everything exists.
func (q *Queue) bring(ctx context.Context, before *inventory) (*session, error) {
	var early atomic.Pointer[error] // the store failed before there was a session
	srv, err := startServer(&q.o, func(err error) {
		q.mu.Lock()
		s := q.cur
		q.mu.Unlock()
		if s != nil {
			q.fail(s, err)
			return
		}
		early.Store(&err)
	})
	if err != nil {
		return nil, err
	}
	nc, err := dial(srv)
	if err != nil {
		stopServer(srv)
		return nil, err
	}
	s, err := newSession(ctx, nc, srv)
	if err != nil {
		nc.Close()
		stopServer(srv)
		return nil, err
	}
	if err = q.settle(ctx, s, before); err != nil {
		s.close()
		return nil, err
	}
	if e := early.Load(); e != nil {
		s.close()
		return nil, *e
	}
	return s, nil
}

// settle checks what the server recovered, makes what is missing and remembers the key.
func (q *Queue) settle(ctx context.Context, s *session, before *inventory) error {
	for _, name := range before.streams {
		_, err := s.js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return &DamagedError{Dir: q.o.Dir, What: "stream " + name + " is on disk but was not recovered (another key, or damaged meta data)"}
		}
		if err != nil {
			return fmt.Errorf("looking at stream %s: %w", name, err)
		}
	}
	q.report(ctx, s, before)
	q.mu.Lock()
	assets := q.assets
	q.mu.Unlock()
	for _, a := range assets {
		if err := q.makeAsset(ctx, s, a); err != nil {
			return err
		}
	}
	return writeKeyCheck(&q.o)
}

// register adds an asset and makes it where that is possible now; else the keeper or the next start makes it.
func (q *Queue) register(ctx context.Context, a asset) error {
	q.mu.Lock()
	for _, have := range q.assets {
		if have.stream == a.stream {
			q.mu.Unlock()
			return nil
		}
	}
	q.assets = append(q.assets, a)
	s, broken := q.cur, q.broken != nil
	if !q.embedded() && q.reason == nil {
		q.reason = errors.New(q.waiting())
	}
	q.mu.Unlock()
	if !q.embedded() || s == nil || broken {
		q.wake()
		return nil //nolint:nilerr // the keeper makes it, and Ready says why it waits
	}
	err := q.makeAsset(ctx, s, a)
	if err != nil && (isBroken(err) || q.noRoom(err)) {
		q.fail(s, err)
		err = nil // the next start makes it
	}
	return err
}

// makeAsset makes an asset's stream where it is missing, and moves what an earlier layout holds into it.
func (q *Queue) makeAsset(ctx context.Context, s *session, a asset) error {
	mctx, cancel := context.WithTimeout(ctx, makeWait)
	defer cancel()
	found, err := a.release(mctx, s.js)
	if err != nil {
		return err
	}
	st, err := s.js.Stream(mctx, a.stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		err = a.create(mctx, s.js)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) || errors.Is(err, jetstream.ErrBucketExists) {
			err = nil // another replica was faster
		}
		if err == nil && s.srv != nil {
			st, err = s.js.Stream(mctx, a.stream)
		}
	}
	if err == nil && s.srv != nil && !st.CachedInfo().Config.AllowAtomicPublish {
		cfg := st.CachedInfo().Config
		cfg.AllowAtomicPublish = true // see writer; a bucket can't be made with it
		_, err = s.js.UpdateStream(mctx, cfg)
	}
	if err != nil {
		return fmt.Errorf("making stream %s: %w", a.stream, err)
	}
	for _, from := range found {
		if err := q.adopt(ctx, s, a, from); err != nil {
			return err
		}
	}
	return nil
}

// ensure makes what is missing on the cluster and updates the reason that Ready gives.
func (q *Queue) ensure(ctx context.Context) error {
	q.mu.Lock()
	s, assets := q.cur, q.assets
	q.mu.Unlock()
	if s == nil || !s.nc.IsConnected() {
		return errors.New(q.waiting())
	}
	for _, a := range assets {
		q.mu.Lock()
		have := q.made[a.stream]
		q.mu.Unlock()
		if have {
			continue
		}
		if err := q.makeAsset(ctx, s, a); err != nil {
			err = fmt.Errorf("%s: %w", q.waiting(), err)
			q.set(func() { q.reason = err })
			return err
		}
		q.mu.Lock()
		q.made[a.stream] = true
		q.mu.Unlock()
	}
	q.mu.Lock()
	whole := len(q.made) == len(q.assets)
	was := q.reason
	q.mu.Unlock()
	if whole && was != nil {
		q.set(func() { q.reason = nil })
	}
	return nil
}
