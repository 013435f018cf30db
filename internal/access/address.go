package access

import (
	"strings"

	"trackbot/internal/hostname"
)

// maxAddress is the longest address in bytes (RFC 5321 section 4.5.3.1).
const maxAddress = 254

// domainOf returns what stands behind the @ of an address. It is false for all
// that is not plainly one: several @, quotes, white space, anything outside of
// ASCII, an empty part, a domain that ends with a dot. Such an address admits
// nobody, so that no two ways to read it can differ.
func domainOf(email string) (string, bool) {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > maxAddress || local == "" || !hostname.Valid(domain) {
		return "", false
	}
	for i := range len(local) {
		if c := local[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),:;<>[\]`, c) >= 0 {
			return "", false
		}
	}
	return domain, true
}

func readable(email string) bool {
	_, ok := domainOf(email)
	return ok
}

func isLetterDigitHyphen(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
}

// same compares a text of ASCII with another, ignoring upper and lower case of
// ASCII only: a sign that Unicode folds to an ASCII letter is longer than the
// letter, so equal lengths keep it out.
func same(ascii, other string) bool {
	return len(ascii) == len(other) && strings.EqualFold(ascii, other)
}

// resembles compares two addresses loosely, for lists that keep people out:
// with the folding of all of Unicode and without outer white space and dots.
func resembles(a, b string) bool {
	return strings.EqualFold(bare(a), bare(b))
}

func bare(s string) string { return strings.TrimRight(strings.TrimSpace(s), ".") }
