package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
)

// decode reads a JSON body into v. Keys are compared to the letter and unknown
// ones refused: a client's misspelt key must not pass for a missing one.
func decode(r *request, v any, known ...string) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "Content type must be application/json.")
	}
	raw, err := io.ReadAll(r.Body)
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		return refuse(http.StatusRequestEntityTooLarge, "The request body is too large.")
	}
	if err != nil {
		return malformed("The request body could not be read.")
	}
	return decodeKeys(raw, v, known...)
}

func decodeKeys(raw []byte, v any, known ...string) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil || keys == nil {
		return malformed("The request body is not a JSON object.")
	}
	for k := range keys {
		if !slices.Contains(known, k) {
			return malformed("Unknown key '" + k + "'.")
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return malformed("A value in the request body has the wrong type.")
	}
	return nil
}
