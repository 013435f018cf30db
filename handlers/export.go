package handlers

import (
	"context"
	"fmt"
	"slices"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/text"
	"trackbot/webex"
)

// maxExports bounds the exports under way: of the largest site, 40 codes of 500
// options, each holds some 20 MB until its file is stored.
const maxExports = 4

// export posts the tracking codes of a site, or one of them, as a file.
func export(admin Admin, sites *bot.Sites) bot.Command {
	places := make(chan struct{}, maxExports)
	return bot.Command{
		Name:     "export",
		Group:    checkGroup,
		Summary:  "tracking codes as a file: CSV, JSON, or the form of Control Hub",
		Usage:    "export codes on SITE as csv, json or control hub",
		Examples: []string{"export codes on SITE", "export codes on SITE as json", "export Department on SITE as control hub"},
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			select {
			case places <- struct{}{}:
				defer func() { <-places }()
			case <-ctx.Done():
				return bot.Reply{}, ctx.Err()
			}
			format := r.Question.Format
			switch format {
			case "", ask.AnyFile, "excel":
				format = ask.CSV
			case ask.CSV, ask.JSON, ask.ControlHub:
			default:
				return noSuchForm(r), nil
			}
			if r.Question.Code == nil {
				list, err := codesOn(ctx, admin, r, r.Site.Host)
				if err != nil {
					return bot.Reply{}, err
				}
				found, property, err := narrowed(ctx, admin, sites, r, list)
				if err != nil {
					return bot.Reply{}, err
				}
				return exported(r, "codes", format, found, property.lines(list, found, r.Site.Host)...)
			}
			c, instead, err := theCode(ctx, admin, r)
			if err != nil || instead != nil {
				return answered(instead), err
			}
			return exported(r, "code-"+c.ID, format, []webex.TrackingCode{c})
		},
	}
}

// noSuchForm offers the forms there are.
func noSuchForm(r bot.Request) bot.Reply {
	name := "codes"
	if r.Question.Code != nil {
		name = written(r)
	}
	return unmet(cards.Notice{
		Title: "No such format", Tone: cards.Warning, Site: r.Site.Host, SiteNote: r.Site.Why,
		Lines:    []string{fmt.Sprintf("I can't export as “%s”. Formats I know: CSV, JSON, Control Hub.", r.Question.Format)},
		Choices:  exportButtons(r),
		Examples: []string{fmt.Sprintf("export %s on %s as json", name, r.Site.Host)},
	})
}

// exportButtons ask for the same in each form that there is.
func exportButtons(r bot.Request) []cards.Button {
	q := here(r)
	q.Command = "export"
	var buttons []cards.Button
	for _, f := range [][2]string{{"As CSV", string(ask.CSV)}, {"As JSON", string(ask.JSON)}, {"For Control Hub", string(ask.ControlHub)}} {
		q.Format = ask.Format(f[1])
		buttons = append(buttons, bot.Button(f[0], q))
	}
	return buttons
}

// exported is the answer with a file of some codes; which says which they are, where
// not all of a site's were asked for.
func exported(r bot.Request, what string, format ask.Format, list []webex.TrackingCode, which ...string) (bot.Reply, error) {
	v := cards.Report{
		Title: "Export of " + count(len(list), "tracking code"), Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Buttons: append(exportButtons(r), allCodes(r.Site.Host)),
	}
	if len(list) == 0 {
		v.Title, v.Lines = "Nothing to export", which
		if len(which) == 0 {
			v.Lines = []string{"This site has no tracking codes."}
		}
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
	v.Lines = slices.Concat(which, []string{fmt.Sprintf("%s follows in this thread: %s with %s.", file.Name, count(len(list), "tracking code"), count(options, "option"))})
	switch format {
	case ask.ControlHub:
		v.Notes = []string{
			"It is parted by tabs and in UTF-16LE, as Control Hub reads and writes. Compare its headings with an export of Control Hub's own before you import it.",
			"Values stand in it as they are. In a spreadsheet one that begins with =, +, - or @ would be a formula.",
		}
	case ask.CSV:
		v.Notes = []string{"Values that a spreadsheet would run as a formula have an apostrophe in front."}
	}
	reply := reportOf(v)
	reply.File = file
	return reply, nil
}

func count(n int, thing string) string { return text.Count(n, thing) }
