package handlers

import (
	"trackbot/bot"
	"trackbot/cards"
	"trackbot/webex"
)

// form answers with a form.
func form(f cards.Form) bot.Reply { return bot.Reply{Card: f.Card(), Markdown: f.Markdown()} }

// codeField asks for one of a site's codes, by its name; what comes back is its id.
func codeField(list []webex.TrackingCode) cards.Field {
	f := cards.Field{ID: cards.InCode, Label: "Tracking code", Placeholder: "a name or an id", Required: true}
	for _, c := range list {
		f.Choices = append(f.Choices, cards.Choice{Title: c.Name, Value: c.ID})
	}
	return f
}

// siteField asks for one of the sites that may be asked.
func siteField(id, label, chosen string, hosts []string) cards.Field {
	f := cards.Field{ID: id, Label: label, Value: chosen, Required: true}
	for _, host := range hosts {
		f.Choices = append(f.Choices, cards.Choice{Title: host, Value: host})
	}
	return f
}
