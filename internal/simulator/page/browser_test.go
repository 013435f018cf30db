package page_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"trackbot/internal/apptest"
	"trackbot/internal/demo"
	"trackbot/internal/simulator"
	"trackbot/internal/simulator/page"
)

// patience is how long a test waits for what the page has to show, on a busy
// machine.
const patience = 40 * time.Second

// chromium returns the browser that is installed. The test is skipped where none
// is, and fails of that in CI, which installs one.
func chromium(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" { //nolint:forbidigo // nothing else says whether it must be there
		tb.Fatal("no Chromium in PATH: .ci/run browser installs it")
	}
	tb.Skip("no Chromium in PATH, which the page's tests need: apt-get install chromium")
	return ""
}

// world is a made-up Webex with the real bot and its page.
type world struct {
	*demo.World
	url string
}

// start starts all that "trackbot demo" starts; with settings, another bot than one
// that only reads.
func start(tb testing.TB, settings ...string) world {
	tb.Helper()
	sim, err := simulator.Start(tb.Context(), simulator.Options{Watch: true, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	env := append(apptest.Reachable(tb), "ADMINS=alice@example.com", "LIMIT_PERSON_MINUTE=0", "LIMIT_PERSON_HOUR=0", "LIMIT_SPACE_MINUTE=0", "CACHE_SECONDS=0")
	env = append(env, settings...)
	w, stop, err := demo.New(tb.Context(), sim, tb.Output(), slog.New(slog.DiscardHandler), env...)
	if err != nil {
		tb.Fatal(err)
	}
	demo.AddGuest(sim)
	served := httptest.NewServer(page.Handler(sim))
	tb.Cleanup(func() {
		served.Close()
		if err := stop(); err != nil {
			tb.Errorf("stop: %v", err)
		}
	})
	return world{w, served.URL}
}

// tab is a page in a browser.
type tab struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // it is chromedp's handle of the tab

	mu     sync.Mutex
	errors []string // what the page wrote to the console, and requests that leave this machine
}

// open opens the page in a browser of its own.
func open(tb testing.TB, address string) *tab {
	tb.Helper()
	b := blank(tb)
	b.do(chromedp.Navigate(address))
	b.until("the page is there", `document.querySelector('#person option') && document.querySelector('#messages').childElementCount`)
	return b
}

// blank is an empty tab in a browser of its own. In the end the test fails of
// any error in the console, and of any request to another host.
func blank(tb testing.TB) *tab {
	tb.Helper()
	ctx, cancel := chromedp.NewContext(context.WithoutCancel(tb.Context()), chromedp.WithAllocatorOptions(chromedp.ExecPath(chromium(tb)), chromedp.NoSandbox, chromedp.Flag("force-prefers-reduced-motion", true), chromedp.UserDataDir(tb.TempDir())))
	b := &tab{t: tb, ctx: ctx}
	b.do(chromedp.EmulateViewport(1280, 900))
	console, requests := chromedp.Console(ctx), chromedp.Events(ctx, network.RequestWillBeSent)
	var listening sync.WaitGroup
	listening.Go(func() {
		for m, err := range console {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == "error" {
				b.note("console: " + m.Text)
			}
		}
	})
	listening.Go(func() {
		for r, err := range requests {
			if err != nil {
				return
			}
			if u, err := url.Parse(r.Request.URL); err != nil || !slices.Contains([]string{"127.0.0.1", ""}, u.Hostname()) {
				b.note("request: " + r.Request.URL)
			}
		}
	})
	tb.Cleanup(func() {
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer done()
		if err := chromedp.Cancel(closing); err != nil {
			tb.Logf("close the browser: %v", err)
		}
		cancel()
		listening.Wait()
		for _, text := range b.errors {
			tb.Error(text)
		}
	})
	return b
}

func (b *tab) note(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = append(b.errors, text)
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx := b.ctx
	if chromedp.FromContext(ctx).Browser != nil { // the first call starts the browser, which lives as long as its context
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a JavaScript expression to be true.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(0))); err != nil {
		b.t.Fatalf("never: %s (%v); the page shows:\n%s", what, err, eval[string](b, "document.querySelector('#messages').innerText.slice(-1500)"))
	}
}

// eval returns the value of a JavaScript expression.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.300s: %v", expression, err)
	}
	return v
}

// press clicks the last thing that can be pressed and has this text or label,
// or else begins with it.
func (b *tab) press(text string) {
	b.t.Helper()
	// Where it is, once it is there with nothing before it; window.pressed tells whether the click came, since the page
	// may draw itself anew just then.
	spot := `(() => {
		const all = [...document.querySelectorAll('button, a, summary, [role="button"], [role="option"], [type="checkbox"]')].filter(n => n.checkVisibility());
		const lines = n => [n.innerText, n.getAttribute('aria-label'), n.labels?.[0]?.innerText].flatMap(text => text?.split('\n') ?? []);
		const node = all.findLast(n => lines(n).includes(` + quote(text) + `)) ?? all.findLast(n => lines(n).some(line => line.startsWith(` + quote(text) + `)));
		node?.scrollIntoView({ block: 'center' });
		const { x, y, width, height } = node?.getClientRects()[0] ?? {};
		const at = { x: x + width / 2, y: y + height / 2 };
		if (!node || !node.contains(document.elementFromPoint(at.x, at.y))) return null;
		window.pressed = false;
		node.addEventListener('click', () => { window.pressed = true; }, { once: true, capture: true });
		return at;
	})()`
	for range 100 {
		b.until("there is "+text, `(window.spot = `+spot+`) !== null`)
		at := eval[struct{ X, Y float64 }](b, "window.spot")
		b.do(chromedp.MouseClickXY(at.X, at.Y))
		if eval[bool](b, "window.pressed") {
			return
		}
	}
	b.t.Fatalf("press %s: it is drawn anew each time", text)
}

// ask types a question and presses Enter.
func (b *tab) ask(text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), text), enter())
	b.until("it is written: "+text, `[...document.querySelectorAll('#messages > .message')].at(-1)?.innerText.includes(`+quote(strings.TrimPrefix(text, "@trackbot "))+`)`)
}

// enter presses Enter as a keyboard does, whose character the page can prevent.
func enter() chromedp.Action[chromedp.Void] { return key("Enter", "\r", 13, 0) }

// shift is the modifier of a key that goes back.
const shift = 8

// key presses a key by its name, the character it makes, its code in Windows, and
// a modifier or 0.
func key(name, char string, code, modifiers int64) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		down := input.DispatchKeyEventTypeRawKeyDown
		if char != "" {
			down = input.DispatchKeyEventTypeKeyDown
		}
		p := input.DispatchKeyEventParams{Type: down, Key: name, Code: name, Text: char, WindowsVirtualKeyCode: code, Modifiers: modifiers}
		if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, p); err != nil {
			return err
		}
		p.Type, p.Text = input.DispatchKeyEventTypeKeyUp, ""
		_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, p)
		return err
	})
}

// tabTo presses Tab, or Shift and Tab, until what has the focus has this text or
// label, or begins with it, and is not what scrolls.
func (b *tab) tabTo(text string, modifiers int64) {
	b.t.Helper()
	const most = 150 // stops from one end of the page to the other
	for range most {
		b.do(key("Tab", "", 9, modifiers))
		if eval[bool](b, `(() => { const n = document.activeElement; return !n.matches('[role="log"], [role="tabpanel"]') && [n.innerText, n.getAttribute('aria-label'), n.labels?.[0]?.innerText].flatMap(text => text?.split('\n') ?? []).some(line => line.startsWith(`+quote(text)+`)); })()`) {
			return
		}
	}
	b.t.Fatalf("Tab never comes to %q", text)
}

// card waits until the newest card holds each of these texts.
func (b *tab) card(texts ...string) {
	b.t.Helper()
	b.until("a card with "+strings.Join(texts, ", "), lastCard+quoteAll(texts)+`.every(text => card?.innerText.includes(text)) })()`)
}

const lastCard = `(() => { const card = [...document.querySelectorAll('#messages .card')].at(-1); return `

// be changes who writes.
func (b *tab) be(email string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS("#person"), email))
	eval[bool](b, `document.querySelector('#person').dispatchEvent(new Event('change'))`)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

func quoteAll(list []string) string {
	quoted := make([]string, 0, len(list))
	for _, s := range list {
		quoted = append(quoted, quote(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
