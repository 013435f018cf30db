package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/change"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

// setMany gives many people values, from lines below the question or a file. First
// it reads what they have, as long work; what comes of that is the plan.
func (c changer) setMany() bot.Command {
	return bot.Command{
		Name: manyCommand, Group: changeGroup, Site: true, Files: true,
		Summary:  fmt.Sprintf("gives up to %d people values, from lines below it or a CSV file", maxPeople),
		Usage:    "set codes on SITE, and lines of “email, code, value” below it or in a file",
		Examples: []string{"set codes on SITE"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if instead := c.mayAsk(r, ChangesPeople); instead != nil {
				return *instead, nil
			}
			if r.Question.Code != nil {
				code, list, instead, err := c.target(ctx, r)
				if instead != nil || err != nil {
					return answered(instead), err
				}
				return startMany(r, list, code.Name), nil
			}
			list, err := codesOn(ctx, c.admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			return startMany(r, list, ""), nil
		},
		Step:   c.readPerson,
		Finish: c.planMany,
	}
}

const manyCommand = "setmany"

// startMany begins to read what people have, or says what the question lacks. code
// is the one code that it names.
func startMany(r bot.Request, list []webex.TrackingCode, code string) bot.Reply {
	data, file := []byte(strings.Join(r.Question.Lines, "\n")), (*bot.File)(nil)
	switch {
	case len(r.Files)+min(1, len(data)) > 1:
		return manyHow(r, list, "Give me one table at once.")
	case len(r.Files) == 1:
		file, data = &r.Files[0], r.Files[0].Data
	case len(data) == 0:
		return manyHow(r, list, "Whose values, and which?")
	}
	g, why := asGiven(data, code, list)
	if why != "" {
		return manyHow(r, list, why)
	}
	if len(g.people) == 0 {
		return manyHow(r, list, "There is nothing to be set in it.")
	}
	if len(g.columns) == 0 {
		file = nil // only a table with a column for each code is given back
	}
	return beginMany(r, r.Site, g.people, "", file)
}

// manyHow says how the values of many people are given.
func manyHow(r bot.Request, list []webex.TrackingCode, why string) bot.Reply {
	return unmet(cards.Notice{
		Title: "Values of many people", Tone: cards.Warning, Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{
			why + " Nothing was changed.",
			"Write a line for each value below your question: an e-mail address, a tracking code and the value, parted by commas. Or attach a CSV file: with the columns email, code and value; with a column for each code, as Control Hub exports; or the result of an earlier change, to undo it.",
		},
		Examples: []string{"set codes on " + r.Site.Host, fmt.Sprintf("alice@example.com, %s, Sales", exampleName(list, nil))},
	})
}

// beginMany reads what people have. undoes is the change that is to be brought back.
func beginMany(r bot.Request, site bot.Site, people []change.Person, undoes string, file *bot.File) bot.Reply {
	if len(people) > maxPeople {
		return unmet(cards.Notice{Title: "Too many at once", Tone: cards.Warning, Ref: r.Ref, Lines: []string{
			fmt.Sprintf("That is %s, and I change up to %d at once. Ask in parts. Nothing was changed.", count(len(people), "person"), maxPeople),
		}})
	}
	of := count(len(people), "person")
	reply := reportOf(cards.Report{
		Title: "Reading what " + of + " have", Site: site.Host, SiteNote: site.Why, Ref: r.Ref,
		Lines:   []string{"The plan follows when I am done: who gets what, to be approved by somebody else. Nothing was changed.", "Other questions are answered meanwhile, and go first."},
		Buttons: []cards.Button{stopButton(r.Ref)},
	})
	reply.Job = &bot.Job{Command: manyCommand, Site: site.Host, Why: site.Why, Text: undoes, Title: "What " + of + " have", Items: itemsOf(people)}
	if file != nil {
		reply.Job.Data = json.RawMessage(itemsOf([]*bot.File{file})[0])
	}
	return reply
}

// itemsOf are the items of a job, which hold all that a step needs.
func itemsOf[T any](list []T) []string {
	items := make([]string, len(list))
	for i, one := range list {
		raw, err := json.Marshal(one)
		if err != nil {
			panic(err) // of strings and lists of them
		}
		items[i] = string(raw)
	}
	return items
}

// itemOf is what an item of a job holds.
func itemOf[T any](item string) (one T, err error) {
	if err := json.Unmarshal([]byte(item), &one); err != nil {
		return one, fmt.Errorf("read an item of a job: %w", err)
	}
	return one, nil
}

// readPerson reads what one of many people has.
func (c changer) readPerson(ctx context.Context, j bot.Job, item string) (bot.Result, error) {
	p, err := itemOf[change.Person](item)
	if err != nil || p.Why != "" {
		return bot.Result{Item: p.Email, State: isUnclear}, err
	}
	now, err := c.personNow(ctx, j.Site, webex.UserCodes{Email: p.Email})
	if webex.IsNotFound(err) {
		return bot.Result{Item: p.Email, State: isNobody}, nil
	}
	if err != nil {
		return bot.Result{Item: p.Email, State: isUnclear}, err
	}
	return bot.Result{Item: p.Email, State: hasIt, Value: itemsOf([]webex.UserCodes{now})[0]}, nil
}

// personNow reads what a person has on a site.
func (c changer) personNow(ctx context.Context, site string, who webex.UserCodes) (webex.UserCodes, error) {
	now, err := c.admin.UserTrackingCodes(ctx, site, who.PersonID, who.Email)
	if err == nil && !hostname.Same(now.SiteURL, site) {
		err = bot.OtherSiteError{Asked: site, Answered: now.SiteURL}
	}
	now.SiteURL = site
	return now, err
}

// requestOf is the question that began long work.
func requestOf(j bot.Job) bot.Request {
	p := bot.Person{ID: j.Asker.ID, Name: j.Asker.DisplayName, OrgID: j.Asker.OrgID}
	if len(j.Asker.Emails) > 0 {
		p.Email = j.Asker.Emails[0]
	}
	return bot.Request{Site: bot.Site{Host: j.Site, Why: j.Why}, Room: j.Room, Root: j.Root, Ref: j.Ref, Key: j.Key + "/done", Private: j.Alone, Person: p}
}

// planMany makes the plan of what was read. Work that was stopped or cut off comes
// to none.
func (c changer) planMany(ctx context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	r := requestOf(j)
	if why != "" {
		return noPlan(j, why), nil
	}
	list, err := codesOn(ctx, c.admin, r, j.Site)
	if err != nil {
		return bot.Reply{}, err
	}
	people, err := peopleOf(j, results)
	if err != nil {
		return bot.Reply{}, err
	}
	var table *bot.File
	if len(j.Data) > 0 {
		if table, err = itemOf[*bot.File](string(j.Data)); err != nil {
			return bot.Reply{}, err
		}
	}
	return c.askMany(ctx, r, change.OfPeople(j.Site, list, people), j, table)
}

// noPlan says that the reading before a plan was stopped or cut off.
func noPlan(j bot.Job, why string) bot.Reply {
	reply := notice(cards.Notice{Title: "No plan was made", Tone: cards.Warning, Site: j.Site, Ref: j.Ref, Lines: []string{why, "Nothing was changed."}})
	reply.Replace = true
	return reply
}

// nobodyHere is why somebody gets nothing whom a site does not know.
const nobodyHere = "Webex doesn't know them on this site"

// peopleOf are the people of a job with what was read of them.
func peopleOf(j bot.Job, results []bot.Result) (people []change.Person, err error) {
	people = make([]change.Person, len(results))
	for i, result := range results {
		if people[i], err = itemOf[change.Person](j.Items[i]); err != nil {
			return nil, err
		}
		switch {
		case result.State == hasIt:
			now, err := itemOf[webex.UserCodes](result.Value)
			if err != nil {
				return nil, err
			}
			people[i].Now = &now
		case result.State == isNobody:
			people[i].Why = nobodyHere
		case people[i].Why == "":
			people[i].Why = "what they have could not be read"
		}
	}
	return people, nil
}

// askMany stores a plan of many people and shows it with its file. table is the one
// with a column for each code that it was made of.
func (c changer) askMany(ctx context.Context, r bot.Request, p change.Plan, j bot.Job, table *bot.File) (bot.Reply, error) {
	file, err := planTable(p).file("plan", j.Ref, j.Site)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(p.Lines()) == 0 {
		reply := reportOf(cards.Report{
			Title: "Nothing to change", Site: j.Site, SiteNote: j.Why, Ref: j.Ref,
			Lines: []string{"Nobody would get another value. The file says of each why. Nothing was changed."}, Parts: []cards.Section{leftOutRows(p)},
		})
		reply.File, reply.Replace = file, true
		return reply, nil
	}
	asked := Change{Ref: r.Ref, State: ChangeWaiting, Plan: p, Asker: r.Person, Room: r.Room, Root: r.Root, Key: r.Key, Undoes: j.Text, File: table}
	if !p.Many() {
		asked.Lines, file = p.Lines(), nil
	}
	reply, stands, err := c.store(ctx, r, asked)
	if stands.Ref == r.Ref {
		reply.File = file
	}
	reply.Replace = true
	return reply, err
}
