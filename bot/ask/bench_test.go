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
		"questions": huge("is the default of cost center on emea required for meetings as csv? "), "slips": huge("trakcing cdoe wht deos exampel\n"),
		"commas": huge("a,"), "hashes": huge("#1"), "hyphens": huge("a-b-"), "at": huge("1@example "), "addresses": huge("a@b.c "), "quote": `"` + huge("a "), "apostrophes": huge("l'"),
	}
}

// least is the least time of some runs: that of a run that nothing else on the
// machine came into.
func least(runs int, f func()) time.Duration {
	best := time.Hour
	for range runs {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}

// BenchmarkTyped reports the time of the median question, and of the slowest in
// a hundred.
func BenchmarkTyped(b *testing.B) {
	g, w := grammar(), world()
	var all []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range typed() {
			all = append(all, least(20, func() { g.Read(Text{Words: r.text}, w, From{Site: exampleHost}) }))
		}
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "median-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkHuge reports the time of the longest messages that Webex takes.
func BenchmarkHuge(b *testing.B) {
	g, w := grammar(), world()
	for name, text := range hugeTexts() {
		b.Run(name, func(b *testing.B) {
			best := time.Hour
			for b.Loop() {
				best = min(best, least(1, func() { g.Read(Text{Words: text}, w, From{Site: exampleHost}) }))
			}
			b.ReportMetric(float64(best.Microseconds()), "least-µs")
		})
	}
}

func allWords() string {
	var b strings.Builder
	for _, w := range parseLanguage(English).words[1:] {
		b.WriteString(w.text + " ")
	}
	return b.String()
}
