package signin

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"trackbot/internal/store"
)

// Pair is what a sign-in gives: an access token for the API, and the refresh token that the next pair is got with. It
// prints and marshals as [hidden]; its fields are the one way to the texts.
type Pair struct {
	AccessToken, RefreshToken string
	Issued                    time.Time // when the access token came
	AccessExpires             time.Time
	RefreshExpires            time.Time // zero where Webex did not say
}

// Format writes [hidden] for every verb and flag.
func (Pair) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hidden]") }

// MarshalText returns [hidden], also for logs and JSON.
func (Pair) MarshalText() ([]byte, error) { return []byte("[hidden]"), nil }

// good reports whether there is an access token that has not run out.
func (p *Pair) good(now time.Time) bool { return p.AccessToken != "" && now.Before(p.AccessExpires) }

// ripe reports whether it is time to renew: at 80 % of the access token's life.
func (p *Pair) ripe(now time.Time) bool {
	return !p.good(now) || !now.Before(p.Issued.Add(p.AccessExpires.Sub(p.Issued)/5*4))
}

// is reports whether two pairs hold the same tokens.
func (p *Pair) is(q *Pair) bool {
	return p.AccessToken == q.AccessToken && p.RefreshToken == q.RefreshToken
}

// body is what the row holds, as JSON. Only the pair is secret, and sealed; the rest stands outside so that a process with
// another key destroys nothing.
type body struct {
	Seen    []string `json:"seen,omitempty"`    // digests of refresh tokens of the settings that are used up
	Refused *refusal `json:"refused,omitempty"` // the last renewal was
	Pair    []byte   `json:"pair,omitempty"`
}

// refusal is what is wrong with a refresh token.
type refusal struct {
	Token string `json:"token"` // its digest
	Words string `json:"words"`
}

// RefusedError says that Webex does not take the refresh token, or the client's id and secret, and what it said: only a
// person can mend that.
type RefusedError struct{ Words string }

// Error says what is wrong and what to do.
func (e *RefusedError) Error() string { return e.Words }

// state is the row at one revision, opened.
type state struct {
	body

	rev  int64 // 0: there is no row
	pair Pair  // without an access token where it is the refresh token of the settings, not used yet
	err  error // why there is no pair that can be used: only a person can mend that
}

// refused is why only a person can mend it, or nil.
func (s *state) refused() error {
	if r := s.Refused; s.err == nil && r != nil && r.Token == digest(s.pair.RefreshToken) {
		return &RefusedError{r.Words}
	}
	return s.err
}

// digest names a token without telling it. Tokens are random and long: nothing can be guessed from a plain hash.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// rowName is the name of the one row.
const rowName = "admin"

// read takes what the row holds and decides which refresh token counts. lock is [store.Tx.ForUpdate] where the row is to be
// written. An error is the database's.
func (t *Tokens) read(tx *store.Tx, lock string) (state, error) {
	var s state
	var raw []byte
	err := tx.Row("SELECT rev, body FROM signin WHERE name = $1"+lock, rowName).Scan(&s.rev, &raw)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	damaged := s.rev > 0 && json.Unmarshal(raw, &s.body) != nil
	if damaged {
		s.body = body{}
	}
	if mine := t.o.Config.AdminRefreshToken.Reveal(); mine != "" && !slices.Contains(s.Seen, digest(mine)) {
		s.pair.RefreshToken = mine
		return s, nil
	}
	if s.Pair == nil && !damaged {
		s.err = errors.New("there is no refresh token: run trackbot login")
		return s, nil
	}
	plain, err := t.seal.Open(nil, nil, s.Pair, []byte(purpose))
	if err != nil || json.Unmarshal(plain, (*bare)(&s.pair)) != nil {
		s.err = errors.New("the stored tokens can't be opened: they were sealed with another key, or damaged; give the former key back, or run trackbot login")
	}
	return s, nil
}

// bare is a pair as it is sealed: not hidden.
type bare Pair

// next is what follows s when a new pair came: the refresh token of the settings is used up, and what was said of the old
// one is forgotten.
func (t *Tokens) next(s *state, p Pair) state {
	if p.RefreshExpires.IsZero() && p.RefreshToken == s.pair.RefreshToken {
		p.RefreshExpires = s.pair.RefreshExpires
	}
	n := state{rev: s.rev, pair: p, body: body{Seen: s.Seen}}
	if mine := t.o.Config.AdminRefreshToken.Reveal(); mine != "" && !slices.Contains(s.Seen, digest(mine)) {
		n.Seen = append(slices.Clone(s.Seen), digest(mine))
	}
	plain, _ := json.Marshal(bare(p))                      //nolint:errchkjson,gosec // it is sealed below; a time fails after the year 9999
	n.Pair = t.seal.Seal(nil, nil, plain, []byte(purpose)) //nolint:gosec // this AEAD makes a random nonce itself and takes none
	return n
}

// errChanged says that another process wrote the row first.
var errChanged = errors.New("the stored tokens were changed meanwhile")

// write stores the body where the row still has the revision that was read.
func (s *state) write(tx *store.Tx) error {
	raw, err := json.Marshal(s.body)
	if err != nil {
		return fmt.Errorf("encode the tokens: %w", err)
	}
	s.rev++
	n, err := tx.Exec(`
		INSERT INTO signin (name, rev, stored, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET rev = excluded.rev, stored = excluded.stored, body = excluded.body
		WHERE signin.rev = excluded.rev - 1`,
		rowName, s.rev, tx.Now().UnixMilli(), raw)
	if err == nil && n == 0 {
		err = errChanged
	}
	return err
}
