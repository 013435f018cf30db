package ask

import (
	"strings"

	"trackbot/internal/hostname"
)

// Host returns s as the host name of a site ([hostname.Site]), without the dot
// at its end, and whether it is one. It takes nothing else away: a scheme, port,
// path, user part, blank or letter of another script makes s no host name.
func Host(s string) (string, bool) { return hostname.Site(strings.TrimSuffix(s, ".")) }

// Dotted reports whether a word looks like a host name, a real one or not:
// https://x, a.b.c or a.com, but neither 1.5 nor an e-mail address.
func Dotted(w string) bool {
	name := hostname.Of(w)
	if strings.Contains(w, "://") {
		return true
	}
	if strings.ContainsRune(name, '@') || strings.HasPrefix(name, ".") || strings.Contains(name, "..") {
		return false
	}
	i := strings.LastIndexByte(name, '.')
	return i > 0 && (strings.Count(name, ".") > 1 || len(name)-i > 2 && (name[i+1] < '0' || name[i+1] > '9'))
}
