package bot

import (
	"strings"
	"testing"

	"trackbot/bot/ask"
)

func FuzzWords(f *testing.F) {
	f.Add("a \u00a0 b\r\n\u200b“c”\xff")
	f.Add("e\u0301\u200d\u0338<\u0338\u212A")
	f.Fuzz(func(t *testing.T, s string) {
		for line := range strings.SplitSeq(ask.Plain(s), "\n") {
			if w := newWords(line); len(w.raw) != len(w.low) {
				t.Errorf("newWords(%q) has %d and %d bytes", line, len(w.raw), len(w.low))
			}
		}
	})
}
