package page_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"trackbot/internal/simulator"
)

// TestAsk asks in a browser as three people do, and presses what cards have.
func TestAsk(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := open(t, w.url)
	b.ask("tracking code 1 on example.webex.com")
	b.card("Department", "code 1", "Meetings", "required")
	b.press("Codes: example")
	b.card("Department", "Division", "Cost Center")
	b.press("Division") // a row
	b.card("Division", "code 2", "Part-time")

	b.ask("options of Cost Center on emea")
	b.card("CC-1000", "CC-1009")
	b.press("Next")
	b.card("CC-1010", "CC-1019")

	b.ask("tracking code")
	b.card("Which tracking code?")
	b.press("Show it")
	b.until("it says what is missing", `[...document.querySelectorAll('.card .wrong:not([hidden])')].length === 1`)
	b.do(chromedp.SendKeys(chromedp.JSPath(`[...document.querySelectorAll('.card select')].at(-1)`), "Cost"))
	b.press("Show it")
	b.card("Cost Center", "code 3", "free text")

	b.ask("export codes on emea as csv")
	b.until("the file and its first lines", `[...document.querySelectorAll('.file')].at(-1)?.innerText.includes('Business Unit')`)
	got := eval[string](b, `fetch([...document.querySelectorAll('.file a')].at(-1).href).then(answer => answer.text())`)
	want, err := w.Sim.Wait(t.Context(), func(m simulator.Message) bool { return len(m.Files) > 0 })
	if err != nil || got != strings.TrimPrefix(string(w.Sim.File(want.Files[0]).Data), "\ufeff") {
		t.Errorf("the file to download is not the one that the bot posted: %.200q", got)
	}
}

// TestWho is the same question in a group, of a teammate, of somebody from
// another organization, and where a guest reads.
func TestWho(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.be("bob@example.com")
	b.press("Billing help desk")
	b.until("the space", `document.querySelector('#title').innerText === 'Billing help desk'`)
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "@tr"))
	b.until("the bot is offered", `document.querySelector('#mentions [aria-selected="true"]')?.innerText.includes('TrackBot')`)
	b.do(enter())
	b.ask("tracking code 1 on example")
	b.card("Department", "code 1")
	if !eval[bool](b, `[...document.querySelectorAll('.thread .card')].length > 0 && document.querySelector('.mention').innerText === '@TrackBot'`) {
		t.Error("the answer is not in the thread of a question with a mention")
	}
	b.be("mallory@other.example")
	b.ask("tracking code 1 on example")
	b.until("a refusal", `document.querySelector('#messages .thread').innerText.includes('Sorry')`)
	b.be("alice@example.com")
	b.press("Ops room")
	b.ask("@trackbot tracking code 2 on example")
	b.until("it is told where the answer is", `[...document.querySelectorAll('#messages .thread')].at(-1).innerText.includes('TrackBot')`)
	if eval[bool](b, `document.querySelector('#messages').innerText.includes('Part-time')`) {
		t.Error("the answer is where a guest reads it")
	}
	b.press("TrackBot")
	b.card("Division", "code 2", "Part-time")
}

// TestEdit edits a question in 1:1 and in a group: the bot answers what it says now.
func TestEdit(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	edit := func(within, text string) {
		t.Helper()
		b.press("Edit")
		b.until("the dialog holds "+within, `document.querySelector('#dialog[open] textarea')?.value === `+quote(within))
		b.do(chromedp.SetValue(chromedp.CSS("#dialog textarea"), text))
		b.press("Save")
		b.until("it is edited", `[...document.querySelectorAll('#messages .by')].some(n => n.innerText.includes('Edited')) && !document.querySelector('#dialog[open]')`)
	}
	b.ask("tracking code 1 on example.webex.com")
	b.card("Department", "code 1")
	edit("tracking code 1 on example.webex.com", "tracking code 2 on example.webex.com")
	b.card("Division", "code 2")
	b.press("Billing help desk")
	b.ask("@trackbot tracking code 1 on example")
	b.card("Department", "code 1")
	edit("@TrackBot tracking code 1 on example", "@TrackBot tracking code 2 on example")
	b.card("Division", "code 2")
}

// TestTrouble switches something wrong on, asks, switches it off and asks again.
func TestTrouble(t *testing.T) {
	t.Parallel()
	w := start(t)
	b := open(t, w.url)
	b.press("Trouble")
	b.press("Admin token expired")
	b.until("it is on", `document.querySelector('#trouble-admin-token-expired').checked`)
	b.ask("tracking code 1 on example")
	b.card("sign-in", "Ref")
	b.press("Admin token expired")
	b.ask("tracking code 1 on example.webex.com")
	b.card("Department", "code 1")
	b.press("Requests")
	b.until("the refused call", `[...document.querySelectorAll('.exchange .bad')].some(n => n.innerText.startsWith('401'))`)
}

// TestTroubleSwitches switches everything on that can go wrong, and off again, and
// presses what is pressed once. Then the bot answers as before.
func TestTroubleSwitches(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.press("Trouble")
	titles := eval[[]string](b, `[...document.querySelectorAll('#panel .trouble label')].map(n => n.innerText)`)
	if len(titles) < 9 {
		t.Fatalf("switches %v, want all of them", titles)
	}
	for _, title := range titles {
		for _, on := range []string{"true", "false"} {
			b.press(title)
			b.until(title+" is "+on, `[...document.querySelectorAll('#panel .trouble')].some(n => n.innerText.includes(`+quote(title)+`) && n.querySelector('input').checked === `+on+`)`)
		}
	}
	for _, once := range []string{"Drop the websocket", "Forget the devices"} {
		b.press(once)
	}
	eval[bool](b, `(() => { const n = document.querySelector('#panel [type=range]'); n.value = 100; return n.dispatchEvent(new Event('change')); })()`)
	b.until("the latency is shown", `document.querySelector('#panel').innerText.includes('100 ms')`)
	b.ask("tracking code 1 on example.webex.com")
	b.card("Department", "code 1")
	b.press("Switch webhooks off")
	b.press("Connections")
	b.until("they are off", `document.querySelector('#panel').innerText.includes('inactive')`)
}

// TestKeyboard asks, presses a button and a row, fills a form and breaks
// something with the keyboard alone.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.tabTo("Skip to the message box", 0)
	b.do(enter())
	b.tabTo("Message", 0)
	write := func(text string) { b.do(chromedp.KeyEvent(text), enter()) }
	write("tracking code 1 on example.webex.com")
	b.card("Department", "code 1")
	b.tabTo("Codes: example", shift)
	b.do(enter())
	b.card("Department", "Division", "Cost Center")
	b.tabTo("Message", 0)
	b.tabTo("Division", shift) // a row
	b.do(enter())
	b.card("Division", "code 2", "Part-time")

	b.tabTo("Message", 0)
	write("tracking code")
	b.card("Which tracking code?")
	b.tabTo("Show it", shift)
	b.do(enter())
	b.until("it says what is missing", `[...document.querySelectorAll('.card .wrong:not([hidden])')].length === 1`)
	b.until("the choice has the focus", `document.activeElement.localName === 'select'`)
	b.do(chromedp.KeyEvent("Cost"))
	b.tabTo("Show it", 0)
	b.do(enter())
	b.card("Cost Center", "code 3", "free text")

	b.tabTo("Requests", 0)
	for range 4 { // to the last of the tabs
		b.do(key("ArrowRight", "", 39, 0))
	}
	b.until("the tab is shown", `document.querySelector('[role="tab"][aria-selected="true"]').innerText === 'Trouble'`)
	b.tabTo("Admin token expired", 0)
	b.do(key(" ", " ", 32, 0))
	b.until("it is on", `document.querySelector('#trouble-admin-token-expired').checked`)
}

// TestLooks changes theme and width of the cards.
func TestLooks(t *testing.T) {
	t.Parallel()
	b := open(t, start(t).url)
	b.ask("tracking code 1 on example.webex.com")
	b.card("Department")
	look := `(() => { const card = document.querySelector('.card'), style = getComputedStyle(card); return style.backgroundColor + ' ' + (card.clientWidth > 330) })()`
	light := eval[string](b, look)
	b.press("Dark")
	b.press("Phone width")
	if dark := eval[string](b, look); light != "rgb(255, 255, 255) true" || dark != "rgb(26, 26, 26) false" {
		t.Errorf("light and wide is %s, dark and narrow is %s", light, dark)
	}
}
