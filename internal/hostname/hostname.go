// Package hostname decides what is a host name, once for all who take one from
// a setting, a question, an address or Webex.
package hostname

import (
	"strings"

	"trackbot/internal/text"
)

// The longest name and the longest part between two dots, in bytes: RFC 1035,
// 2.3.4; of its 255 bytes on the wire the first length byte and the root label
// are not written.
const (
	maxName  = 253
	maxLabel = 63
)

// Valid reports whether s is a host name of ASCII letters, digits, inner
// hyphens and dots, and no address: its last label begins with a letter, as all
// top-level names do, because resolvers read names such as 1.2.3.4 and 127.0x1
// as addresses. A dot at the end makes it none.
func Valid(s string) bool {
	if len(s) > maxName {
		return false
	}
	last := ""
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
		last = label
	}
	return isLetter(last[0])
}

// Site returns s as the host name of a Webex site, in lower case, and whether
// it is one: a [Valid] name of two labels or more, the last of two letters or
// more. Labels that hide letters of other scripts (xn--) make it none: people
// would be shown letters that look like others, and no Webex site has any.
func Site(s string) (string, bool) {
	if !Valid(s) {
		return "", false
	}
	s = strings.ToLower(s)
	if strings.HasPrefix(s, "xn--") || strings.Contains(s, ".xn--") {
		return "", false
	}
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 || len(s)-dot <= 2 {
		return "", false
	}
	return s, true
}

// Of takes from a word what is written around a host name by people or by Webex:
// brackets, quotes, http:// or https://, and what follows the first slash. What is left
// need not be a host name; a user part, port or other scheme stays and so
// makes it none.
func Of(w string) string {
	low := strings.TrimRight(strings.TrimLeft(w, "<([\"'`"), ">)]\"'`,;:!?")
	low = text.LowerASCII(low)
	low = strings.TrimPrefix(strings.TrimPrefix(low, "https://"), "http://")
	if i := strings.IndexAny(low, "/?#"); i > 0 && !strings.ContainsAny(low, `\@`) {
		low = low[:i]
	}
	return strings.TrimRight(low, ".")
}

// Same reports whether Webex answered for the site that was asked, however it
// writes that; an answer that names no site is taken for it.
func Same(answered, asked string) bool { return answered == "" || Of(answered) == asked }

func isLabel(label string) bool {
	if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for i := range len(label) {
		if c := label[i]; !isLetter(c) && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
