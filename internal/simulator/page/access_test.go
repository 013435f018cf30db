package page_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// finding is one thing that axe-core finds wrong.
type finding struct{ Rule, Where, Why string }

// TestAccessible checks every part of the page in both themes and both widths
// with axe-core: labels, roles, focus, contrast of WCAG 2.1 AA.
func TestAccessible(t *testing.T) {
	t.Parallel()
	axe := npmFile(t, "axe-core/axe.min.js")
	b := open(t, start(t).url)
	eval[bool](b, axe+"\ntrue")
	check := func(part, within string) {
		t.Helper()
		for _, f := range eval[[]finding](b, `axe.run(`+within+`, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(found =>
			found.violations.flatMap(v => v.nodes.map(n => ({ Rule: v.id, Where: n.html.slice(0, 160), Why: n.failureSummary }))))`) {
			t.Errorf("%s: %s at %s: %s", part, f.Rule, f.Where, strings.Join(strings.Fields(f.Why), " "))
		}
	}
	b.ask("tracking code")
	b.card("Which tracking code?")
	b.press("Show it") // and it says what is missing
	b.press("Card JSON")
	b.ask("export codes on emea as csv")
	b.until("the file", `document.querySelector('.file pre')?.textContent`)
	for _, theme := range []string{"light", "dark"} {
		for _, part := range []string{"Requests", "Codes", "Values", "Connections", "Trouble"} {
			b.press(part)
			check(theme+", "+part, "'#inspector'")
		}
		b.press("Codes")
		b.press("Edit")
		check(theme+", a code", "'#dialog'")
		b.press("Cancel")
		check(theme+", the page", "document")
		b.do(chromedp.EmulateViewport(320, 640))
		check(theme+", the spaces at 320 pixels", "document")
		b.press("Behind the scenes") // which covers them
		b.press("TrackBot")
		check(theme+", a conversation at 320 pixels", "document")
		if wide := eval[float64](b, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s: at 320 pixels the page is %v wide", theme, wide)
		}
		b.press("Spaces")
		b.do(chromedp.EmulateViewport(1280, 900))
		b.press("Behind the scenes")
		b.press("Dark")
	}
}
