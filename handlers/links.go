package handlers

import (
	"strings"

	"trackbot/cards"
)

// Links are pages on which an admin can act. {site} in them stands for the host
// name of a site; an empty one gives no button.
type Links struct{ ControlHub, SiteAdmin string }

// adminNote stands where the buttons of [Links] do.
const adminNote = "A site admin can change this in Control Hub."

// buttons lead an admin to what an answer is about; host is empty where it is
// about no site.
func (l Links) buttons(host string) []cards.Button {
	var list []cards.Button
	for _, b := range []cards.Button{{Title: "Control Hub", URL: l.ControlHub}, {Title: "Site administration", URL: l.SiteAdmin}} {
		if b.URL != "" && (host != "" || !strings.Contains(b.URL, "{site}")) {
			b.URL = strings.ReplaceAll(b.URL, "{site}", host)
			list = append(list, b)
		}
	}
	return list
}
