package webhook_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"trackbot/webex"
	"trackbot/webhook"
)

// FuzzDoor sends any body with any signature, and the same body rightly
// signed. Only the latter may be stored, and only with an id that can be used.
func FuzzDoor(f *testing.F) {
	f.Add(messageBody, vectorSignature)
	f.Add(vectorBody, "")
	f.Add(`{"resource":"memberships","event":"created","data":{"id":"x:y","created":null}}`, "00")
	f.Add(`{"resource":"messages","event":"created","data":[]}`, strings.Repeat("f", 40))
	f.Add("\x00\xff", "\n")
	f.Fuzz(func(t *testing.T, body, signature string) {
		i := new(inbox)
		h := webhook.NewHandler(options(i)) // its own, as one that refused much for an address refuses more
		forged := signed(body)
		forged.Header[webhook.SignatureHeader] = []string{signature}
		right := strings.EqualFold(signature, webhook.Sign(secret, []byte(body)))
		if w := serve(h, forged); !right && w.Code != http.StatusUnauthorized && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("forged: status %d, want 401 or 413", w.Code)
		}
		if !right && len(i.events) != 0 {
			t.Errorf("forged: stored %+v", i.events)
		}
		i.events = nil
		w := serve(h, signed(body))
		if !slices.Contains([]int{204, 400, 413}, w.Code) {
			t.Errorf("signed: status %d, want 204, 400 or 413", w.Code)
		}
		if len(i.events) > 1 || (len(i.events) == 1 && w.Code != http.StatusNoContent) {
			t.Errorf("signed: status %d with %d stored", w.Code, len(i.events))
		}
		for _, e := range i.events {
			if e.Key() == "" || len(e.ID) > 512 || strings.ContainsAny(e.ID+e.RoomID+e.PersonID, " \n\r\t\x00") {
				t.Errorf("signed: stored %q in the space %q by %q", e.ID, e.RoomID, e.PersonID)
			}
		}
	})
}

// BenchmarkDoor is verify, decode and store of one delivery, without the
// network and with an inbox in memory.
func BenchmarkDoor(b *testing.B) {
	h := webhook.NewHandler(webhook.Options{
		Secrets: []string{"the-new-secret-of-twenty-characters", secret},
		Inbox:   func(context.Context, webex.Event) error { return nil },
	})
	signature := webhook.Sign(secret, []byte(messageBody))
	body := strings.NewReader(messageBody)
	r := signed(messageBody)
	r.Header.Set(webhook.SignatureHeader, signature)
	r.Body = readCloser{body}
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		body.Reset(messageBody)
		h.ServeHTTP(w, r)
	}
	if w.status != http.StatusNoContent {
		b.Fatalf("status %d, want 204", w.status)
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

// discard is a response of which only the status is kept.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
