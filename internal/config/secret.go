package config

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

const hidden = "[hidden]"

// Secret is a text that cannot be printed, logged or marshalled by mistake: each of
// these gives [hidden], or nothing where the secret is empty. [Secret.Reveal] is the
// one way to the text. The zero value is the empty secret.
//
// The text stands behind a pointer because fmt reads the unexported fields of a
// struct without calling their methods: it then finds an address. Secrets are not
// comparable with ==, which would compare addresses; see [Secret.Equal].
type Secret struct {
	_    [0]func()
	text *string
}

// NewSecret returns a secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text itself, for the one place that must send or compare it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells whether the secret is empty.
func (s Secret) IsZero() bool {
	return s.text == nil
}

// Equal tells whether both hold the same text, in a time that depends on the lengths
// alone.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns [hidden], or "" where the secret is empty.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return hidden
}

// GoString returns the same as String.
func (s Secret) GoString() string {
	return s.String()
}

// Format writes the same as String for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, s.String()) // fmt's own buffer takes everything
}

// LogValue returns the same as String.
func (s Secret) LogValue() slog.Value {
	return slog.StringValue(s.String())
}

// MarshalJSON returns the same as String, as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) {
	return json.Marshal(s.String())
}

// MarshalText returns the same as String.
func (s Secret) MarshalText() ([]byte, error) {
	return []byte(s.String()), nil
}
