package webex

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"trackbot/internal/text"
)

const (
	maxDetails = 8   // descriptions kept of one error
	maxWord    = 300 // bytes kept of each text of one error
	maxDepth   = 4   // levels of an errors value that are looked into
)

// explanation is what the body of a failed answer says.
type explanation struct {
	message    string
	details    []string
	trackingID string
	webex      bool // it was Webex's JSON, not a gateway's page
}

// explain reads the body of a failed answer, whichever of its shapes it has:
// message with errors as a list, an object by field, a text, null or missing;
// a word of OAuth; plain text; HTML; nothing.
func explain(body []byte, contentType string) explanation {
	var shape struct {
		Message    loose           `json:"message"`
		Errors     json.RawMessage `json:"errors"`
		TrackingID loose           `json:"trackingId"`
		Code       loose           `json:"error"` // of RFC 6749, 5.2
	}
	if err := json.Unmarshal(body, &shape); err != nil {
		return explanation{message: plain(body, contentType)}
	}
	x := explanation{message: clean(string(shape.Message)), trackingID: clean(string(shape.TrackingID))}
	var tree any
	if json.Unmarshal(shape.Errors, &tree) == nil {
		x.collect(tree, maxDepth)
	}
	x.collect(string(shape.Code), 1)
	x.webex = x.message != "" || x.trackingID != "" || tree != nil
	return x
}

// plain takes the text of an answer that is text and nothing else: the words
// of a gateway help an operator, its HTML does not.
func plain(body []byte, contentType string) string {
	body = bytes.TrimSpace(body)
	if !strings.HasPrefix(strings.ToLower(contentType), "text/plain") || len(body) == 0 || body[0] == '<' {
		return ""
	}
	return clean(string(body[:min(len(body), 2*maxWord)]))
}

// collect gathers the texts of an errors value, in the order of a list, or of
// an object's sorted keys.
func (x *explanation) collect(tree any, depth int) {
	if depth == 0 || len(x.details) >= maxDetails {
		return
	}
	switch t := tree.(type) {
	case string:
		if t = clean(t); t != "" && !slices.Contains(x.details, t) {
			x.details = append(x.details, t)
		}
	case []any:
		for _, v := range t[:min(len(t), maxDetails)] {
			x.collect(v, depth-1)
		}
	case map[string]any:
		for _, k := range keys(t) {
			x.collect(t[k], depth-1)
		}
	}
}

// keys are those of an error object whose values say something to a person.
func keys(m map[string]any) []string {
	var out []string
	for k, v := range m {
		_, leaf := v.(string)
		if !leaf || slices.Contains([]string{"description", "reason", "message"}, k) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// clean makes one line of a text from outside, of at most [maxWord] bytes.
func clean(s string) string { return text.Line(s, maxWord) }
