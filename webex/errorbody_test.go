package webex

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestExplainKnowsItsOwn(t *testing.T) {
	for body, want := range map[string]bool{
		`{"message":"x"}`: true, `{"trackingId":"x"}`: true, `{"errors":[]}`: true, `{"errors":{}}`: true,
		`{}`: false, `{"errors":null}`: false, `null`: false, ``: false, `<html>`: false, `"x"`: false,
	} {
		if got := explain([]byte(body), "application/json").webex; got != want {
			t.Errorf("explain(%q).webex = %v, want %v", body, got, want)
		}
	}
}

func TestExplainIsBounded(t *testing.T) {
	deep := strings.Repeat(`[`, 1000) + `"x"` + strings.Repeat(`]`, 1000)
	wide := `["` + strings.Repeat(`a","b`, 5000) + `"]`
	for _, errors := range []string{deep, wide, `[` + strings.TrimSuffix(strings.Repeat(wide+",", 20), ",") + `]`} {
		if x := explain([]byte(`{"errors":`+errors+`}`), ""); len(x.details) > maxDetails {
			t.Errorf("%d details, want at most %d", len(x.details), maxDetails)
		}
	}
}

// FuzzExplain makes sure that whatever a failed answer holds becomes short,
// printable text.
func FuzzExplain(f *testing.F) {
	for _, s := range []string{
		`{"message":"a","errors":[{"description":"b"}],"trackingId":"c"}`, `{"errors":{"a":{"code":"b","reason":"c"}}}`,
		`{"errors":null}`, `<html>`, ``, `{"message":1}`, `{"errors":[[["x"]]]}`, "{\"message\":\"\xff\xfe\\ud800\"}",
	} {
		f.Add([]byte(s), "application/json")
		f.Add([]byte(s), "text/plain")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		x := explain(body, contentType)
		if len(x.details) > maxDetails {
			t.Errorf("%d details", len(x.details))
		}
		for _, s := range append(x.details, x.message, x.trackingID) {
			if len(s) > maxWord || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("text %q of %d bytes", s, len(s))
			}
		}
	})
}
