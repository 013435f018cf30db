package webhook_test

import (
	"strings"
	"testing"

	"trackbot/webhook"
)

// The vector is computed apart from this code: HMAC-SHA1 with key
// example-secret over exactly these bytes.
const (
	vectorSecret    = "example-secret"
	vectorBody      = `{"id":"wh-1","resource":"messages","event":"created","data":{"id":"m-1"}}`
	vectorSignature = "ba3577e7e22a070d80497be6966a9e40fa5c2a66"
)

func TestSign(t *testing.T) {
	if got := webhook.Sign(vectorSecret, []byte(vectorBody)); got != vectorSignature {
		t.Errorf("Sign(%q, vector) = %q, want %q", vectorSecret, got, vectorSignature)
	}
}

func TestVerify(t *testing.T) {
	for _, tt := range []struct {
		name      string
		secrets   []string
		body      string
		signature string
		want      bool
	}{
		{"right", []string{vectorSecret}, vectorBody, vectorSignature, true},
		{"upper case", []string{vectorSecret}, vectorBody, strings.ToUpper(vectorSignature), true},
		{"first of two", []string{vectorSecret, "other"}, vectorBody, vectorSignature, true},
		{"last of two", []string{"other", vectorSecret}, vectorBody, vectorSignature, true},
		{"beside an empty one", []string{"", vectorSecret}, vectorBody, vectorSignature, true},
		{"another secret", []string{"other"}, vectorBody, vectorSignature, false},
		{"no secrets", nil, vectorBody, vectorSignature, false},
		{"no secrets, no signature", nil, vectorBody, "", false},
		{"empty secret, signed with it", []string{""}, vectorBody, webhook.Sign("", []byte(vectorBody)), false},
		{"one byte more", []string{vectorSecret}, vectorBody + "\n", vectorSignature, false},
		{"no signature", []string{vectorSecret}, vectorBody, "", false},
		{"cut", []string{vectorSecret}, vectorBody, vectorSignature[:38], false},
		{"longer", []string{vectorSecret}, vectorBody, vectorSignature + "00", false},
		{"no hex", []string{vectorSecret}, vectorBody, "g" + vectorSignature[1:], false},
		{"odd digits", []string{vectorSecret}, vectorBody, vectorSignature[:39], false},
		{"with algorithm", []string{vectorSecret}, vectorBody, "sha1=" + vectorSignature, false},
	} {
		if got := webhook.Verify(tt.secrets, []byte(tt.body), tt.signature); got != tt.want {
			t.Errorf("%s: Verify(%q, …, %q) = %v, want %v", tt.name, tt.secrets, tt.signature, got, tt.want)
		}
	}
}
