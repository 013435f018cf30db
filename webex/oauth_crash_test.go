package webex_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"trackbot/internal/simulator"
	"trackbot/webex"
)

// savedOnce lets the announcement of a renewal be saved and fails every save
// after it; kept says that what failed is in the store all the same.
func savedOnce(err error, kept bool) func(int) (error, bool) {
	return func(n int) (error, bool) {
		if n == 1 {
			return nil, false
		}
		return err, kept
	}
}

// TestKillPoints ends the process, as it were, at each step of a renewal, and
// looks whether the next one works.
func TestKillPoints(t *testing.T) {
	died := errors.New("the process died")
	tests := []struct {
		name    string
		fail    func(n int) (error, bool) // of the saves of the renewal: 1 announces, 2 stores
		rule    *simulator.Rule
		keep    bool // Webex takes an old refresh token again
		refused bool // the next process must sign in
	}{
		{name: "before the announcement", fail: func(int) (error, bool) { return died, false }},
		{name: "after the announcement", fail: func(n int) (error, bool) { return died, n == 1 }},
		{name: "between Webex and the store, token rotated", fail: savedOnce(died, false), refused: true},
		{name: "between Webex and the store, token kept", keep: true, fail: savedOnce(died, false)},
		{name: "after the store", fail: savedOnce(died, true)},
		{name: "answer lost, token kept", keep: true, rule: &simulator.Rule{Path: "/access_token", Drop: simulator.DropAfter, Times: 1}},
		{name: "answer lost, token rotated", rule: &simulator.Rule{Path: "/access_token", Drop: simulator.DropAfter, Times: 1}, refused: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour, KeepRefresh: test.keep}, func(f *office) {
				t := f.t
				first := f.token(f.keys())
				f.store.failing(test.fail)
				if test.rule != nil {
					f.Fault(*test.rule)
				}
				dying := f.keys()
				f.token(dying)
				pass(10*time.Hour + time.Second)
				_, _ = dying.Token(t.Context()) // may go on in memory; its process is gone now
				f.store.failing(nil)

				k := f.keys()
				start := time.Now()
				token, err := k.Token(t.Context())
				switch {
				case test.refused:
					no, ok := errors.AsType[*webex.RefusedError](err)
					if !ok || !no.Doubt {
						t.Errorf("error = %v, want a refusal that names the lost answer", err)
					}
				case err != nil:
					t.Errorf("after a restart: %v", err)
				case token == first || !f.works(token):
					t.Error("after a restart the token does not work")
				}
				if took := time.Since(start); took > 25*time.Second {
					t.Errorf("the next process needed %v, want at most the 20 s for which it waits for the dead one", took)
				}
			})
		})
	}
}

func TestAStoreThatFailsAfterARefresh(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		k := f.keys()
		first := f.token(k)
		f.store.failing(savedOnce(errors.New("the disk is full"), false))
		stop := run(t, k)
		pass(8*time.Hour + time.Minute)
		if s := k.Status(); !s.Unsaved || s.Trouble == "" {
			t.Errorf("Status = %+v, want that the pair is not stored", s)
		}
		if f.token(k) != first {
			t.Error("the new token is used before it is stored, while the old one is good")
		}
		pass(2 * time.Hour)
		if f.token(k) == first { // the old one is over: a token that is not stored is better than none
			t.Error("the old token is used after its end")
		}
		f.refreshes(2)
		f.store.failing(nil)
		pass(2 * time.Minute)
		if s := k.Status(); s.Unsaved || s.Trouble != "" || s.Generation != 2 {
			t.Errorf("Status = %+v, want it stored once the store is back", s)
		}
		stop()
		f.token(f.keys())
		f.refreshes(2)
		if !strings.Contains(f.out.String(), "can't be stored") {
			t.Error("the log does not say so")
		}
	})
}

// TestATakeOverOfALivingReplica lets one replica be slower than the others
// believe in: its pair is the newer one and must win.
func TestATakeOverOfALivingReplica(t *testing.T) {
	bubble(t, simulator.OAuth{AccessLife: 10 * time.Hour}, func(f *office) {
		t := f.t
		a, b := f.keys(), f.keys()
		stale := f.token(a)
		f.token(b)
		f.Revoke(stale)
		release := make(chan struct{})
		f.store.failing(nil)
		slow := &gate{TokenStore: f.store, release: release}
		f.o.Store = slow
		a = f.keys()
		done := make(chan error, 1)
		go func() { done <- a.Renew(t.Context(), stale) }()
		pass(time.Second) // a has its pair and hangs before the store
		go func() { pass(30 * time.Second); close(release) }()
		err := b.Renew(t.Context(), stale) // takes over after 20 s and is refused: the token is rotated away
		if err == nil {
			t.Error("b got a token of a used refresh token")
		}
		if err := <-done; err != nil {
			t.Errorf("a: %v", err)
		}
		one := f.token(a)
		pass(6 * time.Minute)
		if err := b.Renew(t.Context(), stale); err != nil || f.token(b) != one {
			t.Errorf("b does not take the pair of a: %v", err)
		}
		f.refreshes(2)
	})
}

// gate holds the second save back.
type gate struct {
	webex.TokenStore

	release chan struct{}
	saves   int
}

func (g *gate) Save(ctx context.Context, v []byte, rev uint64) (uint64, error) {
	if g.saves++; g.saves == 2 {
		<-g.release
	}
	return g.TokenStore.Save(ctx, v, rev)
}
