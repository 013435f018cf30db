package webhook

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Webex signs with HMAC-SHA1 and offers nothing else; HMAC does not rest on SHA-1's collisions
	"encoding/hex"
)

// SignatureHeader carries the signature of a delivery.
const SignatureHeader = "X-Spark-Signature"

// Sign returns the lower-case hex HMAC-SHA1 of body, 40 digits, as Webex sends
// it in [SignatureHeader].
func Sign(secret string, body []byte) string {
	return hex.EncodeToString(sum(secret, body))
}

// Verify reports whether signature is the hex HMAC-SHA1 of exactly these bytes
// with one of the secrets, in upper or lower case. Every secret is tried in
// constant time, so the time taken tells neither which one fitted nor how much
// of it. Without secrets, and with an empty one, nothing fits.
func Verify(secrets []string, body []byte, signature string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil || len(given) != sha1.Size {
		return false
	}
	ok := false
	for _, s := range secrets {
		if s == "" {
			continue
		}
		// The comparison stands first: it must run for every secret.
		ok = hmac.Equal(given, sum(s, body)) || ok
	}
	return ok
}

// wellFormed reports whether signature could be one: 40 hexadecimal digits.
func wellFormed(signature string) bool {
	_, err := hex.DecodeString(signature)
	return err == nil && len(signature) == hex.EncodedLen(sha1.Size)
}

func sum(secret string, body []byte) []byte {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}
