package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
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
		if c := text[i]; !isLetter(c) && !isDigit(c) && !strings.ContainsRune("-._~+/=", rune(c)) {
			return false
		}
	}
	return text != ""
}

// databaseURL returns the URL of PostgreSQL under a name. What else it must be the database's
// driver knows.
func (l *loader) databaseURL(name string) Secret {
	text, ok := l.secret(name, false, "")
	if !ok {
		return Secret{}
	}
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") || strings.ContainsAny(text, " \t\r\n") {
		l.problem(name, "is not a URL such as postgres://user:password@host:5432/database")
		return Secret{}
	}
	return NewSecret(text)
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
	text = strings.TrimSpace(text)
	bare := strings.TrimRight(text, "=")
	for _, decode := range []func() ([]byte, error){
		func() ([]byte, error) { return hex.DecodeString(text) },
		func() ([]byte, error) { return base64.RawStdEncoding.DecodeString(bare) },
		func() ([]byte, error) { return base64.RawURLEncoding.DecodeString(bare) },
	} {
		if key, err := decode(); err == nil && len(key) == keySize {
			return NewSecret(string(key))
		}
	}
	l.problem(name, "is not "+keyHint)
	return Secret{}
}

// parseID checks the id of a thing of Webex.
func parseID(text string) (string, error) {
	if !isToken(text) || len(text) > maxID {
		return "", errors.New("is not an id: letters, digits and -._~+/= alone, and at most 512")
	}
	return text, nil
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
	return text, nil
}

// secret returns the text of a secret from the variable or from the file that name +
// "_FILE" names, and whether there is one. What is missing or wrong is reported.
func (l *loader) secret(name string, required bool, hint string) (string, bool) {
	text, path := l.value(name), l.value(name+"_FILE")
	switch {
	case l.need == ForHealth, l.need == ForQueue && name != "TOKEN_KEY" && name != "DATABASE_URL":
		return "", false
	case text != "" && path != "":
		l.problem(name, "is set, and "+name+"_FILE too: keep one of them")
		return "", false
	case path != "":
		return l.secretFile(name+"_FILE", path)
	case text == "" && required:
		l.problem(name, "is missing: "+hint+"; "+name+"_FILE may name a file that holds it")
	}
	return text, text != ""
}

// secretFile returns the text of the file at path without the line breaks at its end.
func (l *loader) secretFile(variable, path string) (string, bool) {
	data, err := readFile(path, maxSecretFile)
	if err != nil {
		l.problem(variable, "the file "+err.Error())
		return "", false
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		l.problem(variable, "the file is empty")
	}
	return text, text != ""
}
