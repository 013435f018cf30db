package handlers

import (
	"fmt"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// subject is whose values an answer tells: the asker, who is told as "you", or
// somebody by name or address.
type subject struct {
	me   bool
	name string
}

// has begins a sentence: "You have", "bob@example.com has".
func (s subject) has() string {
	if s.me {
		return "You have"
	}
	return s.name + " has"
}

// whose begins a sentence about a thing: "Your", "bob@example.com's".
func (s subject) whose() string {
	if s.me {
		return "Your"
	}
	return s.name + "'s"
}

// short is how a button names somebody: "I see", "they see".
func (s subject) short() string {
	if s.me {
		return "I"
	}
	return "they"
}

// must says what somebody has to do: "you must".
func (s subject) must() string {
	if s.me {
		return "you must"
	}
	return "the host must"
}

// sees begins "you see", "bob@example.com sees".
func (s subject) sees() string {
	if s.me {
		return "you see"
	}
	return s.name + " sees"
}

// object names somebody behind a verb.
func (s subject) object() string {
	if s.me {
		return "you"
	}
	return s.name
}

// value says what somebody has of one code.
func (s subject) value(h held, host string) string {
	switch {
	case h.state == stateForeign:
		return fmt.Sprintf("%s %s on %s is %s, which is not among its options.", s.whose(), h.code.Name, host, h.value)
	case h.state == stateUnknown:
		return fmt.Sprintf("%s %s on %s is %s, but the site has no such code any more.", s.whose(), h.code.Name, host, h.value)
	case h.value != "":
		return fmt.Sprintf("%s %s on %s is %s.", s.whose(), h.code.Name, host, h.value)
	case h.state == stateMissing:
		return fmt.Sprintf("%s no %s on %s, and it is required in the host profile.", s.has(), h.code.Name, host)
	}
	if set := defaults(h.code.Options); len(set) == 1 && inUse(h.code) {
		return fmt.Sprintf("%s no %s on %s; the default is %s.", s.has(), h.code.Name, host, set[0])
	}
	return fmt.Sprintf("%s no %s on %s.", s.has(), h.code.Name, host)
}

// values says what somebody has of all codes of a site.
func (s subject) values(all []held, host string) string {
	set, codes := 0, 0
	var missing []string
	for _, h := range all {
		if h.state == stateUnknown {
			continue
		}
		codes++
		if h.value != "" {
			set++
		}
		if h.state == stateMissing {
			missing = append(missing, h.code.Name)
		}
	}
	words := fmt.Sprintf("%s a value for %d of %s on %s", s.has(), set, count(codes, "code"), host)
	if len(missing) > 0 {
		words += "; required and empty: " + inSentence(missing)
	}
	return words + "."
}

// missing says which required codes somebody has no value of: those of the host
// profile, and those of a meeting that nothing is filled in for.
func (s subject) missing(all []held, host string) string {
	var profile, chosen []string
	for _, h := range all {
		switch {
		case h.state == stateMissing:
			profile = append(profile, h.code.Name)
		case h.value == "" && hasRule(h.code, ask.Required, "") && !hasDefault(h.code):
			chosen = append(chosen, h.code.Name)
		}
	}
	switch {
	case len(profile) > 0:
		return fmt.Sprintf("%s no value of %s on %s, which the host profile requires.", s.has(), inSentence(profile), host)
	case len(chosen) > 0:
		return fmt.Sprintf("%s no value of %s on %s, which some meetings require.", s.has(), inSentence(chosen), host)
	}
	return fmt.Sprintf("%s all required codes on %s.", s.has(), host)
}

// heldOf is somebody's value of one code of a site.
func heldOf(c webex.TrackingCode, user []webex.UserCode) held {
	return valuesOf(user, []webex.TrackingCode{c})[0]
}
