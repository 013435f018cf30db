package page_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// npmFile reads a file of the packages that the page is compared with; they are
// installed beside the tests, never kept with the project. The test is skipped
// where they are missing, and fails of that in CI, which installs them where Node is.
func npmFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "npm", "node_modules", filepath.FromSlash(name)))
	if err == nil {
		return string(raw)
	}
	const missing = "the packages to compare with are not installed: run npm ci --ignore-scripts --prefix internal/simulator/page/testdata/npm"
	_, noNode := exec.LookPath("node")
	if os.Getenv("CI") == "true" && noNode == nil { //nolint:forbidigo // nothing else says whether they must be there
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// drawn is what a renderer makes of a card.
type drawn struct {
	Events  []string // of reading the card
	Texts   string   // in reading order
	Inputs  []entry
	Buttons []pressed
}

type entry struct {
	ID, Value, Placeholder, Label string
	Required                      bool
	Choices                       []string
}

// pressed is one thing that was pressed, in order, and what it sends.
type pressed struct {
	Title string
	Sends any
}

// reader is what both pages are read with. press gets a node to press, and
// returns what that sends.
const reader = `
	const text = (node) => node?.textContent.replace(/\s+/g, ' ').trim() ?? '';
	const texts = (root) => {
		root.normalize();
		const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), list = [];
		for (let node = walk.nextNode(); node; node = walk.nextNode()) {
			const parent = node.parentElement;
			if (parent.checkVisibility() && !parent.closest('select, button, textarea, .ac-buttons, .ac-pushButton')) list.push(node.data);
		}
		return list.join(' ').replace(/\s+/g, ' ').trim();
	};
	const fill = (root) => root.querySelectorAll('input, select, textarea').forEach((node) => {
		if (node.localName === 'select') node.selectedIndex = node.options.length - 1;
		else if (node.type === 'text' || node.localName === 'textarea') node.value = 'typed';
		else return;
		node.dispatchEvent(new Event('input', { bubbles: true }));
		node.dispatchEvent(new Event('change', { bubbles: true }));
	});
`

const ours = reader + `
	let sent;
	const { drawCard } = await import('/page.js');
	const root = drawCard(card, (data) => { sent = data; });
	document.querySelector('#probe')?.remove();
	root.id = 'probe';
	root.className += ' card';
	document.body.append(root);
	const out = { Events: [], Texts: texts(root), Buttons: [] };
	out.Inputs = [...root.querySelectorAll('.field')].map((f) => {
		const control = f.querySelector('input, select, textarea'), boxes = [...f.querySelectorAll('[type=checkbox], [type=radio]')];
		return {
			ID: f.dataset.input, Label: text(f.querySelector('label, legend')), Required: Boolean(f.querySelector('.need')),
			Value: boxes.length ? boxes.filter((b) => b.checked).map((b) => b.value).join(',') : control.value,
			Placeholder: control.placeholder || (control.localName === 'select' ? control.options[0].text : ''),
			Choices: boxes.length ? boxes.map((b) => text(b.closest('label'))) : control.localName === 'select' ? [...control.options].slice(1).map((o) => o.text) : [],
		};
	});
	fill(root);
	root.querySelectorAll('[aria-expanded]').forEach((b) => b.click());
	for (const node of root.querySelectorAll('.tap, button:not([aria-expanded]), a')) {
		if (node.closest('[hidden]')) continue; // another card of the same row of buttons was unfolded after it
		sent = undefined;
		if (node.localName !== 'a') node.click();
		out.Buttons.push({ Title: node.title || text(node), Sends: node.localName === 'a' ? node.href : sent });
	}
	return out;
`

// official draws with npm's adaptivecards, as Webex does where it differs:
//   - a card shows five buttons, and drops the rest;
//   - text has no code spans: a backtick is a backtick;
//   - several choices are sent with commas between them.
//
// How things look is not compared: Webex's host configuration is in page.css.
const official = reader + `
	const reading = new AdaptiveCards.SerializationContext(), drawing = new AdaptiveCards.AdaptiveCard();
	drawing.hostConfig = new AdaptiveCards.HostConfig({ actions: { maxActions: 5 }, choiceSetInputValueSeparator: ',' });
	let sent;
	drawing.onExecuteAction = (action) => { sent = { title: action.title, data: action.data ?? action.url }; };
	AdaptiveCards.AdaptiveCard.onProcessMarkdown = (source, result) => { result.outputHtml = markdownit().disable('backticks').render(source); result.didProcess = true; };
	drawing.parse(card, reading);
	const root = drawing.render();
	document.body.replaceChildren(root);
	const events = [...Array(reading.eventCount).keys()].map((i) => reading.getEventAt(i).message);
	const problems = drawing.validateProperties().validationEvents.map((e) => e.message);
	const out = { Events: [...events, ...problems], Texts: texts(root), Buttons: [] };
	out.Inputs = drawing.getAllInputs(true).map((i) => ({
		ID: i.id, Value: i.value ?? '', Label: (i.label ?? '') + (i.isRequired ? ' *' : ''), Required: i.isRequired, Placeholder: i.placeholder ?? '', Choices: (i.choices ?? []).map((c) => c.title),
	}));
	fill(root);
	root.querySelectorAll('[aria-expanded]').forEach((b) => b.click());
	for (const node of root.querySelectorAll('.ac-selectable, .ac-pushButton:not([aria-expanded])')) {
		sent = undefined;
		node.addEventListener('click', (event) => event.preventDefault());
		node.click();
		out.Buttons.push({ Title: sent?.title ?? text(node), Sends: sent?.data });
	}
	return out;
`

// TestCardsLikeTheOfficialRenderer draws every golden card with npm's
// adaptivecards and with the page's own module, and compares what can be read,
// typed and pressed.
func TestCardsLikeTheOfficialRenderer(t *testing.T) {
	t.Parallel()
	scripts := npmFile(t, "adaptivecards/dist/adaptivecards.min.js") + "\n" + npmFile(t, "markdown-it/dist/browser/markdown-it.umd.min.js")
	_, address := serve(t)
	mine, theirs := open(t, address), blank(t)
	eval[bool](theirs, scripts+"\ntrue")
	goldens, err := filepath.Glob("../../../cards/testdata/*.json")
	if err != nil || len(goldens) < 20 {
		t.Fatalf("%d golden cards, %v", len(goldens), err)
	}
	for _, golden := range goldens {
		card, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		draw := func(b *tab, with string) drawn {
			return eval[drawn](b, "(async (card) => {"+with+"})("+string(card)+")")
		}
		got, want := draw(mine, ours), draw(theirs, official)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-official +ours):\n%s", filepath.Base(golden), diff)
		}
	}
}
