package queue

import (
	"encoding/base64"
	"errors"
	"hash/fnv"
	"strings"
)

// maxKey is the longest key in bytes; it becomes a subject and must stay well below the server's limits.
const maxKey = 512

var (
	errEmptyKey = errors.New("the key is empty")
	errLongKey  = errors.New("the key is longer than 512 bytes")
)

func checkName(key string) error {
	switch {
	case key == "":
		return errEmptyKey
	case len(key) > maxKey:
		return errLongKey
	}
	return nil
}

// token writes any string as one token of a subject or as a bucket's key: letters, digits, - and _.
func token(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// untoken reverses token.
func untoken(s string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return string(b), err
}

// keyToken writes a bucket's key, the empty one too: the leading letter keeps it from being empty.
func keyToken(key string) string { return "k" + token(key) }

// unkeyToken reverses keyToken.
func unkeyToken(t string) (string, error) { return untoken(strings.TrimPrefix(t, "k")) }

// lastToken returns what follows the last dot.
func lastToken(subject string) string { return subject[strings.LastIndexByte(subject, '.')+1:] }

// bucketOf spreads s evenly over n.
func bucketOf(s string, n int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // a hash never fails
	return int(h.Sum32()) % n // n is small, and int has 64 bits
}
