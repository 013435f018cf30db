package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/internal/history"
	"trackbot/webex"
)

// quarterCount counts by Department from August on, in a November: Webex's report
// begins on 5 August.
func quarterCount() meetingCount {
	c := octoberCount(byValue)
	c.Services, c.Keep = kinds(), time.Hour
	c.Begin, c.Asked = time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	c.From, c.To, c.Cut = c.Asked.AddDate(0, 0, -90), c.Asked, true
	return c
}

// TestMonthsAreKept: of a count, each whole month that was read is stored as sums, and
// a later question about a time that Webex's report no longer has is answered from
// them, with what is not known said as that.
func TestMonthsAreKept(t *testing.T) {
	c := quarterCount()
	got := counted(t, c, usageOf(october()), 0)
	sameReply(t, "meetings-months", got)
	stored := map[string][]byte{}
	for _, change := range got.Changes {
		stored[change.Key] = change.Value
		if change.For != time.Hour {
			t.Errorf("%s is kept %s, want as long as set", change.Key, change.For)
		}
	}
	want := []string{monthKey(golden, "1") + "2026-09", monthKey(golden, "1") + "2026-10"}
	if keys := slices.Sorted(maps.Keys(stored)); !slices.Equal(keys, want) {
		t.Fatalf("stored are %q, want the whole months %q", keys, want)
	}
	if value := string(stored[want[1]]); strings.Contains(value, "@example.com") || strings.Contains(value, "Weekly") {
		t.Errorf("a month holds hosts or meetings, want sums alone: %s", value)
	}
	months := Months{With: func(_ context.Context, prefix string) (map[string][]byte, error) {
		if prefix != monthKey(golden, "1") {
			t.Errorf("asked for %q", prefix)
		}
		return stored, nil
	}}
	later := octoberCount(byValue)
	later.Services = kinds()
	later.Begin, later.To, later.Asked = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
	later.From = oldest(later.Asked)
	if err := later.load(t.Context(), months, golden); err != nil {
		t.Fatal(err)
	}
	reply, err := later.begin(t.Context(), nil, bot.Request{Site: bot.Site{Host: golden}, Ref: "7F3K-Q2"})
	if err != nil {
		t.Fatal(err)
	}
	sameReply(t, "meetings-kept", reply)
	for _, part := range []string{"Nov 2026", "not known", "15 meetings", "From sums that I kept, of September 2026, October 2026"} {
		if !strings.Contains(reply.Markdown, part) {
			t.Errorf("the answer lacks %q:\n%s", part, reply.Markdown)
		}
	}
}

// TestMonthsThatAreNoneAreNotKept: what was not read, is not over, or was not counted of
// all services is no month.
func TestMonthsThatAreNoneAreNotKept(t *testing.T) {
	for name, c := range map[string]func(*meetingCount){
		"one service":    func(c *meetingCount) { c.Services = []ask.Service{ask.Events} },
		"any code":       func(c *meetingCount) { c.Code = "" },
		"its last day":   func(c *meetingCount) { c.To = time.Date(2026, 10, 31, 23, 59, 59, 0, time.UTC) },
		"its first day":  func(c *meetingCount) { c.From = c.From.AddDate(0, 0, 1) },
		"just over":      func(c *meetingCount) { c.Asked = c.To.Add(usageReady - time.Second) },
		"a part unread":  nil,
		"it was stopped": nil,
	} {
		count := octoberCount(byValue)
		count.Services, count.Begin, count.To = kinds(), count.From, count.From.AddDate(0, 1, 0)
		count.Asked = count.To.AddDate(0, 0, 2)
		if c != nil {
			c(&count)
		}
		fails := 0
		if name == "a part unread" {
			fails = 1
		}
		got := counted(t, count, usageOf(october()), fails)
		if name == "it was stopped" {
			data, err := json.Marshal(count)
			if err != nil {
				t.Fatal(err)
			}
			if got, err = finishMeetings(t.Context(), bot.Job{Command: "meetings", Site: golden, Items: count.parts(), Data: data}, nil, "Stopped."); err != nil {
				t.Fatal(err)
			}
		}
		if len(got.Changes) > 0 {
			t.Errorf("%s: stored %s", name, got.Changes[0].Key)
		}
	}
}

// TestPartsKeepMonthsApart: no part of the report has days of two months.
func TestPartsKeepMonthsApart(t *testing.T) {
	for _, part := range quarterCount().parts() {
		fields := strings.Fields(part)
		from, _ := time.Parse(time.RFC3339, fields[1])
		to, _ := time.Parse(time.RFC3339, fields[2])
		if !monthOf(from).Equal(monthOf(to.Add(-time.Second))) || !from.Before(to) || to.Sub(from) > partLength {
			t.Errorf("part %q", part)
		}
	}
}

// TestMonthsGoOn: the months of a code that was counted once are counted as they end,
// with the same sums as when somebody asks; none of what nobody counted or may ask.
func TestMonthsGoOn(t *testing.T) {
	t.Parallel()
	september, october1 := monthKey(golden, "1")+"2026-09", monthKey(golden, "1")+"2026-10"
	var asked string
	for _, change := range counted(t, quarterCount(), usageOf(october()), 0).Changes {
		if change.Key == october1 {
			asked = string(change.Value)
		}
	}
	inNovember := time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		stored string
		now    time.Time
		site   string
		fails  bool
		want   []string
	}{
		"the last month":      {september, inNovember, golden, false, []string{october1}},
		"all that are known":  {monthKey(golden, "1") + "2026-01", inNovember, golden, false, []string{september, october1}},
		"not ready":           {september, inNovember.AddDate(0, 0, -2), golden, false, nil},
		"stored":              {october1, inNovember, golden, false, []string{september}},
		"nobody counted":      {"", inNovember, golden, false, nil},
		"a code that is gone": {monthKey(golden, "77") + "2026-09", inNovember, golden, false, nil},
		"no site of ours":     {september, inNovember, "other.webex.com", false, nil},
		"it can't be read":    {september, inNovember, golden, true, nil},
	} {
		p := Parts{
			Admin: fixed{{ID: "1", Name: "Department", SiteURL: golden, InputMode: pickOnly, Options: []webex.Option{{Value: "Sales"}, {Value: "Design"}}}},
			Sites: &bot.Sites{Allowed: []string{c.site}}, Now: func() time.Time { return c.now },
			History: renamedOnce{},
			Months: Months{Keep: time.Hour, With: func(context.Context, string) (map[string][]byte, error) {
				if c.stored == "" {
					return nil, nil
				}
				return map[string][]byte{c.stored: []byte("[]")}, nil
			}},
			MeetingUsage: usageOf(october()),
		}
		if c.fails {
			p.MeetingUsage = func(context.Context, string, string, time.Time, time.Time, int) ([]webex.UsedMeeting, error) {
				return nil, errors.New("no answer")
			}
		}
		var got []string
		err := CountMonths(t.Context(), p, 0, func(_ context.Context, changes []bot.Change) error {
			for _, change := range changes {
				got = append(got, change.Key)
				if change.Key == october1 && string(change.Value) != asked || change.For != time.Hour {
					t.Errorf("%s: stored %s for %s, want %s", name, change.Value, change.For, asked)
				}
			}
			return nil
		})
		slices.Sort(got)
		if !slices.Equal(got, c.want) || (err != nil) != c.fails {
			t.Errorf("%s: stored %q, %v, want %q", name, got, err, c.want)
		}
	}
}

// renamedOnce is a history in which the code had the name Dept before.
type renamedOnce struct{ History }

func (renamedOnce) Changes(context.Context, history.Query) ([]history.Change, error) {
	return []history.Change{{Field: history.Name, Code: "1", Before: "Dept", After: "Department"}}, nil
}
