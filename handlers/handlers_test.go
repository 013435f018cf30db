package handlers

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// TestEveryCommandIsWhole: what help shows of a command works, and everything
// that can be said has a command or is known to be without.
func TestEveryCommandIsWhole(t *testing.T) {
	g := ask.New(ask.Languages()...)
	w := ask.NewWorld([]ask.Site{{Host: "example.webex.com", Codes: []ask.Name{{ID: "1", Name: "Department"}, {ID: "2", Name: "Cost Center"}}}, {Host: "emea.example.webex.com"}})
	for _, c := range All(Parts{Jobs: noJobs{}}) {
		if c.Name == "" || c.Summary == "" || c.Run == nil {
			t.Errorf("command %+v: name, summary or body is missing", c.Name)
		}
		if c.Usage == "" {
			continue // nobody needs to be told how to say thanks
		}
		if len(c.Examples) == 0 || c.Group == "" {
			t.Errorf("command %s: examples or group are missing", c.Name)
		}
		for _, example := range c.Examples {
			words := strings.NewReplacer("SITE", "example.webex.com", "OTHER", "emea.example.webex.com").Replace(example)
			for _, r := range g.Read(ask.Text{Words: words}, w, ask.From{Site: "example.webex.com"}) {
				if r.Command != c.Name || strings.Contains(example, "SITE") && !slices.Contains(r.Sites, "example.webex.com") {
					t.Errorf("example %q of %s is read as %+v", example, c.Name, r.Question)
				}
			}
		}
	}
}

func TestServiceRules(t *testing.T) {
	none := cards.Rule{Words: "not used", Tone: cards.Subtle}
	optional := cards.Rule{Words: "optional", Tone: cards.Plain}
	required := cards.Rule{Words: "required", Tone: cards.Strong}
	byAdmin := cards.Rule{Words: "set by an admin"}
	four := func(m, e, tr, s cards.Rule) []cards.Service {
		return []cards.Service{{Name: "Meetings", Rule: m}, {Name: "Events", Rule: e}, {Name: "Training", Rule: tr}, {Name: "Support", Rule: s}}
	}
	for _, c := range []struct {
		name   string
		starts []webex.ScheduleStart
		want   []cards.Service
	}{
		{"null", nil, nil},
		{"none", []webex.ScheduleStart{}, nil},
		{"all required", []webex.ScheduleStart{{Service: "All", Type: "required"}}, four(required, required, required, required)},
		{"all with one given", []webex.ScheduleStart{{Service: "All", Type: "optional"}, {Service: "EventCenter", Type: "optional"}}, four(optional, optional, optional, optional)},
		{"no all: left out is not used", []webex.ScheduleStart{{Service: "SupportCenter", Type: "adminSet"}}, four(none, none, none, byAdmin)},
		{
			"they differ",
			[]webex.ScheduleStart{{Service: "All", Type: "notApplicable"}, {Service: "MeetingCenter", Type: "required"}, {Service: "TrainingCenter", Type: "notUsed"}},
			four(required, none, none, none),
		},
		{"notApplicable never shows", []webex.ScheduleStart{{Service: "MeetingCenter", Type: "notApplicable"}}, four(none, none, none, none)},
		{
			"a service and a rule of tomorrow",
			[]webex.ScheduleStart{{Service: "VidcastCenter", Type: "askNicely"}},
			append(four(none, none, none, none), cards.Service{Name: "Vidcast center", Rule: cards.Rule{Words: "ask nicely"}}),
		},
	} {
		if diff := cmp.Diff(c.want, serviceRules(c.starts)); diff != "" {
			t.Errorf("%s: serviceRules (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWords(t *testing.T) {
	for mode, want := range map[string]string{
		"text": "free text", "select": "pick from the list", "editableSelect": "pick from the list or type",
		"hostProfileSelect": "set in the host profile", "voiceSelect": "voice select", "": "not stated",
	} {
		if got := inputWords(mode); got != want {
			t.Errorf("inputWords(%q) = %q, want %q", mode, got, want)
		}
	}
	if got := requiredWhere([]webex.ScheduleStart{{Service: "All", Type: "notApplicable"}, {Service: "MeetingCenter", Type: "required"}, {Service: "SupportCenter", Type: "required"}}); got != "Meetings, Support" {
		t.Errorf("requiredWhere = %q, want Meetings, Support", got)
	}
	if got := defaults([]webex.Option{{Value: "a"}, {Value: "b", DefaultValue: true}, {Value: "c", DefaultValue: true}}); !cmp.Equal(got, []string{"b", "c"}) {
		t.Errorf("defaults = %v, want b and c", got)
	}
}

func TestLooksLikeID(t *testing.T) {
	for word, want := range map[string]bool{
		"1": true, "10001": true, "m-17ab": true, "Department": false, "Cost Center": false, "Center 2": false,
		"": false, strings.Repeat("1", 64): true, strings.Repeat("1", 65): false,
	} {
		if got := looksLikeID(word); got != want {
			t.Errorf("looksLikeID(%q) = %v, want %v", word, got, want)
		}
	}
}

func TestNamed(t *testing.T) {
	list := []webex.TrackingCode{{ID: "1", Name: "Department"}, {ID: "2", Name: "department"}, {ID: "3", Name: "Cost  Center"}, {ID: "abc", Name: "7"}, {ID: "5", Name: "Joe’s – team"}}
	for want, ids := range map[string]string{"Department": "1", "department": "2", "DEPARTMENT": "1 2", "cost center": "3", "7": "abc", "abc": "abc", "joe's - team": "5", "nothing": ""} {
		var got []string
		for _, c := range named(list, want) {
			got = append(got, c.ID)
		}
		if strings.Join(got, " ") != ids {
			t.Errorf("named(%q) = %v, want %q", want, got, ids)
		}
	}
}
