package page_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"trackbot/internal/simulator"
)

// TestThousandMessages: a full space is drawn from its end, and the rest when
// somebody scrolls to it.
func TestThousandMessages(t *testing.T) {
	t.Parallel()
	sim, url := serve(t)
	fill(t, sim, 1000)
	b := open(t, url)
	const drawn = `document.querySelectorAll('.message').length`
	if n := eval[int](b, drawn); n > 100 || !eval[bool](b, `document.querySelector('#messages').lastElementChild.innerText.includes('question 999.')`) {
		t.Errorf("%d messages are drawn at first, want a hundred at most, and the last", n)
	}
	for before := 0; before < 1000; {
		before = eval[int](b, drawn)
		eval[bool](b, `document.querySelector('#messages').scrollTop = 0; true`)
		b.until("more is drawn", fmt.Sprintf("%s > %d || %d === 1000", drawn, before, before))
	}
	if first := eval[string](b, `document.querySelector('.message .said').innerText`); first != "question 0." || eval[int](b, drawn) != 1000 {
		t.Errorf("after scrolling to the beginning it is %q of %d", first, eval[int](b, drawn))
	}
}

func fill(tb testing.TB, sim *simulator.Simulator, n int) {
	tb.Helper()
	alice := sim.Person("alice")
	space := sim.Direct(alice.ID)
	for i := range n {
		sim.Say(tb.Context(), simulator.Say{Space: space.ID, Person: alice.ID, Text: fmt.Sprintf("question %d.", i)})
	}
}

// BenchmarkAnswer measures, in the browser, from Enter to the card: the page, the
// simulator and the bot on one machine, at no latency.
func BenchmarkAnswer(b *testing.B) {
	w := start(b)
	page := open(b, w.url)
	var took []float64
	for b.Loop() {
		took = append(took, eval[float64](page, `(async () => {
			const cards = () => document.querySelectorAll('.card').length, before = cards(), text = document.querySelector('#text');
			text.value = 'tracking code 1 on example.webex.com';
			const began = performance.now();
			text.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
			while (cards() === before) await new Promise(requestAnimationFrame);
			return performance.now() - began;
		})()`))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-ms")
}

// BenchmarkReady measures, in the browser, from the start of the navigation until
// spaces, people and conversation are drawn.
func BenchmarkReady(b *testing.B) {
	w := start(b)
	page := open(b, w.url)
	var took []float64
	for b.Loop() {
		page.do(chromedp.Navigate(w.url))
		page.until("the page is there", `document.querySelector('#person option') && document.querySelector('#messages').childElementCount`)
		took = append(took, eval[float64](page, "performance.now()"))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "p50-ms")
}

// BenchmarkScroll measures the longest time for which scrolling through a
// thousand messages blocks the page.
func BenchmarkScroll(b *testing.B) {
	sim, url := serve(b)
	fill(b, sim, 1000)
	page := open(b, url)
	longest := 0.0
	for b.Loop() {
		longest = max(longest, eval[float64](page, `(async () => {
			let longest = 0;
			const watch = new PerformanceObserver((list) => list.getEntries().forEach((task) => { longest = Math.max(longest, task.duration); }));
			watch.observe({ type: 'longtask' });
			const box = document.querySelector('#messages');
			for (let i = 0; i < 120; i++) { box.scrollTop -= 600; await new Promise(requestAnimationFrame); }
			box.scrollTop = box.scrollHeight;
			watch.disconnect();
			return longest;
		})()`))
	}
	b.ReportMetric(longest, "longest-task-ms")
}
