package cards_test

import (
	"fmt"
	"strconv"
	"strings"

	"trackbot/cards"
)

type view interface{ View() cards.View }

const site = "example.webex.com"

var (
	optional = cards.Rule{Words: "optional"}
	required = cards.Rule{Words: "required", Tone: cards.Strong}
	adminSet = cards.Rule{Words: "set by an admin"}
	notUsed  = cards.Rule{Words: "not used", Tone: cards.Subtle}
)

// nasty are names that would format, link, mention or break something.
var nasty = []string{
	"*bold* and _italic_", "**strong**", "<@all>", "<@personEmail:boss@example.com|Boss>", "[x](https://evil.example)",
	"![x](https://evil.example/a.png)", "{{DATE(2026-01-01T00:00:00Z)}}", "- item", "+ item", "12. twelfth", "1) first", "> quote",
	"# heading", "`code`", "~~gone~~", "~gone~", "back\\slash", "tail\\", "\\*", "R&D", "R&amp;D", "<b>x</b>", "a\nb\r\nc",
	"\x1b[31mred\x1b[0m", "abc\u202edef\u202c", "---", "===", "- ", "-", "[ ] task", "[ref]: https://evil.example", "Cost_Center_1",
	"Sales (EU)- old", "[1]2. x", "אבג דהו", "\xff\xfe", "|a|b|", "https://evil.example/*x*", "", " ", "a `` b`", "\u2028x", "e\u0301te\u0301",
}

func options(n int, value func(i int) string) []cards.Option {
	list := make([]cards.Option, n)
	for i := range list {
		list[i] = cards.Option{Value: value(i), Default: i == 0}
	}
	return list
}

func services(rules ...cards.Rule) []cards.Service {
	names := []string{"Meetings", "Events", "Training", "Support"}
	list := make([]cards.Service, len(rules))
	for i, r := range rules {
		list[i] = cards.Service{Name: names[i%len(names)], Rule: r}
	}
	return list
}

func codeButtons() []cards.Button {
	return []cards.Button{
		{Title: "Codes: example", Data: cards.Data{Ask: "codes", Question: site}},
		{Title: "Refresh", Data: cards.Data{Ask: "code", Question: "1", Fresh: true}},
	}
}

// example is the code of the official documentation's sample answer.
func example() cards.Code {
	return cards.Code{
		Name: "Department", ID: "1", Site: site, Input: "pick from a list",
		Options: []cards.Option{
			{Value: "Engineering", Default: true}, {Value: "Sales"}, {Value: "Marketing"},
		},
		HostProfile: required,
		Services:    services(required, optional, optional, notUsed),
		Buttons:     codeButtons(), Ref: "7F3K-Q2",
	}
}

func big() cards.Code {
	v := example()
	v.Name = "Project"
	v.Options = options(500, func(i int) string { return fmt.Sprintf("Project %03d", i+1) })
	return v
}

func samples() map[string]view {
	text := example()
	text.Name, text.ID, text.Input, text.Options = "Purchase order", "4", "free text", nil
	text.SiteNote, text.Age = "the default site", "read 12 s ago"
	text.HostProfile, text.Services = optional, services(optional, optional, optional, optional)

	editable := example()
	editable.Name, editable.ID, editable.Input = "Cost Center", "2", "pick from a list or type"
	editable.Options = options(14, func(i int) string { return fmt.Sprintf("CC-%d", 4100+i) })
	editable.Options[0].Default = false

	profile := example()
	profile.Name, profile.ID, profile.Input = "Region", "3", "pick from a list, on the host profile and sign-up pages only"
	profile.HostProfile, profile.Services = adminSet, nil
	profile.Notes = []string{"Asked for in the host's profile and at sign-up only, not when a meeting is scheduled."}

	unknown := example()
	unknown.Input = "hologram (a new value of Webex)"
	unknown.HostProfile = cards.Rule{Words: "sometimes (a new value of Webex)"}
	unknown.Services = append(services(required), cards.Service{Name: "WebinarCenter (new)", Rule: cards.Rule{Words: "moon phase"}})

	awful := example()
	awful.Name, awful.ID = "*Dept* <@all> [x](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}}", "a/b*c_d"
	awful.Options = options(len(nasty), func(i int) string { return nasty[i] })

	return map[string]view{
		"list-page": paged(list(10), 2, 6, ""), "list-found": paged(list(3), 1, 1, "dep*t"), "list-none": paged(list(0), 1, 1, "nothing"),
		"rows-sites": siteRows(), "rows-options": optionRows(10, func(i int) string { return fmt.Sprintf("CC-%d", 4100+i) }),
		"rows-worst": optionRows(500, func(int) string { return strings.Repeat("𠜎", 120) }),
		"rows-rtl":   optionRows(10, func(int) string { return "קבוצת מכירות (צפון)" }),
		"form-code":  codeForm(3), "form-worst": codeForm(200),
		"code-select": example(), "code-text": text, "code-editable": editable, "code-host-profile": profile,
		"code-unknown": unknown, "code-500": big(), "code-nasty": awful, "code-wide": wide(),
		"code-worst": worst(), "list": list(5), "list-long": list(200), "list-empty": list(0),
		"compare": compare(), "report": report(3), "report-long": report(300), "report-one-part": reportOne(), "report-nasty": reportNasty(),
		"help": help(), "welcome": welcome(), "not-understood": notUnderstood(), "refusal": refusal(), "failure": failure(),
	}
}

func wide() cards.Code {
	v := example()
	v.Name = strings.Repeat("部門名稱", 30)
	v.Options = []cards.Option{{Value: strings.Repeat("営業部", 40), Default: true}, {Value: "קבוצת מכירות (צפון)"}, {Value: "इंजीनियरिंग"}, {Value: "Ünïté 🚀 e\u0301"}}
	return v
}

func worst() cards.Code {
	v := example()
	v.Name = strings.Repeat("𠜎", 120)
	v.SiteNote, v.Age = "the default site of the admin token", "read 29 s ago"
	v.Options = options(500, func(int) string { return strings.Repeat("𠜎", 120) })
	return v
}

func list(n int) cards.CodeList {
	v := cards.CodeList{
		Site: site, SiteNote: "the default site", Ref: "7F3K-Q2",
		Buttons: []cards.Button{{Title: "Refresh", Data: cards.Data{Ask: "codes", Question: site, Fresh: true}}},
	}
	names := []string{"Department", "Cost Center", "Region", "Purchase order", "R&D *core*"}
	for i := range n {
		id := strconv.Itoa(i + 1)
		r := cards.CodeRow{
			ID: id, Name: names[i%5], Input: "pick from a list", Default: "Engineering", Host: optional,
			Open: cards.Data{Ask: "code", Question: id},
		}
		if i%2 == 0 {
			r.Required, r.Host = "Meetings, Events", required
		}
		if i%5 == 3 {
			r.Input, r.Default = "free text", ""
		}
		v.Rows = append(v.Rows, r)
	}
	if n == 0 {
		v.Notes = []string{"This site has no tracking codes."}
	}
	return v
}

// paged is a list of which one page is shown.
func paged(v cards.CodeList, page, of int, filter string) cards.CodeList {
	v.Notes = nil
	v.Pages = cards.Pages{
		Page: page, Of: of, First: (page-1)*10 + 1, Last: (page-1)*10 + len(v.Rows), Total: (of-1)*10 + len(v.Rows), All: 57,
		Filter: filter, Ask: cards.Data{Ask: "codes", Question: site},
	}
	return v
}

func siteRows() cards.List {
	return cards.List{
		Title: "2 sites you can ask", Ref: "7F3K-Q2", Lines: []string{"A tap on a site shows its codes."},
		Rows: []cards.Row{
			{Title: site, Under: "also: example", Mark: "default", Open: cards.Data{Ask: "codes", Question: site}},
			{Title: "emea.example.webex.com", Under: "also: emea, eu", Loud: "Webex does not list it", Open: cards.Data{Ask: "codes", Question: "emea.example.webex.com"}},
		},
	}
}

func optionRows(n int, value func(int) string) cards.List {
	v := cards.List{
		Title: "Cost Center", Site: site, SiteNote: "the default site of this bot", Ref: "7F3K-Q2", Notes: []string{"Code 2, pick from the list."},
		Pages:   cards.Pages{Page: 2, Of: 50, First: 11, Last: 10 + n, Total: 500, All: 500, Ask: cards.Data{Ask: "options", Question: "2"}},
		Buttons: []cards.Button{{Title: "As a file", Data: cards.Data{Ask: "options", Question: "2"}}},
	}
	for i := range n {
		v.Rows = append(v.Rows, cards.Row{Title: value(i)})
	}
	v.Rows[0].Mark = "default"
	return v
}

func codeForm(n int) cards.Form {
	f := cards.Form{
		Title: "Which tracking code?", Ref: "7F3K-Q2", Lines: []string{"Choose a code, or type its name."},
		Fields: []cards.Field{
			{ID: cards.InCode, Label: "Code", Placeholder: "a name or an id", Required: true},
			{ID: cards.InSite, Label: "Site", Value: site, Choices: []cards.Choice{{Title: site, Value: site}, {Title: "emea.example.webex.com", Value: "emea.example.webex.com"}}},
			{ID: cards.InPeople, Label: "Addresses", Multiline: true},
		},
		Submit: cards.Button{Title: "Ask", Data: cards.Data{Ask: "code"}}, Examples: []string{"tracking code 1 on " + site},
	}
	for i := range n {
		name := "Department " + strconv.Itoa(i)
		if n > 100 {
			name = strings.Repeat("部", 120)
		}
		f.Fields[0].Choices = append(f.Fields[0].Choices, cards.Choice{Title: name, Value: strconv.Itoa(i + 1)})
	}
	return f
}

// report is one in parts, each with n rows but the last.
func report(n int) cards.Report {
	v := cards.Report{
		Title: "Check of the tracking codes", Tone: cards.Warning, Site: site, SiteNote: "the default site", Ref: "7F3K-Q2",
		Lines:   []string{"3 things to look at in 12 codes."},
		Buttons: []cards.Button{{Title: "Check again", Data: cards.Data{Ask: "check", Question: site, Fresh: true}}},
		Notes:   []string{"A mapped site can't be changed here."},
	}
	for _, heading := range []string{"Department", "Cost Center"} {
		part := cards.Section{Heading: heading}
		for i := range n {
			part.Rows = append(part.Rows, cards.Line{
				Title: fmt.Sprintf("Department (code %d)", i+1), Text: "Two options look alike: “Sales” and “sales ”.",
				Under: []string{"Why: people pick either."}, ToDo: "To do: keep one of them.",
				Open: cards.Data{Ask: "code", Question: "1"},
			})
		}
		v.Parts = append(v.Parts, part)
	}
	v.Parts = append(v.Parts, cards.Section{Heading: "The same", Rows: []cards.Line{{Title: "Region"}}})
	return v
}

func reportOne() cards.Report {
	v := report(300)
	v.Tone, v.Parts = cards.Plain, v.Parts[:1]
	v.Parts[0].Heading = ""
	return v
}

func compare() cards.Report {
	return cards.Report{
		Title: "2 differ, 0 the same", Site: site + " and emea." + site, Ref: "7F3K-Q2",
		Parts: []cards.Section{{Heading: "Different", Heads: []string{"", "example", "emea"}, Rows: []cards.Line{
			{Title: "Department", Cells: [][]string{{"Code", "1", "11"}, {"Default", "Sales *EU*", ""}}, Open: cards.Data{Ask: "compare", Question: "Department"}},
			{Cells: [][]string{{"Host profile", "set by an admin", "required"}}},
		}}},
	}
}

func reportNasty() cards.Report {
	v := report(1)
	for _, s := range nasty {
		v.Parts[0].Rows = append(v.Parts[0].Rows, cards.Line{Title: s, Loud: s, Under: []string{s}})
	}
	v.Parts[1].Rows = []cards.Line{{Title: strings.Repeat("營業部", 40), Loud: strings.Repeat("營業部", 40)}, {Title: "קבוצת מכירות (צפון)", Under: []string{"קבוצת מכירות (צפון)"}}}
	return v
}

func help() cards.Notice {
	row := func(usage, summary, example string) cards.Entry {
		return cards.Entry{Title: usage, Lines: []cards.Remark{{Text: summary}, {Text: example, Tone: cards.Subtle}}, Open: cards.Data{Ask: "help", Question: usage}}
	}
	return cards.Notice{
		Title: "What you can ask", Tone: cards.Accent,
		Lines: []string{"Mention me and ask; I answer in the thread."},
		Rows: cards.Rows{Rows: []cards.Entry{
			row("tracking code CODE on SITE", "one tracking code of a site", "tracking code 1 on "+site), row("codes on SITE", "all tracking codes of a site", "codes on "+site),
			row("check SITE", "what is wrong, and what to do", "check "+site), row("my codes on SITE", "your own tracking codes", "my codes on "+site),
			row("help", "this", ""),
		}},
		Buttons: []cards.Button{{Title: "Codes: example", Data: cards.Data{Ask: "codes", Question: site}}, {Title: "Documentation", URL: "https://example.com/docs"}},
	}
}

func welcome() cards.Notice {
	return cards.Notice{
		Title: "Hi, I'm Trackbot", Tone: cards.Accent,
		Lines: []string{"I look up tracking codes of your Webex sites. Mention me and ask; I answer in the thread."},
		Offer: "For example", Choices: []cards.Button{{Title: "codes on " + site, Data: cards.Data{Ask: "codes", Question: site}}},
	}
}

func notUnderstood() cards.Notice {
	return cards.Notice{
		Title: "I did not understand that", Tone: cards.Warning,
		Lines:    []string{"I read a site (" + site + "), but no command before it."},
		Examples: []string{"tracking code 1 on " + site},
		Choices: []cards.Button{
			{Title: "Tracking code 1", Data: cards.Data{Ask: "code", Question: "1"}},
			{Title: "Codes on " + site, Data: cards.Data{Ask: "codes", Question: site}},
		},
		Buttons: []cards.Button{{Title: "Help", Data: cards.Data{Ask: "help"}}},
		Ref:     "9QX2-B7",
	}
}

func refusal() cards.Notice {
	return cards.Notice{
		Title: "I can't answer you here", Tone: cards.Warning,
		Lines: []string{"I answer only people of the organization that I belong to.", "If you think you should be able to ask, tell your Webex administrator."},
		Ref:   "9QX2-B7",
	}
}

func failure() cards.Notice {
	return cards.Notice{
		Title: "Webex did not answer", Tone: cards.Attention,
		Lines: []string{"I asked three times within 30 seconds. Nothing was changed; please ask again in a minute."},
		Facts: [][2]string{{"Asked", "tracking code 1"}, {"Site", site}, {"Status", "503 Service Unavailable"}},
		Buttons: []cards.Button{
			{Title: "Try again", Data: cards.Data{Ask: "code", Question: "1"}, Style: cards.Positive},
		},
		Ref: "9QX2-B7", TrackingID: "ROUTER_5FA2B0E1-1234-01BB-0123-456789ABCDEF",
	}
}
