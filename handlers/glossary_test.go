package handlers

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
)

// TestWhatTheBotSaysOfItself is true for each setting of what it changes and keeps.
func TestWhatTheBotSaysOfItself(t *testing.T) {
	sites := &bot.Sites{Allowed: []string{golden}, Default: golden, Chosen: nothingChosen}
	const readOnly, people, all = "I'm read-only", "change the values that people have", "change tracking codes and the values that people have"
	for _, c := range []struct{ may, want string }{{"", readOnly}, {ChangesOff, readOnly}, {ChangesPeople, people}, {ChangesAll, all}} {
		for _, watch := range []int{0, 15} {
			parts := Parts{Admin: few(), Sites: sites, About: About{AuditDays: 400, CacheAge: 30 * time.Second, WatchMinutes: watch}, Changes: Changes{May: c.may}}
			said := map[string]string{}
			for _, cmd := range All(parts) {
				for _, topic := range map[string][]string{"about": {"who", "data"}, "advice": {"change"}}[cmd.Name] {
					reply, err := cmd.Run(t.Context(), bot.Request{Command: cmd.Name, Site: bot.Site{Host: golden}, Question: ask.Question{Command: cmd.Name, Topic: topic}})
					if err != nil {
						t.Fatal(err)
					}
					said[topic] = reply.Markdown
				}
			}
			for _, topic := range []string{"who", "change"} {
				for _, words := range []string{readOnly, people, all} {
					if got := strings.Contains(said[topic], words); got != (words == c.want) {
						t.Errorf("changes %q: about %s says %q: %v\n%s", c.may, topic, words, got, said[topic])
					}
				}
			}
			for words, want := range map[string]bool{"I keep no copy": watch == 0, "every 15 minutes": watch > 0, "for 400 days": watch > 0, "for 30 days": c.want != readOnly} {
				if got := strings.Contains(said["data"], words); got != want {
					t.Errorf("changes %q, watch %d: says %q: %v\n%s", c.may, watch, words, got, said["data"])
				}
			}
		}
	}
}

// TestEntries: every topic that can be asked has an entry of at most three
// sentences, and there is none that nobody can ask.
func TestEntries(t *testing.T) {
	for head, entries := range map[string]map[string]entry{"glossary": glossaryEntries(), "about": aboutEntries()} {
		asked := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)^`+head+`/(\w+)`).FindAllStringSubmatch(ask.English, -1) {
			asked[m[1]] = true
		}
		for topic := range asked {
			if _, ok := entries[topic]; !ok {
				t.Errorf("%s/%s has no entry", head, topic)
			}
		}
		for topic, e := range entries {
			if !asked[topic] {
				t.Errorf("nobody can ask for %s/%s", head, topic)
			}
			text := About{WatchMinutes: 15, changes: ChangesAll}.filled(e.text)
			if n := strings.Count(text+" ", ". "); n < 1 || n > 3 || !strings.HasSuffix(text, ".") || e.title == "" {
				t.Errorf("%s/%s has %d sentences: %s", head, topic, n, text)
			}
		}
	}
}
