package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"

	"github.com/google/go-cmp/cmp"
)

// once lets k look a single time.
func once(t *testing.T, k *webhook.Keeper) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		run(t, k)()
	})
}

// run starts k and waits for its first look; the func it returns stops k. It
// must be called in a bubble.
func run(t *testing.T, k *webhook.Keeper) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- k.Run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}
}

// pass lets time go by, and what it sets off happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func keeper(h *hooks, change func(*webhook.KeeperOptions)) *webhook.Keeper {
	o := webhook.KeeperOptions{API: h, Name: "trackbot", TargetURL: target, Secret: secret}
	if change != nil {
		change(&o)
	}
	return webhook.NewKeeper(o)
}

func TestKeeperSwitchesOnWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hooks{list: all()}
		var revived []string
		stop := run(t, keeper(h, func(o *webhook.KeeperOptions) {
			o.Revived = func(resource string) { revived = append(revived, resource) }
		}))
		defer stop()
		pass(10 * time.Minute)
		if calls := h.taken(); len(calls) != 0 || len(revived) != 0 {
			t.Errorf("in order, and yet %q, revived %q", calls, revived)
		}
		h.set(func() { h.list[1].Status = "inactive" })
		pass(time.Minute)
		if diff := cmp.Diff([]string{"update w2"}, h.taken()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		h.set(func() { h.list = h.list[1:] })
		pass(time.Minute)
		if diff := cmp.Diff([]string{"create messages"}, h.taken()); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		if want := []string{"attachmentActions", "messages"}; !slices.Equal(revived, want) {
			t.Errorf("revived %q, want %q", revived, want)
		}
	})
}

// TestKeeperSendsItsSecretOnce has Webex show the secret, hide it and mask it.
func TestKeeperSendsItsSecretOnce(t *testing.T) {
	for _, tt := range []struct {
		name  string
		shows func(string) string
		first []string
	}{
		{"shown", nil, nil},
		{"hidden", func(string) string { return "" }, []string{"update w1", "update w2", "update w3", "update w4"}},
		{"masked", func(string) string { return "****" }, []string{"update w1", "update w2", "update w3", "update w4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &hooks{list: all(), shows: tt.shows}
				stop := run(t, keeper(h, nil))
				defer stop()
				if diff := cmp.Diff(tt.first, h.taken()); diff != "" {
					t.Errorf("at start (-want +got):\n%s", diff)
				}
				pass(10 * time.Minute)
				if calls := h.taken(); len(calls) != 0 {
					t.Errorf("later: %q, want nothing", calls)
				}
			})
		})
	}
}

// TestKeeperRestoresItsSecret has somebody change a secret twice to the same.
func TestKeeperRestoresItsSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hooks{list: all()}
		stop := run(t, keeper(h, nil))
		defer stop()
		for range 2 {
			h.set(func() { h.list[0].Secret = "another-secret" })
			pass(2 * time.Minute)
			if diff := cmp.Diff([]string{"update w1"}, h.taken()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		}
		for _, other := range []string{"a-third-secret", "a-fourth-secret"} {
			h.set(func() { h.list[0].Secret = other })
			pass(time.Minute)
			if diff := cmp.Diff([]string{"update w1"}, h.taken()); diff != "" {
				t.Errorf("at once changed again: calls (-want +got):\n%s", diff)
			}
		}
	})
}

// TestKeeperMissesWhatItCreated has one vanish before it was ever listed.
func TestKeeperMissesWhatItCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := new(hooks)
		var revived []string
		stop := run(t, keeper(h, func(o *webhook.KeeperOptions) {
			o.Revived = func(resource string) { revived = append(revived, resource) }
		}))
		defer stop()
		h.set(func() { h.list = h.list[1:] })
		pass(time.Minute)
		if want := []string{"messages"}; !slices.Equal(revived, want) {
			t.Errorf("revived %q, want %q", revived, want)
		}
	})
}

// TestKeeperDeletesTheSurplus says in the log what can't be deleted, and no
// word where somebody else was faster.
func TestKeeperDeletesTheSurplus(t *testing.T) {
	for status, want := range map[int]bool{http.StatusInternalServerError: true, http.StatusNotFound: false} {
		var log bytes.Buffer
		h := &hooks{list: append(all(), hook("w9", "messages"))}
		h.fail = func(call string) error {
			if call == "delete" {
				return answer(status)
			}
			return nil
		}
		once(t, keeper(h, func(o *webhook.KeeperOptions) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) }))
		if got := strings.Contains(log.String(), `level=WARN msg="webhook not deleted"`); got != want {
			t.Errorf("delete answers %d: warned is %v, want %v", status, got, want)
		}
	}
}

func TestKeeperDoesNotRepeatWhatItCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hooks{shows: func(string) string { return "" }}
		stop := run(t, keeper(h, nil))
		defer stop()
		h.taken()
		pass(5 * time.Minute)
		if calls := h.taken(); len(calls) != 0 {
			t.Errorf("after creating: %q, want nothing", calls)
		}
	})
}

// TestKeeperStartsWithoutWebex starts while Webex is away. It looks sooner than
// in a minute at first, and then every minute, for as long as it takes.
func TestKeeperStartsWithoutWebex(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var looks atomic.Int64
		away := true
		h := &hooks{}
		h.fail = func(call string) error {
			if call == "list" {
				looks.Add(1)
			}
			if away {
				return &webex.Error{Kind: webex.KindNoAnswer}
			}
			return nil
		}
		k := keeper(h, func(o *webhook.KeeperOptions) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
		stop := run(t, k)
		if err := k.Ready(); err == nil || !strings.Contains(err.Error(), "can't be reached") {
			t.Errorf("Ready = %v, want that Webex can't be reached", err)
		}
		pass(10 * time.Second)
		if n := looks.Load(); n < 3 || n > 5 {
			t.Errorf("%d looks in 10 s, want 3 to 5", n)
		}
		pass(time.Hour)
		if n := looks.Load(); n < 50 || n > 80 {
			t.Errorf("%d looks in an hour, want one a minute", n)
		}
		h.set(func() { away = false })
		pass(2 * time.Minute)
		if err := k.Ready(); err != nil || len(h.list) != 4 {
			t.Errorf("Webex is back: Ready = %v with %d registered, want nil with 4", err, len(h.list))
		}
		h.set(func() { away = true })
		looks.Store(0)
		pass(70 * time.Second)
		if n := looks.Load(); n < 4 {
			t.Errorf("away again: %d looks in 70 s, want soon ones as at first", n)
		}
		stop()
		for _, want := range []string{`msg="webhooks not in order"`, `msg="webhook registered" resource=memberships`, `msg="webhooks in order"`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log has no %s", want)
			}
		}
		if strings.Contains(log.String(), secret) {
			t.Error("the log holds the secret")
		}
	})
}

func TestKeeperHonoursRetryAfter(t *testing.T) {
	for _, tt := range []struct{ after, quiet, by time.Duration }{
		{3 * time.Minute, 179 * time.Second, 3 * time.Minute},
		{time.Hour, 599 * time.Second, 10 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			var looks atomic.Int64
			h := &hooks{fail: func(string) error {
				looks.Add(1)
				return &webex.Error{Kind: webex.KindStatus, Status: 429, After: tt.after}
			}}
			stop := run(t, keeper(h, nil))
			defer stop()
			pass(tt.quiet)
			if n := looks.Load(); n != 1 {
				t.Errorf("asked to wait %v: %d looks after %v, want 1", tt.after, n, tt.quiet)
			}
			pass(tt.by - tt.quiet)
			if n := looks.Load(); n != 2 {
				t.Errorf("asked to wait %v: %d looks after %v, want 2", tt.after, n, tt.by)
			}
		})
	}
}

// TestReadyWhileWebexIsAway: what was in order counts for five minutes; a
// refused token, and a list that shows a fault, count at once.
func TestReadyWhileWebexIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hooks{list: all()}
		k := keeper(h, nil)
		stop := run(t, k)
		defer stop()
		h.set(func() { h.fail = func(string) error { return answer(502) } })
		pass(4 * time.Minute)
		if err := k.Ready(); err != nil || k.InOrder() {
			t.Errorf("away for 4 minutes: Ready = %v, InOrder = %v, want nil, and that nobody knows", err, k.InOrder())
		}
		pass(90 * time.Second)
		if err := k.Ready(); err == nil {
			t.Error("away for over 5 minutes: Ready = nil")
		}
		h.set(func() { h.fail = nil })
		pass(80 * time.Second)
		if err := k.Ready(); err != nil {
			t.Errorf("back: Ready = %v, want nil", err)
		}
		for _, tt := range []struct {
			name string
			hurt func()
		}{
			{"token refused", func() { h.fail = func(string) error { return answer(401) } }},
			{"can't be switched on", func() {
				h.list[0].Status = "inactive"
				h.fail = func(call string) error {
					if call == "update" {
						return answer(502)
					}
					return nil
				}
			}},
		} {
			h.set(tt.hurt)
			pass(80 * time.Second)
			if err := k.Ready(); err == nil {
				t.Errorf("%s: Ready = nil", tt.name)
			}
			h.set(func() { h.fail = nil })
			pass(80 * time.Second)
			if err := k.Ready(); err != nil {
				t.Errorf("%s and mended: Ready = %v, want nil", tt.name, err)
			}
		}
	})
}

// TestKeeperAgainstAnother has a second copy of the bot register in between.
func TestKeeperAgainstAnother(t *testing.T) {
	h := &hooks{}
	h.fail = func(call string) error {
		if call == "create" && len(h.list) == 0 {
			h.list = all()
		}
		return nil
	}
	k, _ := look(t, h)
	if err := k.Ready(); err != nil || len(h.list) != 4 {
		t.Errorf("Ready = %v with %d registered, want nil with 4", err, len(h.list))
	}
	h = &hooks{list: all(moved)}
	h.fail = func(call string) error {
		if call == "update" && len(h.list) == 4 {
			h.list = h.list[1:]
		}
		return nil
	}
	k, _ = look(t, h)
	if err := k.Ready(); err != nil || len(h.list) != 4 {
		t.Errorf("deleted meanwhile: Ready = %v with %d registered, want nil with 4", err, len(h.list))
	}
}
