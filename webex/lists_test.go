package webex_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

// lists are the calls that decode a list from Webex; each returns how many
// entries the list has.
var lists = map[string]func(context.Context, *webex.Bot, *webex.Admin) (int, error){
	"messages": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, err := b.Messages(ctx, "R1", webex.MessageQuery{})
		return len(list), err
	},
	"direct messages": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, err := b.DirectMessages(ctx, "P1", "")
		return len(list), err
	},
	"members": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, _, err := b.Memberships(ctx, "R1", 0)
		return len(list), err
	},
	"spaces": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, _, err := b.Rooms(ctx, "", 0)
		return len(list), err
	},
	"recent spaces": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, _, err := b.RecentRooms(ctx, time.Time{}, 10)
		return len(list), err
	},
	"webhooks": func(ctx context.Context, b *webex.Bot, _ *webex.Admin) (int, error) {
		list, err := b.Webhooks(ctx)
		return len(list), err
	},
	"tracking codes": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		list, err := a.TrackingCodes(ctx, "example.webex.com")
		return len(list), err
	},
	"options": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		c, err := a.TrackingCode(ctx, "example.webex.com", "1")
		return len(c.Options), err
	},
	"services": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		c, err := a.TrackingCode(ctx, "example.webex.com", "1")
		return len(c.ScheduleStartCodes), err
	},
	"values of a person": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		u, err := a.UserTrackingCodes(ctx, "example.webex.com", "P1", "")
		return len(u.TrackingCodes), err
	},
	"codes of a host": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		list, err := a.HostTrackingCodes(ctx, "example.webex.com", "MeetingCenter", "a@example.com")
		return len(list), err
	},
	"sites": func(ctx context.Context, _ *webex.Bot, a *webex.Admin) (int, error) {
		list, err := a.Sites(ctx)
		return len(list), err
	},
}

// A null in a list is no tracking code, no option and no member: it is skipped
// wherever it stands, and the log says so.
func TestNullEntriesAreSkipped(t *testing.T) {
	const entry = `{"id":"1","siteUrl":"example.webex.com","value":"a, null ] \" null","name":null}`
	for name, call := range lists {
		for _, test := range []struct {
			list        string
			want, nulls int
		}{
			{"[" + entry + "]", 1, 0},
			{"[null]", 0, 1},
			{"[ null , null ]", 0, 2},
			{"[null," + entry + "]", 1, 1},
			{"[" + entry + ",\n\tnull\n]", 1, 1},
			{"[" + entry + ", null, " + entry + "]", 2, 1},
			{"[null,null," + entry + ",null," + entry + ",null]", 2, 4},
		} {
			var log bytes.Buffer
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				reply(w, 200, fmt.Sprintf(`{"id":"1","personId":"P1","items":%[1]s,"options":%[1]s,"scheduleStartCodes":%[1]s,"trackingCodes":%[1]s,"sites":%[1]s}`, test.list))
			})
			o := options(base, botToken)
			o.Logger = slog.New(slog.NewTextHandler(&log, nil))
			got, err := call(t.Context(), webex.NewBot(o), webex.NewAdmin(o))
			if err != nil || got != test.want {
				t.Errorf("%s of %s: %d entries, error %v, want %d", name, test.list, got, err, test.want)
			}
			// The list stands five times in the answer.
			logged := strings.Contains(log.String(), "empty entries") && strings.Contains(log.String(), fmt.Sprintf("entries=%d", 5*test.nulls))
			if logged != (test.nulls > 0) {
				t.Errorf("%s of %s: the log says\n%s", name, test.list, log.String())
			}
		}
	}
}

// A number or a bool where a text belongs costs neither the list nor its other
// entries.
func TestNumbersAndBoolsAreTexts(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "userconfig/trackingCodes"):
			reply(w, 200, `{"personId":"P1","trackingCodes":[{"id":1,"name":2024,"value":4711},{"id":"2","name":"B","value":true}]}`)
		case strings.HasSuffix(r.URL.Path, "/trackingCodes/1"):
			reply(w, 200, `{"id":1,"name":2024,"options":[{"value":12}],"hostProfileCode":false}`)
		default:
			reply(w, 200, `{"items":[{"id":1,"name":2024,"options":[{"value":4711,"defaultValue":true},{"value":-1.50e3},{"value":true},{"value":"007"},{}]}]}`)
		}
	})
	a, ctx := webex.NewAdmin(options(base, adminToken)), t.Context()
	values := []webex.Option{{Value: "4711", DefaultValue: true}, {Value: "-1.50e3"}, {Value: "true"}, {Value: "007"}, {}}
	codes, err := a.TrackingCodes(ctx, "example.webex.com")
	if diff := cmp.Diff([]webex.TrackingCode{{ID: "1", Name: "2024", Options: values}}, codes); err != nil || diff != "" {
		t.Errorf("TrackingCodes() error %v (-want +got):\n%s", err, diff)
	}
	code, err := a.TrackingCode(ctx, "example.webex.com", "1")
	if diff := cmp.Diff(webex.TrackingCode{ID: "1", Name: "2024", Options: []webex.Option{{Value: "12"}}, HostProfileCode: "false"}, code); err != nil || diff != "" {
		t.Errorf("TrackingCode() error %v (-want +got):\n%s", err, diff)
	}
	user, err := a.UserTrackingCodes(ctx, "example.webex.com", "P1", "")
	want := webex.UserCodes{PersonID: "P1", TrackingCodes: []webex.UserCode{{ID: "1", Name: "2024", Value: "4711"}, {ID: "2", Name: "B", Value: "true"}}}
	if diff := cmp.Diff(want, user); err != nil || diff != "" {
		t.Errorf("UserTrackingCodes() error %v (-want +got):\n%s", err, diff)
	}
	host, err := a.HostTrackingCodes(ctx, "example.webex.com", "MeetingCenter", "a@example.com")
	if diff := cmp.Diff([]webex.HostCode{{ID: "1", Name: "2024", Options: values}}, host); err != nil || diff != "" {
		t.Errorf("HostTrackingCodes() error %v (-want +got):\n%s", err, diff)
	}
	for name, body := range map[string]string{"spaces": `"id":"R1","title":1`, "members": `"id":"M1","personDisplayName":1`, "webhooks": `"id":"W1","name":1`} {
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"items":[{`+body+`}]}`) })
		if n, err := lists[name](ctx, webex.NewBot(options(base, botToken)), nil); err != nil || n != 1 {
			t.Errorf("%s with a number as a name: %d, %v, want one", name, n, err)
		}
	}
}
