package access_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"trackbot/internal/access"
)

func key() []byte { return bytes.Repeat([]byte("k3y!"), 8) }

func signer(tb testing.TB, key []byte) *access.Signer {
	tb.Helper()
	s, err := access.NewSigner(key)
	if err != nil {
		tb.Fatalf("NewSigner(%d bytes): %v", len(key), err)
	}
	return s
}

func TestCheck(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	until := now.Add(24 * time.Hour)
	s := signer(t, key())
	foreign := signer(t, bytes.Repeat([]byte("x"), 32))
	parts := []string{"code", "Cost Centre", "example.webex.com"}
	sig := s.Sign(parts, "room-1", until)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`).MatchString(sig) {
		t.Errorf("Sign = %q, want 43 characters", sig)
	}
	for _, c := range []struct {
		name  string
		parts []string
		room  string
		until time.Time
		sig   string
		now   time.Time
		want  error
	}{
		{"at once", parts, "room-1", until, sig, now, nil},
		{"in another time zone", parts, "room-1", until.In(time.FixedZone("x", 3600)), sig, now, nil},
		{"from seconds", parts, "room-1", time.Unix(until.Unix(), 0), sig, now, nil},
		{"in the last second", parts, "room-1", until, sig, until.Add(-time.Second), nil},
		{"at the end", parts, "room-1", until, sig, until, access.ErrExpired},
		{"a day late", parts, "room-1", until, sig, until.Add(24 * time.Hour), access.ErrExpired},
		{"a longer time", parts, "room-1", until.Add(time.Second), sig, now, access.ErrChanged},
		{"no time", parts, "room-1", time.Unix(0, 0), sig, now, access.ErrChanged},
		{"late and changed", parts[:2], "room-1", until, sig, until, access.ErrChanged},
		{"another space", parts, "room-2", until, sig, now, access.ErrChanged},
		{"no space", parts, "", until, sig, now, access.ErrChanged},
		{"another command", []string{"codes", parts[1], parts[2]}, "room-1", until, sig, now, access.ErrChanged},
		{"one part more", append(parts[:3:3], ""), "room-1", until, sig, now, access.ErrChanged},
		{"one part less", parts[:2], "room-1", until, sig, now, access.ErrChanged},
		{"in another order", []string{parts[1], parts[0], parts[2]}, "room-1", until, sig, now, access.ErrChanged},
		{"a border moved", []string{"codeC", "ost Centre", parts[2]}, "room-1", until, sig, now, access.ErrChanged},
		{"parts joined", []string{strings.Join(parts, "")}, "room-1", until, sig, now, access.ErrChanged},
		{"nothing", nil, "room-1", until, sig, now, access.ErrChanged},
		{"no signature", parts, "room-1", until, "", now, access.ErrChanged},
		{"a short signature", parts, "room-1", until, sig[:42], now, access.ErrChanged},
		{"a long signature", parts, "room-1", until, sig + "A", now, access.ErrChanged},
		{"a padded signature", parts, "room-1", until, sig + "=", now, access.ErrChanged},
		{"a broken line", parts, "room-1", until, sig + "\n", now, access.ErrChanged},
		{"another installation", parts, "room-1", until, foreign.Sign(parts, "room-1", until), now, access.ErrChanged},
	} {
		if err := s.Check(c.parts, c.room, c.until, c.sig, c.now); !errors.Is(err, c.want) {
			t.Errorf("%s: Check = %v, want %v", c.name, err, c.want)
		}
	}
	if err := signer(t, key()).Check(parts, "room-1", until, sig, now); err != nil {
		t.Errorf("Check by another replica = %v, want nil", err)
	}
}

// TestCheckEveryCharacter changes the signature at each place to each sign of
// its alphabet: also the two bits that base64 has to spare must not pass.
func TestCheckEveryCharacter(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
	s, until := signer(t, key()), time.Unix(2_000_000_000, 0)
	sig := s.Sign([]string{"code"}, "room-1", until)
	for i := range sig {
		for _, c := range alphabet {
			changed := sig[:i] + string(c) + sig[i+1:]
			err := s.Check([]string{"code"}, "room-1", until, changed, time.Unix(0, 0))
			if (err == nil) != (changed == sig) {
				t.Fatalf("Check with %q for %q = %v", changed, sig, err)
			}
		}
	}
}

// TestSignIsStable has a signature that was computed apart from this code.
func TestSignIsStable(t *testing.T) {
	const want = "yQ8-gDgm6BwUfwQ8ieUZrfDzoPothSAq-KqmHU-qOa0"
	if got := signer(t, key()).Sign([]string{"code", "1"}, "room-1", time.Unix(2_000_000_000, 0)); got != want {
		t.Errorf("Sign = %q, want %q: cards posted before an update would lose their buttons", got, want)
	}
}

func TestNewSigner(t *testing.T) {
	for _, n := range []int{0, 1, 31} {
		if s, err := access.NewSigner(make([]byte, n)); s != nil || !errors.Is(err, access.ErrShortKey) {
			t.Errorf("NewSigner(%d bytes) = %v, %v, want ErrShortKey", n, s, err)
		}
	}
	k, until := key(), time.Unix(2_000_000_000, 0)
	s := signer(t, k)
	sig := s.Sign(nil, "room-1", until)
	clear(k)
	if s.Sign(nil, "room-1", until) != sig {
		t.Error("the caller's key is not copied")
	}
}

func TestSignerHidesItsKey(t *testing.T) {
	s := signer(t, key())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{s, *s} {
			got := fmt.Sprintf(verb, v)
			for _, secret := range []string{"k3y!", fmt.Sprintf("%x", "k3y!"), "107 51 121 33"} {
				if strings.Contains(got, secret) {
					t.Errorf("%s shows the key: %s", verb, got)
				}
			}
		}
	}
}

func FuzzSignCheck(f *testing.F) {
	f.Add("code", "1", "example.webex.com", "room-1", int64(2_000_000_000), int64(1_999_999_999), byte(1), 3)
	f.Add("", "", "", "", int64(0), int64(0), byte(255), -1)
	f.Fuzz(func(t *testing.T, a, b, c, room string, until, now int64, flip byte, at int) {
		s, end, clock := signer(t, key()), time.Unix(until, 0), time.Unix(now, 0)
		parts := []string{a, b, c}
		sig := s.Sign(parts, room, end)
		var want error
		if clock.Unix() >= end.Unix() {
			want = access.ErrExpired
		}
		if err := s.Check(parts, room, end, sig, clock); !errors.Is(err, want) {
			t.Fatalf("Check of what was signed = %v, want %v", err, want)
		}
		if flip == 0 {
			return
		}
		whole := []string{a, b, c, room, sig}
		for i := range whole {
			if whole[i] == "" {
				continue
			}
			changed := append([]string(nil), whole...)
			text := []byte(changed[i])
			place := int(uint(at) % uint(len(text)))
			text[place] ^= flip
			changed[i] = string(text)
			if err := s.Check(changed[:3], changed[3], end, changed[4], clock); !errors.Is(err, access.ErrChanged) {
				t.Fatalf("Check with a changed byte in %d = %v", i, err)
			}
		}
		for _, moved := range [][]string{{a + b, c}, {a, b + c}, {a + b, "", c}, {a, b, c, ""}, {"", a, b, c}} {
			same := len(moved) == 3 && moved[0] == a && moved[1] == b
			if err := s.Check(moved, room, end, sig, clock); !same && !errors.Is(err, access.ErrChanged) {
				t.Fatalf("Check(%q) signed as %q = %v", moved, parts, err)
			}
		}
	})
}

func BenchmarkSign(b *testing.B) {
	s, until := signer(b, key()), time.Unix(2_000_000_000, 0)
	parts := []string{"code", "Cost Centre", "", "example.webex.com", "", "root"}
	b.ReportAllocs()
	for b.Loop() {
		s.Sign(parts, "room-1", until)
	}
}
