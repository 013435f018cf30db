package changes

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

const emea = "emea.example.webex.com"

// codeOf is the code of a name on a site; the zero one where there is none.
func codeOf(h *apptest.World, host, name string) simulator.TrackingCode {
	for _, c := range h.Sim.Codes(host) {
		if c.Name == name {
			return c
		}
	}
	return simulator.TrackingCode{}
}

// TestCreateCode: a code that was asked for in a sentence is made with one POST and
// every service spelled out, and Undo deletes it.
func TestCreateCode(t *testing.T) {
	h := three(t)
	plan := h.AskGroup("@trackbot create code Branch on emea with options North, South, north")
	apptest.Shows(t, plan, "Create Branch?", emea, "none → North", "none → South", "Nothing was changed")
	h.Sim.ResetCalls()
	press(h, "bob", plan, "Approve")
	done := last(h, h.Group)
	apptest.Shows(t, done, "Done: Branch", "read back")
	made := codeOf(h, emea, "Branch")
	if len(made.Options) != 2 || made.InputMode != "select" || len(made.ScheduleStartCodes) != 5 || writes(h) != 1 {
		t.Errorf("made %+v with %d writes, want two values, five rules and one write", made, writes(h))
	}
	press(h, "alice", done, "Undo")
	press(h, "bob", last(h, h.Group), "Approve")
	if left := codeOf(h, emea, "Branch"); left.ID != "" {
		t.Errorf("after undo the site has %+v", left)
	}
}

// TestCreateCodeByForm: what a sentence leaves open a form asks for; without values
// the code is free text.
func TestCreateCodeByForm(t *testing.T) {
	for name, c := range map[string]struct {
		inputs       map[string]string
		values       int
		mode, rule   string
		inTheProfile string
	}{
		"list":      {map[string]string{"form.term": "Branch", "form.options": "North\n\n South \nnorth", "form.rule": "required"}, 2, "select", "required", "notUsed"},
		"free text": {map[string]string{"form.term": "Branch"}, 0, "text", "optional", "notUsed"},
		"admin":     {map[string]string{"form.term": "Branch", "form.options": "A", "form.rule": "admin"}, 1, "select", "adminSet", "adminSet"},
	} {
		t.Run(name, func(t *testing.T) {
			h := three(t)
			form := h.Ask("create code Branch on " + site)
			apptest.Shows(t, form, "New tracking code", "Nothing is changed yet")
			h.Sim.Submit(t.Context(), h.Alice.ID, form.ID, "Plan it", c.inputs)
			h.Settled()
			plan := last(h, h.Direct)
			apptest.Shows(t, plan, "Create Branch?")
			bob := h.Sim.Person("bob")
			h.Reply(h.Write(h.Sim.Direct(bob.ID), bob, "approve "+apptest.ToApprove(plan), ""))
			h.Settled()
			made := codeOf(h, site, "Branch")
			if len(made.Options) != c.values || made.InputMode != c.mode || made.HostProfileCode != c.inTheProfile || len(made.ScheduleStartCodes) != 5 || made.ScheduleStartCodes[0].Type != c.rule {
				t.Errorf("made %+v, want %+v", made, c)
			}
		})
	}
}

// TestCreateCodeRefused: what Webex would refuse is said before anybody is asked.
func TestCreateCodeRefused(t *testing.T) {
	h := three(t)
	for text, want := range map[string]string{
		"create code department on " + site + " as free text":                         "another code of the name",
		"create code " + strings.Repeat("x", 121) + " as free text":                   "1 to 120 characters",
		"create code Branch with options " + strings.Repeat("y", 121) + " on " + site: "1 to 120 characters",
	} {
		apptest.Shows(t, h.Ask(text), "Nothing was changed", want)
	}
	if n := writes(h); n != 0 {
		t.Errorf("%d writes, want none", n)
	}
}

// TestCreateCodeOnce: where the answer to the POST is lost, what was made is found by
// its name, and no second one is made.
func TestCreateCodeOnce(t *testing.T) {
	h := three(t)
	plan := h.AskGroup("@trackbot create code Branch on " + site + " as free text")
	h.Sim.ResetCalls()
	h.Sim.Fault(simulator.Rule{Method: http.MethodPost, Path: "/admin/meeting/config/trackingCodes", Drop: simulator.DropAfter, Times: 1})
	press(h, "bob", plan, "Approve")
	apptest.Shows(t, last(h, h.Group), "Done: Branch")
	list := h.Sim.Codes(site)
	n := len(slices.DeleteFunc(slices.Clone(list), func(c simulator.TrackingCode) bool { return c.Name != "Branch" }))
	if n != 1 || writes(h) != 1 {
		t.Errorf("%d codes after %d writes, want one of each", n, writes(h))
	}
}

// TestCopyCode: a site gets a code as another has it, as a new one or in the place
// of what it has by that name, and which is which is never guessed.
func TestCopyCode(t *testing.T) {
	h := three(t)
	for _, text := range []string{"@trackbot copy Department to emea from example", "@trackbot copy Department from example to emea"} {
		plan := h.AskGroup(text)
		apptest.Shows(t, plan, "Department?", "Copied from "+site, "not copied")
		press(h, "bob", plan, "Approve")
		apptest.Shows(t, last(h, h.Group), "Done: Department")
		from, to := codeOf(h, site, "Department"), codeOf(h, emea, "Department")
		from.ID, to.ID = "", ""
		from.SiteURL, to.SiteURL = "", ""
		if diff := cmp.Diff(from, to); diff != "" {
			t.Errorf("%s (-there +copy):\n%s", text, diff)
		}
		c := codeOf(h, emea, "Department")
		c.Options = append(c.Options[1:], simulator.Option{Value: "Mine"})
		h.Sim.PutCode(emea, c)
	}
	before := writes(h)
	for text, want := range map[string]string{
		"copy Department to emea":                 "from which site to which",
		"copy Department on emea and example":     "from which site to which",
		"copy Nothing from emea to example":       "No such tracking code",
		"copy Department from emea to acme":       "can't look up",
		"copy Department from example to example": "from which site to which",
		"copy Cost Center from example to emea":   "required in the host profile",
		"copy codes from " + site + " to " + emea: "from which site to which",
	} {
		apptest.Shows(t, h.Ask(text), want)
	}
	if m := h.Ask("copy Department to emea"); !strings.Contains(m.Markdown, " to OTHER") || strings.Contains(m.Markdown, "OTHER-") {
		t.Errorf("the example is no question: %s", m.Markdown)
	}
	if n := writes(h); n != before {
		t.Errorf("%d more writes, want none", n-before)
	}
}
