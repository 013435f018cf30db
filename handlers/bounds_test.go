package handlers

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/webex"
)

// TestFourExportsAtOnce asks for twelve, each of which takes a second.
func TestFourExportsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := export(&slowAdmin{took: time.Second}, nil).Run
		var all sync.WaitGroup
		began := time.Now()
		for range 12 {
			all.Go(func() {
				if _, err := run(t.Context(), bot.Request{Site: bot.Site{Host: "example.webex.com"}}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("twelve exports of a second took %v, want 3 s", took)
		}
	})
}

// largeSite has 40 codes of 500 options of 120 characters, all different.
func largeSite() []looked {
	l := looked{host: "example.webex.com"}
	for c := range 40 {
		code := webex.TrackingCode{ID: strconv.Itoa(c), Name: fmt.Sprintf("Code number %02d", c)}
		for o := range 500 {
			code.Options = append(code.Options, webex.Option{Value: fmt.Sprintf("%0120d", 500*c+o)})
		}
		l.list = append(l.list, code)
	}
	return []looked{l}
}

// BenchmarkFindNothing works out near misses on a large site: 1 s at most.
func BenchmarkFindNothing(b *testing.B) {
	found := largeSite()
	for b.Loop() {
		if _, err := showFound(bot.Request{Question: ask.Question{Term: "Marketing"}}, found, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFindSomething finds an option on a large site, which needs none.
func BenchmarkFindSomething(b *testing.B) {
	found := largeSite()
	found[0].hits = hits(found[0].list, "Code number 03")
	for b.Loop() {
		if _, err := showFound(bot.Request{Question: ask.Question{Term: "Code number 03"}}, found, nil); err != nil {
			b.Fatal(err)
		}
	}
}
