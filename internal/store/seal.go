package store

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// keySize is the length of [Options.Key] in bytes.
const keySize = 32

// seal encrypts values with AES-256-GCM under a nonce of 12 random bytes, which stands before the text. A nil seal is of a
// database without a key.
type seal struct{ aead cipher.AEAD }

func newSeal(key []byte) (*seal, error) {
	if len(key) == 0 {
		return nil, nil
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("the key has %d bytes; it must have %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &seal{aead}, err
}

func (s *seal) close(b []byte) []byte {
	return s.aead.Seal(nil, nil, b, nil) //nolint:gosec // this AEAD draws the nonce itself
}

func (s *seal) open(b []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, b, nil)
	if err != nil {
		return nil, errors.New("a sealed value can't be opened: it was changed, or sealed with another key")
	}
	return plain, nil
}

// Seal encrypts a value of a column of people's text. It returns it as it is on SQLite, whose whole file is encrypted, without
// a key, and for nil.
func (tx *Tx) Seal(b []byte) []byte {
	if b == nil || tx.db.seal == nil || tx.db.Single() {
		return b
	}
	return tx.db.seal.close(b)
}

// Unseal returns what [Tx.Seal] was given.
func (tx *Tx) Unseal(b []byte) ([]byte, error) {
	if b == nil || tx.db.seal == nil || tx.db.Single() {
		return b, nil
	}
	return tx.db.seal.open(b)
}
