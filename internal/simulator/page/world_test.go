package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestSpaces makes a space, removes and adds the bot and a person there, asks,
// replies in the thread and takes the last message up again.
func TestSpaces(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.do(chromedp.SendKeys(chromedp.CSS("#new-title"), "Quarter end"))
	b.press("Create")
	b.until("the new space", `document.querySelector('#title').innerText === 'Quarter end'`)
	b.press("People")
	members := func(name, has string) {
		t.Helper()
		b.until(name+" is a member: "+has, `document.querySelector('#members').innerText.includes(`+quote(name)+`) === `+has)
	}
	b.press("Remove TrackBot")
	members("TrackBot", "false")
	b.press("Add TrackBot")
	members("TrackBot", "true")
	b.press("Add Bob")
	members("Bob", "true")
	b.press("Remove Bob")
	members("Bob", "false")
	b.press("People")

	b.ask("@trackbot tracking code 1 on example")
	b.card("Department", "code 1")
	b.press("Reply")
	b.until("it says what is replied to", `document.querySelector('#reply-to').checkVisibility()`)
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "@trackbot tracking code 2 on example"), enter())
	b.card("Division", "code 2")
	if !eval[bool](b, `[...document.querySelectorAll('#messages .thread')].some(n => n.innerText.includes('Department') && n.innerText.includes('Division'))`) {
		t.Error("the reply and its answer are not in the thread of the first question")
	}
	b.do(key("ArrowUp", "", 38, 0))
	b.until("the last message is there again", `document.querySelector('#text').value.includes('tracking code 2')`)
}

// TestBehind changes what Webex has behind the bot's back: the bot answers by
// that. Then the last delivery comes again, and is not answered twice.
func TestBehind(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.press("Codes")
	fill := func(value string) {
		t.Helper()
		b.until("the dialog", `document.querySelector('#dialog[open] input')`)
		b.do(chromedp.SetValue(chromedp.CSS("#dialog input"), value))
		b.press("Save")
		b.until("it is shown", `!document.querySelector('#dialog[open]') && document.querySelector('#panel').innerText.includes(`+quote(value)+`)`)
	}
	b.press("New code on example.webex.com")
	fill("Fresh code")
	b.ask("codes on example.webex.com")
	b.card("Department", "Fresh code")

	b.press("Values")
	eval[bool](b, `(() => { const n = document.querySelector('#panel [aria-label="Fresh code on example.webex.com"]'); n.value = 'F-77'; return n.dispatchEvent(new Event('change')); })()`)
	b.ask("tracking codes of alice@example.com on example.webex.com")
	b.card("Fresh code", "F-77")

	b.press("Requests")
	cards := eval[int](b, `document.querySelectorAll('#messages .card').length`)
	eval[int](b, `window.delivered = document.querySelectorAll('.exchange .to').length`)
	b.press("Replay the last delivery")
	b.until("it is delivered again", `document.querySelectorAll('.exchange .to').length > window.delivered`)
	b.ask("tracking code 2 on example.webex.com")
	b.card("Division", "Part-time")
	if got := eval[int](b, `document.querySelectorAll('#messages .card').length`); got != cards+1 {
		t.Errorf("%d cards after a replay and one question, want %d", got, cards+1)
	}

	b.press("Codes")
	b.press("Rename site emea.example.webex.com")
	fill("europe.webex.com")
}
