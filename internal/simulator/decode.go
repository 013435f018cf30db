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
// ones refused: a client's misspelt key must not pass for a missing one. Without
// known keys, every key passes.
func decode(r *request, v any, known ...string) error {
	raw, err := readJSON(r)
	if err != nil {
		return err
	}
	return decodeKeys(raw, v, known...)
}

// readJSON returns the body of a request whose content type is JSON.
func readJSON(r *request) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, refuse(http.StatusUnsupportedMediaType, "Content type must be application/json.")
	}
	raw, err := io.ReadAll(r.Body)
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		return nil, refuse(http.StatusRequestEntityTooLarge, "The request body is too large.")
	}
	if err != nil {
		return nil, malformed("The request body could not be read.")
	}
	return raw, nil
}

func decodeKeys(raw []byte, v any, known ...string) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil || keys == nil {
		return malformed("The request body is not a JSON object.")
	}
	for k := range keys {
		if len(known) > 0 && !slices.Contains(known, k) {
			return malformed("Unknown key '" + k + "'.")
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return malformed("A value in the request body has the wrong type.")
	}
	return nil
}
