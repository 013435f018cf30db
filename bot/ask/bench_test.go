package ask

import (
	"slices"
	"strings"
	"syscall"
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

// BenchmarkTyped reports the mean time of a question, and that of the slowest in
// a hundred by the mean of each.
func BenchmarkTyped(b *testing.B) {
	g, w := grammar(), world()
	var all []time.Duration
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range typed() {
			start := cpu()
			for range 20 {
				g.Read(Text{Words: r.text}, w, From{Site: exampleHost})
			}
			all = append(all, (cpu()-start)/20)
		}
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "median-cpu-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-cpu-µs")
}

func BenchmarkHuge(b *testing.B) {
	g, w := grammar(), world()
	for name, text := range hugeTexts() {
		b.Run(name, func(b *testing.B) {
			start := cpu()
			for b.Loop() {
				g.Read(Text{Words: text}, w, From{Site: exampleHost})
			}
			b.ReportMetric(float64((cpu()-start).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// cpu is the time that this process has worked so far.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func allWords() string {
	var b strings.Builder
	for _, w := range parseLanguage(English).words[1:] {
		b.WriteString(w.text + " ")
	}
	return b.String()
}
