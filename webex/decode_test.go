package webex_test

import (
	"net/http"
	"testing"
	"time"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

// one serves one JSON body.
func one(tb testing.TB, body string) *webex.Bot {
	tb.Helper()
	return webex.NewBot(options(serve(tb, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, body) }), botToken))
}

func TestTimesOfAllForms(t *testing.T) {
	at := parse(t, "2026-01-05T08:01:02Z")
	tests := []struct {
		created string
		want    time.Time
	}{
		{`"2026-01-05T08:01:02.345Z"`, at.Add(345 * time.Millisecond)},
		{`"2026-01-05T08:01:02+00:00"`, at},
		{`"2026-01-05T10:01:02+02:00"`, at},
		{`"2026-01-05T08:01:02+0000"`, at},
		{`"2026-01-05T08:01:02.345678901Z"`, at.Add(345678901)},
		{`""`, time.Time{}},
		{`null`, time.Time{}},
		{`"yesterday"`, time.Time{}},
		{`1767600062`, time.Time{}},
		{`{}`, time.Time{}},
	}
	for _, test := range tests {
		m, err := one(t, `{"id":"M1","created":`+test.created+`}`).Message(t.Context(), "M1")
		if err != nil || !m.Created.Equal(test.want) {
			t.Errorf("created %s: %v, %v, want %v", test.created, m.Created, err, test.want)
		}
	}
}

func TestMentionedPeopleOfAllForms(t *testing.T) {
	tests := []struct {
		mentioned string
		want      []string
	}{
		{`["A","B"]`, []string{"A", "B"}},
		{`["A,B"]`, []string{"A", "B"}},
		{`["A, B",""]`, []string{"A", "B"}},
		{`"A,B"`, []string{"A", "B"}},
		{`[]`, nil},
		{`null`, nil},
		{`{}`, nil},
		{`7`, []string{"7"}},
	}
	for _, test := range tests {
		m, err := one(t, `{"id":"M1","mentionedPeople":`+test.mentioned+`}`).Message(t.Context(), "M1")
		if diff := cmp.Diff(test.want, m.MentionedPeople); err != nil || diff != "" {
			t.Errorf("mentionedPeople %s: error %v (-want +got):\n%s", test.mentioned, err, diff)
		}
	}
}

func TestCiphertextIsNoText(t *testing.T) {
	const body = `{"id":"M1","text":"eyJhbGciOi","html":"eyJ","markdown":"eyJ","errors":{"text":{"code":"kms_failure","reason":"Key management server failed"}}}`
	_, err := one(t, body).Message(t.Context(), "M1")
	if e := asError(t, err); e.Kind != webex.KindGarbled || !e.Temporary() {
		t.Errorf("Message() error = %v, want that it is garbled for now", err)
	}
	list, err := one(t, `{"items":[`+body+`]}`).DirectMessages(t.Context(), "P1", "")
	if err != nil || len(list) != 1 || list[0].ID != "M1" || list[0].Text+list[0].HTML+list[0].Markdown != "" {
		t.Errorf("DirectMessages() = %+v, %v, want M1 without words", list, err)
	}
	rooms, _, err := one(t, `{"items":[{"id":"R1","title":"eyJ","errors":{"title":{"code":"kms_failure"}}}]}`).Rooms(t.Context(), "", 1)
	if err != nil || rooms[0].ID != "R1" || rooms[0].Title != "" {
		t.Errorf("Rooms() = %+v, %v, want R1 without a title", rooms, err)
	}
	for _, errors := range []string{`{"files":{}}`, `[]`, `null`, `"x"`} {
		if m, err := one(t, `{"id":"M1","text":"hi","errors":`+errors+`}`).Message(t.Context(), "M1"); err != nil || m.Text != "hi" {
			t.Errorf("errors %s: Message() = %q, %v, want hi", errors, m.Text, err)
		}
	}
}
