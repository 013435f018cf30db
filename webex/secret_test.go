package webex_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/webex"
)

// TestNothingShowsTheToken makes calls fail in every way against a server
// that repeats what it is sent, and reads all that comes of it.
func TestNothingShowsTheToken(t *testing.T) {
	var out bytes.Buffer
	n := 0
	statuses := []int{200, 302, 400, 401, 403, 404, 429, 500, 502, 503}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		auth := r.Header.Get("Authorization")
		w.Header().Set("Retry-After", "1")
		w.Header().Set("Location", "https://elsewhere.test/?token="+auth)
		w.Header().Set("Content-Type", "text/plain")
		status := statuses[n%len(statuses)]
		n++
		w.WriteHeader(status)
		if n%2 == 0 {
			fmt.Fprintf(w, "%s %s %s", strings.Repeat("x", 250), auth, r.URL)
			return
		}
		fmt.Fprintf(w, `{"message":%q,"errors":[{"description":%q}]}`, strings.Repeat("é", 120)+auth, auth)
	})
	o := options(base, adminToken)
	o.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.Observe = func(_ context.Context, c webex.Call) { fmt.Fprintf(&out, "%v %+v %#v\n", c, c, c) }
	o.Renew = func(context.Context, string) error { return nil }
	admin := webex.NewAdmin(o)
	for range 2 * len(statuses) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := admin.UserTrackingCodes(ctx, "example.webex.com", "", "ann@example.com")
		cancel()
		fmt.Fprintf(&out, "%v %+v %#v %q\n", err, err, err, err)
		o.Pause = nil
		admin = webex.NewAdmin(o)
	}
	for _, secret := range []string{adminToken, adminToken[:12], "ann@example.com", "example.webex.com"} {
		if i := bytes.Index(out.Bytes(), []byte(secret)); i >= 0 {
			t.Errorf("%q shows in %q", secret, out.Bytes()[max(0, i-200):i+len(secret)])
		}
	}
	if !strings.Contains(out.String(), "[hidden]") {
		t.Error("no token was hidden: the test tests nothing")
	}
}
