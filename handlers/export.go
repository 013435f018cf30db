package handlers

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/text"
	"trackbot/webex"
)

// export posts the tracking codes of a site, or one of them, as a file.
func export(admin Admin) bot.Command {
	return bot.Command{
		Name:     "export",
		Group:    checkGroup,
		Summary:  "tracking codes as a file: CSV, JSON, or the form of Control Hub",
		Usage:    "export codes on SITE as csv, json or control hub",
		Examples: []string{"export codes on SITE", "export codes on SITE as json", "export Department on SITE as control hub"},
		Phrases: []string{
			"export", "export codes", "export all codes", "export tracking codes", "export all tracking codes", "export tracking code", "export code",
			"download codes", "download tracking codes",
		},
		Text: true,
		Site: true,
		As:   true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			what, format := exportWhat(r)
			list, err := codesOn(ctx, admin, r, r.Site.Host)
			if err != nil {
				return bot.Reply{}, err
			}
			found := named(list, what)
			name, other := otherForm(r)
			switch {
			case other != "" && (name == "" || len(named(list, name)) == 1) && (len(found) == 0 || r.More != ""):
				return noSuchForm(r, other, named(list, name)), nil
			case what == "":
				return exported(r, "codes", format, "", list)
			case len(found) == 0:
				r.Text, r.As, r.More = what, format, ""
				return noSuchCode(r, list), nil
			}
			return exported(r, "code-"+found[0].ID, format, found[0].ID, found)
		},
	}
}

// exportWhat reads which code is meant, none being all, and the form: from the
// words before the site or after it.
func exportWhat(r bot.Request) (what, format string) {
	if _, format, ok := cutFormat(cmp.Or(r.As, r.More)); ok {
		return r.Text, format
	}
	if !r.Quoted {
		if what, format, ok := cutFormat(r.Text); ok {
			return what, format
		}
	}
	return r.Text, asCSV
}

// otherForm reads "as xml", where the form is none that I write.
func otherForm(r bot.Request) (what, form string) {
	said := strings.TrimSpace(r.Text + " " + r.More)
	if _, _, known := cutFormat(said); known || r.Quoted || r.As != "" {
		return said, ""
	}
	at := strings.LastIndex(" "+text.LowerASCII(said), " as ")
	if at < 0 || at+3 > len(said) {
		return said, ""
	}
	return strings.TrimSpace(said[:at]), strings.TrimSpace(said[at+3:])
}

// noSuchForm offers the forms there are, of the code that was named or of all.
func noSuchForm(r bot.Request, form string, found []webex.TrackingCode) bot.Reply {
	id, name := "", "codes"
	if len(found) == 1 {
		id, name = found[0].ID, found[0].Name
	}
	return notice(cards.Notice{
		Title: "No such form", Tone: cards.Warning, Site: r.Site.Host, SiteNote: r.Site.Why,
		Lines:    []string{fmt.Sprintf("I don't write “%s”: a file is CSV, JSON, or what Control Hub imports.", form)},
		Choices:  []cards.Button{exportButton(r, "As CSV", id, asCSV), exportButton(r, "As JSON", id, asJSON), exportButton(r, "For Control Hub", id, asControlHub)},
		Examples: []string{fmt.Sprintf("export %s on %s as json", name, r.Site.Host)},
	})
}

func exported(r bot.Request, what, format, id string, list []webex.TrackingCode) (bot.Reply, error) {
	v := cards.Report{
		Title: "Export of " + count(len(list), "tracking code"), Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: []cards.Button{
			exportButton(r, "As CSV", id, asCSV), exportButton(r, "As JSON", id, asJSON), exportButton(r, "For Control Hub", id, asControlHub),
			{Title: "All codes on this site", Data: cards.Data{Ask: "codes", Site: r.Site.Host}},
		},
	}
	if len(list) == 0 {
		v.Title, v.Lines = "Nothing to export", []string{"This site has no tracking codes."}
		return reportOf(v), nil
	}
	file, err := codesFile(format, r.Site.Host, what, list)
	if err != nil {
		return bot.Reply{}, err
	}
	options := 0
	for _, c := range list {
		options += len(c.Options)
	}
	v.Lines = []string{fmt.Sprintf("%s follows in this thread: %s with %s.", file.Name, count(len(list), "tracking code"), count(options, "option"))}
	switch format {
	case asControlHub:
		v.Notes = []string{
			"It is parted by tabs and in UTF-16LE, as Control Hub reads and writes. Compare its headings with an export of Control Hub's own before you import it.",
			"Values stand in it as they are. In a spreadsheet one that begins with =, +, - or @ would be a formula.",
		}
	case asCSV:
		v.Notes = []string{"Values that a spreadsheet would run as a formula have an apostrophe in front."}
	}
	reply := reportOf(v)
	reply.File = file
	return reply, nil
}

func exportButton(r bot.Request, title, id, format string) cards.Button {
	return cards.Button{Title: title, Data: cards.Data{Ask: "export", Text: id, Quoted: id != "", Site: r.Site.Host, As: format}}
}

func count(n int, thing string) string { return text.Count(n, thing) }
