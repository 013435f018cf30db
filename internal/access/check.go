package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"trackbot/internal/hostname"
)

// maxContact is the longest CONTACT in bytes: it has to fit into a line.
const maxContact = 200

// maxID is the longest bare id in bytes: a UUID has 36, and longer ids are
// those that somebody forgot to decode.
const maxID = 64

// Check returns everything that is wrong with the settings, joined, each with
// the name of its variable and the place in the list, and nil when nothing is.
// An entry that can match nobody is wrong: in DENIED_EMAILS it would let
// somebody in.
func (s Settings) Check() error {
	return errors.Join(slices.Concat(
		check("ALLOWED_ORGS", s.Orgs, orgProblem),
		check("ALLOWED_DOMAINS", s.Domains, domainProblem),
		check("ALLOWED_EMAILS", s.Emails, emailProblem),
		check("ALLOWED_ROOMS", s.Rooms, idProblem(Direct)),
		check("DENIED_EMAILS", s.Denied, emailProblem),
		check("ADMINS", s.Admins, emailProblem),
		check("EDITORS", s.Editors, emailProblem),
		check("APPROVERS", s.Approvers, emailProblem),
		s.wholeProblems(),
	)...)
}

func check(name string, list []string, problem func(string) string) (wrong []error) {
	for i, entry := range list {
		if p := problem(entry); p != "" {
			wrong = append(wrong, fmt.Errorf("%s: entry %d %s", name, i+1, p))
		}
	}
	return wrong
}

// wholeProblems are those that no single entry of a list has.
func (s Settings) wholeProblems() (wrong []error) {
	if len(s.Orgs) > 1 && slices.Contains(s.Orgs, None) {
		wrong = append(wrong, errors.New("ALLOWED_ORGS: none stands beside others; it must stand alone"))
	}
	if slices.Equal(s.Orgs, []string{None}) && len(s.Domains) == 0 && len(s.Emails) == 0 {
		wrong = append(wrong, errors.New("ALLOWED_ORGS: none, without ALLOWED_DOMAINS or ALLOWED_EMAILS, lets nobody ask"))
	}
	if len(s.Contact) > maxContact || strings.ContainsFunc(s.Contact, unicode.IsControl) {
		wrong = append(wrong, fmt.Errorf("CONTACT: is longer than %d bytes or holds a control character", maxContact))
	}
	return wrong
}

func orgProblem(entry string) string {
	if entry == None {
		return ""
	}
	return idProblem(Own)(entry)
}

// idProblem lets bare ids and one word pass.
func idProblem(word string) func(string) string {
	return func(entry string) string {
		switch {
		case entry == word:
			return ""
		case strings.EqualFold(entry, word):
			return "is written " + word + ", in lower case"
		case !isID(entry) || len(entry) > maxID || !plain(entry):
			return "is neither an id nor " + word
		}
		return ""
	}
}

// plain says whether a text holds nothing but what bare ids do: letters,
// digits, hyphens and underscores of ASCII.
func plain(id string) bool {
	for i := range len(id) {
		if id[i] != '_' && !isLetterDigitHyphen(id[i]) {
			return false
		}
	}
	return true
}

func domainProblem(entry string) string {
	switch {
	case strings.HasPrefix(entry, "@"):
		return "begins with @; write only the domain"
	case strings.Contains(entry, "@"):
		return "is an address, not a domain; use ALLOWED_EMAILS"
	case strings.Contains(entry, "*"):
		return "has a *; write each domain out, sub-domains too"
	case !hostname.Valid(entry):
		return "is not a domain such as example.com; in other scripts use its xn-- form"
	}
	return ""
}

func emailProblem(entry string) string {
	if !readable(entry) {
		return "is not an address such as alice@example.com"
	}
	return ""
}
