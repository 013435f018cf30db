package access

import "strings"

// The longest address and domain and their longest label, in bytes (RFC 5321
// section 4.5.3.1 and RFC 1035 section 2.3.4).
const (
	maxAddress = 254
	maxDomain  = 253
	maxLabel   = 63
)

// domainOf returns what stands behind the @ of an address. It is false for all
// that is not plainly one: several @, quotes, white space, anything outside of
// ASCII, an empty part, a domain that ends with a dot. Such an address admits
// nobody, so that no two ways to read it can differ.
func domainOf(email string) (string, bool) {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || len(email) > maxAddress || local == "" || !isDomain(domain) {
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

// isDomain says whether a text is a domain of letters, digits and hyphens
// without a dot at either end. A domain in another script is written as
// xn--…, which is how it stands in addresses.
func isDomain(domain string) bool {
	if len(domain) > maxDomain {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if !isLetterDigitHyphen(label[i]) {
				return false
			}
		}
	}
	return true
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
