package simulator

import (
	"slices"
	"strings"
	"time"
)

// The kinds of token, as [Call] and [Rule] name them.
const (
	TokenBot   = "bot"
	TokenAdmin = "admin"
	TokenUser  = "user"
	TokenNone  = "none" // missing, unknown, revoked or expired
)

// The scopes of the admin token at first. Reading tracking codes needs both
// schedule scopes, as the resource's page asks; the site list needs a third.
const (
	ScopeScheduleRead     = "meeting:admin_schedule_read"
	ScopeScheduleWrite    = "meeting:admin_schedule_write"
	ScopePreferencesRead  = "meeting:admin_preferences_read"
	ScopePreferencesWrite = "meeting:admin_preferences_write"
)

// account is what a token opens.
type account struct {
	kind    string
	person  string
	scopes  []string
	expires time.Time // zero: never
}

// may reports whether the account has every scope of need. In "a|b" one of both
// is enough.
func (a *account) may(need []string) bool {
	for _, one := range need {
		if !slices.ContainsFunc(strings.Split(one, "|"), func(scope string) bool { return slices.Contains(a.scopes, scope) }) {
			return false
		}
	}
	return true
}

func (a *account) expired() bool { return !a.expires.IsZero() && time.Now().After(a.expires) }

func messagingScopes() []string {
	return []string{
		"spark:people_read", "spark:messages_read", "spark:messages_write",
		"spark:memberships_read", "spark:memberships_write", "spark:rooms_read", "spark:rooms_write", "spark:webhooks",
		"spark:devices_read", "spark:devices_write",
	}
}

func (s *Simulator) addToken(token, kind, person string, scopes ...string) string {
	if token == "" {
		token = s.dice.token() + "_SIM1_" + keyOf(s.people[person].OrgID) // like real tokens: the official SDK reads the organization at the end
	}
	s.tokens[token] = &account{kind: kind, person: person, scopes: scopes}
	return token
}

// account looks up a token. If it is not valid, who is nil and kind [TokenNone].
func (s *Simulator) account(header string) (who *account, kind string) {
	token, ok := strings.CutPrefix(header, "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.tokens[token]
	if !ok || a == nil || a.expired() {
		return nil, TokenNone
	}
	snapshot := *a
	return &snapshot, a.kind
}

// BotToken opens messaging and nothing of the admin API.
func (s *Simulator) BotToken() string { return s.botToken }

// AdminToken opens tracking codes and sites and nothing of messaging.
func (s *Simulator) AdminToken() string { return s.adminToken }

// UserToken returns a new token with which a person uses the messaging API.
func (s *Simulator) UserToken(personID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustPerson(personID)
	return s.addToken("", TokenUser, personID, append(messagingScopes(), "meeting:schedules_read", "meeting:preferences_read")...)
}

// SetScopes replaces the scopes of a token. It panics for an unknown token.
func (s *Simulator) SetScopes(token string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustToken(token).scopes = scopes
}

// Expire sets when a token expires, which tokenExpiry shows.
func (s *Simulator) Expire(token string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustToken(token).expires = at
}

// Revoke makes a token unknown: 401 from now on.
func (s *Simulator) Revoke(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, token)
}

func (s *Simulator) mustToken(token string) *account {
	a := s.tokens[token]
	if a == nil {
		panic("simulator: unknown token")
	}
	return a
}

// tokenExpiry answers GET /authorizations/tokenExpiry: epoch milliseconds. A
// token without an end has a hundred years left.
func (s *Simulator) tokenExpiry(r *request) (reply, error) {
	at := r.who.expires
	if at.IsZero() {
		at = time.Now().AddDate(100, 0, 0)
	}
	return ok(map[string]int64{"exp": at.UnixMilli()}), nil
}
