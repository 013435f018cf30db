package handlers

import (
	"context"
	"fmt"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/webex"
)

// options answers with what a tracking code can be given, ten a page.
func options(admin Admin, sites *bot.Sites) bot.Command {
	return bot.Command{
		Name:     "options",
		Group:    lookUpGroup,
		Summary:  "what a tracking code can be given: paged, searched, or as a file",
		Usage:    "options of CODE on SITE [containing WORDS] [as a file]",
		Examples: []string{"options of 1 on SITE", "options of Cost Center on SITE containing 77"},
		Title:    "options of",
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			if r.Question.Code == nil {
				return whichCode(ctx, admin, sites, r)
			}
			c, instead, err := theCode(ctx, admin, r)
			if err != nil || instead != nil {
				return answered(instead), err
			}
			switch r.Question.Format {
			case "":
			case ask.CSV, ask.AnyFile, "excel":
				return optionsFile(r, c)
			default:
				return noSuchForm(r), nil
			}
			return showOptions(r, c), nil
		},
	}
}

// showOptions draws one page of a code's options.
func showOptions(r bot.Request, c webex.TrackingCode) bot.Reply {
	title := "Options of " + called(r, c)
	r.Question.Code = &ask.Code{ID: c.ID, Name: c.Name} // so that the buttons mean this code, whatever was typed
	shown, pages := page(r, c.Options, func(o webex.Option) []string { return []string{o.Value} })
	file := here(r)
	file.Format, file.Page = ask.AnyFile, 0
	v := cards.List{
		Title: title, Site: r.Site.Host, SiteNote: r.Site.Why, Pages: pages,
		Lines: []string{fmt.Sprintf("Code %s, %s: %s.", c.ID, inputWords(c.InputMode), count(len(c.Options), "option"))},
		Buttons: []cards.Button{
			bot.Button("As a file", file), {Title: "Refresh", Data: fresh(here(r))}, bot.Button("The code", aboutCode("code", r.Site.Host, c)),
		},
	}
	if set := defaults(c.Options); len(set) > 0 {
		v.Lines = append(v.Lines, "Default: "+bot.Listed(set, 3)+".")
	} else if len(c.Options) > 0 {
		v.Lines = append(v.Lines, "None of them is the default.")
	}
	for _, o := range shown {
		row := cards.Row{Title: o.Value}
		if o.Value == "" {
			row.Title = "(empty)"
		}
		if o.DefaultValue {
			row.Mark = "default"
		}
		v.Rows = append(v.Rows, row)
	}
	if len(c.Options) == 0 {
		v.Lines = []string{fmt.Sprintf("Code %s, %s: it has no options.", c.ID, inputWords(c.InputMode))}
		v.Buttons = v.Buttons[1:]
	}
	return paged(r, v)
}

// optionsFile answers with the options as a table, those that the filter lets
// through.
func optionsFile(r bot.Request, c webex.TrackingCode) (bot.Reply, error) {
	t := table{{"Option", "Default"}}
	for _, o := range c.Options {
		if want := fold(r.Question.Filter); want != "" && !holds([]string{o.Value}, want) {
			continue
		}
		t = append(t, []string{o.Value, defaultMark(o)})
	}
	file, err := t.file("options", c.Name, r.Site.Host)
	if err != nil {
		return bot.Reply{}, err
	}
	v := cards.Notice{
		Title: "Options of " + c.Name, Site: r.Site.Host, SiteNote: r.Site.Why, Tone: cards.Accent,
		Lines: []string{fmt.Sprintf("%s of code %s on %s, as a file below.", count(len(t)-1, "option"), c.ID, r.Site.Host)},
	}
	if r.Question.Filter != "" {
		v.Lines = append(v.Lines, "Only those that contain “"+r.Question.Filter+"”.")
	}
	reply := notice(v)
	reply.File = file
	return reply, nil
}
