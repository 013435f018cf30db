package webhook_test

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// look runs a keeper for one look at h and returns it with what was revived.
func look(t *testing.T, h *hooks) (*webhook.Keeper, []string) {
	t.Helper()
	var revived []string
	k := webhook.NewKeeper(webhook.KeeperOptions{
		API: h, Name: "trackbot", TargetURL: target, Secret: secret, Every: time.Hour,
		Revived: func(resource string) { revived = append(revived, resource) },
	})
	once(t, k)
	return k, revived
}

func TestKeeper(t *testing.T) {
	want := []webex.Webhook{hook("", "messages"), hook("", "attachmentActions"), hook("", "memberships"), hook("", "messages", edits)}
	for _, tt := range []struct {
		name    string
		list    []webex.Webhook
		calls   []string
		revived []string
		extra   []webex.Webhook // beside ours
	}{
		{"none", nil, []string{"create messages", "create attachmentActions", "create memberships", "create edits"}, nil, nil},
		{"all right", all(), nil, nil, nil},
		{"one missing", all()[1:], []string{"create messages"}, nil, nil},
		{"switched off", all(off), []string{"update w1"}, []string{"messages"}, nil},
		{"moved", all(moved), []string{"update w1"}, nil, nil},
		{"secret changed", all(newSecret), []string{"update w1"}, nil, nil},
		{"filtered", all(filtered), []string{"create messages", "delete w1"}, nil, nil},
		{"filtered and off", all(filtered, off), []string{"create messages", "delete w1"}, []string{"messages"}, nil},
		{"of the organization", all(orgWide, moved), []string{"create messages", "delete w1"}, nil, nil},
		{"of the organization, in the way", all(orgWide), []string{"create messages", "delete w1", "create messages"}, []string{"messages"}, nil},
		{"two: the one that is right stays", append(all(moved), hook("w9", "messages")), []string{"delete w1"}, nil, nil},
		{"two: the active one stays", append(all(off), hook("w9", "messages")), []string{"delete w1"}, nil, nil},
		{"two: the one that can be mended stays", append(all(filtered), hook("w9", "messages", off)), []string{"update w9", "delete w1"}, []string{"messages"}, nil},
		{"two alike: the first id stays", append([]webex.Webhook{hook("w9", "messages")}, all()...), []string{"delete w9"}, nil, nil},
		{
			"foreign ones",
			append(all(), hook("f1", "messages", foreign, elsewhere, off), hook("f2", "rooms"), hook("f3", "messages", deleted)),
			nil, nil,
			[]webex.Webhook{hook("f1", "messages", foreign, elsewhere, off), hook("f2", "rooms"), hook("f3", "messages", deleted)},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &hooks{list: tt.list}
			k, revived := look(t, h)
			if err := k.Ready(); err != nil {
				t.Errorf("Ready = %v, want nil", err)
			}
			if diff := cmp.Diff(tt.calls, h.taken()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.revived, revived); diff != "" {
				t.Errorf("revived (-want +got):\n%s", diff)
			}
			order := cmpopts.SortSlices(func(a, b webex.Webhook) bool { return a.Name+a.Resource+a.Event < b.Name+b.Resource+b.Event })
			if diff := cmp.Diff(append(slices.Clone(want), tt.extra...), h.list, cmpopts.IgnoreFields(webex.Webhook{}, "ID"), order); diff != "" {
				t.Errorf("registered (-want +got):\n%s", diff)
			}
			look(t, h)
			if calls := h.taken(); len(calls) != 0 {
				t.Errorf("a second start makes %q, want nothing", calls)
			}
		})
	}
}

func TestKeeperTellsProblems(t *testing.T) {
	always := func(call string, err error) func(string) error {
		return func(c string) error {
			if c == call {
				return err
			}
			return nil
		}
	}
	for _, tt := range []struct {
		name string
		h    *hooks
		want string // in Ready; empty for ready
	}{
		{"not looked", nil, "webhooks: not looked at yet"},
		{"unreachable", &hooks{fail: always("list", &webex.Error{Kind: webex.KindNoAnswer, Err: errors.New("no route to host")})}, "webhooks: Webex can't be reached ("},
		{"its cause", &hooks{fail: always("list", &webex.Error{Kind: webex.KindNoAnswer, Err: errors.New("no route to host")})}, "no route to host"},
		{"401", &hooks{fail: always("list", answer(401))}, "webhooks: Webex refuses the bot token; set WEBEX_BOT_TOKEN"},
		{"no token", &hooks{fail: always("list", &webex.Error{Kind: webex.KindToken})}, "webhooks: there is no usable bot token"},
		{"403", &hooks{fail: always("create", answer(403))}, "webhooks: messages/created: register: Webex does not let this token keep webhooks"},
		{"429", &hooks{fail: always("list", answer(429))}, "webhooks: Webex asks us to wait"},
		{"502", &hooks{fail: always("list", answer(502))}, "webhooks: Webex has trouble"},
		{"HTML", &hooks{fail: always("list", &webex.Error{Kind: webex.KindBadAnswer, Status: 200})}, "webhooks: Webex can't be asked"},
		{"400", &hooks{list: all()[:2], fail: always("create", &webex.Error{
			Kind: webex.KindStatus, Status: 400, Message: "targetUrl is invalid", TrackingID: "T1",
		})}, "webhooks: memberships/created: register: Webex refuses it (webex: : 400 Bad Request: targetUrl is invalid (tracking id T1))"},
		{"another error", &hooks{fail: always("list", errors.New("odd"))}, "webhooks: odd"},
		{"two problems in one line", &hooks{list: all()[:1], fail: always("create", answer(500))}, "; memberships/created: register: Webex has trouble"},
		{"ours in another name", &hooks{list: all(foreign)}, "webhooks: messages/created: register: Webex has one for this address already, in a name that is not ours"},
		{"stays off", &hooks{list: all(off), stuck: true}, "webhooks: messages/created: it stays switched off"},
		{"can't be updated", &hooks{list: all(moved), fail: always("update", answer(500))}, "webhooks: messages/created: update: Webex has trouble"},
		{"one too many stays: no harm", &hooks{list: append(all(), hook("w9", "messages")), fail: always("delete", answer(500))}, ""},
		{"one too many went by itself", &hooks{list: append(all(), hook("w9", "messages")), fail: always("delete", answer(404))}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var k *webhook.Keeper
			if tt.h == nil {
				k = keeper(new(hooks), nil)
			} else {
				k, _ = look(t, tt.h)
			}
			err := k.Ready()
			if (err == nil) != (tt.want == "") {
				t.Fatalf("Ready = %v, want %q", err, tt.want)
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Ready = %q, want one line with %q", err, tt.want)
			}
			if strings.Contains(err.Error(), secret) {
				t.Error("Ready holds the secret")
			}
		})
	}
}

// The bot is ready without the webhook for edits, which Webex does not promise,
// and says once that it has none.
func TestKeeperDoesWithoutEdits(t *testing.T) {
	h, log := &hooks{list: all()[:3]}, new(bytes.Buffer)
	h.fail = func(call string) error {
		if call == "create" {
			return answer(400)
		}
		return nil
	}
	k := webhook.NewKeeper(webhook.KeeperOptions{
		API: h, Name: "trackbot", TargetURL: target, Secret: secret, Logger: slog.New(slog.NewTextHandler(log, nil)),
		Revived: func(resource string) { t.Errorf("revived %s, want nothing", resource) },
	})
	synctest.Test(t, func(t *testing.T) {
		stop := run(t, k)
		pass(10 * time.Minute)
		if err := k.Ready(); err != nil || strings.Count(log.String(), "edited questions are not heard") != 1 {
			t.Errorf("Ready = %v, want nil and one line: %s", err, log)
		}
		h.set(func() { h.fail = nil })
		pass(2 * time.Minute)
		stop()
	})
	if len(h.list) != 4 {
		t.Errorf("%d registered, want edits among them once Webex takes it", len(h.list))
	}
}

func TestNewKeeperPanics(t *testing.T) {
	for name, o := range map[string]webhook.KeeperOptions{
		"no API":    {Name: "trackbot", TargetURL: target, Secret: secret},
		"no name":   {API: new(hooks), TargetURL: target, Secret: secret},
		"no target": {API: new(hooks), Name: "trackbot", Secret: secret},
		"no secret": {API: new(hooks), Name: "trackbot", TargetURL: target},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: NewKeeper did not panic", name)
				}
			}()
			webhook.NewKeeper(o)
		}()
	}
}

func TestCheck(t *testing.T) {
	finding := func(text string) webhook.Finding {
		return webhook.Finding{Text: "webhook messages/created: " + text, Mends: true}
	}
	for _, tt := range []struct {
		name string
		h    *hooks
		want []webhook.Finding
	}{
		{"all right", &hooks{list: all()}, nil},
		{"hidden secret", &hooks{list: all(newSecret), shows: func(string) string { return "" }}, nil},
		{"no edits", &hooks{list: slices.DeleteFunc(all(), func(w webex.Webhook) bool { return w.Event == webex.Updated })}, nil},
		{"missing", &hooks{list: all()[1:]}, []webhook.Finding{finding("not registered yet")}},
		{
			"everything wrong", &hooks{list: append(all(off, moved, newSecret), hook("w9", "messages", off, moved))},
			[]webhook.Finding{
				finding("switched off by Webex"),
				finding(`posts to "https://old.example.com/webhook", not to "https://bot.example.com/webhook"`),
				finding("signs with another secret"),
				finding("1 too many"),
			},
		},
		{
			"filtered", &hooks{list: all(filtered)},
			[]webhook.Finding{finding("registered with a filter or for a whole organization; it has to be replaced")},
		},
		{
			"refused", &hooks{fail: func(string) error { return answer(401) }},
			[]webhook.Finding{{Text: "webhooks: Webex refuses the bot token; set WEBEX_BOT_TOKEN to one that is valid (webex: /webhooks: 401 Unauthorized)"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := slices.Clone(tt.h.list)
			k := webhook.NewKeeper(webhook.KeeperOptions{API: tt.h, Name: "trackbot", TargetURL: target, Secret: secret})
			if diff := cmp.Diff(tt.want, k.Check(t.Context())); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.h.list); diff != "" || len(tt.h.calls) != 0 {
				t.Errorf("Check changed the registrations: %q\n%s", tt.h.calls, diff)
			}
		})
	}
}
