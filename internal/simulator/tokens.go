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

// may reports whether the account has every scope of need; one that holds a
// bar is met by either side.
func (a *account) may(need []string) bool {
	for _, one := range need {
		if !slices.ContainsFunc(strings.Split(one, "|"), func(scope string) bool { return slices.Contains(a.scopes, scope) }) {
			return false
		}
	}
	return true
}

func messagingScopes() []string {
	return []string{
		"spark:people_read", "spark:messages_read", "spark:messages_write",
		"spark:memberships_read", "spark:rooms_read", "spark:webhooks",
		"spark:devices_read", "spark:devices_write",
	}
}

func (s *Simulator) addToken(token, kind, person string, scopes ...string) string {
	if token == "" {
		token = s.dice.token() + "_SIM1_" + keyOf(s.people[person].OrgID) // the form of real ones, whose end the SDK reads
	}
	s.tokens[token] = &account{kind: kind, person: person, scopes: scopes}
	return token
}

// account looks a token up; who is nil and kind [TokenNone] where it opens nothing.
func (s *Simulator) account(header string) (who *account, kind string) {
	token, ok := strings.CutPrefix(header, "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.tokens[token]
	if !ok || a == nil || !a.expires.IsZero() && time.Now().After(a.expires) {
		return nil, TokenNone
	}
	snapshot := *a
	return &snapshot, a.kind
}

// BotToken opens messaging and nothing of the admin API.
func (s *Simulator) BotToken() string { return s.botToken }

// AdminToken opens tracking codes and sites and nothing of messaging.
func (s *Simulator) AdminToken() string { return s.adminToken }

// UserToken gives a token with which a person uses the messaging API; each
// call makes another.
func (s *Simulator) UserToken(personID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustPerson(personID)
	return s.addToken("", TokenUser, personID, append(messagingScopes(), "meeting:schedules_read", "meeting:preferences_read")...)
}

// SetScopes replaces the scopes of a token, such as to take the site list's
// from the admin's. It panics for an unknown token.
func (s *Simulator) SetScopes(token string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustToken(token).scopes = scopes
}

// Expire makes a token refused from then on, and tokenExpiry say so before.
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
// token without an end is given a hundred years.
func (s *Simulator) tokenExpiry(r *request) (reply, error) {
	at := r.who.expires
	if at.IsZero() {
		at = time.Now().AddDate(100, 0, 0)
	}
	return ok(map[string]int64{"exp": at.UnixMilli()}), nil
}
