package handlers

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// phone is how many columns of [cards.Draw] a phone's card of 340 pixels has.
const phone = 48

// answers are the shapes of answer, each as people see it and at its worst.
func answers(t *testing.T) map[string]bot.Reply {
	t.Helper()
	r := bot.Request{
		Site: bot.Site{Host: "example.webex.com", Why: "the default site in Webex"}, Sites: []string{"example.webex.com", "emea.example.webex.com"}, Ref: "7F3K-Q2",
		Person: bot.Person{ID: "P1", Email: "alice@example.com"}, Admin: true,
	}
	must := func(reply bot.Reply, err error) bot.Reply {
		if err != nil {
			t.Fatal(err)
		}
		return reply
	}
	list := siteOfSamples()
	other := siteOfSamples()[1:]
	other[0].Options = append(other[0].Options, webex.Option{Value: "4199"})
	other[0].HostProfileCode = "required"
	other = append(other, picked(func(c *webex.TrackingCode) { c.ID, c.Name = "9", "Project" }))
	user := []webex.UserCode{{ID: "1", Name: "Department", Value: "sales"}, {ID: "2", Name: "Cost Center", Value: "9999"}, {ID: "88", Name: "Old", Value: "x"}}
	host := []webex.HostCode{
		{ID: "1", Name: "Department", Type: "required", Options: []webex.Option{{Value: "Sales"}, {Value: "Design"}}},
		{ID: "2", Name: "Cost Center", Type: "optional", Options: []webex.Option{{Value: "4101"}, {Value: "9999", DefaultValue: true}}},
	}
	alice := who{subject{name: "alice@example.com"}, "P1", "alice@example.com"}
	term := func(words string) bot.Request { c := r; c.Question.Term = words; return c }
	about := func(code string) bot.Request { c := r; c.Question.Code = &ask.Code{Written: code}; return c }
	xml := r
	xml.Question.Format = "xml"
	job := bot.Job{Command: "missing", Site: r.Site.Host, Text: "1", Title: "Department", Ref: r.Ref, Items: []string{"a@b.de", "c@d.de", "e@f.de", "g@h.de"}}
	results := []bot.Result{{Item: "a@b.de", State: hasIt, Value: "Sales"}, {Item: "c@d.de", State: lacksIt}, {Item: "e@f.de", State: isNobody}, {Item: "g@h.de", State: isUnclear}}
	m := map[string]bot.Reply{
		"check":          showFindings(r, list, findings(list), Links{}),
		"check-sound":    showFindings(r, list[2:3], nil, Links{}),
		"export":         must(exported(r, "codes", ask.CSV, list)),
		"export-hub":     must(exported(r, "code-1", ask.ControlHub, list[:1])),
		"export-form":    noSuchForm(xml),
		"export-nothing": must(exported(r, "codes", ask.CSV, nil)),
		"find":           must(showFound(term("sales"), []looked{{host: "example.webex.com", hits: hits(list, "sales")}, {host: "emea.example.webex.com"}}, nil)),
		"find-nothing":   must(showFound(term("nope"), []looked{{host: "example.webex.com"}}, nil)),
		"find-near":      must(showFound(term("Sals"), []looked{{host: "example.webex.com", list: list}}, nil)),
		"find-broken":    must(showFound(term("sales"), []looked{{host: "example.webex.com", hits: hits(list, "sales")}, {host: "b.webex.com", err: bot.OtherSiteError{}}}, []string{"c.webex.com"})),
		"find-what":      findWhat(bot.Request{Question: ask.Question{Command: "find"}}, []string{"example.webex.com", "emea.example.webex.com"}),
		"compare":        comparing(r, list, other),
		"compare-same":   comparing(r, list, list),
		"compare-one":    comparing(about("Cost Center"), list, other),
		"compare-alike":  comparing(about("Cost Center"), list, list),
		"compare-lone":   comparing(about("Department"), list, other),
		"personal":       showPersonal(r, alice, webex.UserCodes{Email: "a.adams@example.com", TrackingCodes: user}, list),
		"sees":           showSeen(r, alice, ask.Meetings, viewed(list, user, host, ask.Meetings)),
		"missing-begun":  beginMissing(r, list[0], people{good: job.Items, bad: []string{"nobody@"}, twice: 2}),
		"missing-whom":   startMissing(about("Department"), list),
		"missing-code":   startMissing(r, list),
		"missing":        must(finishMissing(t.Context(), job, results, "")),
		"missing-nobody": must(finishMissing(t.Context(), job, results[:1], "")),
		"missing-cut":    must(finishMissing(t.Context(), job, results[:2], "Stopped, as somebody asked.")),
	}
	return m
}

// siteOfSamples are codes of each kind, with something to find.
func siteOfSamples() []webex.TrackingCode {
	return []webex.TrackingCode{
		picked(func(c *webex.TrackingCode) {
			c.HostProfileCode = "required"
			c.Options = append(c.Options, webex.Option{Value: "sales "})
			c.ScheduleStartCodes = append(rules("notApplicable", "All"), rules("required", "MeetingCenter")...)
		}),
		picked(func(c *webex.TrackingCode) {
			c.ID, c.Name, c.InputMode = "2", "Cost Center", "editableSelect"
			c.Options = []webex.Option{{Value: "4101", DefaultValue: true}, {Value: "4102", DefaultValue: true}}
		}),
		{ID: "3", Name: "Purchase order", SiteURL: "example.webex.com", InputMode: "text", HostProfileCode: "optional", ScheduleStartCodes: rules("optional", "All")},
	}
}

func TestAnswers(t *testing.T) {
	schema := cardSchema(t)
	for name, reply := range answers(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			card, err := reply.Card.JSON()
			if err != nil {
				t.Fatal(err)
			}
			today := time.Now().UTC().Format(time.DateOnly)
			if err := cards.Draw(&b, bytes.ReplaceAll(card, []byte(today), []byte("YYYY-MM-DD")), phone); err != nil {
				t.Fatal(err)
			}
			b.WriteString("\n" + strings.ReplaceAll(reply.Markdown, today, "YYYY-MM-DD") + "\n")
			if reply.File != nil {
				fmt.Fprintf(&b, "\n[file %s]\n", reply.File.Type)
			}
			same(t, name+".txt", b.String())
			checkAnswer(t, schema, name, reply)
		})
	}
	skipWithout(t, schema)
}

// schemaFile is the published schema of cards, which stands beside a checkout
// that has the documents it was written after.
const schemaFile = "../../shared/webex/spec/adaptive-card-1.3.0.schema.json"

// cardSchema is the published schema of cards, or nil where it is not there;
// see [skipWithout].
func cardSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	if _, err := os.Stat(schemaFile); err != nil {
		return nil
	}
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// skipWithout says at the end of a test what it could not hold cards against.
func skipWithout(t *testing.T, schema *jsonschema.Schema) {
	t.Helper()
	if schema == nil {
		t.Skip("all but one check passed: holding the cards against the Adaptive Cards schema needs ../shared/webex/spec, and it is not there")
	}
}

// checkAnswer holds an answer to the limits: bytes, buttons, the schema, and
// the site in its first lines.
func checkAnswer(t *testing.T, schema *jsonschema.Schema, name string, reply bot.Reply) {
	t.Helper()
	reply.Card.ID = "ref-7F3K-Q2"
	reply.Card.EachData(func(d *cards.Data) {
		d.Root, d.Room, d.Until, d.Sig = strings.Repeat("R", 110), "person", 1<<33, strings.Repeat("f", 64)
	})
	card, err := reply.Card.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(card) {
		t.Errorf("%s: the card is not UTF-8", name)
	}
	if len(card) > cards.MaxCard {
		t.Errorf("%s: card of %d bytes", name, len(card))
	}
	if len(reply.Markdown) > cards.MaxMarkdown || reply.Markdown == "" || !utf8.ValidString(reply.Markdown) {
		t.Errorf("%s: markdown of %d bytes", name, len(reply.Markdown))
	}
	if schema == nil {
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(card))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// TestWorstAnswers: 200 codes of 500 options of 120 characters, in scripts that
// take three bytes a letter or run from right to left.
func TestWorstAnswers(t *testing.T) {
	schema := cardSchema(t)
	for script, letter := range map[string]string{"cjk": "部", "rtl": "ק"} {
		long := func(n int) string { return strings.Repeat(letter, 116) + strconv.Itoa(1000+n) }
		site := func(shift int) []webex.TrackingCode {
			list := make([]webex.TrackingCode, 200)
			for i := range list {
				list[i] = picked(func(c *webex.TrackingCode) {
					c.ID, c.Name, c.Options, c.HostProfileCode = strconv.Itoa(i+1), long(i), nil, "required"
					n := 500
					if i >= 10 {
						n = 3 // what is shown ends long before; this only saves time
					}
					for j := range n {
						c.Options = append(c.Options, webex.Option{Value: long(j + shift), DefaultValue: j < 2})
					}
				})
			}
			return list
		}
		list, other := site(0), site(250)
		r := bot.Request{Site: bot.Site{Host: strings.Repeat("a", 240) + ".webex.com"}, Sites: []string{strings.Repeat("a", 240) + ".webex.com", strings.Repeat("b", 240) + ".webex.com"}, Ref: "7F3K-Q2"}
		r.Question = ask.Question{Code: &ask.Code{Written: long(7)}, Term: long(7)}
		alice := who{subject{name: "Alice Adams"}, "P1", strings.Repeat("a", 240) + "@example.com"}
		var user []webex.UserCode
		var host []webex.HostCode
		job := bot.Job{Site: r.Site.Host, Text: "1", Title: long(1), Ref: r.Ref}
		var results []bot.Result
		for i, c := range list {
			user = append(user, webex.UserCode{ID: c.ID, Name: c.Name, Value: long(900 + i)})
			host = append(host, webex.HostCode{ID: c.ID, Name: c.Name, Type: "required", Options: c.Options})
		}
		for i := range 500 {
			job.Items = append(job.Items, fmt.Sprintf("%s%d@example.com", strings.Repeat("x", 235), 100+i))
			results = append(results, bot.Result{Item: job.Items[i], State: []string{lacksIt, isNobody, isUnclear}[i%3]})
		}
		export, err := exported(r, "codes", ask.CSV, list[:5])
		if err != nil {
			t.Fatal(err)
		}
		found, err := showFound(r, []looked{{host: r.Site.Host, hits: hits(list, letter)}, {host: r.Sites[1], hits: hits(other, letter)}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		bulk, err := finishMissing(t.Context(), job, results, "Stopped, as somebody asked.")
		if err != nil {
			t.Fatal(err)
		}
		for name, reply := range map[string]bot.Reply{
			"check": showFindings(r, list, findings(list), Links{}), "export": export, "find": found, "compare": comparing(r, list, other), "compare one": comparing(r, list, other),
			"personal": showPersonal(r, alice, webex.UserCodes{TrackingCodes: user}, list), "sees": showSeen(r, alice, ask.Events, viewed(list, user, host, ask.Events)),
			"missing": bulk, "missing begun": beginMissing(r, list[0], people{good: job.Items, bad: job.Items}), "missing whom": startMissing(r, list),
		} {
			checkAnswer(t, schema, name+" in "+script, reply)
		}
	}
	skipWithout(t, schema)
}
