package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// minSecret is the shortest webhook secret, in characters: whoever sees one signed
// webhook can try guesses as fast as their machine allows.
const minSecret = 20

// maxSecretFile is the largest file with a secret in it, in bytes. A Webex token has
// about 110.
const maxSecretFile = 16 << 10

// maxID bounds an id, in bytes; those of Webex have about 80.
const maxID = 512

// token returns the access token under a name. Under [ForQueue] and [ForHealth] nothing
// is read.
func (l *loader) token(name string, required bool, hint string) Secret {
	text, ok := l.secret(name, required, hint)
	if !ok {
		return Secret{}
	}
	if !isToken(text) {
		l.problem(name, `is not a token: letters, digits and -._~+/= alone, without blanks, quotes or "Bearer"`)
		return Secret{}
	}
	return NewSecret(text)
}

// isToken tells whether text can stand in an Authorization header: token68 of RFC 9110,
// 11.2, less its rule that each = is at the end.
func isToken(text string) bool {
	for i := range len(text) {
		if strings.IndexByte("-._~+/=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", text[i]) < 0 {
			return false
		}
	}
	return text != ""
}

// keyHint says how to make a key.
const keyHint = "32 random bytes as 64 hex digits or base64, such as openssl rand -hex 32 gives"

// keySize is the length of a key in bytes: AES-256.
const keySize = 32

// key returns the bytes of the key under a name.
func (l *loader) key(name string) Secret {
	text, ok := l.secret(name, false, "")
	if !ok {
		return Secret{}
	}
	key, err := ParseKey(text)
	if err != nil {
		l.problem(name, err.Error())
		return Secret{}
	}
	return NewSecret(string(key))
}

// ParseKey reads a key of 32 bytes as hex digits or base64. The error does not
// repeat the text.
func ParseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	bare := strings.TrimRight(text, "=")
	for _, decode := range []func() ([]byte, error){
		func() ([]byte, error) { return hex.DecodeString(text) },
		func() ([]byte, error) { return base64.RawStdEncoding.DecodeString(bare) },
		func() ([]byte, error) { return base64.RawURLEncoding.DecodeString(bare) },
	} {
		key, err := decode()
		if err == nil && len(key) == keySize && isRepeated(string(key)) {
			return nil, errors.New("is one byte, repeated: make it of " + keyHint)
		}
		if err == nil && len(key) == keySize {
			return key, nil
		}
	}
	return nil, errors.New("is not " + keyHint)
}

// isRepeated reports whether text is one byte, repeated: what stands in for a secret
// until somebody makes one.
func isRepeated(text string) bool { return strings.Count(text, text[:1]) == len(text) }

// database returns the address of a PostgreSQL database. Nothing of it stands in an
// error: it holds a password.
func (l *loader) database(name string) Secret {
	text, ok := l.secret(name, false, "")
	if !ok {
		return Secret{}
	}
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		l.problem(name, "must begin with postgres://, as in postgres://user:password@host:5432/name")
		return Secret{}
	}
	return NewSecret(text)
}

// parseID checks the id of a thing of Webex.
func parseID(text string) (string, error) {
	if !isToken(text) || len(text) > maxID {
		return "", errors.New("is not an id: letters, digits and -._~+/= alone, and at most 512")
	}
	return text, nil
}

// The kinds of thing that an id in base64 may name.
const (
	kindOrg  = "ORGANIZATION"
	kindRoom = "ROOM"
)

// consumer is the id of the organization that stands for people without one.
const consumer = "consumer"

// idsOf returns a parser of ids of a kind, each a UUID or the longer form of Webex, which
// is ciscospark://…/KIND/UUID in base64. words may stand in the place of one.
func idsOf(kind, hint string, words ...string) func(string) ([]string, error) {
	return func(text string) ([]string, error) {
		return parseList(text, func(entry string) (string, error) {
			id := entry
			if named, last, ok := decodeID(entry); ok {
				if named != kind {
					return "", errors.New("is the id of another thing; it must be that of " + hint)
				}
				id = last
			}
			isUUID := len(id) == 36 && uuid.Validate(id) == nil
			if !isUUID && !slices.Contains(words, strings.ToLower(entry)) && (kind != kindOrg || id != consumer) {
				return "", errors.New("is not the id of " + hint + ", a UUID or the longer form that Webex shows, nor " + strings.Join(words, " or "))
			}
			return entry, nil
		})
	}
}

// decodeID takes the longer form of an id apart.
func decodeID(id string) (kind, last string, ok bool) {
	id = strings.TrimRight(id, "=")
	raw, err := base64.RawStdEncoding.DecodeString(id)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(id)
	}
	path, ok := strings.CutPrefix(string(raw), "ciscospark://")
	if parts := strings.Split(path, "/"); err == nil && ok && len(parts) == 3 {
		return parts[1], parts[2], true
	}
	return "", "", false
}

// webhookSecrets returns the list of secrets under a name, nil where one of them is wrong.
func (l *loader) webhookSecrets(name string, required bool, hint string) []Secret {
	text, ok := l.secret(name, required, hint)
	if !ok {
		return nil
	}
	entries, err := parseList(text, parseSecret)
	if err != nil {
		l.problem(name, err.Error())
		return nil
	}
	var secrets []Secret
	for i, entry := range entries {
		if slices.Contains(entries[:i], entry) {
			l.problem(name, fmt.Sprintf("entry %d stands there twice", i+1))
			return nil
		}
		secrets = append(secrets, NewSecret(entry))
	}
	return secrets
}

// parseSecret checks one webhook secret.
func parseSecret(text string) (string, error) {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' {
			return "", errors.New("holds a blank, a line break or a character that is not plain ASCII")
		}
	}
	if len(text) < minSecret {
		return "", fmt.Errorf("is shorter than %d characters", minSecret)
	}
	if isRepeated(text) {
		return "", errors.New("is one character, repeated")
	}
	return text, nil
}

// secret returns the text of a secret from the variable or from the file that name +
// "_FILE" names, and whether there is one. What is missing or wrong is reported.
func (l *loader) secret(name string, required bool, hint string) (string, bool) {
	text, path := l.value(name), l.value(name+"_FILE")
	switch {
	case l.need == ForHealth || l.need == ForQueue && name != "TOKEN_KEY" && name != "DATABASE_URL":
		return "", false
	case text != "" && path != "":
		l.problem(name, "is set, and "+name+"_FILE too: keep one of them")
		return "", false
	case path != "":
		return l.secretFile(name+"_FILE", path)
	case text == "" && required:
		l.problem(name, "is missing: "+hint+"; "+name+"_FILE may name a file that holds it")
	case text != "" && l.env[name] == "":
		l.warnOpen("the .env file", l.dotenv)
	}
	return text, text != ""
}

// warnOpen warns once of a file with secrets that others on this machine can read or
// write. What is mounted below /run/secrets is seen in its container alone.
func (l *loader) warnOpen(what, path string) {
	info, err := os.Stat(path)
	folder, err2 := os.Stat(filepath.Dir(path))
	words := what + " can be read by other accounts of this machine; set its mode to 0600"
	if err != nil || err2 != nil || info.Mode()&0o006 == 0 || folder.Mode()&0o001 == 0 || strings.HasPrefix(path, "/run/secrets/") || slices.Contains(l.warnings, words) {
		return
	}
	l.warn(words)
}

// secretFile returns the text of the file at path without the line breaks at its end.
func (l *loader) secretFile(variable, path string) (string, bool) {
	data, err := readFile(path, maxSecretFile)
	if err != nil {
		l.problem(variable, "the file "+err.Error())
		return "", false
	}
	l.warnOpen("the file of "+variable, path)
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		l.problem(variable, "the file is empty")
	}
	return text, text != ""
}
