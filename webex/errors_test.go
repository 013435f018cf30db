package webex_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

// asError takes the *Error from err, or ends the test.
func asError(tb testing.TB, err error) *webex.Error {
	tb.Helper()
	e, ok := errors.AsType[*webex.Error](err)
	if !ok {
		tb.Fatalf("error = %v (%T), want a *webex.Error", err, err)
	}
	return e
}

// short gives a call time for one or two attempts.
func short(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 300*time.Millisecond)
	tb.Cleanup(cancel)
	return ctx
}

func TestErrorBodies(t *testing.T) {
	const js, html = "application/json;charset=UTF-8", "text/html"
	tests := []struct {
		name, contentType, body string
		message                 string
		details                 []string
		trackingID              string
	}{
		{"usual", js, `{"message":"No.","errors":[{"description":"'siteUrl' cannot be empty"}],"trackingId":"T1"}`, "No.", []string{"'siteUrl' cannot be empty"}, "T1"},
		{"errors missing", js, `{"message":"No.","trackingId":"T1"}`, "No.", nil, "T1"},
		{"errors null", js, `{"message":"No.","errors":null}`, "No.", nil, "ROUTER_HEADER"},
		{"codes beside", js, `{"message":"No.","errors":[{"description":"a","errorCode":7},{"description":"b","code":"x"}]}`, "No.", []string{"a", "b"}, "ROUTER_HEADER"},
		{"object by field", js, `{"errors":{"attachments":{"code":"invalid","reason":"Invalid Card","attachmentErrors":["#/body/0: x","#/body/0: y"]}}}`, "", []string{"#/body/0: x", "#/body/0: y", "Invalid Card"}, "ROUTER_HEADER"},
		{"list of texts", js, `{"errors":["a","a","b"]}`, "", []string{"a", "b"}, "ROUTER_HEADER"},
		{"a text", js, `{"message":"No.","errors":"why"}`, "No.", []string{"why"}, "ROUTER_HEADER"},
		{"numbers for texts", js, `{"message":7,"errors":9,"trackingId":8}`, "7", nil, "8"},
		{"empty", js, ``, "", nil, "ROUTER_HEADER"},
		{"broken", js, `{"message":"No`, "", nil, "ROUTER_HEADER"},
		{"a list", js, `[1,2]`, "", nil, "ROUTER_HEADER"},
		{"html", html, `<html><body>No</body></html>`, "", nil, "ROUTER_HEADER"},
		{"html called text", "text/plain", "\n <html>No</html>", "", nil, "ROUTER_HEADER"},
		{"text", "text/plain; charset=utf-8", "upstream connect error\n", "upstream connect error", nil, "ROUTER_HEADER"},
		{"json called html", html, `{"message":"No."}`, "No.", nil, "ROUTER_HEADER"},
		{"control characters", js, `{"message":"a\u0000\r\n\u001b[31mb\u202e"}`, "a [31mb", nil, "ROUTER_HEADER"},
		{"long", js, `{"message":"` + strings.Repeat("é", 400) + `"}`, strings.Repeat("é", 148) + "…", nil, "ROUTER_HEADER"},
		{"too long for us", js, `{"message":"` + strings.Repeat("x", 1<<20) + `"}`, "", nil, "ROUTER_HEADER"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				w.Header().Set("Trackingid", "ROUTER_HEADER")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, test.body)
			})
			_, err := webex.NewBot(options(base, botToken)).Me(t.Context())
			e := asError(t, err)
			if e.Kind != webex.KindStatus || e.Status != 400 || e.Op != "GET /people/me" {
				t.Errorf("error = %v, want a 400 of GET /people/me", err)
			}
			if e.Message != test.message || e.TrackingID != test.trackingID {
				t.Errorf("message, tracking id = %q, %q, want %q, %q", e.Message, e.TrackingID, test.message, test.trackingID)
			}
			if diff := cmp.Diff(test.details, e.Details); diff != "" {
				t.Errorf("details (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsAreJudged(t *testing.T) {
	const own = `{"message":"Sorry","trackingId":"T1"}`
	tests := []struct {
		status                                  int
		body                                    string
		temporary, postUncertain, notFoundIfGet bool
	}{
		{400, own, false, false, false},
		{400, `{"message":"The requested resource could not be found.","errors":[{"description":"Tracking code ID '99' is invalid."}]}`, false, false, true},
		{400, `{"message":"See 'errors'.","errors":[{"description":"Tracking code ID '99' is invalid."}]}`, false, false, true},
		{400, `{"message":"See 'errors'.","errors":[{"description":"Tracking code of '1' is not found."}]}`, false, false, true},
		{400, `{"message":"Expect base64 ID or UUID."}`, false, false, true},
		{400, `{"errors":{"attachments":{"attachmentErrors":["#/body/0: required key [text] not found"]}}}`, false, false, false},
		{400, `{"message":"'siteUrl' is invalid"}`, false, false, false},
		{401, own, false, false, false},
		{403, own, false, false, false},
		{404, own, false, false, true},
		{404, ``, false, false, true},
		{405, own, false, false, false},
		{408, own, true, false, false},
		{409, own, false, false, false},
		{410, own, false, false, false},
		{415, own, false, false, false},
		{423, own, true, false, false},
		{428, own, false, false, false},
		{429, own, true, false, false},
		{500, own, true, false, false},
		{500, `<html>`, true, true, false},
		{500, ``, true, true, false},
		{502, own, true, true, false},
		{502, `<html>`, true, true, false},
		{503, own, true, false, false},
		{503, `<html>`, true, true, false},
		{504, own, true, true, false},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status, " ", test.body), func(t *testing.T) {
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "60") // so that nothing is tried again
				reply(w, test.status, test.body)
			})
			_, getErr := webex.NewBot(options(base, botToken)).Message(t.Context(), "M1")
			get := asError(t, getErr)
			_, postErr := webex.NewBot(options(base, botToken)).Post(t.Context(), webex.NewMessage{RoomID: "R1"})
			post := asError(t, postErr)
			if get.Temporary() != test.temporary || post.Temporary() != test.temporary {
				t.Errorf("Temporary() = %v, %v, want %v", get.Temporary(), post.Temporary(), test.temporary)
			}
			if get.Uncertain() || post.Uncertain() != test.postUncertain {
				t.Errorf("Uncertain() = %v of GET, %v of POST, want false, %v", get.Uncertain(), post.Uncertain(), test.postUncertain)
			}
			if get.NotFound() != test.notFoundIfGet || webex.IsNotFound(fmt.Errorf("wrapped: %w", getErr)) != test.notFoundIfGet {
				t.Errorf("NotFound() = %v, want %v", get.NotFound(), test.notFoundIfGet)
			}
			if !webex.IsStatus(fmt.Errorf("wrapped: %w", getErr), 418, test.status) || webex.IsStatus(getErr, 418) {
				t.Errorf("IsStatus does not know %d", test.status)
			}
		})
	}
}

func TestBadAnswers(t *testing.T) {
	tests := map[string]string{
		"html":        `<html>Sign in to the hotel</html>`,
		"empty":       ``,
		"broken":      `{"id":"M1",`,
		"two values":  `{"id":"M1"}{"id":"M2"}`,
		"a list":      `[]`,
		"null":        `null`,
		"nothing":     `{}`,
		"wrong type":  `{"id":{}}`,
		"too large":   `{"id":"M1","text":"` + strings.Repeat("x", 4<<20) + `"}`,
		"too much":    `{"id":"M1"}` + strings.Repeat(" ", 4<<20),
		"just a word": `ok`,
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			n := 0
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) { n++; reply(w, 200, body) })
			bot := webex.NewBot(options(base, botToken))
			_, err := bot.Message(t.Context(), "M1")
			if e := asError(t, err); e.Kind != webex.KindBadAnswer || e.Status != 200 || e.Temporary() || e.Uncertain() || e.TrackingID != "ROUTER_HEADER" {
				t.Errorf("error of GET = %v (%+v), want a bad answer", err, e)
			}
			_, err = bot.Post(t.Context(), webex.NewMessage{RoomID: "R1"})
			if e := asError(t, err); e.Kind != webex.KindBadAnswer || !e.Uncertain() {
				t.Errorf("error of POST = %v, want an uncertain bad answer", err)
			}
			if n != 2 {
				t.Errorf("requests = %d, want 2: neither is tried again", n)
			}
		})
	}
}

func TestMissingListsAreBadAnswers(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"message":"ok","items":null}`) })
	bot, admin := webex.NewBot(options(base, botToken)), webex.NewAdmin(options(base, adminToken))
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"members": func() error { _, _, err := bot.Memberships(ctx, "R1", 10); return err },
		"rooms":   func() error { _, _, err := bot.Rooms(ctx, "", 10); return err },
		"hooks":   func() error { _, err := bot.Webhooks(ctx); return err },
		"codes":   func() error { _, err := admin.TrackingCodes(ctx, "s"); return err },
		"sites":   func() error { _, err := admin.Sites(ctx); return err },
		"user":    func() error { _, err := admin.UserTrackingCodes(ctx, "s", "", "a@b.c"); return err },
		"code":    func() error { _, err := admin.TrackingCode(ctx, "s", "1"); return err },
		"direct":  func() error { _, err := bot.DirectMessages(ctx, "P1", ""); return err },
		"action":  func() error { _, err := bot.AttachmentAction(ctx, "A1"); return err },
		"webhook": func() error { _, err := bot.CreateWebhook(ctx, webex.Webhook{}); return err },
	} {
		if e := asError(t, call()); e.Kind != webex.KindBadAnswer {
			t.Errorf("%s: error = %v, want a bad answer", name, e)
		}
	}
}

func TestContentTypeDoesNotMatterWhereTheBodyIsRight(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `{"id":"P1","errors":{"avatar":{"code":"x"}}}`)
	})
	if p, err := webex.NewBot(options(base, botToken)).Me(t.Context()); err != nil || p.ID != "P1" {
		t.Errorf("Me() = %v, %v, want P1", p, err)
	}
}

func TestErrorText(t *testing.T) {
	e := &webex.Error{
		Op: "GET /messages/{id}", Kind: webex.KindStatus, Status: 404, Message: "Unable to get message.",
		Details: []string{"a", "b"}, TrackingID: "T1",
	}
	if got, want := e.Error(), "webex: GET /messages/{id}: 404 Not Found: Unable to get message.: a: b (tracking id T1)"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	e = &webex.Error{Op: "POST /messages", Kind: webex.KindNoAnswer, Err: errors.New("broken\npipe " + strings.Repeat("é", 2000)), TrackingID: "T1"}
	for range 20 {
		e.Details = append(e.Details, strings.Repeat("é", 150))
	}
	if got := e.Error(); len(got) > 1000 || !utf8.ValidString(got) || strings.Contains(got, "\n") || !strings.HasSuffix(got, "(tracking id T1)") {
		t.Errorf("Error() = %d bytes %q, want one line of at most 1,000", len(got), got)
	}
}

// passing is an error of a token store.
type passing bool

func (passing) Error() string     { return "the store is away" }
func (p passing) Temporary() bool { return bool(p) }

func TestTokenErrors(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	tests := []struct {
		name      string
		token     string
		err       error
		temporary bool
	}{
		{"empty", "", nil, false},
		{"with a line break", "secret\nsecrets", nil, false},
		{"none", "", errors.New("refused"), false},
		{"none now", "", fmt.Errorf("wrapped: %w", passing(true)), true},
		{"none ever", "", passing(false), false},
	}
	for _, test := range tests {
		o := options(base, "")
		o.Token = func(context.Context) (string, error) { return test.token, test.err }
		_, err := webex.NewBot(o).Me(t.Context())
		if e := asError(t, err); e.Kind != webex.KindToken || e.Temporary() != test.temporary || strings.Contains(err.Error(), "secret") || (test.err != nil && !errors.Is(err, test.err)) {
			t.Errorf("%s: error = %v, temporary %v, want a token's, temporary %v", test.name, err, e.Temporary(), test.temporary)
		}
	}
}
