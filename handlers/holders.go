package handlers

import (
	"context"
	"fmt"
	"net/http"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/change"
	"trackbot/webex"
)

// counting makes of a command by whose plan an option or a code goes one that also
// counts who has it, as long work behind the plan. note says before it what comes.
func (c changer) counting(cmd bot.Command, note string, plan func(context.Context, bot.Request) (change.Plan, *bot.Reply, error)) bot.Command {
	cmd.Files, cmd.Step, cmd.Finish = true, c.readPerson, c.listHolders
	return c.planned(cmd, ChangesAll, func(ctx context.Context, r bot.Request) (change.Plan, *bot.Reply, error) {
		p, instead, err := plan(ctx, r)
		if instead != nil || err != nil {
			return p, instead, err
		}
		var why string
		if p.Among, why, err = c.among(ctx, r); why == "" {
			why = fmt.Sprintf("Among %s: ", count(len(p.Among), "person")) + note
		}
		p.Notes = append([]string{why}, p.Notes...)
		return p, nil, err
	})
}

// among are the people among whom is looked for those who have what goes: those of
// the question or, where it names none, all whom Webex lists. why says why there are
// none.
func (c changer) among(ctx context.Context, r bot.Request) (emails []string, why string, err error) {
	const unknown = "Who has what goes is not known: "
	given := givenPeople(r).good
	switch {
	case r.Among: // no work goes on behind one answer of several
		return nil, unknown + "ask for this change alone, and I count them.", nil
	case len(given) > maxPeople:
		return nil, fmt.Sprintf("%syou gave %d addresses, and I look %d up at once.", unknown, len(given), maxPeople), nil
	case len(given) > 0:
		return given, "", nil
	}
	const addresses = " Ask again with their addresses below your question or in a file, and I count among those."
	all, err := c.admin.PeopleNamed(ctx, "", maxPeople+1)
	switch {
	case webex.IsStatus(err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden):
		return nil, unknown + "Webex doesn't let me list the people of your organization." + addresses, nil
	case err != nil:
		return nil, "", fmt.Errorf("list the people: %w", err)
	case len(all) > maxPeople:
		return nil, fmt.Sprintf("%syour organization has more than %d people.%s", unknown, maxPeople, addresses), nil
	}
	for _, p := range all {
		if p.Type == "person" && len(p.Emails) > 0 {
			emails = append(emails, p.Emails[0])
		}
	}
	if len(emails) == 0 {
		why = unknown + "Webex lists nobody." + addresses
	}
	return emails, why, nil
}

// counts is the work that counts who has what goes, which begins behind the plan.
func counts(r bot.Request, p change.Plan) *bot.Job {
	if len(p.Among) == 0 {
		return nil
	}
	people := make([]change.Person, len(p.Among))
	for i, email := range p.Among {
		people[i].Email = email
	}
	return &bot.Job{Command: r.Command, Site: p.Site, Text: r.Ref, Title: "Who has what goes of " + p.About, Items: itemsOf(people)}
}

// listHolders ends the work that counts who has what goes: with a file, which
// “set codes” takes, and in the plan, where that waits still.
func (c changer) listHolders(ctx context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	ch, err := c.Plans.Get(ctx, j.Text)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("read a change: %w", err)
	}
	if ch.Ref == "" {
		return unmet(cards.Notice{Title: "The plan is gone", Tone: cards.Warning, Ref: j.Ref, Lines: []string{"Nobody was counted."}}), nil
	}
	holders, counted, err := holdersOf(ch.Plan, j, results)
	if err != nil {
		return bot.Reply{}, err
	}
	if why != "" {
		counted = append([]string{why}, counted...)
	}
	reply := reportOf(cards.Report{Title: "Who has what goes of " + ch.Plan.About, Tone: cards.Warning, Site: j.Site, Ref: j.Ref, Lines: counted})
	if ch.State == ChangeWaiting {
		ch.Plan.Notes = append(counted, ch.Plan.Notes[1:]...)
		shown := c.inPlace(ch, j.Room)[1:]
		ch.Key = j.Key + "/done"
		ch.RoomKey = bot.CopyKey(ch.Key, 0)
		moved, err := c.Plans.Move(ctx, ch, ChangeWaiting)
		if err != nil {
			return bot.Reply{}, fmt.Errorf("store who has what goes: %w", err)
		}
		if moved {
			reply = c.card(ch)
			reply.Replace, reply.Copies = true, shown
		}
	}
	if len(holders) > 1 {
		reply.File, err = holders.file("values", ch.Ref, j.Site)
	}
	return reply, err
}

// holdersOf are the table of those who have what goes of a plan, and how many they
// are in sentences.
func holdersOf(p change.Plan, j bot.Job, results []bot.Result) (t table, words []string, err error) {
	t = table{{"email", "code", "value"}}
	var unread []string
	unknown := 0
	for _, r := range results {
		switch r.State {
		case isNobody:
			unknown++
		case hasIt:
			now, err := itemOf[webex.UserCodes](r.Value)
			if err != nil {
				return nil, nil, err
			}
			if value, goes := p.Goes(now); goes {
				t = append(t, []string{r.Item, p.Before.Code.Name, value})
			}
		default:
			unread = append(unread, r.Item)
		}
	}
	first := haveOf(len(t)-1, len(j.Items)) + " it"
	if len(t) > 1 {
		first += "; the file lists them with their values, and “set codes” takes it"
	}
	words = []string{first + "."}
	if unknown > 0 {
		words = append(words, fmt.Sprintf("Unknown on this site: %d.", unknown))
	}
	if len(unread) > 0 {
		words = append(words, "Could not be read: "+bot.Listed(unread, 5)+".")
	}
	if left := len(j.Items) - len(results); left > 0 {
		words = append(words, fmt.Sprintf("Not looked up: %d.", left))
	}
	return t, words, nil
}

// haveOf begins a sentence: "1 of 5 people has".
func haveOf(n, of int) string {
	return fmt.Sprintf("%d of %s %s", n, count(of, "person"), map[bool]string{true: "has", false: "have"}[n == 1])
}
