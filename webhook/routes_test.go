package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"
)

func TestRoutes(t *testing.T) {
	var reasons []string
	o := options(new(inbox))
	o.Ready = func() []string { return reasons }
	h := webhook.NewHandler(o)
	for _, tt := range []struct {
		method, path string
		reasons      []string
		want         int
		body         string
	}{
		{"GET", "/healthz", nil, 200, "ok\n"},
		{"GET", "/healthz", []string{"queue: closed"}, 200, "ok\n"},
		{"HEAD", "/healthz", nil, 200, "ok\n"},
		{"GET", "/readyz", nil, 200, `{"ready":true}`},
		{"GET", "/readyz", []string{"queue: closed", "webhooks: off"}, 503, `{"ready":false,"reasons":["queue: closed","webhooks: off"]}`},
		{"GET", "/", nil, 404, "not found\n"},
		{"POST", "/webhook/", nil, 404, "not found\n"},
		{"POST", "/Webhook", nil, 404, "not found\n"},
		{"GET", "/webhook", nil, 405, "method not allowed\n"},
		{"PUT", "/webhook", nil, 405, "method not allowed\n"},
		{"POST", "/readyz", nil, 405, "method not allowed\n"},
	} {
		reasons = tt.reasons
		w := serve(h, httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, http.NoBody))
		if w.Code != tt.want || w.Body.String() != tt.body {
			t.Errorf("%s %s = %d %q, want %d %q", tt.method, tt.path, w.Code, w.Body, tt.want, tt.body)
		}
	}
}

// TestReadyzWarns shows what is not right although the bot is ready.
func TestReadyzWarns(t *testing.T) {
	o := options(new(inbox))
	o.Warnings = func() []string { return []string{"the clock is fast"} }
	if w := serve(webhook.NewHandler(o), get("/readyz")); w.Code != http.StatusOK || w.Body.String() != `{"ready":true,"warnings":["the clock is fast"]}` {
		t.Errorf("/readyz = %d %s, want 200 with the warning", w.Code, w.Body)
	}
}

func TestReadyzWithoutReady(t *testing.T) {
	w := serve(webhook.NewHandler(options(new(inbox))), get("/readyz"))
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		t.Errorf("status %d, type %q; want 200 and JSON", w.Code, w.Header().Get("Content-Type"))
	}
}

// TestLimit fills the door with deliveries that are being stored and knocks
// once more; and it knocks again when one is through.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const want = 240 // with 16 check-ups beside them
		free := make(chan struct{})
		o := options(nil)
		o.Inbox = func(context.Context, webex.Event) error {
			<-free
			return nil
		}
		h := webhook.NewHandler(o)
		var wg sync.WaitGroup
		for range want {
			wg.Go(func() {
				if w := serve(h, signed(messageBody)); w.Code != http.StatusNoContent {
					t.Errorf("status %d, want 204", w.Code)
				}
			})
		}
		synctest.Wait()
		if w := serve(h, signed(messageBody)); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d under way: status %d, want 503", want, w.Code)
		}
		if w := serve(h, get("/healthz")); w.Code != http.StatusOK {
			t.Errorf("%d under way: /healthz is %d, want 200", want, w.Code)
		}
		close(free)
		wg.Wait()
		if w := serve(h, signed(messageBody)); w.Code != http.StatusNoContent {
			t.Errorf("free again: status %d, want 204", w.Code)
		}
	})
}

// TestForgeriesDoNotFloodTheLog sends a hundred requests in a second, forgeries but one, and one
// after it: two lines, the second of which counts the others. What is refused
// for another reason has lines of its own.
func TestForgeriesDoNotFloodTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		o := options(new(inbox))
		o.Logger = slog.New(slog.NewTextHandler(&log, nil))
		h := webhook.NewHandler(o)
		forge := func() {
			r := signed(messageBody)
			r.Header.Set(webhook.SignatureHeader, vectorSignature)
			serve(h, r)
		}
		for range 99 {
			forge()
		}
		serve(h, signed("{"))
		<-time.After(time.Second)
		forge()
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 3 {
			t.Fatalf("%d lines, want 3:\n%s", len(lines), &log)
		}
		for i, want := range []string{"reason=signature count=1 ", "reason=content count=1 ", "reason=signature count=99 "} {
			if !strings.Contains(lines[i], want) || !strings.Contains(lines[i], "level=WARN") {
				t.Errorf("line %d is %q, want WARN and %q", i, lines[i], want)
			}
		}
		if strings.Contains(log.String(), secret) {
			t.Error("the log holds the secret")
		}
	})
}

// TestCheckUpsAreLimited lets 16 questions for readiness wait and asks once more.
func TestCheckUpsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		o := options(new(inbox))
		o.Ready = func() []string { <-free; return nil }
		h := webhook.NewHandler(o)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if w := serve(h, get("/readyz")); w.Code != http.StatusOK {
					t.Errorf("status %d, want 200", w.Code)
				}
			})
		}
		synctest.Wait()
		for _, path := range []string{"/readyz", "/healthz"} {
			if w := serve(h, get(path)); w.Code != http.StatusServiceUnavailable {
				t.Errorf("16 under way: %s is %d, want 503", path, w.Code)
			}
		}
		if w := serve(h, signed(messageBody)); w.Code != http.StatusNoContent {
			t.Errorf("16 check-ups under way: a delivery gets %d, want 204", w.Code)
		}
		close(free)
		wg.Wait()
		if w := serve(h, get("/healthz")); w.Code != http.StatusOK {
			t.Errorf("free again: status %d, want 200", w.Code)
		}
	})
}
