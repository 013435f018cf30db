package webex

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// SealKeySize is the length of a key in bytes: AES-256.
const SealKeySize = 32

// Seal encrypts and authenticates what is kept at rest, with AES-256-GCM. It
// prints as [hidden].
type Seal struct {
	aead    cipher.AEAD
	purpose []byte
}

// NewSeal returns a seal for one purpose: what was sealed for another one can't
// be opened. The key has [SealKeySize] bytes.
func NewSeal(key []byte, purpose string) (*Seal, error) {
	if len(key) != SealKeySize {
		return nil, fmt.Errorf("a key of %d bytes, want %d", len(key), SealKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	// Random nonces of 96 bits are safe for 2^32 values of a key, here one a refresh.
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	return &Seal{aead: aead, purpose: []byte(purpose)}, nil
}

// Close encrypts plain; the result is 28 bytes longer and another one each time.
func (s *Seal) Close(plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, s.purpose) //nolint:gosec // this AEAD makes a random nonce itself and takes none
}

// Open decrypts what Close gave. Its error does not say more than that this is
// not it: another key or purpose, or changed bytes.
func (s *Seal) Open(sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, s.purpose)
	if err != nil {
		return nil, errors.New("it was sealed with another key, or changed")
	}
	return plain, nil
}

// Format writes [hidden] for every verb and flag.
func (s *Seal) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns [hidden].
func (s *Seal) LogValue() slog.Value { return slog.StringValue(hidden) }

// ParseSealKey reads a key of [SealKeySize] bytes as 64 hex digits or as
// base64, such as openssl rand -hex 32 or -base64 32 gives. The error does not
// repeat the text.
func ParseSealKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if key, err := hex.DecodeString(text); err == nil && len(key) == SealKeySize {
		return key, nil
	}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := e.DecodeString(strings.TrimRight(text, "=")); err == nil && len(key) == SealKeySize {
			return key, nil
		}
	}
	return nil, errors.New("must be 32 random bytes as 64 hex digits or base64, such as openssl rand -hex 32 gives")
}

// SealKeyFile reads the key in a file, and makes both where there is no file.
// A file that others than its owner may read is refused.
func SealKeyFile(path string) ([]byte, error) {
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKeyFile(path); err == nil {
			text, err = readPrivate(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the key file: %w", err)
	}
	key, err := ParseSealKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("the key file %s: %w", path, err)
	}
	return key, nil
}

// readPrivate reads a small file that only its owner can read.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s can be read by others: chmod 600 it, and replace what it protects", path)
	}
	return io.ReadAll(io.LimitReader(f, 1<<10))
}

// makeKeyFile makes a key. The file appears whole or not at all, and of two
// processes that make one at once the first wins: a link never replaces.
func makeKeyFile(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // an empty leftover harms nobody
	key := make([]byte, SealKeySize)
	_, _ = rand.Read(key) // never fails
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close()) // else a power cut takes the name, and with it all that was sealed
}
