// Package webhook receives what Webex posts about new messages, button presses
// and memberships, and keeps the registrations alive that make Webex post.
//
// [NewHandler] is the door: a delivery is taken when it is small enough, signed
// with one of our secrets, and stored; only then is it acknowledged. [Serve]
// stands it on a listener, and a [Keeper] sees to it that Webex goes on
// knocking.
package webhook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
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

	// bodyTimeout is how long a body may take; Webex sends it at once.
	bodyTimeout = 2 * time.Second

	// maxAge is how old an event may be: what is older would not be looked back
	// for either, and is a repetition.
	maxAge = 24 * time.Hour

	// maxConcurrent bounds the genuine deliveries that are being stored.
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
	// Warnings gives what is not right although the bot may be ready; nil, and nil
	// from it, is nothing.
	Warnings func() []string
	// Websocket gives what /readyz shows of a websocket beside the webhooks; nil,
	// and nil from it, is nothing. It holds no secret.
	Websocket func() any
	// Proxies are those whose word is taken, in X-Forwarded-For, for whom they
	// ask. They are bounded in all only.
	Proxies []netip.Prefix
	// Refused counts what is refused, by one of [Reasons]; nil: nobody counts.
	Refused func(reason string)
	// Logger hears of what is refused; nil is silent.
	Logger *slog.Logger
}

// door is the state of a handler.
type door struct {
	secrets   []string
	inbox     Inbox
	ready     func() []string
	warnings  func() []string
	websocket func() any
	log       *slog.Logger
	refused   *refusals
	addresses *addresses
	unlisted  sync.Once     // a proxy that is not among those trusted was told of
	slots     chan struct{} // of deliveries
	checks    chan struct{} // of check-ups
}

// NewHandler returns the bot's HTTP side: POST /webhook, GET /healthz and GET
// /readyz. It panics without an Inbox.
//
// A request is refused with 429 when its address, or all that were refused
// lately, sent too many. A delivery is refused in this order: 401 when its
// signature is missing or can't be one, 413 when it is over 64 KiB, 408 when it
// takes over two seconds, 401 when no secret made its signature (its body is then
// not parsed), 400 when it is no JSON or an event of ours without a usable id, 503
// when too many are being stored or it can't be stored. It gets 204 once it is
// stored, and also when it is about something that the bot does not handle or that
// is over a day old.
func NewHandler(o Options) http.Handler {
	if o.Inbox == nil {
		panic("webhook: no Inbox")
	}
	if o.Ready == nil {
		o.Ready = func() []string { return nil }
	}
	if o.Warnings == nil {
		o.Warnings = func() []string { return nil }
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
		warnings:  o.Warnings,
		websocket: o.Websocket,
		log:       o.Logger,
		refused:   newRefusals(o.Logger, o.Refused),
		addresses: newAddresses(o.Proxies),
		slots:     make(chan struct{}, maxConcurrent),
		checks:    make(chan struct{}, maxCheckUps),
	}
	return d.routes(o.Proxies)
}

func (d *door) routes(proxies []netip.Prefix) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.HandleMethodNotAllowed = true
	g.RedirectTrailingSlash = false
	trusted := make([]string, len(proxies))
	for i, p := range proxies {
		trusted[i] = p.String()
	}
	_ = g.SetTrustedProxies(trusted)           // a prefix is always valid
	g.RemoteIPHeaders = []string{forwardedFor} // a proxy that writes it may pass others on
	g.Use(gin.CustomRecoveryWithWriter(nil, d.panicked), d.paced)
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
		Warnings  []string `json:"warnings,omitempty"`
		Websocket any      `json:"websocket,omitempty"`
	}{Reasons: d.ready(), Warnings: d.warnings(), Websocket: d.websocket()}
	status := http.StatusServiceUnavailable
	if answer.Ready = len(answer.Reasons) == 0; answer.Ready {
		status = http.StatusOK
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, answer)
}

// paced refuses an address that asks too much.
func (d *door) paced(c *gin.Context) {
	if !d.addresses.take(c.ClientIP(), time.Now()) {
		d.refuse(c, http.StatusTooManyRequests, ReasonRate)
	}
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
		d.refuse(c, http.StatusServiceUnavailable, ReasonBusy)
	}
}

func (d *door) checkUp(c *gin.Context) {
	answer := d.readyz
	if c.FullPath() == "/healthz" {
		answer = func(c *gin.Context) { c.String(http.StatusOK, "ok\n") }
	}
	d.limited(c, d.checks, answer)
}

// delivery takes one delivery. What it costs before the signature is checked is
// small; a place is taken after that.
func (d *door) delivery(c *gin.Context) {
	signature := c.GetHeader(SignatureHeader)
	if !wellFormed(signature) {
		d.refuse(c, http.StatusUnauthorized, ReasonHeader)
		return
	}
	body, status := read(c.Writer, c.Request)
	if status != 0 {
		d.refuse(c, status, ReasonBody)
		return
	}
	if !Verify(d.secrets, body, signature) {
		d.refuse(c, http.StatusUnauthorized, ReasonSignature)
		return
	}
	d.addresses.giveBack(c.ClientIP())
	d.warnUnlisted(c)
	d.limited(c, d.slots, func(c *gin.Context) { d.receive(c, body) })
}

// receive stores what is genuine.
func (d *door) receive(c *gin.Context, body []byte) {
	e, ok, err := decode(body)
	if err != nil {
		d.refuse(c, http.StatusBadRequest, ReasonContent, "err", err)
		return
	}
	if !ok {
		d.log.DebugContext(c.Request.Context(), "event not handled", "resource", text.Line(e.Resource, maxWord), "event", text.Line(e.Event, maxWord))
		c.Status(http.StatusNoContent)
		return
	}
	if !e.Created.IsZero() && time.Since(e.Created) > maxAge {
		d.refused.counted(ReasonStale)
		c.Status(http.StatusNoContent)
		return
	}
	if err := d.store(c.Request.Context(), e); err != nil {
		d.refuse(c, http.StatusServiceUnavailable, ReasonStore, "err", err)
		return
	}
	c.Status(http.StatusNoContent)
}

// forwardedFor is where a proxy says for whom it asks.
const forwardedFor = "X-Forwarded-For"

// warnUnlisted tells once of a proxy between Webex and the bot that is not among
// those trusted: who asks through it would share the bounds of one address.
func (d *door) warnUnlisted(c *gin.Context) {
	if c.GetHeader(forwardedFor) == "" || c.ClientIP() != c.RemoteIP() || d.addresses.isProxy(c.RemoteIP()) {
		return
	}
	d.unlisted.Do(func() {
		d.log.WarnContext(c.Request.Context(), "deliveries come through a proxy that TRUSTED_PROXIES does not name", "proxy", c.RemoteIP())
	})
}

// store goes on when Webex hangs up: the event is here, and whole.
func (d *door) store(ctx context.Context, e webex.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return d.inbox(ctx, e)
}

// refuse answers without a word about the reason, which the log tells. The
// connection ends with it, and what else it sends is not read.
func (d *door) refuse(c *gin.Context, status int, reason string, args ...any) {
	args = append(args, "status", status, "remote", c.ClientIP())
	d.refused.warn(c.Request.Context(), reason, args...)
	if reason != ReasonStore && reason != ReasonBusy {
		c.Header("Connection", "close")
		_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Now()) // or the server would read on
	}
	c.AbortWithStatus(status)
}

// read returns the body, or the status that refuses it. Memory is taken as the
// body comes, not as its length is announced.
func read(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	if r.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTimeout)) // only a test's writer has none
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		return body, 0
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, http.StatusRequestEntityTooLarge
	}
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		return nil, http.StatusRequestTimeout
	}
	return nil, http.StatusBadRequest
}
