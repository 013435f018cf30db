package handlers

import (
	"fmt"
	"strings"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// property is what a question wants of the codes that it lists.
type property struct {
	title string // at the head of a card: "Required for meetings"
	one   string // of one code in a sentence: "is required for meetings"
	many  string // of several: "are required for meetings"
	fits  func(webex.TrackingCode) bool
}

// propertyOf reads what the codes are asked by; elsewhere reports whether
// another site has a code of that name. ok is false where all codes are meant.
func propertyOf(q ask.Question, host string, elsewhere func(webex.TrackingCode) bool) (p property, ok bool) {
	is := func(title, words string, fits func(webex.TrackingCode) bool) property {
		return property{title, "is " + words, "are " + words, fits}
	}
	has := func(title, words string, fits func(webex.TrackingCode) bool) property {
		return property{title, "has " + words, "have " + words, fits}
	}
	switch q.Topic {
	case "default":
		return has("With a default", "a default", hasDefault), true
	case "nodefault":
		return has("Without a default", "no default", func(c webex.TrackingCode) bool { return !hasDefault(c) }), true
	case "freetext":
		return is("Free text", "free text", func(c webex.TrackingCode) bool { return c.InputMode == freeText }), true
	case "list":
		return has("With a list", "a list of options", func(c webex.TrackingCode) bool { return len(c.Options) > 0 }), true
	case "morethan":
		words := "more than " + count(q.Number, "option")
		return has(capital(words), words, func(c webex.TrackingCode) bool { return len(c.Options) > q.Number }), true
	case "used":
		return is("In use", "in use", inUse), true
	case "only":
		return is("Only on "+host, "on no other site", func(c webex.TrackingCode) bool { return !elsewhere(c) }), true
	}
	if q.Rule == "" {
		return property{}, false
	}
	words := ruleName(q.Rule)
	if q.Service != "" {
		words += " for " + kindName(q.Service)
	}
	return is(capital(words), words, func(c webex.TrackingCode) bool { return hasRule(c, q.Rule, q.Service) }), true
}

func hasDefault(c webex.TrackingCode) bool { return len(defaults(c.Options)) > 0 }

// capital begins words with a capital letter.
func capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// sentence says which codes of a site have the property, such as "2 of 5 codes on
// example.webex.com are required: Department and Cost Center".
func (p property) sentence(list, found []webex.TrackingCode, host string) string {
	switch len(found) {
	case 0:
		return fmt.Sprintf("No code on %s %s.", host, p.one)
	case 1:
		return fmt.Sprintf("1 of %s on %s %s: %s.", count(len(list), "code"), host, p.one, found[0].Name)
	}
	return fmt.Sprintf("%d of %s on %s %s: %s.", len(found), count(len(list), "code"), host, p.many, inSentence(names(found)))
}

// lines are the sentence, where not all codes are meant.
func (p *property) lines(list, found []webex.TrackingCode, host string) []string {
	if p == nil {
		return nil
	}
	return []string{p.sentence(list, found, host)}
}

// having are the codes with the property, in their order.
func (p property) having(list []webex.TrackingCode) []webex.TrackingCode {
	var found []webex.TrackingCode
	for _, c := range list {
		if p.fits(c) {
			found = append(found, c)
		}
	}
	return found
}
