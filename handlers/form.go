package handlers

import (
	"trackbot/cards"
	"trackbot/webex"
)

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
