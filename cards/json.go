package cards

import (
	"strconv"
	"unicode/utf8"
)

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// str appends one more key with a text, unless that is empty.
func str(b []byte, key, s string) []byte {
	if s == "" {
		return b
	}
	return quote(member(b, key), s)
}

// num appends one more key with a number, unless that is 0.
func num(b []byte, key string, n int) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(member(b, key), int64(n), 10)
}

// flag appends one more key that is true, or nothing.
func flag(b []byte, key string, on bool) []byte {
	if !on {
		return b
	}
	return append(member(b, key), "true"...)
}

func member(b []byte, key string) []byte {
	b = append(b, `,"`...)
	b = append(b, key...)
	return append(b, `":`...)
}

// quote appends s as a JSON string, written as encoding/json writes it when it
// makes text safe for HTML, so that embedding a card never makes it longer.
func quote(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	i := 0
	for i < len(s) && isBare(s[i]) {
		i++
	}
	if i == len(s) { // most texts
		return append(append(b, s...), '"')
	}
	start := 0
	broken := !utf8.ValidString(s)
	for i < len(s) {
		c := s[i]
		if isBare(c) || c >= utf8.RuneSelf && c != 0xE2 && !broken { // U+2028 begins with E2
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '"' || c == '\\':
			b = append(append(b, s[start:i]...), '\\', c)
		case c < utf8.RuneSelf:
			b = append(append(b, s[start:i]...), '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[start:i]...), `\ufffd`...)
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[start:i]...), '\\', 'u', '2', '0', '2', hex[r&15])
		default:
			i += n
			continue
		}
		i += n
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// isBare says whether c stands for itself in JSON that is safe in HTML.
func isBare(c byte) bool {
	return c < utf8.RuneSelf && c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
}
