package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"trackbot/internal/config"
)

// purpose is bound to what is sealed: something else under the same key can't take its place.
const purpose = "admin tokens"

// KeyFile is where the key is that stands in for TOKEN_KEY.
func KeyFile(c config.Config) string { return filepath.Join(c.DataDir, "token.key") }

// newSeal makes what the stored tokens are encrypted and authenticated with: AES-256-GCM under random nonces, which are safe
// for 2^32 pairs.
func newSeal(c config.Config) (cipher.AEAD, error) {
	key := []byte(c.TokenKey.Reveal())
	if len(key) == 0 {
		var err error
		if key, err = readKey(KeyFile(c)); err != nil {
			return nil, fmt.Errorf("TOKEN_KEY is not set, and its place is taken by a file in DATA_DIR: %w", err)
		}
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// readKey reads the key in a file, and makes both where there is no file. A file that others than its owner may read is
// refused.
func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(path); err == nil {
			info, err = os.Stat(path)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s can be read by others: chmod 600 it, and replace what it protects", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := config.ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return key, nil
}

// makeKey makes a key file. It appears whole or not at all, and of two processes that make one at once the first wins: a
// link never replaces.
func makeKey(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()                             //nolint:errcheck // only synced
	f, err := os.CreateTemp(dir.Name(), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // an empty leftover harms nobody
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return dir.Sync() // else a power cut takes the name, and with it all that was sealed
}
