package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"

	"github.com/google/go-cmp/cmp"
)

const secret = "a-secret-of-more-than-twenty-characters"

const messageBody = `{"id":"WEBHOOK","name":"trackbot","targetUrl":"https://bot.example.com/webhook","resource":"messages","event":"created",
 "orgId":"ORG","createdBy":"BOT","appId":"APP","ownedBy":"creator","status":"active","created":"2126-01-05T08:00:00.000Z","actorId":"ANN",
 "data":{"id":"MSG","roomId":"ROOM","roomType":"group","personId":"ANN","personEmail":"ann@example.com","parentId":"ROOT",
 "mentionedPeople":["BOT"],"created":"2126-01-05T08:01:02.345Z"}}`

// inbox remembers what it stores, or fails.
type inbox struct {
	mu     sync.Mutex
	events []webex.Event
	err    error
}

func (i *inbox) put(_ context.Context, e webex.Event) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err != nil {
		return i.err
	}
	i.events = append(i.events, e)
	return nil
}

func options(i *inbox) webhook.Options {
	return webhook.Options{Secrets: []string{secret}, Inbox: i.put}
}

func get(path string) *http.Request {
	return httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody)
}

func signed(body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, webhook.Path, strings.NewReader(body))
	r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(body)))
	return r
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStoresEvent(t *testing.T) {
	created := time.Date(2126, 1, 5, 8, 1, 2, 345e6, time.UTC)
	for _, tt := range []struct {
		name, body string
		want       webex.Event
	}{
		{
			"message", messageBody,
			webex.Event{
				Resource: "messages", Event: "created", ID: "MSG", RoomID: "ROOM", RoomType: "group",
				PersonID: "ANN", PersonEmail: "ann@example.com", ActorID: "ANN", ParentID: "ROOT", Created: created,
			},
		},
		{
			"edit",
			`{"resource":"messages","event":"updated","actorId":"ANN","data":{"id":"MSG","roomId":"ROOM","personId":"ANN",` +
				`"created":"2126-01-05T08:01:02.345Z","updated":"2126-01-05T08:02:02.345Z"}}`,
			webex.Event{
				Resource: "messages", Event: "updated", ID: "MSG", RoomID: "ROOM", PersonID: "ANN", ActorID: "ANN",
				Created: created, Updated: created.Add(time.Minute),
			},
		},
		{
			"button",
			`{"resource":"attachmentActions","event":"created","actorId":"ANN","data":{"id":"ACT","type":"submit",` +
				`"messageId":"MSG","personId":"ANN","roomId":"ROOM","created":"2126-01-05T08:01:02.345+00:00"}}`,
			webex.Event{
				Resource: "attachmentActions", Event: "created", ID: "ACT", RoomID: "ROOM", PersonID: "ANN",
				ActorID: "ANN", MessageID: "MSG", Created: created,
			},
		},
		{
			"membership: the person is the member, the actor who added it",
			`{"resource":"memberships","event":"created","actorId":"ANN","data":{"id":"MEMBERSHIP","roomId":"ROOM","roomType":"direct",` +
				`"personId":"BOT","personEmail":"trackbot@webex.bot","isMonitor":false,"created":"2126-01-05T08:01:02.345Z"}}`,
			webex.Event{
				Resource: "memberships", Event: "created", ID: "MEMBERSHIP", RoomID: "ROOM", RoomType: "direct",
				PersonID: "BOT", PersonEmail: "trackbot@webex.bot", ActorID: "ANN", Created: created,
			},
		},
		{
			"indented, escaped, with a byte-exact signature",
			"{\n\t\"resource\" : \"\\u006dessages\",\r\n  \"event\": \"created\",\n \"data\": { \"id\": \"M\\u0053G\", \"personEmail\": \"\\u00e4nn@example.com\" }\n}\n",
			webex.Event{Resource: "messages", Event: "created", ID: "MSG", PersonEmail: "änn@example.com"},
		},
		{
			"no event is lost for a time or a kind of room that can't be read",
			`{"resource":"messages","event":"created","data":{"id":"MSG","roomType":"planet","created":17}}`,
			webex.Event{Resource: "messages", Event: "created", ID: "MSG"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := new(inbox)
			w := serve(webhook.NewHandler(options(i)), signed(tt.body))
			if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
				t.Errorf("status %d, body %q; want 204 without a body", w.Code, w.Body)
			}
			if diff := cmp.Diff([]webex.Event{tt.want}, i.events); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	big := `{"resource":"messages","event":"created","data":{"id":"MSG"}}`
	fits := big + strings.Repeat(" ", 64<<10-len(big))
	chunked := func(body string) *http.Request {
		r := signed(body)
		r.ContentLength = -1
		return r
	}
	with := func(body, signature string) *http.Request {
		r := signed(body)
		r.Header.Set(webhook.SignatureHeader, signature)
		return r
	}
	broken := func(err error) *http.Request {
		r := signed(messageBody)
		r.Body = io.NopCloser(iotest.ErrReader(err))
		return r
	}
	unread := signed("")
	unread.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
		t.Error("a body announced as too large was read")
		return 0, io.EOF
	}))
	unread.ContentLength = 64<<10 + 1
	unsigned := signed(messageBody)
	unsigned.Header.Del(webhook.SignatureHeader)
	unsignedNoJSON := signed("{")
	unsignedNoJSON.Header.Del(webhook.SignatureHeader)
	event := func(data string) *http.Request {
		return signed(`{"resource":"messages","event":"created","data":` + data + `}`)
	}

	for _, tt := range []struct {
		name   string
		r      *http.Request
		want   int
		stored int
	}{
		{"64 KiB to the byte", signed(fits), 204, 1},
		{"64 KiB of unknown length", chunked(fits), 204, 1},
		{"a byte more", signed(fits + " "), 413, 0},
		{"a byte more of unknown length", chunked(fits + " "), 413, 0},
		{"announced as too large", unread, 413, 0},
		{"no signature", unsigned, 401, 0},
		{"no signature and no JSON", unsignedNoJSON, 401, 0},
		{"no signature and nothing", with("", ""), 401, 0},
		{"wrong signature", with(messageBody, vectorSignature), 401, 0},
		{"signature of another body", with(messageBody+" ", webhook.Sign(secret, []byte(messageBody))), 401, 0},
		{"upper case signature", with(messageBody, strings.ToUpper(webhook.Sign(secret, []byte(messageBody)))), 204, 1},
		{"hung up half-way", broken(io.ErrUnexpectedEOF), 400, 0},
		{"too slow", broken(timeoutError{}), 408, 0},
		{"empty", signed(""), 400, 0},
		{"no JSON", signed("{"), 400, 0},
		{"two values", signed(messageBody + "{}"), 400, 0},
		{"an array", signed("[]"), 400, 0},
		{"resource of another type", signed(`{"resource":7}`), 400, 0},
		{"data of another type", event(`"MSG"`), 400, 0},
		{"no data", event("null"), 400, 0},
		{"no id", event(`{"roomId":"ROOM"}`), 400, 0},
		{"id of another type", event(`{"id":7}`), 400, 0},
		{"id of 512 bytes", event(`{"id":"` + strings.Repeat("x", 512) + `"}`), 204, 1},
		{"id of 513 bytes", event(`{"id":"` + strings.Repeat("x", 513) + `"}`), 400, 0},
		{"room of 513 bytes", event(`{"id":"MSG","roomId":"` + strings.Repeat("x", 513) + `"}`), 400, 0},
		{"e-mail of 513 bytes", event(`{"id":"MSG","personEmail":"` + strings.Repeat("x", 513) + `"}`), 400, 0},
		{"id with a newline", event(`{"id":"MSG\n"}`), 400, 0},
		{"person with a blank", event(`{"id":"MSG","personId":"a b"}`), 400, 0},
		{"id with a letter that is none", event(`{"id":"MÄG"}`), 400, 0},
		{"another event", signed(`{"resource":"messages","event":"deleted","data":{"id":"MSG"}}`), 204, 0},
		{"another resource", signed(`{"resource":"rooms","event":"created","data":{"id":"ROOM"}}`), 204, 0},
		{"another resource with odd data", signed(`{"resource":"rooms","event":"created","data":"x"}`), 204, 0},
		{"nothing that we know", signed(`{}`), 204, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := new(inbox)
			w := serve(webhook.NewHandler(options(i)), tt.r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
			if len(i.events) != tt.stored {
				t.Errorf("stored %d events, want %d", len(i.events), tt.stored)
			}
			if w.Body.Len() != 0 {
				t.Errorf("body %q, want none", w.Body)
			}
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// timeoutError is what a connection gives when its deadline is over.
type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestNoSecretIsNoEntry(t *testing.T) {
	for _, secrets := range [][]string{nil, {}, {""}} {
		i := new(inbox)
		o := options(i)
		o.Secrets = secrets
		for _, signature := range []string{"", webhook.Sign("", []byte(messageBody))} {
			r := signed(messageBody)
			r.Header.Set(webhook.SignatureHeader, signature)
			if w := serve(webhook.NewHandler(o), r); w.Code != http.StatusUnauthorized || len(i.events) != 0 {
				t.Errorf("secrets %q, signature %q: status %d, %d stored; want 401, none", secrets, signature, w.Code, len(i.events))
			}
		}
	}
}

func TestRotation(t *testing.T) {
	i := new(inbox)
	o := options(i)
	o.Secrets = []string{"the-new-secret", secret}
	h := webhook.NewHandler(o)
	r := signed(messageBody)
	r.Header.Set(webhook.SignatureHeader, webhook.Sign("the-new-secret", []byte(messageBody)))
	for _, r := range []*http.Request{signed(messageBody), r} {
		if w := serve(h, r); w.Code != http.StatusNoContent {
			t.Errorf("status %d, want 204 with the old secret and with the new one", w.Code)
		}
	}
}

func TestNotStoredIsNotAcknowledged(t *testing.T) {
	var log bytes.Buffer
	o := options(&inbox{err: errors.New("the disk is full")})
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if w := serve(webhook.NewHandler(o), signed(messageBody)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", w.Code)
	}
	if !strings.Contains(log.String(), "the disk is full") {
		t.Errorf("the log does not say why:\n%s", &log)
	}
}

func TestStoresAlthoughWebexHangsUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := options(nil)
	o.Inbox = func(ctx context.Context, _ webex.Event) error {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("storing has no deadline")
		}
		return ctx.Err()
	}
	if w := serve(webhook.NewHandler(o), signed(messageBody).WithContext(ctx)); w.Code != http.StatusNoContent {
		t.Errorf("status %d, want 204", w.Code)
	}
}

func TestPanicIsNoAcknowledgement(t *testing.T) {
	var log bytes.Buffer
	o := options(nil)
	o.Inbox = func(context.Context, webex.Event) error { panic("broken") }
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if w := serve(webhook.NewHandler(o), signed(messageBody)); w.Code != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", w.Code)
	}
	if !strings.Contains(log.String(), "panic=broken") {
		t.Errorf("the log does not tell of the panic:\n%s", &log)
	}
}

func TestNoInboxPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("NewHandler without an Inbox did not panic")
		}
	}()
	webhook.NewHandler(webhook.Options{})
}
