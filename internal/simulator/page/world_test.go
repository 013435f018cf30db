package page_test

import (
	"fmt"
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

// approved lets Alice ask for changes and Bob approve them.
func approved() []string {
	return []string{"CHANGES=all", "EDITORS=alice@example.com,bob@example.com", "APPROVERS=alice@example.com,bob@example.com"}
}

// TestChangeByThreePeople: Alice asks in a group for a change, may not approve it
// herself, and Bob does; the table shows it, and Undo brings back what was.
func TestChangeByThreePeople(t *testing.T) {
	t.Parallel()
	b := open(t, start(t, approved()...).url)
	b.press("Codes")
	row := `[...document.querySelectorAll('#panel tr')].find(n => n.innerText.includes('Department'))`
	before := eval[int](b, `Number(`+row+`.cells[4].innerText)`)
	options := func(what string, n int) {
		t.Helper()
		b.until(what, fmt.Sprintf(`Number(%s?.cells[4].innerText) === %d`, row, n))
	}
	b.press("Billing help desk")
	b.ask("@trackbot add option Legal to Department on example.webex.com")
	b.card("Change Department?", "none → Legal", "1 of 2")
	b.press("Approve")
	b.press("TrackBot")
	b.card("somebody else must approve it")
	b.be("bob@example.com")
	b.press("Billing help desk")
	options("nothing is written before it is approved", before)
	b.press("Approve")
	b.card("Done: Department", "read back")
	options("the table has the option", before+1)
	b.press("Undo")
	b.card("takes back change", "Legal → none")
	b.be("alice@example.com")
	b.press("Billing help desk")
	b.press("Approve")
	b.card("Done: Department")
	options("the table is what it was", before)
}
