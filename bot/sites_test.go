package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/webex"
)

// lists is a Get Site List that counts how often it is asked.
type lists struct {
	sites []webex.Site
	err   error
	calls int
}

func (l *lists) list(context.Context) ([]webex.Site, error) {
	l.calls++
	return l.sites, l.err
}

func TestPick(t *testing.T) {
	two := []webex.Site{{URL: "A.webex.com"}, {URL: "b.webex.com", Default: true}, {URL: "http://not a host"}}
	forbidden := &webex.Error{Status: 403}
	for _, c := range []struct {
		name  string
		sites *Sites
		list  lists
		want  Site
		calls int
		err   error
	}{
		{"the list's default", &Sites{}, lists{sites: two}, Site{"b.webex.com", "the default site in Webex"}, 1, nil},
		{"DEFAULT_SITE wins", &Sites{Default: "a.webex.com"}, lists{sites: two}, Site{"a.webex.com", "the default site of this bot"}, 1, nil},
		{"DEFAULT_SITE of another company", &Sites{Default: "z.webex.com"}, lists{sites: two}, Site{}, 1, nil},
		{"all set: no call", &Sites{Allowed: []string{"a.webex.com"}, Default: "a.webex.com"}, lists{}, Site{"a.webex.com", "the default site of this bot"}, 0, nil},
		{"the only one: no call", &Sites{Allowed: []string{"a.webex.com"}}, lists{}, Site{"a.webex.com", "the only site of this bot"}, 0, nil},
		{"the list's default is not allowed", &Sites{Allowed: []string{"a.webex.com", "c.webex.com"}}, lists{sites: two}, Site{}, 1, nil},
		{"no scope, but allowed are set", &Sites{Allowed: []string{"a.webex.com", "c.webex.com"}}, lists{err: forbidden}, Site{}, 1, nil},
		{"no scope and nothing set", &Sites{}, lists{err: forbidden}, Site{}, 1, ErrNoSites},
		{"listed twice", &Sites{}, lists{sites: []webex.Site{{URL: "a.webex.com"}, {URL: "b.webex.com"}, {URL: "B.webex.com", Default: true}}}, Site{"b.webex.com", "the default site in Webex"}, 1, nil},
		{"an attendee there", &Sites{}, lists{sites: []webex.Site{{URL: "a.webex.com"}, {URL: "b.webex.com#attendee", Default: true}}}, Site{"b.webex.com", "the default site in Webex"}, 1, nil},
		{"the only one in Webex", &Sites{}, lists{sites: []webex.Site{{URL: "https://a.webex.com/"}}}, Site{"a.webex.com", "the only site in Webex"}, 1, nil},
		{"an empty list", &Sites{}, lists{}, Site{}, 1, ErrNoSites},
	} {
		s := c.sites
		s.List = c.list.list
		got, err := s.Pick(t.Context())
		if got != c.want || !errors.Is(err, c.err) || c.list.calls != c.calls {
			t.Errorf("%s: Pick = %v, %v after %d calls; want %v, %v after %d", c.name, got, err, c.list.calls, c.want, c.err, c.calls)
		}
	}
}

func TestSiteListIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lists{err: errors.New("away")}
		s := &Sites{List: l.list}
		for range 3 {
			if err := s.Ready(t.Context()); !errors.Is(err, ErrNoSites) {
				t.Errorf("Ready = %v, want ErrNoSites", err)
			}
		}
		if l.calls != 1 {
			t.Errorf("%d calls within a minute of a failure, want 1", l.calls)
		}
		time.Sleep(siteRetry + time.Second) //nolint:forbidigo // the bubble's clock
		l.err, l.sites = nil, []webex.Site{{URL: "a.webex.com"}}
		for range 3 {
			if all, err := s.All(t.Context()); err != nil || !cmp.Equal(all, []string{"a.webex.com"}) {
				t.Errorf("All = %v, %v", all, err)
			}
		}
	})
}

// slowList is a Get Site List that takes a while, and gives one answer after
// another, the last one for ever.
type slowList struct {
	took    time.Duration
	answers []lists
	asked   []time.Duration // since the start
	start   time.Time
}

func (l *slowList) list(ctx context.Context) ([]webex.Site, error) {
	a := l.answers[min(len(l.asked), len(l.answers)-1)]
	l.asked = append(l.asked, time.Since(l.start))
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(l.took):
		return a.sites, a.err
	}
}

// runSites runs the loop of sites in a bubble for a while.
func runSites(t *testing.T, l *slowList, s *Sites, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l.start, s.List = time.Now(), l.list
		var wg sync.WaitGroup
		wg.Go(func() { _ = s.Run(ctx) })
		synctest.Wait()
		f(t)
		cancel()
		wg.Wait()
	})
}

// A list that takes longer than who looks whether the bot is ready waits is
// known in the end, and nobody waits longer than their own deadline meanwhile.
func TestASlowSiteList(t *testing.T) {
	one := []lists{{sites: []webex.Site{{URL: "a.webex.com"}}}}
	for _, looped := range []bool{true, false} {
		l, s := &slowList{took: 7 * time.Second, answers: one}, &Sites{}
		check := func(t *testing.T) {
			t.Helper()
			for try := range 4 {
				var wg sync.WaitGroup
				for range 10 {
					wg.Go(func() {
						began := time.Now()
						ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
						defer cancel()
						err := s.Ready(ctx)
						if took := time.Since(began); took > 2*time.Second || (err == nil) != (try == 3) {
							t.Errorf("looped %v, look %d: ready %v after %v, want an answer within 2 s, ready in the fourth", looped, try, err, took)
						}
					})
				}
				wg.Wait()
			}
			if len(l.asked) != 1 {
				t.Errorf("looped %v: %d calls, want one", looped, len(l.asked))
			}
		}
		if looped {
			runSites(t, l, s, check)
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			l.start, s.List = time.Now(), l.list
			check(t)
		})
	}
}

// The first list of a start may fail or be empty; the bot is ready a moment
// after Webex is.
func TestTheSiteListIsAskedUntilItHoldsSites(t *testing.T) {
	full := lists{sites: []webex.Site{{URL: "a.webex.com"}}}
	for name, first := range map[string]lists{
		"empty": {}, "no hosts": {sites: []webex.Site{{URL: "http://x"}}}, "a failure": {err: errors.New("away")}, "refused": {err: &webex.Error{Status: 403}},
	} {
		l, s := &slowList{answers: []lists{first, first, full}}, &Sites{}
		runSites(t, l, s, func(t *testing.T) {
			t.Helper()
			if err := s.Ready(t.Context()); !errors.Is(err, ErrNoSites) {
				t.Errorf("%s: Ready = %v at the start, want ErrNoSites", name, err)
			}
			<-time.After(5 * time.Second)
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("%s: Ready = %v 5 s after the start, want none", name, err)
			}
		})
	}
}

func TestTheSiteListIsKept(t *testing.T) {
	one, two := []webex.Site{{URL: "a.webex.com"}}, []webex.Site{{URL: "a.webex.com"}, {URL: "b.webex.com"}}
	l, s := &slowList{answers: []lists{{sites: one}, {err: errors.New("away")}, {}, {sites: two}}}, &Sites{}
	runSites(t, l, s, func(t *testing.T) {
		t.Helper()
		<-time.After(10*time.Minute + 2*time.Second)
		if all, err := s.All(t.Context()); err != nil || !cmp.Equal(all, []string{"a.webex.com"}) {
			t.Errorf("All after a failure and an empty list = %v, %v; want what was known", all, err)
		}
		<-time.After(20 * time.Minute)
		if all, err := s.All(t.Context()); err != nil || len(all) != 2 {
			t.Errorf("All = %v, %v; want both", all, err)
		}
	})
	want := []time.Duration{0, 10 * time.Minute, 10*time.Minute + time.Second, 10*time.Minute + 3*time.Second, 20*time.Minute + 3*time.Second}
	if diff := cmp.Diff(want, l.asked); diff != "" {
		t.Errorf("asked at (-want +got):\n%s", diff)
	}
}

func TestSettingsThatNeedNoSiteList(t *testing.T) {
	for _, s := range []*Sites{{Allowed: []string{"a.webex.com"}}, {Allowed: []string{"a.webex.com", "b.webex.com"}, Default: "b.webex.com"}} {
		l := &slowList{answers: []lists{{}}}
		s.List = l.list
		if err := s.Run(t.Context()); err != nil || len(l.asked) != 0 {
			t.Errorf("%v: Run = %v after %d calls, want none", s.Allowed, err, len(l.asked))
		}
	}
}

func TestRef(t *testing.T) {
	a, b := Ref("msg:1"), Ref("msg:2")
	if a == b || a != Ref("msg:1") || len(a) != 7 || a[4] != '-' {
		t.Errorf("Ref = %q and %q, want two like 7F3K-Q2, the same each time", a, b)
	}
}

func TestListed(t *testing.T) {
	if got := Listed([]string{"a", "b", "c"}, 2); got != "a, b and 1 more" {
		t.Errorf("Listed = %q", got)
	}
	if got := Listed([]string{"a", "b"}, 2); got != "a, b" {
		t.Errorf("Listed = %q", got)
	}
}
