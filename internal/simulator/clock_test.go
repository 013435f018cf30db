package simulator

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestClock moves the clock forward, and never back: what happens then has the later
// time, and so has each answer.
func TestClock(t *testing.T) {
	s := start(t, Options{})
	post := func(body string) int {
		resp, _ := rawCall(t, s, "", http.MethodPost, strings.TrimSuffix(s.URL(), "/v1")+"/_simulator/clock", body)
		return resp.StatusCode
	}
	for _, body := range []string{`{"forward":"-1h"}`, `{"forward":"0s"}`, `{"forward":"a day"}`} {
		if status := post(body); status != http.StatusBadRequest || s.Ahead() != 0 {
			t.Errorf("%s = %d, and the clock is %v ahead", body, status, s.Ahead())
		}
	}
	if status := post(`{"forward":"24h"}`); status != http.StatusOK || s.Ahead() != 24*time.Hour {
		t.Errorf("a day = %d, and the clock is %v ahead", status, s.Ahead())
	}
	m := s.Say(t.Context(), Say{Space: s.Direct(s.Person("alice").ID).ID, Person: s.Person("alice").ID, Text: "hello"})
	status, header, _ := call(t, s, s.BotToken(), http.MethodGet, "/people/me", nil)
	date, err := http.ParseTime(header.Get("Date"))
	for what, at := range map[string]time.Time{"a message": m.Created.Time, "Date": date} {
		if ahead := time.Until(at); err != nil || status != http.StatusOK || ahead < 23*time.Hour {
			t.Errorf("%s is of %v, %v ahead: %v", what, at, ahead, err)
		}
	}
}
