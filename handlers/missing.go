package handlers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

// maxPeople is how many addresses one question may hold: at two a second that
// is four minutes.
const maxPeople = 500

// missing checks which of many people have no value of a code. The people are
// read through bulk, past memory: no question may come to wait for such a call.
func missing(admin, bulk Admin) bot.Command {
	return bot.Command{
		Name:     "missing",
		Group:    peopleGroup,
		Summary:  "who of up to 500 people has no value of a tracking code",
		Usage:    "who is missing CODE on SITE, and e-mail addresses below or in a file",
		Examples: []string{"who is missing Department on SITE alice@example.com bob@example.com"},
		Title:    "who is missing",
		Site:     true,
		Admin:    true,
		Files:    true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			return startMissing(r, list), nil
		},
		Step: func(ctx context.Context, j bot.Job, email string) (bot.Result, error) {
			return hasValue(ctx, bulk, j, email)
		},
		Finish: finishMissing,
	}
}

// startMissing begins the work, or says what is missing.
func startMissing(r bot.Request, list []webex.TrackingCode) bot.Reply {
	people := givenPeople(r)
	var found []webex.TrackingCode // one, or none where the question names none
	if r.Question.Code != nil {
		c, instead := oneOf(list, r)
		if instead != nil {
			return *instead
		}
		found = []webex.TrackingCode{c}
	}
	if len(found) == 0 || len(people.good) == 0 || len(people.good) > maxPeople {
		return missingWhat(r, list, found, people)
	}
	return beginMissing(r, found[0], people)
}

func beginMissing(r bot.Request, c webex.TrackingCode, people people) bot.Reply {
	v := cards.Report{
		Title: "Checking who is missing " + called(r, c), Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{
			fmt.Sprintf("The list of %s follows when I am done. Other questions are answered meanwhile, and go first.", count(len(people.good), "person")),
			"If another such check is under way, this one waits for it.",
		},
		Buttons: []cards.Button{stopButton(r.Ref)},
	}
	if len(people.bad) > 0 {
		v.Notes = append(v.Notes, "Left out, because they are no addresses: "+bot.Listed(people.bad, 5)+".")
	}
	if people.twice > 0 {
		v.Notes = append(v.Notes, fmt.Sprintf("Given more than once, and counted once: %d.", people.twice))
	}
	reply := reportOf(v)
	reply.Job = &bot.Job{Command: "missing", Site: r.Site.Host, Why: r.Site.Why, Text: c.ID, Title: c.Name, Items: people.good}
	return reply
}

// missingWhat asks for what the question lacks, or says that it is too long.
func missingWhat(r bot.Request, list, found []webex.TrackingCode, people people) bot.Reply {
	v := cards.Form{
		Title: "Whom shall I check?", Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines:    []string{fmt.Sprintf("Paste the e-mail addresses into the box or below your question, or attach them as a file, up to %d.", maxPeople)},
		Fields:   []cards.Field{codeField(list), {ID: cards.InPeople, Label: "Email addresses", Multiline: true, Required: true}},
		Submit:   bot.Button("Check", onSite("missing", r.Site.Host)),
		Examples: []string{missingExample(exampleName(list, found), r.Site.Host)},
	}
	switch {
	case len(people.good) > maxPeople:
		v.Title = "Too many at once"
		v.Lines = []string{fmt.Sprintf("You gave %d addresses, and I check up to %d at once. Ask in parts.", len(people.good), maxPeople)}
	case len(found) == 0:
		v.Title = "Which tracking code?"
	}
	if len(found) > 0 {
		v.Fields[0].Value = found[0].ID
	}
	if len(people.bad) > 0 {
		v.Lines = append(v.Lines, "These are no e-mail addresses: "+bot.Listed(people.bad, 5)+".")
	}
	return bot.Drawn(v)
}

func missingExample(code, site string) string {
	return fmt.Sprintf("who is missing %s on %s alice@example.com bob@example.com", code, site)
}

func exampleName(list, found []webex.TrackingCode) string {
	for _, c := range append(slices.Clone(found), list...) {
		return c.Name
	}
	return "Department"
}

// people are addresses as they were given: each once, in lower case.
type people struct {
	good, bad []string // bad: with an @, but no addresses
	twice     int
}

// givenPeople are those of a question: in its words, below it, and in its files.
func givenPeople(r bot.Request) people {
	list := texts(r.Files)
	for _, p := range r.Question.People {
		list = append(list, p.Address)
	}
	return addresses(list...)
}

// addresses finds e-mail addresses in texts: pasted lists, lines of CSV,
// "Alice <alice@example.com>".
func addresses(texts ...string) people {
	var p people
	seen := make(map[string]bool)
	for _, text := range texts {
		for word := range strings.FieldsFuncSeq(text, isBetween) {
			word = strings.Trim(strings.TrimPrefix(strings.ToLower(word), "mailto:"), ".'`*_-")
			switch {
			case !strings.Contains(word, "@"):
			case !isAddress(word):
				if !slices.Contains(p.bad, word) {
					p.bad = append(p.bad, word)
				}
			case seen[word]:
				p.twice++
			default:
				seen[word] = true
				p.good = append(p.good, word)
			}
		}
	}
	return p
}

// isBetween reports whether a sign stands between addresses.
func isBetween(r rune) bool {
	return strings.ContainsRune(" \t\r\n,;<>()[]\"|\u00a0\u200b\ufeff\x00", r)
}

// texts are the contents of files: UTF-8, or UTF-16 with a byte order mark, as
// spreadsheets and Control Hub write.
func texts(files []bot.File) []string {
	all := make([]string, len(files))
	for i, f := range files {
		all[i] = textOf(f.Data)
	}
	return all
}

func textOf(data []byte) string {
	if len(data) < 2 || data[0] != 0xFF && data[0] != 0xFE || data[0]^data[1] != 0x01 {
		return string(data)
	}
	little := data[0] == 0xFF
	units := make([]uint16, 0, len(data)/2)
	for b := data[2:]; len(b) > 1; b = b[2:] {
		u := uint16(b[0])<<8 | uint16(b[1])
		if little {
			u = u<<8 | u>>8
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// The states of a person in a bulk check.
const (
	hasIt     = "set"
	lacksIt   = "missing"
	isNobody  = "unknown"
	isUnclear = "not read"
)

// hasValue looks one person up.
func hasValue(ctx context.Context, admin Admin, j bot.Job, email string) (bot.Result, error) {
	user, err := admin.UserTrackingCodes(ctx, j.Site, "", email)
	if webex.IsNotFound(err) {
		return bot.Result{Item: email, State: isNobody}, nil
	}
	if err != nil {
		return bot.Result{Item: email, State: isUnclear}, err
	}
	if !hostname.Same(user.SiteURL, j.Site) {
		return bot.Result{Item: email, State: isUnclear}, bot.OtherSiteError{Asked: j.Site, Answered: user.SiteURL}
	}
	for _, c := range user.TrackingCodes {
		if c.Value != "" && isCode(c.ID, c.Name, webex.TrackingCode{ID: j.Text, Name: j.Title}) {
			return bot.Result{Item: email, State: hasIt, Value: c.Value}, nil
		}
	}
	return bot.Result{Item: email, State: lacksIt}, nil
}

// finishMissing is the summary and the list, also of work that was stopped or
// cut off: then why says so.
func finishMissing(_ context.Context, j bot.Job, results []bot.Result, why string) (bot.Reply, error) {
	by := make(map[string][]cards.Line)
	t := table{{"E-mail", j.Title, "State"}}
	for _, r := range results {
		by[r.State] = append(by[r.State], cards.Line{Title: r.Item})
		t = append(t, []string{r.Item, r.Value, r.State})
	}
	v := cards.Report{
		Title: fmt.Sprintf("Missing %s: %d of %d", j.Title, len(by[lacksIt]), len(results)), Tone: cards.Warning, Site: j.Site, SiteNote: j.Why, Ref: j.Ref,
		Lines: []string{fmt.Sprintf("With a value: %d. Without: %d. Unknown on this site: %d. Could not be read: %d.",
			len(by[hasIt]), len(by[lacksIt]), len(by[isNobody]), len(by[isUnclear]))},
		Buttons: []cards.Button{bot.Button("Tracking code "+j.Title, aboutCode("code", j.Site, webex.TrackingCode{ID: j.Text, Name: j.Title}))},
	}
	if len(results) == len(by[hasIt]) && why == "" {
		v.Title, v.Tone = "Nobody is missing "+j.Title, cards.Good
	}
	if why != "" {
		v.Tone = cards.Attention
		v.Lines = append([]string{why, fmt.Sprintf("%d of %d were checked; the list holds those.", len(results), len(j.Items))}, v.Lines...)
	}
	v.Parts = []cards.Section{
		{Heading: "Missing", Rows: by[lacksIt]}, {Heading: "Unknown on this site", Rows: by[isNobody]}, {Heading: "Could not be read", Rows: by[isUnclear]},
	}
	reply := reportOf(v)
	if len(results) == 0 {
		return reply, nil
	}
	var err error
	reply.File, err = t.file("missing", j.Title, j.Site)
	return reply, err
}
