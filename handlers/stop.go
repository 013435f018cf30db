package handlers

import (
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// Jobs is the long work that is under way, on any replica.
type Jobs interface {
	// Running are the jobs that were begun and have not ended.
	Running(ctx context.Context) ([]bot.Job, error)
	// Stop lets a job end before its next step.
	Stop(ctx context.Context, ref string) error
}

// stop ends long work: what was found until then is told.
func stop(jobs Jobs) bot.Command {
	return bot.Command{
		Name:     "stop",
		Group:    peopleGroup,
		Summary:  "ends long work that you began, such as a check of many people",
		Usage:    "stop",
		Examples: []string{"stop"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			running, err := jobs.Running(ctx)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("what is under way: %w", err)
			}
			mine := stoppable(r, running)
			if len(mine) == 0 && r.Question.Term != "" { // no reference that I know
				r.Question.Term = ""
				return stopWhich(r, stoppable(r, running)), nil
			}
			if len(mine) != 1 {
				return stopWhich(r, mine), nil
			}
			if err := jobs.Stop(ctx, mine[0].Ref); err != nil {
				return bot.Reply{}, fmt.Errorf("stop: %w", err)
			}
			return reportOf(cards.Report{
				Title: "Stopping", Tone: cards.Warning, Site: mine[0].Site, Ref: r.Ref,
				Lines: []string{stopping(mine[0])},
			}), nil
		},
	}
}

// workName names long work.
func workName(j bot.Job) string {
	if j.Command == "missing" {
		return "The check of who is missing " + j.Title
	}
	return "“" + j.Title + "”"
}

// stopping says what ends.
func stopping(j bot.Job) string {
	switch j.Command {
	case manyCommand, renameCommand:
		return "I read no further; no plan is made, and nothing was changed."
	case "approve":
		return "I change no further person; what was written until now follows, with the file that undoes it."
	}
	return workName(j) + " ends now; what I found until then follows."
}

// stoppable are the jobs that the question means: the one of the reference in
// its text, else all, of those that the asker began, or, for an admin, that
// were begun in this space. What writes can be ended by all who may ask for changes
// or approve them.
func stoppable(r bot.Request, running []bot.Job) []bot.Job {
	ref := strings.ToUpper(strings.TrimPrefix(strings.ToLower(r.Question.Term), "ref "))
	var mine []bot.Job
	for _, j := range running {
		if (ref == "" || j.Ref == ref) && (webex.SameID(j.Asker.ID, r.Person.ID) || j.Command == "approve" && (r.Editor || r.Approver) || r.Admin && (j.Ref == ref || webex.SameID(j.Room.ID, r.Room.ID))) {
			mine = append(mine, j)
		}
	}
	return mine
}

// stopWhich answers where nothing or several things could be stopped.
func stopWhich(r bot.Request, mine []bot.Job) bot.Reply {
	if len(mine) == 0 {
		return notice(cards.Notice{
			Title: "Nothing to stop", Tone: cards.Accent, Ref: r.Ref,
			Lines: []string{"No long work is under way that you began. It may have ended just now; then what it found is in its thread."},
		})
	}
	n := cards.Notice{Title: "Stop which?", Tone: cards.Accent, Ref: r.Ref, Lines: []string{"This is under way."}}
	for _, j := range mine {
		n.Choices = append(n.Choices, cards.Button{
			Title: fmt.Sprintf("%s on %s (%s)", j.Title, j.Site, j.Ref), Style: cards.Destructive, Data: bot.Data(ask.Question{Command: "stop", Term: j.Ref}),
		})
	}
	return notice(n)
}

// stopButton ends the long work of a reference.
func stopButton(ref string) cards.Button {
	return cards.Button{Title: "Stop", Style: cards.Destructive, Data: bot.Data(ask.Question{Command: "stop", Term: ref})}
}
