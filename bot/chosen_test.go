package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestWhichSiteCounts(t *testing.T) {
	a, b, c := "a.webex.com", "b.webex.com", "c.webex.com"
	for _, test := range []struct {
		name       string
		space, own string
		want       Site
	}{
		{"nothing chosen", "", "", Site{c, "the default site of this bot"}},
		{"the person's", "", b, Site{b, "your own site"}},
		{"the space's before the person's", a, b, Site{a, "the site of this space"}},
		{"the space's may not be asked any more", "gone.webex.com", b, Site{b, "your own site"}},
		{"neither may be asked any more", "gone.webex.com", "gone.webex.com", Site{c, "the default site of this bot"}},
	} {
		stored := make(map[string][]byte)
		s := &Sites{Allowed: []string{a, b, c}, Default: c, Chosen: func(_ context.Context, key string) ([]byte, error) { return stored[key], nil }}
		in := Room{ID: "room"}
		inSpace, own := s.UseInSpace(in, test.space), s.UseForPerson("ann", test.own)
		ctx := WithChanges(WithChanges(t.Context(), inSpace), own)
		if got, err := s.PickFor(ctx, in, "ann"); got != test.want || err != nil {
			t.Errorf("%s, not stored yet: PickFor = %v, %v, want %v", test.name, got, err, test.want)
		}
		stored[inSpace.Key], stored[own.Key] = inSpace.Value, own.Value
		if got, err := s.PickFor(t.Context(), in, "ann"); got != test.want || err != nil {
			t.Errorf("%s: PickFor = %v, %v, want %v", test.name, got, err, test.want)
		}
		if got, err := s.PickFor(t.Context(), Room{ID: "other"}, "bob"); got.Host != c || err != nil {
			t.Errorf("%s: another's in another space is %v, %v, want %s", test.name, got, err, c)
		}
	}
	// Rather no answer than one of another site than was chosen.
	s := &Sites{Allowed: []string{a, c}, Default: c, Chosen: func(context.Context, string) ([]byte, error) { return nil, errors.New("away") }}
	if got, err := s.PickFor(t.Context(), Room{ID: "room"}, "ann"); err == nil {
		t.Errorf("PickFor without the store = %v, want an error", got)
	}
}

func TestNicknames(t *testing.T) {
	s := &Sites{
		Allowed:   []string{"example.webex.com", "emea.example.webex.com", "emea.other.webex.com"},
		Nicknames: map[string]string{"eu": "emea.example.webex.com", "far": "far.webex.com", "example": "emea.other.webex.com"},
	}
	for host, want := range map[string]string{"emea.example.webex.com": "eu", "emea.other.webex.com": "example", "example.webex.com": ""} {
		if got := strings.Join(s.Names(host, s.Allowed), " "); got != want {
			t.Errorf("Names(%s) = %q, want %q", host, got, want)
		}
	}
}
