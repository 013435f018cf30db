package handlers

import (
	"context"
	"fmt"
	"time"

	"trackbot/bot"
	"trackbot/cards"
)

// why answers how the latest answer in a thread came about.
func why(notes bot.Store) bot.Command {
	return bot.Command{
		Name:     bot.Why,
		Group:    botGroup,
		Summary:  "in a thread: how the answer above came about",
		Usage:    "why",
		Examples: []string{"why"},
		Phrases:  []string{"why", "how so", "how do you know", "how do you know that", "where is that from"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			t, known, err := bot.ReadTrace(ctx, notes, r.Root)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("how it came about: %w", err)
			}
			if !known {
				return notice(cards.Notice{
					Title: "Ask it in a thread", Tone: cards.Warning,
					Lines:    []string{"I find no answer of mine in this thread. Reply to one of my answers of the last seven days with:"},
					Examples: []string{"why"},
				}), nil
			}
			return notice(because(t)), nil
		},
	}
}

func because(t bot.Trace) cards.Notice {
	n := cards.Notice{Title: "How that came about", Tone: cards.Accent, Ref: t.Ref}
	add := func(title, words string) { n.Facts = append(n.Facts, [2]string{title, words}) }
	asked := t.Command
	if t.Text != "" {
		asked += " “" + t.Text + "”"
	}
	add("Asked", asked)
	if t.Site.Host != "" {
		reason := "named in the question"
		if t.Site.Why != "" {
			reason = "none was named, and it is " + t.Site.Why
		}
		add("Site", t.Site.Host+": "+reason)
	}
	add("Calls", calls(t))
	if !t.Read.IsZero() {
		add("Data", "read at "+utc(t.Read)+age(t.Began.Sub(t.Read)))
	}
	add("Time", fmt.Sprintf("answered at %s, in %s", utc(t.Began.Add(t.Took)), t.Took.Round(time.Millisecond)))
	add("Reference", t.Ref)
	n.TrackingID = t.TrackingID
	return n
}

func calls(t bot.Trace) string {
	switch {
	case t.Calls > 0:
		return plural(t.Calls, "call") + " to Webex"
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
