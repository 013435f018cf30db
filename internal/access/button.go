package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"time"
)

// minKey is the shortest key in bytes: the size of the hash, below which
// RFC 2104 advises against.
const minKey = sha256.Size

// What [Signer.Check] and [NewSigner] return; the first two are answered with
// "ask again".
var (
	// ErrExpired is a genuine button whose time is over.
	ErrExpired = errors.New("the button has expired")
	// ErrChanged is data that this installation did not sign for this space.
	ErrChanged = errors.New("the button's data is not ours")
	// ErrShortKey is a key that could be guessed.
	ErrShortKey = errors.New("the key for buttons is shorter than 32 bytes")
)

// Signer signs what buttons carry, and checks what presses bring back. Several
// goroutines may use one. Printing it shows no key.
type Signer struct {
	mac func() hash.Hash // holds the key where no verb of fmt shows it
}

// NewSigner returns a signer with a secret key of at least 32 random bytes,
// which all replicas of one installation share. It copies the key. The error is
// [ErrShortKey].
func NewSigner(key []byte) (*Signer, error) {
	if len(key) < minKey {
		return nil, ErrShortKey
	}
	key = slices.Clone(key)
	return &Signer{func() hash.Hash { return hmac.New(sha256.New, key) }}, nil
}

// Sign returns the signature of a button: 43 characters of A-Z, a-z, 0-9, - and
// _. parts are all that the button's data says, in a fixed order, as valid
// UTF-8 because JSON replaces what is not. room is the id of the space, until
// the end of its time in whole seconds.
func (s *Signer) Sign(parts []string, room string, until time.Time) string {
	// The first text keeps other uses of the key and other formats apart.
	data := appendText(make([]byte, 0, 512), "trackbot button 1")
	data = appendText(data, room)
	data = binary.BigEndian.AppendUint64(data, uint64(until.Unix())) //nolint:gosec // the bits count, not the sign
	for _, part := range parts {
		data = appendText(data, part)
	}
	mac := s.mac()
	mac.Write(data)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// appendText appends a text behind its length, so that no two lists of texts
// give the same bytes.
func appendText(data []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint64(data, uint64(len(text))), text...)
}

// Check returns nil for data that [Signer.Sign] signed with the same parts,
// room and until, while now is before until. Else it returns [ErrChanged], or
// [ErrExpired] for what is genuine but late. room is the space in which the
// button was pressed, from the fetched press and not from the button's data.
func (s *Signer) Check(parts []string, room string, until time.Time, sig string, now time.Time) error {
	if !hmac.Equal([]byte(sig), []byte(s.Sign(parts, room, until))) {
		return ErrChanged
	}
	// The fractions of a second are not signed.
	if now.Unix() >= until.Unix() {
		return ErrExpired
	}
	return nil
}
