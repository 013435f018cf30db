package webex_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"trackbot/webex"
)

func TestRequestHeaders(t *testing.T) {
	var headers []http.Header
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		headers = append(headers, r.Header.Clone())
		if len(headers) == 1 {
			reply(w, 503, `{}`)
			return
		}
		reply(w, 200, `{"id":"P0"}`)
	})
	if _, err := webex.NewBot(options(base, botToken)).Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, second := headers[0].Get("TrackingID"), headers[1].Get("TrackingID")
	id, number, _ := strings.Cut(strings.TrimPrefix(first, "trackbot_"), "_")
	if len(id) != 36 || number != "1" || second != "trackbot_"+id+"_2" {
		t.Errorf("TrackingID = %q then %q, want trackbot_<uuid>_1 then _2", first, second)
	}
	if agent := headers[0].Get("User-Agent"); !strings.HasPrefix(agent, "trackbot/") || agent == "trackbot/" {
		t.Errorf("User-Agent = %q, want trackbot/<version>", agent)
	}
}

func TestObserveAndCalls(t *testing.T) {
	n := 0
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			reply(w, 502, `<html>`)
			return
		}
		reply(w, 200, `{"id":"P1"}`)
	})
	var calls []webex.Call
	o := options(base, botToken)
	o.Observe = func(_ context.Context, c webex.Call) { calls = append(calls, c) }
	ctx, counter := webex.WithCalls(t.Context())
	if _, err := webex.NewBot(o).Person(ctx, "P1"); err != nil {
		t.Fatal(err)
	}
	if counter.Count() != 2 || counter.TrackingID() != "ROUTER_HEADER" {
		t.Errorf("calls = %d, %q, want 2, ROUTER_HEADER", counter.Count(), counter.TrackingID())
	}
	if len(calls) != 2 {
		t.Fatalf("Observe was called %d times, want 2", len(calls))
	}
	if c := calls[0]; c.Method != http.MethodGet || c.Path != "/people/{id}" || c.Status != 502 || c.Err == nil || c.Duration <= 0 || c.TrackingID != "ROUTER_HEADER" {
		t.Errorf("first call = %+v", c)
	}
	if c := calls[1]; c.Status != 200 || c.Err != nil {
		t.Errorf("second call = %+v", c)
	}
}

func TestNewPanics(t *testing.T) {
	token := func(context.Context) (string, error) { return botToken, nil }
	for _, o := range []webex.Options{
		{Token: token},
		{BaseURL: "webexapis.com/v1", Token: token},
		{BaseURL: "ftp://webexapis.com/v1", Token: token},
		{BaseURL: "https://user:secret@webexapis.com/v1", Token: token},
		{BaseURL: "https://webexapis.com/v1"},
	} {
		func() {
			defer func() {
				if p, ok := recover().(string); !ok || strings.Contains(p, "secret") {
					t.Errorf("NewBot(%q) panicked with %q, want a panic that says why", o.BaseURL, p)
				}
			}()
			webex.NewBot(o)
		}()
	}
}

func TestCallsAreSafeForConcurrentUse(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"P1"}`) })
	bot := webex.NewBot(options(base, botToken))
	ctx, counter := webex.WithCalls(t.Context())
	errs := make(chan error)
	for range 16 {
		go func() { _, err := bot.Person(ctx, "P1"); errs <- err }()
	}
	var all []error
	for range 16 {
		all = append(all, <-errs)
	}
	if i := slices.IndexFunc(all, func(err error) bool { return err != nil }); i >= 0 {
		t.Errorf("error = %v, want none", all[i])
	}
	if counter.Count() != 16 {
		t.Errorf("Count() = %d, want 16", counter.Count())
	}
}
