package webex_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

const (
	botToken   = "bot-token-of-the-test-1234567890"
	adminToken = "admin-token-of-the-test-0987654321"
)

// seen is what the server got of one request.
type seen struct {
	Method, Path, Query, Email, Body string
}

// serve starts a server whose API stands below /base/v1.
func serve(tb testing.TB, h http.HandlerFunc) (baseURL string) {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.URL + "/base/v1"
}

// options are those of a client with a fixed token.
func options(baseURL, token string) webex.Options {
	return webex.Options{
		BaseURL: baseURL,
		Token:   func(context.Context) (string, error) { return token, nil },
	}
}

// reply writes a JSON answer.
func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("trackingid", "ROUTER_HEADER")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// seenOf reads a request.
func seenOf(tb testing.TB, r *http.Request) seen {
	tb.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		tb.Errorf("reading the request: %v", err)
	}
	return seen{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("Email"), string(body)}
}

// result drops what a table does not compare.
func result[T any](v T, err error) (any, error) { return v, err }

func parse(tb testing.TB, s string) time.Time {
	tb.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

func TestBotCalls(t *testing.T) {
	message := `{"id":"M1","roomId":"R1","text":"hi","created":"2026-01-05T08:01:02.345Z"}`
	wantMessage := webex.Message{ID: "M1", RoomID: "R1", Text: "hi", Created: parse(t, "2026-01-05T08:01:02.345Z")}
	hook := `{"id":"W1","name":"trackbot","targetUrl":"https://b.example.com","status":"active"}`
	wantHook := webex.Webhook{ID: "W1", Name: "trackbot", TargetURL: "https://b.example.com", Status: "active"}
	tests := []struct {
		name   string
		call   func(context.Context, *webex.Bot) (any, error)
		want   seen
		answer string
		result any
	}{
		{
			"me", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.Me(ctx)) },
			seen{Method: "GET", Path: "/people/me"},
			`{"id":"P0","type":"bot","orgId":"O1","emails":["t@webex.bot"]}`,
			webex.Person{ID: "P0", Type: "bot", OrgID: "O1", Emails: []string{"t@webex.bot"}},
		},
		{
			"person", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.Person(ctx, "P/1?x=#%")) },
			seen{Method: "GET", Path: "/people/P%2F1%3Fx=%23%25"},
			`{"id":"P1"}`,
			webex.Person{ID: "P1"},
		},
		{
			"message", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.Message(ctx, "M1")) },
			seen{Method: "GET", Path: "/messages/M1"},
			message, wantMessage,
		},
		{
			"messages of a space", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.Messages(ctx, "R1", webex.MessageQuery{
					MentionedPeople: "me", Max: 7, ParentID: "M0", BeforeMessage: "M9", Before: parse(t, "2026-01-05T09:00:00+01:00"),
				}))
			},
			seen{Method: "GET", Path: "/messages", Query: "before=2026-01-05T08%3A00%3A00.000Z&beforeMessage=M9&max=7&mentionedPeople=me&parentId=M0&roomId=R1"},
			`{"items":[` + message + `]}`,
			[]webex.Message{wantMessage},
		},
		{
			"direct messages", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.DirectMessages(ctx, "P1", "M0"))
			},
			seen{Method: "GET", Path: "/messages/direct", Query: "parentId=M0&personId=P1"},
			`{"items":[` + message + `]}`,
			[]webex.Message{wantMessage},
		},
		{
			"post", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.Post(ctx, webex.NewMessage{RoomID: "R1", ParentID: "M0", Markdown: "**hi**", Attachments: []webex.Attachment{{ContentType: webex.CardType, Content: json.RawMessage(`{"a":1}`)}}}))
			},
			seen{Method: "POST", Path: "/messages", Body: `{"roomId":"R1","parentId":"M0","markdown":"**hi**","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"a":1}}]}`},
			message, wantMessage,
		},
		{
			"edit", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.Edit(ctx, "M1", webex.NewMessage{RoomID: "R1", ParentID: "M0", ToPersonID: "P1", Markdown: "new"}))
			},
			seen{Method: "PUT", Path: "/messages/M1", Body: `{"roomId":"R1","markdown":"new"}`},
			message, wantMessage,
		},
		{
			"delete", func(ctx context.Context, b *webex.Bot) (any, error) { return nil, b.Delete(ctx, "M1") },
			seen{Method: "DELETE", Path: "/messages/M1"},
			"", nil,
		},
		{
			"attachment action", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.AttachmentAction(ctx, "A1")) },
			seen{Method: "GET", Path: "/attachment/actions/A1"},
			`{"id":"A1","type":"submit","messageId":"M1","inputs":{"k":"v"},"personId":"P1","roomId":"R1","created":"2026-01-05T08:02:00+00:00"}`,
			webex.AttachmentAction{ID: "A1", Type: "submit", MessageID: "M1", Inputs: map[string]any{"k": "v"}, PersonID: "P1", RoomID: "R1", Created: parse(t, "2026-01-05T08:02:00Z")},
		},
		{
			"webhooks", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.Webhooks(ctx)) },
			seen{Method: "GET", Path: "/webhooks", Query: "max=100"},
			`{"items":[` + hook + `]}`,
			[]webex.Webhook{wantHook},
		},
		{
			"create webhook", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.CreateWebhook(ctx, webex.Webhook{ID: "x", Status: "inactive", Name: "trackbot", TargetURL: "https://b.example.com", Resource: "messages", Event: "created", Secret: "s"}))
			},
			seen{Method: "POST", Path: "/webhooks", Body: `{"name":"trackbot","targetUrl":"https://b.example.com","resource":"messages","event":"created","secret":"s"}`},
			hook, wantHook,
		},
		{
			"update webhook", func(ctx context.Context, b *webex.Bot) (any, error) {
				return result(b.UpdateWebhook(ctx, webex.Webhook{ID: "W1", Name: "trackbot", TargetURL: "https://b.example.com", Status: "active", Resource: "messages", Event: "created", Filter: "f"}))
			},
			seen{Method: "PUT", Path: "/webhooks/W1", Body: `{"name":"trackbot","targetUrl":"https://b.example.com","status":"active"}`},
			hook, wantHook,
		},
		{
			"delete webhook", func(ctx context.Context, b *webex.Bot) (any, error) { return nil, b.DeleteWebhook(ctx, "W1") },
			seen{Method: "DELETE", Path: "/webhooks/W1"},
			"", nil,
		},
		{
			"token expiry", func(ctx context.Context, b *webex.Bot) (any, error) { return result(b.TokenExpiry(ctx)) },
			seen{Method: "GET", Path: "/authorizations/tokenExpiry"},
			`{"exp":1768630439322}`, time.UnixMilli(1768630439322).UTC(),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got seen
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = seenOf(t, r)
				if a := r.Header.Get("Authorization"); a != "Bearer "+botToken {
					t.Errorf("Authorization = %q, want the bot's token", a)
				}
				reply(w, 200, test.answer)
			})
			v, err := test.call(t.Context(), webex.NewBot(options(base, botToken)))
			if err != nil {
				t.Fatalf("error = %v", err)
			}
			test.want.Path = "/base/v1" + test.want.Path
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.result, v); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdminCalls(t *testing.T) {
	const code = `{"id":%,"name":"Department","siteUrl":"example.webex.com","inputMode":"select","options":null,"hostProfileCode":"optional","scheduleStartCodes":null}`
	want := webex.TrackingCode{ID: "7", Name: "Department", SiteURL: "example.webex.com", InputMode: "select", HostProfileCode: "optional"}
	tests := []struct {
		name   string
		call   func(context.Context, *webex.Admin) (any, error)
		want   seen
		answer string
		result any
	}{
		{
			"tracking code", func(ctx context.Context, a *webex.Admin) (any, error) {
				return result(a.TrackingCode(ctx, "a&siteUrl=b.webex.com", "../x"))
			},
			seen{Method: "GET", Path: "/admin/meeting/config/trackingCodes/..%2Fx", Query: "siteUrl=a%26siteUrl%3Db.webex.com"},
			strings.Replace(code, "%", `"7"`, 1), want,
		},
		{
			"tracking codes", func(ctx context.Context, a *webex.Admin) (any, error) {
				return result(a.TrackingCodes(ctx, "example.webex.com"))
			},
			seen{Method: "GET", Path: "/admin/meeting/config/trackingCodes", Query: "siteUrl=example.webex.com"},
			`{"items":[` + strings.Replace(code, "%", `7`, 1) + `]}`,
			[]webex.TrackingCode{want},
		},
		{
			"codes of a person, with numbers as ids", func(ctx context.Context, a *webex.Admin) (any, error) {
				return result(a.UserTrackingCodes(ctx, "example.webex.com", "", "ann@example.com"))
			},
			seen{Method: "GET", Path: "/admin/meeting/userconfig/trackingCodes", Query: "siteUrl=example.webex.com", Email: "ann@example.com"},
			`{"siteUrl":"example.webex.com","personId":"P1","email":"ann@example.com","trackingCodes":[{"id":1,"name":"Department","value":"Sales"},{"id":"2","name":"Division","value":"Intern"}]}`,
			webex.UserCodes{SiteURL: "example.webex.com", PersonID: "P1", Email: "ann@example.com", TrackingCodes: []webex.UserCode{{"1", "Department", "Sales"}, {"2", "Division", "Intern"}}},
		},
		{
			"codes of a host", func(ctx context.Context, a *webex.Admin) (any, error) {
				return result(a.HostTrackingCodes(ctx, "example.webex.com", "MeetingCenter", "ann@example.com"))
			},
			seen{Method: "GET", Path: "/meetings/trackingCodes", Query: "hostEmail=ann%40example.com&service=MeetingCenter&siteUrl=example.webex.com"},
			`{"items":[{"id":1,"name":"Department","siteUrl":"example.webex.com","inputMode":"text","options":[{"value":"Sales","defaultValue":true}],"service":"MeetingCenter","type":"optional"}]}`,
			[]webex.HostCode{{ID: "1", Name: "Department", SiteURL: "example.webex.com", InputMode: "text", Options: []webex.Option{{Value: "Sales", DefaultValue: true}}, Service: "MeetingCenter", Type: "optional"}},
		},
		{
			"sites", func(ctx context.Context, a *webex.Admin) (any, error) { return result(a.Sites(ctx)) },
			seen{Method: "GET", Path: "/meetingPreferences/sites"},
			`{"sites":[{"siteUrl":"a.webex.com","default":false},{"siteUrl":"b.webex.com","default":true}]}`,
			[]webex.Site{{URL: "a.webex.com"}, {URL: "b.webex.com", Default: true}},
		},
		{
			"people whose names begin so", func(ctx context.Context, a *webex.Admin) (any, error) {
				return result(a.PeopleNamed(ctx, "bob b", 2))
			},
			seen{Method: "GET", Path: "/people", Query: "displayName=bob+b&max=2"},
			`{"items":[{"id":"P1","displayName":"Bob Brown","emails":["bob@example.com"]},{"id":"P2","displayName":"Bob Browne"}]}`,
			[]webex.Person{{ID: "P1", DisplayName: "Bob Brown", Emails: []string{"bob@example.com"}}, {ID: "P2", DisplayName: "Bob Browne"}},
		},
		{
			"expiry of a token without end", func(ctx context.Context, a *webex.Admin) (any, error) { return result(a.TokenExpiry(ctx)) },
			seen{Method: "GET", Path: "/authorizations/tokenExpiry"},
			`{}`,
			time.Time{},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got seen
			base := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = seenOf(t, r)
				if a := r.Header.Get("Authorization"); a != "Bearer "+adminToken {
					t.Errorf("Authorization = %q, want the administrator's token", a)
				}
				reply(w, 200, test.answer)
			})
			v, err := test.call(t.Context(), webex.NewAdmin(options(base, adminToken)))
			if err != nil {
				t.Fatalf("error = %v", err)
			}
			test.want.Path = "/base/v1" + test.want.Path
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.result, v); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArgumentsThatMakeNoCall(t *testing.T) {
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("a call was made: %s %s", r.Method, r.URL) })
	bot, admin := webex.NewBot(options(base, botToken)), webex.NewAdmin(options(base, adminToken))
	ctx, site := t.Context(), "example.webex.com"
	tests := map[string]func() (any, error){
		"empty code id":      func() (any, error) { return result(admin.TrackingCode(ctx, site, "")) },
		"dot":                func() (any, error) { return result(admin.TrackingCode(ctx, site, ".")) },
		"dots":               func() (any, error) { return result(admin.TrackingCode(ctx, site, "..")) },
		"long code id":       func() (any, error) { return result(admin.TrackingCode(ctx, site, strings.Repeat("1", 65))) },
		"no site":            func() (any, error) { return result(admin.TrackingCode(ctx, "", "1")) },
		"no site for a list": func() (any, error) { return result(admin.TrackingCodes(ctx, "")) },
		"long site":          func() (any, error) { return result(admin.TrackingCodes(ctx, strings.Repeat("a", 254))) },
		"header injection":   func() (any, error) { return result(admin.UserTrackingCodes(ctx, site, "", "a@b.c\r\nX-Evil: 1")) },
		"no e-mail":          func() (any, error) { return result(admin.UserTrackingCodes(ctx, site, "", "@b.c")) },
		"no name":            func() (any, error) { return result(admin.PeopleNamed(ctx, " ", 2)) },
		"no service":         func() (any, error) { return result(admin.HostTrackingCodes(ctx, site, "", "a@b.c")) },
		"empty message id":   func() (any, error) { return result(bot.Message(ctx, "")) },
		"dots as person":     func() (any, error) { return result(bot.Person(ctx, "..")) },
		"long message id":    func() (any, error) { return nil, bot.Delete(ctx, strings.Repeat("1", 513)) },
		"no webhook id":      func() (any, error) { return result(bot.UpdateWebhook(ctx, webex.Webhook{})) },
		"no space":           func() (any, error) { return result(bot.Messages(ctx, "", webex.MessageQuery{})) },
		"no person":          func() (any, error) { return result(bot.DirectMessages(ctx, "", "")) },
		"no members":         func() (any, error) { m, _, err := bot.Memberships(ctx, "", 1); return m, err },
		"message to nowhere": func() (any, error) { return result(bot.Post(ctx, webex.NewMessage{Markdown: "x"})) },
		"message to both":    func() (any, error) { return result(bot.Post(ctx, webex.NewMessage{RoomID: "R", ToPersonID: "P"})) },
		"card that is no JSON": func() (any, error) {
			return result(bot.Post(ctx, webex.NewMessage{RoomID: "R", Attachments: []webex.Attachment{{Content: json.RawMessage("{")}}}))
		},
	}
	for name, call := range tests {
		_, err := call()
		if e := asError(t, err); e.Kind != webex.KindArgument || e.Temporary() || e.Uncertain() || e.NotFound() {
			t.Errorf("%s: error = %v, want one of an argument", name, err)
		}
	}
}

func TestTrackingCodeTakesIDsUpTo64Bytes(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{"id":"1"}`) })
	if _, err := webex.NewAdmin(options(base, adminToken)).TrackingCode(t.Context(), "example.webex.com", strings.Repeat("1", 64)); err != nil {
		t.Errorf("error = %v, want none", err)
	}
}
