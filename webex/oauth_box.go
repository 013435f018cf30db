package webex

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxSeen is how many refresh tokens of the settings are remembered: more than
// an operator sets between two cleanings of a history that is never cleaned.
const maxSeen = 16

// box is what the store keeps. Only the pair in it is secret, and sealed; the
// rest stands outside so that a replica without the key destroys nothing.
type box struct {
	Gen     uint64   `json:"gen"`               // counts pairs
	Seen    []string `json:"seen,omitempty"`    // digests of refresh tokens of the settings that were exchanged
	Begun   *begun   `json:"begun,omitempty"`   // a refresh is under way, or its process died
	Doubt   bool     `json:"doubt,omitempty"`   // the answer to a refresh of this pair was lost
	Refused *refusal `json:"refused,omitempty"` // the last refresh was
	Told    *told    `json:"told,omitempty"`    // the last warning
	Pair    []byte   `json:"pair,omitempty"`    // a sealed payload
}

// begun is written before Webex is asked, so that replicas don't ask at once
// and a later process knows of an answer that was lost.
type begun struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// refusal says what Webex said of a refresh token.
type refusal struct {
	Token string    `json:"token"` // digest
	Words string    `json:"words"`
	At    time.Time `json:"at"`
}

// told is a warning that was given.
type told struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// payload is what is sealed.
type payload struct {
	Access         string    `json:"access"`
	Refresh        string    `json:"refresh"`
	AccessExpires  time.Time `json:"access_expires"`
	RefreshExpires time.Time `json:"refresh_expires"`
	Issued         time.Time `json:"issued"`
}

// view is what the store holds at one revision, opened.
type view struct {
	box      box
	rev      uint64
	pair     Pair
	issued   time.Time // of the access token
	settings bool      // the pair is the settings' refresh token, not exchanged yet
}

// fresh reports whether there is an access token that has not run out.
func (v *view) fresh(now time.Time) bool {
	return v.pair.AccessToken != "" && now.Before(v.pair.AccessExpires)
}

// due is when the access token is to be renewed: at 80 % of its life.
func (v *view) due() time.Time {
	return v.issued.Add(v.pair.AccessExpires.Sub(v.issued) / 5 * 4)
}

// ripe reports whether it is time to renew.
func (v *view) ripe(now time.Time) bool { return !v.fresh(now) || !now.Before(v.due()) }

// digest names a token without telling it. Tokens are random and long: nothing
// can be guessed from a plain hash.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// remember adds tokens of the settings to those that were exchanged.
func (b *box) remember(tokens ...string) {
	b.Seen = slices.Clone(b.Seen) // views share it
	for _, t := range tokens {
		if d := digest(t); t != "" && !slices.Contains(b.Seen, d) {
			b.Seen = append(b.Seen, d)
		}
	}
	b.Seen = b.Seen[max(0, len(b.Seen)-maxSeen):]
}

// read takes what the store holds and decides which refresh token counts. The
// view's revision and box are good even where the pair can't be opened.
func (k *Keys) read(ctx context.Context) (view, error) {
	raw, rev, err := k.o.Store.Load(ctx)
	if err != nil {
		return view{}, &NoTokenError{Words: "the stored tokens can't be read", Err: err}
	}
	v := view{rev: rev}
	var damaged error
	if len(raw) > 0 {
		if damaged = json.Unmarshal(raw, &v.box); damaged != nil {
			v.box = box{}
		}
	}
	if t := k.fromSettings(); t != "" && !slices.Contains(v.box.Seen, digest(t)) {
		v.pair, v.settings = Pair{RefreshToken: t}, true
		return v, nil
	}
	switch {
	case damaged != nil:
		return v, errors.New("the stored tokens are damaged: run trackbot login")
	case len(v.box.Pair) == 0:
		return v, errors.New("there is no refresh token: run trackbot login")
	}
	return v, v.open(k.o.Seal)
}

func (k *Keys) fromSettings() string {
	if k.o.RefreshToken == nil {
		return ""
	}
	return k.o.RefreshToken()
}

// open unseals the pair.
func (v *view) open(s *Seal) error {
	plain, err := s.Open(v.box.Pair)
	if err != nil {
		return fmt.Errorf("the stored tokens can't be opened: %w; give the former key back, or run trackbot login", err)
	}
	var p payload
	if err := json.Unmarshal(plain, &p); err != nil {
		return errors.New("the stored tokens are damaged: run trackbot login")
	}
	v.pair = Pair{AccessToken: p.Access, RefreshToken: p.Refresh, AccessExpires: p.AccessExpires, RefreshExpires: p.RefreshExpires}
	v.issued = p.Issued
	return nil
}

// next is the view after a new pair came: another generation, with nothing left
// of what was said of the old one.
func (v *view) next(s *Seal, p Pair, seen ...string) (view, error) {
	if p.RefreshExpires.IsZero() && p.RefreshToken == v.pair.RefreshToken {
		p.RefreshExpires = v.pair.RefreshExpires
	}
	n := view{rev: v.rev, pair: p, issued: time.Now(), box: box{Gen: v.box.Gen + 1, Seen: v.box.Seen}}
	n.box.remember(seen...)
	plain, err := json.Marshal(payload{
		Access: p.AccessToken, Refresh: p.RefreshToken,
		AccessExpires: p.AccessExpires, RefreshExpires: p.RefreshExpires, Issued: n.issued,
	})
	if err != nil {
		return view{}, errors.New("the new tokens can't be encoded")
	}
	n.box.Pair = s.Close(plain)
	return n, nil
}

// save writes a view's box where nobody wrote since it was read.
func (k *Keys) save(ctx context.Context, v *view) error {
	raw, err := json.Marshal(v.box)
	if err != nil {
		return fmt.Errorf("encode the stored tokens: %w", err)
	}
	rev, err := k.o.Store.Save(ctx, raw, v.rev)
	if err != nil {
		return err
	}
	v.rev = rev
	return nil
}
