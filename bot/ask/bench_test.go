package ask

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// odd texts of the greatest size that Webex takes, 7,439 bytes.
func hugeTexts() map[string]string {
	huge := func(s string) string { return strings.Repeat(s, 7439/len(s)+1)[:7439] }
	return map[string]string{
		"letters": huge("x"), "words": huge("a b "), "codes": huge("code 1 on example and "), "lines": huge("code 1 on example\n"), "names": huge("departmnt "),
		"vocabulary": huge(allWords() + "\n"), "other": huge("Ⱥé部門 "), "quotes": huge("\" ' ` "), "hosts": huge("a.b.webex.com "),
		"questions": huge("is the default of cost center on emea required for meetings as csv? "), "slips": huge("trakcing cdoe whta deos exmaple\n"),
		"commas": huge("a,"), "hashes": huge("#1"), "hyphens": huge("a-b-"), "at": huge("1@example "), "addresses": huge("a@b.c "), "quote": `"` + huge("a "), "apostrophes": huge("l'"),
	}
}

func BenchmarkTyped(b *testing.B) {
	g, w := grammar(), world()
	rows := typed()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		g.Read(Text{Words: rows[i%len(rows)].text}, w, From{Site: exampleHost})
	}
}

func BenchmarkHuge(b *testing.B) {
	g, w := grammar(), world()
	for name, text := range hugeTexts() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				g.Read(Text{Words: text}, w, From{Site: exampleHost})
			}
		})
	}
}

// TestTimes shows the least time that each question takes.
func TestTimes(t *testing.T) {
	g, w := grammar(), world()
	var all []time.Duration
	slow := map[time.Duration]string{}
	for _, r := range typed() {
		least := time.Hour
		for range 10 {
			start := time.Now()
			g.Read(Text{Words: r.text}, w, From{Site: exampleHost})
			least = min(least, time.Since(start))
		}
		all = append(all, least)
		slow[least] = r.text
	}
	slices.Sort(all)
	t.Logf("median %v, p99 %v, most %v", all[len(all)/2], all[len(all)*99/100], all[len(all)-1])
	for _, d := range all[len(all)-10:] {
		t.Log(d, slow[d])
	}
	for name, text := range hugeTexts() {
		least := time.Hour
		for range 5 {
			start := time.Now()
			g.Read(Text{Words: text}, w, From{Site: exampleHost})
			least = min(least, time.Since(start))
		}
		t.Log(name, least)
	}
}

func allWords() string {
	var b strings.Builder
	for _, w := range parseLanguage(English).words[1:] {
		b.WriteString(w.text + " ")
	}
	return b.String()
}
