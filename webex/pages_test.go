package webex_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

// pages serves n members in pages of size, each page with a Link to the next.
func pages(t *testing.T, n, size int, requests *int) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		*requests++
		from, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
		to := min(from+size, n)
		if to < n {
			w.Header().Add("Link", fmt.Sprintf(`<http://%s%s?cursor=%d&roomId=R1>; rel="next"`, r.Host, r.URL.Path, to))
		}
		var items []string
		for i := from; i < to; i++ {
			items = append(items, fmt.Sprintf(`{"id":"I%d","created":"2026-01-05T08:00:30.000Z","lastActivity":"2026-01-05T08:00:30Z"}`, i))
		}
		reply(w, 200, `{"items":[`+strings.Join(items, ",")+`]}`)
	})
}

func TestPaging(t *testing.T) {
	tests := []struct {
		n, size, limit, want int
		whole                bool
		requests             int
	}{
		{0, 2, 10, 0, true, 1},
		{1, 2, 10, 1, true, 1},
		{5, 2, 10, 5, true, 3},
		{5, 2, 5, 5, true, 3},
		{5, 2, 4, 4, false, 2},
		{5, 2, 3, 3, false, 2},
		{5, 5, 3, 3, false, 1},
		{5, 2, 0, 5, true, 3},
	}
	for _, test := range tests {
		requests := 0
		b := webex.NewBot(options(pages(t, test.n, test.size, &requests), botToken))
		members, whole, err := b.Memberships(t.Context(), "R1", test.limit)
		if err != nil || len(members) != test.want || whole != test.whole || requests != test.requests {
			t.Errorf("%+v: %d members, whole %v, %d requests, error %v", test, len(members), whole, requests, err)
		}
		for i, m := range members {
			if m.ID != "I"+strconv.Itoa(i) || !m.Created.Equal(parse(t, "2026-01-05T08:00:30Z")) {
				t.Errorf("%+v: member %d = %+v", test, i, m)
			}
		}
		rooms, whole, err := b.Rooms(t.Context(), "direct", test.limit)
		if err != nil || len(rooms) != test.want || whole != test.whole {
			t.Errorf("%+v: %d rooms, whole %v, error %v", test, len(rooms), whole, err)
		}
		for i, r := range rooms {
			if r.ID != "I"+strconv.Itoa(i) || r.LastActivity.IsZero() {
				t.Errorf("%+v: room %d = %+v", test, i, r)
			}
		}
	}
}

func TestPageSizes(t *testing.T) {
	var queries []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.RawQuery)
		reply(w, 200, `{"items":[]}`)
	})
	b, ctx := webex.NewBot(options(base, botToken)), t.Context()
	_, _, _ = b.Memberships(ctx, "R1", 20)
	_, _, _ = b.Memberships(ctx, "R1", 5000)
	_, _, _ = b.Rooms(ctx, "group", 0)
	_, _ = b.Messages(ctx, "R1", webex.MessageQuery{})
	_, _ = b.Messages(ctx, "R1", webex.MessageQuery{Max: 500})
	want := []string{"max=20&roomId=R1", "max=1000&roomId=R1", "max=1000&type=group", "max=50&roomId=R1", "max=100&roomId=R1"}
	if diff := cmp.Diff(want, queries); diff != "" {
		t.Errorf("queries (-want +got):\n%s", diff)
	}
}

func TestEmptyPagesAreNotTheEnd(t *testing.T) {
	n := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 4 {
			w.Header().Set("Link", fmt.Sprintf(`<%s?page=%d>; rel="next"`, r.URL.Path, n)) // relative, as RFC 8288 allows
			reply(w, 200, `{"items":[]}`)
			return
		}
		reply(w, 200, `{"items":[{"id":"W1"}]}`)
	})
	if hooks, err := webex.NewBot(options(base, botToken)).Webhooks(t.Context()); err != nil || len(hooks) != 1 {
		t.Errorf("Webhooks() = %v, %v, want one", hooks, err)
	}
}

func TestLinksThatLeadElsewhere(t *testing.T) {
	foreign := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked, with the token %q", r.Header.Get("Authorization"))
	}))
	defer foreign.Close()
	for _, link := range []string{
		foreign.URL + "/base/v1/webhooks?page=2",
		"//" + strings.TrimPrefix(foreign.URL, "http://") + "/base/v1/webhooks",
		"https://HOST/base/v1/webhooks?page=2",
		"http://HOST/other/webhooks?page=2",
		"http://HOST/base/v1/../../other",
		"http://user@HOST/base/v1/webhooks?page=2",
		"http://HOST/base/v1/webhooks?max=100", // itself
		"ftp://HOST/base/v1/webhooks",
		"http://HOST:x/%zz",
	} {
		requests := 0
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			w.Header().Set("Link", "<"+strings.ReplaceAll(link, "HOST", r.Host)+`>; rel="next"`)
			reply(w, 200, `{"items":[{"id":"W1"}]}`)
		})
		hooks, err := webex.NewBot(options(base, botToken)).Webhooks(t.Context())
		if e := asError(t, err); e.Kind != webex.KindBadAnswer || hooks != nil || requests != 1 || strings.Contains(err.Error(), "HOST") {
			t.Errorf("link %q: %v, error = %v, %d requests, want a bad answer after one", link, hooks, err, requests)
		}
	}
}

func TestAListWithoutEnd(t *testing.T) {
	n := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		w.Header().Set("Link", fmt.Sprintf(`<%s?page=%d>; rel="next"`, r.URL.Path, n))
		reply(w, 200, `{"items":[{"id":"W1"}]}`)
	})
	_, err := webex.NewBot(options(base, botToken)).Webhooks(t.Context())
	if e := asError(t, err); e.Kind != webex.KindBadAnswer || n != 100 {
		t.Errorf("error = %v after %d pages, want a bad answer after 100", err, n)
	}
}

func TestRedirects(t *testing.T) {
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("another host was asked")
		reply(w, 200, ok)
	}))
	defer foreign.Close()
	get := func(ctx context.Context, b *webex.Bot) error { _, err := b.Message(ctx, "M1"); return err }
	post := func(ctx context.Context, b *webex.Bot) error {
		_, err := b.Post(ctx, webex.NewMessage{RoomID: "R1"})
		return err
	}
	tests := []struct {
		name     string
		call     func(context.Context, *webex.Bot) error
		status   int
		to       string
		requests int
		failed   bool
	}{
		{"get, to another host", get, 302, foreign.URL + "/base/v1/messages/M1", 1, true},
		{"get, to another scheme", get, 301, "https://HOST/base/v1/x", 1, true},
		{"get, out of the base path", get, 307, "/elsewhere", 1, true},
		{"get, within", get, 307, "/base/v1/moved", 2, false},
		{"get, in circles", get, 307, "/base/v1/messages/M1", 3, true},
		{"get, without an address", get, 302, "", 1, true},
		{"post, within", post, 307, "/base/v1/moved", 1, true},
		{"post, to another host", post, 308, foreign.URL, 1, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			requests := 0
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				if strings.HasSuffix(r.URL.Path, "/moved") {
					reply(w, 200, ok)
					return
				}
				if test.to != "" {
					w.Header().Set("Location", strings.ReplaceAll(test.to, "HOST", r.Host))
				}
				w.WriteHeader(test.status)
			})
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			err := test.call(ctx, webex.NewBot(options(base, botToken)))
			if (err != nil) != test.failed || test.to != "" && requests != test.requests {
				t.Errorf("error = %v after %d requests, want failed %v after %d", err, requests, test.failed, test.requests)
			}
			if test.failed && test.to != "" && (!webex.IsStatus(err, test.status) || asError(t, err).Uncertain()) {
				t.Errorf("error = %v, want a certain %d", err, test.status)
			}
		})
	}
}
