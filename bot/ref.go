package bot

import (
	"crypto/sha256"
	"encoding/base32"
)

// Ref returns the reference that a person quotes and an operator searches for,
// such as 7F3K-Q2. It follows from the event's key, so that a second run after
// a crash says the same; 30 bits of a hash, in letters that can't be misread.
func Ref(key string) string {
	sum := sha256.Sum256([]byte(key))
	s := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").EncodeToString(sum[:5])
	return s[:4] + "-" + s[4:6]
}
