package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// form posts a form, by Basic where user is set, and gives status and body.
func form(t *testing.T, s *Simulator, path, user, password string, values url.Values) (int, object) {
	t.Helper()
	req, err := http.NewRequestWithContext(quick(t), http.MethodPost, s.URL()+path, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	defer resp.Body.Close()
	var out object
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
	return resp.StatusCode, out
}

// field returns a text of a body.
func field(o object, key string) string {
	v, _ := o[key].(string)
	return v
}

func refreshForm(id, secret, token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "client_id": {id}, "client_secret": {secret}, "refresh_token": {token}}
}

func TestOAuthRefresh(t *testing.T) {
	s := start(t, Options{})
	id, secret := s.OAuthClient()
	old := s.RefreshToken()
	status, pair := form(t, s, "/access_token", "", "", refreshForm(id, secret, old))
	access, _ := pair["access_token"].(string)
	next, _ := pair["refresh_token"].(string)
	if status != 200 || access == "" || next == "" || next == old || pair["expires_in"] != 1209599.0 || pair["refresh_token_expires_in"] != 7775999.0 || pair["token_type"] != "Bearer" {
		t.Errorf("refresh = %d %v, want the documented pair", status, pair)
	}
	if status, _, _ := call(t, s, access, http.MethodGet, "/admin/meeting/config/trackingCodes?siteUrl=example.webex.com", nil); status != 200 {
		t.Errorf("the new token gives %d, want 200", status)
	}
	status, body := form(t, s, "/access_token", "", "", refreshForm(id, secret, old))
	if status != 400 || descriptionOf(body) != textRefused || body["trackingId"] == "" {
		t.Errorf("an old refresh token gives %d %v, want 400", status, body)
	}
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, "wrong", next)); status != 401 {
		t.Errorf("a wrong secret gives %d, want 401", status)
	}
	if status, _ := form(t, s, "/access_token", id, secret, refreshForm("", "", next)); status != 200 {
		t.Errorf("Basic gives %d, want 200", status)
	}
	if n := s.Refreshes(); n != 2 {
		t.Errorf("%d refreshes, want 2", n)
	}
}

func TestOAuthKnobs(t *testing.T) {
	s := start(t, Options{})
	id, secret := s.OAuthClient()
	token := s.RefreshToken()
	s.SetOAuth(OAuth{KeepRefresh: true, AccessLife: time.Nanosecond})
	_, pair := form(t, s, "/access_token", "", "", refreshForm(id, secret, token))
	if pair["refresh_token"] != token {
		t.Error("the refresh token is another one, want it kept")
	}
	if status, _, _ := call(t, s, field(pair, "access_token"), http.MethodGet, "/meetingPreferences/sites", nil); status != 401 {
		t.Errorf("an access token that ran out gives %d, want 401", status)
	}
	s.SetOAuth(OAuth{RefuseRefresh: true})
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, secret, token)); status != 400 {
		t.Errorf("a refused refresh gives %d, want 400", status)
	}
	s.SetOAuth(OAuth{RefreshLife: time.Nanosecond})
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, secret, s.RefreshToken())); status != 400 {
		t.Errorf("a refresh token that ran out gives %d, want 400", status)
	}
	s.SetOAuth(OAuth{})
	s.RevokeRefresh(token)
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, secret, token)); status != 400 {
		t.Errorf("a revoked refresh token gives %d, want 400", status)
	}
}

func TestOAuthFaults(t *testing.T) {
	s := start(t, Options{})
	id, secret := s.OAuthClient()
	token := s.RefreshToken()
	s.Fault(Rule{Path: "/access_token", Drop: DropAfter, Times: 1})
	req, err := http.NewRequestWithContext(quick(t), http.MethodPost, s.URL()+"/access_token", strings.NewReader(refreshForm(id, secret, token).Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Error("an answer came, want a reset")
	}
	if n := s.Refreshes(); n != 1 {
		t.Errorf("%d refreshes, want the work done before the reset", n)
	}
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, secret, token)); status != 400 {
		t.Errorf("the token of a lost answer gives %d, want 400", status)
	}
	s.Fault(Rule{Path: "/access_token", Status: 429, RetryAfter: "7", Times: 1, Body: "{}"})
	if status, _ := form(t, s, "/access_token", "", "", refreshForm(id, secret, s.RefreshToken())); status != 429 {
		t.Errorf("status %d, want 429", status)
	}
	if status, _, _ := call(t, s, "", http.MethodGet, "/access_token", nil); status != 401 {
		t.Errorf("GET /access_token = %d, want 401 without a token as elsewhere", status)
	}
}

func TestOAuthDevice(t *testing.T) {
	s := start(t, Options{})
	s.SetOAuth(OAuth{Interval: time.Nanosecond, DeviceLife: time.Minute})
	id, secret := s.OAuthClient()
	begin := func() object {
		t.Helper()
		status, d := form(t, s, "/device/authorize", "", "", url.Values{"client_id": {id}, "scope": {ScopeScheduleRead + " " + ScopeScheduleWrite}})
		if status != 200 {
			t.Fatalf("device/authorize = %d %v", status, d)
		}
		return d
	}
	poll := func(d object) (int, object) {
		t.Helper()
		return form(t, s, "/device/token", id, secret, url.Values{"grant_type": {deviceGrant}, "device_code": {field(d, "device_code")}, "client_id": {id}})
	}
	d := begin()
	if status, body := poll(d); status != 428 {
		t.Errorf("pending = %d %v, want 428", status, body)
	}
	if status, _ := form(t, s, "/device/token", "", "", url.Values{"grant_type": {deviceGrant}, "device_code": {field(d, "device_code")}, "client_id": {id}, "client_secret": {secret}}); status != 400 {
		t.Errorf("without Basic = %d, want 400", status)
	}
	resp, err := http.Get(field(d, "verification_uri_complete")) //nolint:noctx // a person's browser
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the link: %v %v", resp, err)
	}
	_ = resp.Body.Close()
	if status, pair := poll(d); status != 200 || pair["refresh_token"] == "" || pair["scope"] != ScopeScheduleRead+" "+ScopeScheduleWrite {
		t.Errorf("agreed = %d %v, want a pair with the scopes", status, pair)
	}
	if status, body := poll(d); status != 400 || descriptionOf(body) != "invalid_grant" {
		t.Errorf("a code is good twice: %d %v", status, body)
	}
	d = begin()
	s.DecideDevice(field(d, "user_code"), false)
	if status, body := poll(d); status != 400 || descriptionOf(body) != "access_denied" {
		t.Errorf("denied = %d %v, want access_denied", status, body)
	}
	s.SetOAuth(OAuth{Interval: time.Hour})
	d = begin()
	poll(d)
	if status, body := poll(d); status != 400 || descriptionOf(body) != "slow_down" {
		t.Errorf("too early = %d %v, want slow_down", status, body)
	}
	s.SetOAuth(OAuth{DeviceLife: time.Nanosecond})
	if status, body := poll(begin()); status != 400 || descriptionOf(body) != "invalid_grant" {
		t.Errorf("run out = %d %v, want invalid_grant", status, body)
	}
}

func TestOAuthAuthorize(t *testing.T) {
	s := start(t, Options{})
	id, _ := s.OAuthClient()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, test := range []struct {
		change map[string]string
		status int
		want   string // of the redirect's query
	}{
		{nil, 302, "code"},
		{map[string]string{"scope": "meeting:everything"}, 302, "error"},
		{map[string]string{"scope": ""}, 302, "error"},
		{map[string]string{"client_id": "x"}, 400, ""},
		{map[string]string{"redirect_uri": ""}, 400, ""},
		{map[string]string{"response_type": "token"}, 400, ""},
		{map[string]string{"code_challenge": "x", "code_challenge_method": "plain"}, 400, ""},
	} {
		q := url.Values{"response_type": {"code"}, "client_id": {id}, "redirect_uri": {"http://127.0.0.1:1/"}, "scope": {ScopeScheduleRead}, "state": {"st"}}
		for k, v := range test.change {
			q.Set(k, v)
		}
		resp, err := client.Get(s.URL() + "/authorize?" + q.Encode()) //nolint:noctx // a person's browser
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		back, _ := url.Parse(resp.Header.Get("Location"))
		if resp.StatusCode != test.status || test.want != "" && (!back.Query().Has(test.want) || back.Query().Get("state") != "st") {
			t.Errorf("authorize with %v = %d to %v, want %d with %q", test.change, resp.StatusCode, back, test.status, test.want)
		}
	}
	for _, c := range s.Calls() {
		if c.Query != "" {
			t.Error("the calls show the query of a sign-in")
		}
	}
}
