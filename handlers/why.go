package handlers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/cards"
)

// Traces knows how answers came about.
type Traces interface {
	// Trace returns how the latest answer in a thread came about; false where that
	// is not known.
	Trace(ctx context.Context, root string) (bot.Trace, bool, error)
}

// why answers how the latest answer in a thread came about.
func why(traces Traces) bot.Command {
	return bot.Command{
		Name:     bot.Why,
		Group:    botGroup,
		Summary:  "in a thread: how the answer above came about",
		Usage:    "why",
		Examples: []string{"why"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			var t bot.Trace
			var known bool
			var err error
			if traces != nil && r.Root != "" {
				t, known, err = traces.Trace(ctx, r.Root)
			}
			if err != nil {
				return bot.Reply{}, fmt.Errorf("how it came about: %w", err)
			}
			if !known {
				return notice(cards.Notice{
					Title: "Ask it in a thread", Tone: cards.Warning,
					Lines:    []string{"I find no answer of mine in this thread. Reply to one of my answers of the last three days with:"},
					Examples: []string{"why"},
				}), nil
			}
			return notice(because(t)), nil
		},
	}
}

// because tells of an answer, or under a heading each of those to one message.
func because(t bot.Trace) cards.Notice {
	n := cards.Notice{Title: "How that came about", Tone: cards.Accent, Ref: t.Ref}
	all := append([]bot.Trace{t}, t.More...)
	for i, one := range all {
		facts := reasons(one)
		if len(all) > 1 {
			n.Groups = append(n.Groups, slices.Repeat([]string{fmt.Sprintf("Answer %d of %d", i+1, len(all))}, len(facts))...)
		}
		n.Facts = append(n.Facts, facts...)
		n.TrackingID = cmp.Or(one.TrackingID, n.TrackingID)
	}
	return n
}

// reasons are what led to one answer.
func reasons(t bot.Trace) [][2]string {
	var facts [][2]string
	add := func(title, words string) { facts = append(facts, [2]string{title, words}) }
	asked := t.Command
	if t.Text != "" {
		asked = strings.TrimSpace(asked + " “" + t.Text + "”")
	}
	add("Asked", asked)
	if t.Unanswered {
		add("Outcome", "not answered; the reply says why, and what to do")
	}
	if site := whichSites(t); site != "" {
		add("Site", site)
	}
	add("Calls", calls(t))
	if !t.Read.IsZero() {
		add("Data", "read at "+utc(t.Read)+age(t.Began.Sub(t.Read)))
	}
	took := ""
	if t.Took > 0 {
		took = ", in " + t.Took.Round(time.Millisecond).String()
	}
	add("Time", "answered at "+utc(t.Began.Add(t.Took))+took)
	add("Reference", t.Ref)
	return facts
}

// whichSites says which site an answer is about, and why that one.
func whichSites(t bot.Trace) string {
	switch {
	case t.Also != "" && t.Site.Why == "":
		return t.Site.Host + ", " + t.Also + ": every site that may be asked, as none was named"
	case t.Also != "":
		return t.Site.Host + " and " + t.Also + ": named in the question"
	case t.Site.Host == "":
		return ""
	case t.Site.Why != "" && t.Site.Why != bot.AsAsked && t.Site.Why != bot.AsAbove:
		return t.Site.Host + ": none was named, and it is " + t.Site.Why
	}
	if t.Site.Why == bot.AsAbove {
		return t.Site.Host + ": that of the question before"
	}
	return t.Site.Host + ": named in the question"
}

func calls(t bot.Trace) string {
	switch {
	case t.Items > 0:
		return "one or more for each of " + count(t.Items, "person")
	case t.Calls > 0:
		return count(t.Calls, "call") + " to Webex"
	case !t.Read.IsZero():
		return "none; another question had just read the same"
	}
	return "none"
}

func age(d time.Duration) string {
	if d < time.Second {
		return ", for this answer"
	}
	return fmt.Sprintf(", %d s before the answer", int(d.Seconds()))
}

func utc(t time.Time) string {
	return t.UTC().Format("15:04:05") + " UTC on " + t.UTC().Format("2 January")
}
