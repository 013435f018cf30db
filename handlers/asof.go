package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// codeAt draws a code as it was, marked as such, or says why that is not known.
func codeAt(ctx context.Context, h History, r bot.Request, c webex.TrackingCode, at time.Time) (bot.Reply, error) {
	nothing := cards.Notice{
		Title: called(r, c) + " as of " + moment(at), Tone: cards.Warning, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{bot.Button(c.Name+" now", aboutCode("code", r.Site.Host, c))},
	}
	read, err := h.Sites(ctx)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("when the sites were read: %w", err)
	}
	i := slices.IndexFunc(read, func(s history.Site) bool { return s.Host == r.Site.Host })
	switch {
	case i < 0 || read[i].Read.IsZero():
		nothing.Lines = []string{r.Site.Host + " was never read, so I don't know what its codes were like."}
		return notice(nothing), nil
	case at.Before(read[i].Began):
		nothing.Lines = []string{fmt.Sprintf("I have read %s since %s; what its codes were like before, I don't know.", r.Site.Host, moment(read[i].Began))}
		return notice(nothing), nil
	case at.After(read[i].Read):
		at = read[i].Read
	}
	was, err := h.At(ctx, r.Site.Host, c.ID, at)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("a code as it was: %w", err)
	}
	if was == nil {
		nothing.Lines = []string{fmt.Sprintf("%s had no tracking code %s then.", r.Site.Host, c.Name)}
		return notice(nothing), nil
	}
	later, err := h.Changes(ctx, history.Query{Sites: []string{r.Site.Host}, Code: c.ID, Since: at.Add(time.Millisecond)})
	if err != nil {
		return bot.Reply{}, fmt.Errorf("what changed of a code: %w", err)
	}
	gaps, err := h.Gaps(ctx, []string{r.Site.Host}, at)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("when the site was not read: %w", err)
	}
	v := codeCard(r, *was)
	v.Name += " as of " + moment(at)
	v.Notes = append([]string{sinceThen(later)}, v.Notes...)
	for _, g := range gaps {
		if g.Since.Before(at) && at.Before(g.Until) {
			v.Notes = append([]string{gapWords(g) + " It may have changed in between: this is how it was before."}, v.Notes...)
		}
	}
	v.Buttons = []cards.Button{bot.Button(c.Name+" now", aboutCode("code", r.Site.Host, c)), bot.Button("History", aboutCode("history", r.Site.Host, c))}
	return bot.Drawn(v), nil
}

// sinceThen says that a code is shown as it was, and what became of it.
func sinceThen(later []history.Change) string {
	if len(later) == 0 {
		return "This is how it was then. I have seen no change since."
	}
	return fmt.Sprintf("This is how it was then, and not how it is now: %s since, the last one %s.", count(len(later), "change"), between(later[len(later)-1]))
}
