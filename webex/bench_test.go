package webex_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"trackbot/webex"
)

// BenchmarkMessage is one GET on loopback, server included.
func BenchmarkMessage(b *testing.B) {
	body := `{"id":"M1","roomId":"R1","roomType":"group","text":"trackbot tracking code 1 on example.webex.com","html":"<p>x</p>","personId":"P1","personEmail":"ann@example.com","mentionedPeople":["P0"],"created":"2026-01-05T08:01:02.345Z"}`
	bot := webex.NewBot(options(serve(b, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) }), botToken))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bot.Message(b.Context(), "M1"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkClient is the client alone: the answers come from memory.
func BenchmarkClient(b *testing.B) {
	o := options("https://webex.test/v1", botToken)
	o.Transport = memory(`{"id":"M1","text":"trackbot tracking code 1 on example.webex.com","created":"2026-01-05T08:01:02.345Z"}`)
	bot := webex.NewBot(o)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bot.Message(b.Context(), "M1"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTrackingCodes decodes ten codes of 500 options, 350 KB.
func BenchmarkTrackingCodes(b *testing.B) {
	options500 := strings.TrimSuffix(strings.Repeat(`{"value":"Cost centre 12345","defaultValue":false},`, 500), ",")
	code := `{"id":"1","name":"Cost","siteUrl":"example.webex.com","inputMode":"select","options":[` + options500 + `],"hostProfileCode":"optional","scheduleStartCodes":null}`
	o := options("https://webex.test/v1", adminToken)
	o.Transport = memory(`{"items":[` + strings.TrimSuffix(strings.Repeat(code+",", 10), ",") + `]}`)
	admin := webex.NewAdmin(o)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := admin.TrackingCodes(b.Context(), "example.webex.com"); err != nil {
			b.Fatal(err)
		}
	}
}

// memory is a transport that answers with the same body.
type memory string

func (m memory) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(m))), ContentLength: int64(len(m))}, nil
}
