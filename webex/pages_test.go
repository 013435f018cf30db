package webex_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// TestLinksThatLoseTheQuery: a link to a further page may lack what the first
// page was asked with, in part or as a whole. Each page is asked for with it all
// the same.
func TestLinksThatLoseTheQuery(t *testing.T) {
	ask := map[string]func(context.Context, *webex.Bot) (int, error){
		"messages": func(ctx context.Context, b *webex.Bot) (int, error) {
			list, err := b.Messages(ctx, "R/1+", webex.MessageQuery{MentionedPeople: "me", ParentID: "M0", Max: 60})
			return len(list), err
		},
		"members": func(ctx context.Context, b *webex.Bot) (int, error) {
			list, _, err := b.Memberships(ctx, "R/1+", 60)
			return len(list), err
		},
		"spaces": func(ctx context.Context, b *webex.Bot) (int, error) {
			list, _, err := b.RecentRooms(ctx, time.Time{}, 60)
			return len(list), err
		},
		"spaces of a kind": func(ctx context.Context, b *webex.Bot) (int, error) {
			list, _, err := b.Rooms(ctx, "group", 60)
			return len(list), err
		},
		"webhooks": func(ctx context.Context, b *webex.Bot) (int, error) {
			list, err := b.Webhooks(ctx)
			return len(list), err
		},
	}
	for name, call := range ask {
		for _, keeps := range []string{"", "roomId", "max", "mentionedPeople", "roomId=&max"} {
			var first url.Values
			page := 0
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if page++; page == 1 {
					first = q
				}
				for key := range first {
					if got := q[key][len(q[key])-1]; got != first.Get(key) {
						t.Errorf("%s, link with %q: page %d was asked with %s=%q, want %q", name, keeps, page, key, got, first.Get(key))
					}
				}
				if page < 3 {
					link := url.Values{"cursor": {strconv.Itoa(page) + "="}}
					for key := range strings.SplitSeq(keeps, "&") {
						if key, empty := strings.CutSuffix(key, "="); empty {
							link.Set(key, "")
						} else if first.Has(key) {
							link[key] = first[key]
						}
					}
					w.Header().Set("Link", "<"+r.URL.Path+"?"+link.Encode()+`>; rel="next"`)
				}
				reply(w, 200, fmt.Sprintf(`{"items":[{"id":"I%d"}]}`, page))
			})
			if n, err := call(t.Context(), webex.NewBot(options(base, botToken))); err != nil || n != 3 {
				t.Errorf("%s, link with %q: %d entries, error %v, want 3", name, keeps, n, err)
			}
		}
	}
}

// A link that says where its page begins is not sent back to the first one.
func TestLinksKeepTheirPlace(t *testing.T) {
	var queries []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if queries = append(queries, r.URL.RawQuery); len(queries) == 1 {
			w.Header().Set("Link", "<"+r.URL.Path+`?beforeMessage=M5&roomId=R1&max=50>; rel="next"`)
		}
		reply(w, 200, `{"items":[]}`)
	})
	_, err := webex.NewBot(options(base, botToken)).Messages(t.Context(), "R1", webex.MessageQuery{Before: parse(t, "2026-01-05T09:00:00Z")})
	want := []string{"before=2026-01-05T09%3A00%3A00.000Z&max=50&roomId=R1", "beforeMessage=M5&roomId=R1&max=50"}
	if diff := cmp.Diff(want, queries); err != nil || diff != "" {
		t.Errorf("error %v, queries (-want +got):\n%s", err, diff)
	}
}

// A list of members in which another space's member stands is no list of the
// space, wherever that one stands: somebody else may be missing in it.
func TestMembersOfAnotherSpace(t *testing.T) {
	const r1, r2 = "Y2lzY29zcGFyazovL3VzL1JPT00vcjE", "Y2lzY29zcGFyazovL3VzL1JPT00vcjI" // ciscospark://us/ROOM/r1 and r2
	for _, test := range []struct {
		rooms string // of the members, a page each
		whole bool
	}{
		{r1, true},
		{r1 + " r1", true}, // the same space, written otherwise
		{r2, false},
		{r1 + " " + r2, false},
		{r1 + " r1 " + r2, false},
	} {
		rooms := strings.Fields(test.rooms)
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			n, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
			if n+1 < len(rooms) {
				w.Header().Set("Link", fmt.Sprintf(`<%s?cursor=%d>; rel="next"`, r.URL.Path, n+1))
			}
			reply(w, 200, fmt.Sprintf(`{"items":[{"id":"I%d","roomId":%q}]}`, n, rooms[n]))
		})
		members, whole, err := webex.NewBot(options(base, botToken)).Memberships(t.Context(), r1, 0)
		if whole != test.whole || (err == nil) != test.whole || !test.whole && members != nil {
			t.Errorf("members of %s: %d, whole %v, error %v, want whole %v", test.rooms, len(members), whole, err, test.whole)
		}
		if !test.whole && asError(t, err).Kind != webex.KindBadAnswer {
			t.Errorf("members of %s: error %v, want a bad answer", test.rooms, err)
		}
	}
}

// What the first pages gave is not lost where a further one is refused, and
// none is asked for behind the first message that is too old.
func TestMessagesUpToAFailure(t *testing.T) {
	requests := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if requests++; requests > 2 {
			reply(w, 403, `{"message":"no"}`)
			return
		}
		w.Header().Set("Link", fmt.Sprintf(`<%s?cursor=%d>; rel="next"`, r.URL.Path, requests))
		reply(w, 200, fmt.Sprintf(`{"items":[{"id":"A%d","created":"2026-01-05T0%d:00:00Z"},{"id":"X","roomId":"another"}]}`, requests, 9-requests))
	})
	b := webex.NewBot(options(base, botToken))
	for _, test := range []struct {
		since    string
		ids      string
		requests int
		failed   bool
	}{
		{"2026-01-05T01:00:00Z", "A1 A2", 3, true},
		{"2026-01-05T07:30:00Z", "A1", 2, false},
		{"2026-01-05T08:00:00Z", "A1", 2, false},
		{"2026-01-05T08:00:01Z", "", 1, false},
	} {
		requests = 0
		list, err := b.Messages(t.Context(), "R1", webex.MessageQuery{Since: parse(t, test.since)})
		var ids []string
		for _, m := range list {
			ids = append(ids, m.ID)
		}
		if strings.Join(ids, " ") != test.ids || requests != test.requests || webex.IsStatus(err, 403) != test.failed {
			t.Errorf("since %s: %v after %d requests, error %v; want %q after %d, failed %v", test.since, ids, requests, err, test.ids, test.requests, test.failed)
		}
	}
}
