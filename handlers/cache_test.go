package handlers

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/bot"
	"trackbot/webex"
)

// slowAdmin counts its calls and names each code after the site and the call.
type slowAdmin struct {
	Admin

	calls atomic.Int64
	took  time.Duration
	err   error
}

func (a *slowAdmin) TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error) {
	list, err := a.TrackingCodes(ctx, site)
	if err != nil {
		return webex.TrackingCode{}, err
	}
	list[0].ID = id
	return list[0], nil
}

func (a *slowAdmin) TrackingCodes(ctx context.Context, site string) ([]webex.TrackingCode, error) {
	n := a.calls.Add(1)
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(a.took):
	}
	return []webex.TrackingCode{{ID: "1", Name: string(rune('a' + n - 1)), SiteURL: site}}, a.err
}

// read reads code 1 of a site through the cache, as one question.
func read(t *testing.T, c *Cache, site string, fresh bool) (name string, oldest time.Time) {
	t.Helper()
	reply, err := timed(func(ctx context.Context, _ bot.Request) (bot.Reply, error) {
		one, err := c.TrackingCode(ctx, site, "1")
		name = one.Name
		if err == nil && one.SiteURL != site {
			t.Errorf("asked on %s, got a code of %s", site, one.SiteURL)
		}
		return bot.Reply{}, err
	})(t.Context(), bot.Request{Fresh: fresh})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return name, reply.Read
}

func TestCacheAges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, began := Remember(&slowAdmin{took: time.Second}, 30*time.Second), time.Now()
		for _, step := range []struct {
			after time.Duration
			site  string
			fresh bool
			want  string
			read  time.Duration // since began
		}{
			{0, "x", false, "a", 0},
			{10 * time.Second, "x", false, "a", 0},
			{0, "y", false, "b", 11 * time.Second}, // never across sites
			{15 * time.Second, "x", false, "a", 0},
			{0, "x", true, "c", 27 * time.Second}, // Refresh
			{20 * time.Second, "x", false, "c", 27 * time.Second},
			{20 * time.Second, "x", false, "d", 68 * time.Second},
		} {
			time.Sleep(step.after) //nolint:forbidigo // the bubble's clock
			got, at := read(t, c, step.site, step.fresh)
			if got != step.want || at.Sub(began) != step.read {
				t.Errorf("%v in, %s: read %q of %v, want %q of %v", time.Since(began), step.site, got, at.Sub(began), step.want, step.read)
			}
		}
	})
}

func TestCacheIsOffAtZero(t *testing.T) {
	admin := new(slowAdmin)
	c := Remember(admin, 0)
	read(t, c, "x", false)
	read(t, c, "x", false)
	if n := admin.calls.Load(); n != 2 {
		t.Errorf("%d calls, want one a question", n)
	}
}

func TestCacheOfAListAnswersForItsCodes(t *testing.T) {
	admin := new(slowAdmin)
	c := Remember(admin, time.Minute)
	if _, err := c.TrackingCodes(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	read(t, c, "x", false)
	if n := admin.calls.Load(); n != 1 {
		t.Errorf("%d calls, want the list's alone", n)
	}
}

func TestEqualQuestionsMakeOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		admin := &slowAdmin{took: time.Second}
		c := Remember(admin, 0)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { read(t, c, []string{"x", "y"}[i%2], false) })
		}
		wg.Wait()
		if n := admin.calls.Load(); n != 2 {
			t.Errorf("%d calls for twenty questions on two sites, want 2", n)
		}
	})
}

func (a *slowAdmin) UserTrackingCodes(ctx context.Context, site, _, email string) (webex.UserCodes, error) {
	_, err := a.TrackingCodes(ctx, site)
	return webex.UserCodes{Email: email}, err
}

func (a *slowAdmin) HostTrackingCodes(ctx context.Context, site, service, _ string) ([]webex.HostCode, error) {
	_, err := a.TrackingCodes(ctx, site)
	return []webex.HostCode{{Service: service}}, err
}

// TestEqualQuestionsAboutPeopleMakeOneCall, and none is remembered.
func TestEqualQuestionsAboutPeopleMakeOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		admin := &slowAdmin{took: time.Second}
		c := Remember(admin, time.Minute)
		for _, want := range []int64{4, 8} {
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					who := []string{"ann", "bob"}[i%2]
					user, err := c.UserTrackingCodes(t.Context(), "x", "", who)
					host, err2 := c.HostTrackingCodes(t.Context(), "x", who, "ann")
					if err != nil || err2 != nil || user.Email != who || len(host) != 1 || host[0].Service != who {
						t.Errorf("asked for %s: %+v, %v, %+v, %v", who, user, err, host, err2)
					}
				})
			}
			wg.Wait()
			if n := admin.calls.Load(); n != want {
				t.Errorf("%d calls, want %d: one a person and kind each time", n, want)
			}
		}
	})
}

// TestOneWhoGivesUpTakesNobodyAlong: the call goes on for who still waits.
func TestOneWhoGivesUpTakesNobodyAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Remember(&slowAdmin{took: time.Second}, 0)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.TrackingCodes(ctx, "x"); !errors.Is(err, context.Canceled) {
				t.Errorf("the one who gave up got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() { read(t, c, "x", false) })
		cancel()
		wg.Wait()
	})
}

// TestRefreshJoinsNoCallFromBefore: what a Refresh shows was asked for after
// it was pressed, whatever is under way; questions after it may join its call.
func TestRefreshJoinsNoCallFromBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		admin := &slowAdmin{took: time.Second}
		c := Remember(admin, time.Minute)
		var wg sync.WaitGroup
		for i, test := range []struct {
			fresh bool
			want  string
		}{{false, "a"}, {true, "b"}, {true, "c"}, {false, "c"}} {
			wg.Go(func() {
				pressed := time.Now()
				got, at := read(t, c, "x", test.fresh)
				if got != test.want || test.fresh && at.Before(pressed) {
					t.Errorf("question %d, fresh %v, asked at %v: got %q of %v, want %q", i, test.fresh, pressed, got, at, test.want)
				}
			})
			synctest.Wait()
			<-time.After(time.Second / 10)
		}
		wg.Wait()
		if got, _ := read(t, c, "x", false); got != "c" || admin.calls.Load() != 3 {
			t.Errorf("remembered %q after %d calls, want c after 3", got, admin.calls.Load())
		}
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	admin := &slowAdmin{err: errors.New("away")}
	c := Remember(admin, time.Minute)
	if _, err := c.TrackingCodes(t.Context(), "x"); err == nil {
		t.Error("no error")
	}
	admin.err = nil
	if got, _ := read(t, c, "x", false); got != "b" {
		t.Errorf("read %q after a failure, want the second call's b", got)
	}
}
