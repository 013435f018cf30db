package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/history"
	"trackbot/webex"
)

func code() webex.TrackingCode {
	return webex.TrackingCode{
		ID: "1", Name: "Department", SiteURL: "example.webex.com", InputMode: "select", HostProfileCode: "optional",
		Options:            []webex.Option{{Value: "Sales", DefaultValue: true}, {Value: "Marketing"}},
		ScheduleStartCodes: []webex.ScheduleStart{{Service: "MeetingCenter", Type: "required"}, {Service: "EventCenter", Type: "optional"}},
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*webex.TrackingCode)
		want   []string
	}{
		"nothing":        {func(*webex.TrackingCode) {}, nil},
		"a renamed site": {func(c *webex.TrackingCode) { c.SiteURL = "https://example.webex.com/" }, nil},
		"another order":  {func(c *webex.TrackingCode) { slices.Reverse(c.Options); slices.Reverse(c.ScheduleStartCodes) }, nil},
		"an option twice, and one without a value": {func(c *webex.TrackingCode) {
			c.Options = append(c.Options, c.Options[1], webex.Option{})
		}, nil},
		"the name":    {func(c *webex.TrackingCode) { c.Name = "Dept" }, []string{"name: Department > Dept"}},
		"the input":   {func(c *webex.TrackingCode) { c.InputMode = "text" }, []string{"input: select > text"}},
		"the profile": {func(c *webex.TrackingCode) { c.HostProfileCode = "notUsed" }, []string{"profile: optional > notUsed"}},
		"a rule, one less and one more": {func(c *webex.TrackingCode) {
			c.ScheduleStartCodes = []webex.ScheduleStart{{Service: "MeetingCenter", Type: "optional"}, {Service: "TrainingCenter", Type: "required"}}
		}, []string{"rule EventCenter: optional > ", "rule MeetingCenter: required > optional", "rule TrainingCenter:  > required"}},
		"the default": {func(c *webex.TrackingCode) {
			c.Options = []webex.Option{{Value: "Sales"}, {Value: "Marketing", DefaultValue: true}}
		}, []string{"default: Sales > Marketing"}},
		"options": {func(c *webex.TrackingCode) {
			c.Options = []webex.Option{{Value: "Legal"}, {Value: "Marketing"}}
		}, []string{"default: Sales > ", "option: Sales > ", "option:  > Legal"}},
	} {
		before, after := code(), code()
		test.change(&after)
		var got []string
		for _, c := range history.Diff(&before, &after) {
			got = append(got, fmt.Sprintf("%s: %s > %s", c.Field, c.Before, c.After))
			if c.Name != after.Name {
				t.Errorf("%s: the change names %q, want %q", name, c.Name, after.Name)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Diff of %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDiffOfWholeCodes(t *testing.T) {
	t.Parallel()
	c := code()
	added, removed := history.Diff(nil, &c), history.Diff(&c, nil)
	if len(added) != 1 || added[0].Field != history.Code || added[0].Before != "" || !strings.Contains(added[0].After, "Marketing") {
		t.Errorf("Diff of a new code = %+v", added)
	}
	if len(removed) != 1 || removed[0].Field != history.Code || removed[0].After != "" || removed[0].Name != "Department" {
		t.Errorf("Diff of a code that is gone = %+v", removed)
	}
	if none := history.Diff(nil, nil); none != nil {
		t.Errorf("Diff of nothing = %+v", none)
	}
}

func TestService(t *testing.T) {
	t.Parallel()
	if s, ok := history.Rule("EventCenter").Service(); s != "EventCenter" || !ok {
		t.Errorf("Service = %q, %v", s, ok)
	}
	if s, ok := history.Option.Service(); ok {
		t.Errorf("Service of an option = %q", s)
	}
}

// TestUndo goes back over random changes, from each state to every one before.
func TestUndo(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		states := []*webex.TrackingCode{random(r)}
		var changes [][]history.Change
		for range 5 {
			last := states[len(states)-1]
			next := random(r)
			states, changes = append(states, next), append(changes, history.Diff(last, next))
		}
		for from := range states {
			for to := range from {
				got, err := history.Undo(states[from], slices.Concat(changes[to:from]...))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(canonical(states[to]), canonical(got)); diff != "" {
					t.Fatalf("state %d from %d (-want +got):\n%s", to, from, diff)
				}
			}
		}
	}
}

func TestUndoOfWhatCantBeRead(t *testing.T) {
	t.Parallel()
	if c, err := history.Undo(nil, []history.Change{{Field: history.Code, Before: "{"}}); err == nil {
		t.Errorf("Undo of a broken code = %+v", c)
	}
}

// random is a code, or none.
func random(r *rand.Rand) *webex.TrackingCode {
	if r.IntN(6) == 0 {
		return nil
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	c := &webex.TrackingCode{ID: "1", Name: pick("A", "B"), InputMode: pick("text", "select"), HostProfileCode: pick("", "optional")}
	for _, v := range []string{"a", "b", "c", "a, b", "d\ne"} {
		if r.IntN(2) == 0 {
			c.Options = append(c.Options, webex.Option{Value: v, DefaultValue: r.IntN(3) == 0})
		}
	}
	for _, s := range []string{"All", "MeetingCenter", "EventCenter"} {
		if r.IntN(2) == 0 {
			c.ScheduleStartCodes = append(c.ScheduleStartCodes, webex.ScheduleStart{Service: s, Type: pick("required", "optional")})
		}
	}
	return c
}

// canonical is a code in one order.
func canonical(c *webex.TrackingCode) *webex.TrackingCode {
	if c == nil {
		return nil
	}
	slices.SortFunc(c.Options, func(a, b webex.Option) int { return strings.Compare(a.Value, b.Value) })
	slices.SortFunc(c.ScheduleStartCodes, func(a, b webex.ScheduleStart) int { return strings.Compare(a.Service, b.Service) })
	if len(c.Options) == 0 {
		c.Options = nil
	}
	if len(c.ScheduleStartCodes) == 0 {
		c.ScheduleStartCodes = nil
	}
	return c
}
