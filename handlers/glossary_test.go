package handlers

import (
	"regexp"
	"strings"
	"testing"

	"trackbot/bot/ask"
)

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
			if n := strings.Count(e.text+" ", ". "); n < 1 || n > 3 || !strings.HasSuffix(e.text, ".") || e.title == "" {
				t.Errorf("%s/%s has %d sentences: %s", head, topic, n, e.text)
			}
		}
	}
}
