package apptest

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// Forms are how a secret can stand in a text: as it is, in hex, in a query, and
// in base64, alone or within something longer.
func Forms(secret string) []string {
	all := []string{secret, hex.EncodeToString([]byte(secret)), url.QueryEscape(secret)}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			text := e.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
			if (shift+len(secret))%3 != 0 {
				text = text[:len(text)-1] // it shares bits with what follows
			}
			all = append(all, text[[]int{0, 2, 3}[shift]:]) // and these with what goes before
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Shown reports whether a secret stands in a text in some form.
func Shown(text, secret string) bool {
	for _, f := range Forms(secret) {
		if strings.Contains(text, f) {
			return true
		}
	}
	return false
}

// Must gives v, and panics on an error.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
