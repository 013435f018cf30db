package ask

import "strings"

// maxHost and maxLabel are the limits of a host name in bytes, after RFC 1035.
const (
	maxHost  = 253
	maxLabel = 63
)

// Host returns s as the host name of a site, in lower case and without the dot
// at its end, and whether it is one: at least two labels of ASCII letters,
// digits and inner hyphens, at most 253 bytes, the last label beginning with a
// letter (which leaves out every way to write an address). It takes nothing
// away: a scheme, port, path, user part, blank or letter of another script
// makes s no host name. Labels that hide such letters (xn--) are refused too,
// because people would be shown letters that look like others; no Webex site
// has any.
func Host(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if len(s) > maxHost || !strings.Contains(s, ".") {
		return "", false
	}
	s = lowerASCII(s)
	var last string
	for label := range strings.SplitSeq(s, ".") {
		if !goodLabel(label) {
			return "", false
		}
		last = label
	}
	if last[0] < 'a' || last[0] > 'z' || len(last) < 2 {
		return "", false
	}
	return s, true
}

// goodLabel reports whether s is one label of a host name, in lower case.
func goodLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' || strings.HasPrefix(s, "xn--") {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// siteName takes from a word what people write around a host name: brackets,
// quotes, http:// or https://, and what follows the first slash. What is left
// need not be a host name; a user part, port or other scheme stays and so
// makes it none.
func siteName(w string) string {
	low := strings.TrimRight(strings.TrimLeft(w, "<([\"'`"), ">)]\"'`,;:!?")
	low = lowerASCII(low)
	low = strings.TrimPrefix(strings.TrimPrefix(low, "https://"), "http://")
	if i := strings.IndexAny(low, "/?#"); i > 0 && !strings.ContainsAny(low, `\@`) {
		low = low[:i]
	}
	return strings.TrimRight(low, ".")
}

// dotted reports whether a word looks like a host name, a real one or not:
// https://x, a.b.c or a.com, but neither 1.5 nor an e-mail address.
func dotted(w string) bool {
	name := siteName(w)
	if strings.Contains(w, "://") {
		return true
	}
	if strings.ContainsRune(name, '@') || strings.HasPrefix(name, ".") || strings.Contains(name, "..") {
		return false
	}
	i := strings.LastIndexByte(name, '.')
	return i > 0 && (strings.Count(name, ".") > 1 || len(name)-i > 2 && (name[i+1] < '0' || name[i+1] > '9'))
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
