package webex

import "strings"

// nextLink finds the address of the next page in the Link headers of an
// answer (RFC 8288): <address>; rel="next". It is empty on the last page.
func nextLink(headers []string) string {
	for _, h := range headers {
		for h != "" {
			var address, params string
			if address, params, h = cutLink(h); hasRel(params, "next") {
				return address
			}
		}
	}
	return ""
}

// cutLink takes the first link from a header: its address, its parameters and
// what follows. Commas in the address or between quotes part no links.
func cutLink(h string) (address, params, rest string) {
	_, h, ok := strings.Cut(h, "<")
	if !ok {
		return "", "", ""
	}
	if address, h, ok = strings.Cut(h, ">"); !ok {
		return "", "", ""
	}
	params, rest = cutUnquoted(h, ',')
	return strings.TrimSpace(address), params, rest
}

// cutUnquoted cuts s at the first separator that stands outside of quotes.
func cutUnquoted(s string, separator byte) (before, after string) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == separator && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// hasRel reports whether link parameters name a relation.
func hasRel(params, rel string) bool {
	for params != "" {
		var p string
		p, params = cutUnquoted(params, ';')
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for word := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(word, rel) {
				return true
			}
		}
	}
	return false
}
