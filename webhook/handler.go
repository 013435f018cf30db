// Package webhook receives what Webex posts about new messages, button presses
// and memberships, and keeps the registrations alive that make Webex post.
//
// [NewHandler] is the door: a delivery is taken when it is small enough, signed
// with one of our secrets, and stored; only then is it acknowledged. [Serve]
// stands it on a listener, and a [Keeper] sees to it that Webex goes on
// knocking.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"trackbot/internal/text"
	"trackbot/webex"

	"github.com/gin-gonic/gin"
)

const (
	// Path is where the handler takes deliveries, below the public URL.
	Path = "/webhook"

	// maxBody bounds a delivery, in bytes; a real one is below 2 KiB.
	maxBody = 64 << 10

	// maxConcurrent bounds the deliveries under way: at 64 KiB each, 15 MiB.
	// With the check-ups these are 256 requests.
	maxConcurrent = 240

	// maxWord bounds a word from outside in a log line, in bytes.
	maxWord = 64

	// maxCheckUps bounds the questions for health and readiness under way.
	maxCheckUps = 16

	// storeTimeout bounds the storing of one event. Webex does not say how
	// long it waits for an answer.
	storeTimeout = 5 * time.Second
)

// Inbox takes one event and returns when it is stored for good; an error means
// that it is not, and that Webex must send it again. It is called by many
// goroutines at once, and with the same event more than once.
type Inbox func(context.Context, webex.Event) error

// Options are what [NewHandler] needs.
type Options struct {
	// Secrets are those that a signature may be made with, none of them empty.
	// Without any, every delivery is refused: there is no "no check".
	Secrets []string
	// Inbox stores an event; required.
	Inbox Inbox
	// Ready returns why the bot is not ready, in words that hold no secret;
	// none means ready. Nil is always ready.
	Ready func() []string
	// Websocket gives what /readyz shows of a websocket beside the webhooks; nil,
	// and nil from it, is nothing. It holds no secret.
	Websocket func() any
	// Logger hears of what is refused; nil is silent.
	Logger *slog.Logger
}

// door is the state of a handler.
type door struct {
	secrets   []string
	inbox     Inbox
	ready     func() []string
	websocket func() any
	log       *slog.Logger
	refused   *quiet
	slots     chan struct{} // of deliveries
	checks    chan struct{} // of check-ups
}

// NewHandler returns the bot's HTTP side: POST /webhook, GET /healthz and GET
// /readyz. It panics without an Inbox.
//
// A delivery is refused in this order: 503 when too many are under way, 413
// when it is over 64 KiB, 401 when no secret made its signature (its body is
// then not parsed), 400 when it is no JSON or an event of ours without a usable
// id, 503 when it can't be stored. It gets 204 once it is stored, and also when
// it is about something that the bot does not handle.
func NewHandler(o Options) http.Handler {
	if o.Inbox == nil {
		panic("webhook: no Inbox")
	}
	if o.Ready == nil {
		o.Ready = func() []string { return nil }
	}
	if o.Websocket == nil {
		o.Websocket = func() any { return nil }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	d := &door{
		secrets:   o.Secrets,
		inbox:     o.Inbox,
		ready:     o.Ready,
		websocket: o.Websocket,
		log:       o.Logger,
		refused:   newQuiet(o.Logger),
		slots:     make(chan struct{}, maxConcurrent),
		checks:    make(chan struct{}, maxCheckUps),
	}
	return d.routes()
}

func (d *door) routes() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.RedirectTrailingSlash = false
	// Nobody's word is taken for who knocks; nil is always a valid list.
	_ = g.SetTrustedProxies(nil)
	g.Use(gin.CustomRecoveryWithWriter(nil, d.panicked))
	g.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, "not found\n") })
	g.NoMethod(func(c *gin.Context) { c.String(http.StatusMethodNotAllowed, "method not allowed\n") })
	g.POST(Path, d.delivery)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		g.Handle(method, "/healthz", d.checkUp)
		g.Handle(method, "/readyz", d.checkUp)
	}
	return g
}

func (d *door) panicked(c *gin.Context, v any) {
	d.log.ErrorContext(c.Request.Context(), "panic in a request", "panic", v, "stack", string(debug.Stack()))
	c.AbortWithStatus(http.StatusInternalServerError)
}

func (d *door) readyz(c *gin.Context) {
	answer := struct {
		Ready     bool     `json:"ready"`
		Reasons   []string `json:"reasons,omitempty"`
		Websocket any      `json:"websocket,omitempty"`
	}{Reasons: d.ready(), Websocket: d.websocket()}
	status := http.StatusServiceUnavailable
	if answer.Ready = len(answer.Reasons) == 0; answer.Ready {
		status = http.StatusOK
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, answer)
}

// limited lets a bounded number of requests in at once. The check-ups have
// places of their own, so that a crowd at the door does not make the bot look
// dead.
func (d *door) limited(c *gin.Context, slots chan struct{}, next gin.HandlerFunc) {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
		next(c)
	default:
		d.refuse(c, http.StatusServiceUnavailable, "busy")
	}
}

func (d *door) delivery(c *gin.Context) { d.limited(c, d.slots, d.receive) }

func (d *door) checkUp(c *gin.Context) {
	answer := d.readyz
	if c.FullPath() == "/healthz" {
		answer = func(c *gin.Context) { c.String(http.StatusOK, "ok\n") }
	}
	d.limited(c, d.checks, answer)
}

func (d *door) receive(c *gin.Context) {
	body, status := read(c.Writer, c.Request)
	if status != 0 {
		d.refuse(c, status, "body")
		return
	}
	if !Verify(d.secrets, body, c.GetHeader(SignatureHeader)) {
		d.refuse(c, http.StatusUnauthorized, "signature")
		return
	}
	e, ok, err := decode(body)
	if err != nil {
		d.refuse(c, http.StatusBadRequest, "content", "err", err)
		return
	}
	if !ok {
		d.log.DebugContext(c.Request.Context(), "event not handled", "resource", text.Line(e.Resource, maxWord), "event", text.Line(e.Event, maxWord))
		c.Status(http.StatusNoContent)
		return
	}
	if err := d.store(c.Request.Context(), e); err != nil {
		d.refuse(c, http.StatusServiceUnavailable, "store", "err", err)
		return
	}
	c.Status(http.StatusNoContent)
}

// store goes on when Webex hangs up: the event is here, and whole.
func (d *door) store(ctx context.Context, e webex.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return d.inbox(ctx, e)
}

// refuse answers without a word about the reason, which the log tells.
func (d *door) refuse(c *gin.Context, status int, reason string, args ...any) {
	args = append(args, "status", status, "remote", c.Request.RemoteAddr)
	d.refused.warn(c.Request.Context(), reason, args...)
	c.AbortWithStatus(status)
}

// read returns the body, or the status that refuses it.
func read(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	if r.ContentLength > maxBody {
		w.Header().Set("Connection", "close") // or the server would read on
		return nil, http.StatusRequestEntityTooLarge
	}
	var b bytes.Buffer
	b.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	_, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		return b.Bytes(), 0
	}
	w.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, http.StatusRequestEntityTooLarge
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return nil, http.StatusRequestTimeout
	}
	return nil, http.StatusBadRequest
}
