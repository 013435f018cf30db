package apptest

import (
	"encoding/base64"
	"fmt"
	"testing"
)

func TestFormsFindASecret(t *testing.T) {
	const secret = "a-secret-of-nobody"
	for _, hideout := range []string{
		secret, "x" + secret + "y", fmt.Sprintf("%x", secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("id:" + secret)), base64.URLEncoding.EncodeToString([]byte("1:" + secret + ":2")),
		base64.StdEncoding.EncodeToString([]byte("12" + secret + "3")),
	} {
		if !Shown(hideout, secret) {
			t.Errorf("%q is not found in %q", secret, hideout)
		}
	}
	if Shown("nothing of it", secret) {
		t.Error("a secret is found where there is none")
	}
}
