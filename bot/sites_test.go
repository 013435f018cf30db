package bot

import (
	"context"
	"errors"
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
		{"an empty list", &Sites{}, lists{}, Site{}, 1, nil},
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
		time.Sleep(siteListAge + time.Second) //nolint:forbidigo // the bubble's clock
		l.err = errors.New("away again")
		if all, err := s.All(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("All while Webex is away = %v, %v; want what was known", all, err)
		}
		if l.calls != 3 {
			t.Errorf("%d calls in all, want 3", l.calls)
		}
	})
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
