package simulator

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

const (
	cardType     = "application/vnd.microsoft.card.adaptive"
	maxCardBytes = 80 << 10 // reported as the limit of card and images together
	maxImages    = 10       // images of one message
)

//go:embed card.schema.json
var cardSchemaJSON []byte

// cardSchema is card.schema.json, ready for use.
//
//nolint:gochecknoglobals // compiled once for all simulators of a process
var cardSchema = sync.OnceValue(func() *jsonschema.Schema {
	const name = "card.schema.json"
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(cardSchemaJSON))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		panic(err)
	}
	return c.MustCompile(name)
})

// checkAttachment refuses the cards that the service refuses. POST and PUT of a
// message call it; a card of 40 rows takes 0.4 ms.
func checkAttachment(a Attachment) error {
	if a.ContentType != cardType {
		return refuse(http.StatusBadRequest, "Unsupported attachment contentType.")
	}
	if len(a.Content) > maxCardBytes {
		return refuse(http.StatusBadRequest, "The card is too large.")
	}
	card, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.Content))
	if err != nil {
		return invalidCard("Invalid Adaptive Card Json", []string{"#: expected a card"})
	}
	if m, isObject := card.(map[string]any); isObject && (m["version"] == nil || m["version"] == "") {
		return invalidCard("Missing Adaptive Card Version", nil)
	}
	if faults := cardFaults(card); len(faults) > 0 {
		return invalidCard("Invalid Adaptive Card Json", faults)
	}
	return nil
}

// invalidCard has the captured shape: errors is an object here.
func invalidCard(reason string, faults []string) error {
	type attachments struct {
		Code   string   `json:"code"`
		Reason string   `json:"reason"`
		Faults []string `json:"attachmentErrors,omitempty"`
	}
	return &apiError{
		http.StatusBadRequest, "One (or more) of the arguments is invalid.",
		map[string]any{"attachments": attachments{"invalid_attachments", reason, faults}},
	}
}

// cardFaults lists what is wrong with a decoded card, in the words of the
// service: the faults that the schema finds, sorted by place, then too many
// images, which a schema cannot count.
func cardFaults(card any) []string {
	var faults []string
	if invalid, is := errors.AsType[*jsonschema.ValidationError](cardSchema().Validate(card)); is {
		leaves := schemaFaults(invalid, nil)
		slices.SortStableFunc(leaves, func(a, b fault) int { return strings.Compare(a.place, b.place) })
		for _, f := range leaves {
			faults = append(faults, f.place+": "+f.text)
		}
	}
	images := 0
	for part := range cardParts(card, "body", "items", "columns", "images", "actions", "card") {
		if part["type"] == "Image" {
			images++
		}
	}
	if images > maxImages {
		faults = append(faults, fmt.Sprintf("#: expected at most %d images, found: %d", maxImages, images))
	}
	return slices.Compact(faults)
}

// fault is one thing wrong with a card, and its place, such as #/body/0.
type fault struct{ place, text string }

// schemaFaults appends the innermost causes of a validation error to list.
func schemaFaults(e *jsonschema.ValidationError, list []fault) []fault {
	for _, cause := range e.Causes {
		list = schemaFaults(cause, list)
	}
	add := func(format string, args ...any) {
		list = append(list, fault{strings.Join(append([]string{"#"}, e.InstanceLocation...), "/"), fmt.Sprintf(format, args...)})
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, key := range k.Missing {
			add("required key [%s] not found", key)
		}
	case *kind.AdditionalProperties:
		for _, key := range slices.Sorted(slices.Values(k.Properties)) {
			add("extraneous key [%s] is not permitted", key)
		}
	case *kind.Type:
		add("expected type: %s, found: %s", jsonTypes(k.Want...), jsonTypes(k.Got))
	case *kind.Enum:
		add("%v is not a valid enum value", k.Got)
	case *kind.Const:
		add("%v is not a valid enum value", k.Got)
	case *kind.Pattern:
		add("%v is not a valid enum value", k.Got)
	case *kind.MaxItems:
		add("expected maximum item count: %d, found: %d", k.Want, k.Got)
	case *kind.Format:
		add("[%v] is not a valid %s", k.Got, k.Want)
	default:
		if len(e.Causes) == 0 {
			add("%s is not kept", strings.Join(k.KeywordPath(), " "))
		}
	}
	return list
}

// jsonTypes names JSON types as the service's faults do.
func jsonTypes(types ...string) string {
	names := strings.NewReplacer("string", "String", "number", "Number", "boolean", "Boolean", "object", "JSONObject", "array", "JSONArray", "null", "Null")
	return names.Replace(strings.Join(types, " or "))
}

// cardParts yields every object of a card that these keys lead to, parents
// first.
func cardParts(v any, keys ...string) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) { eachPart(v, keys, yield) }
}

func eachPart(v any, keys []string, yield func(map[string]any) bool) bool {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			if !eachPart(one, keys, yield) {
				return false
			}
		}
	case map[string]any:
		if !yield(v) {
			return false
		}
		for _, key := range keys {
			if !eachPart(v[key], keys, yield) {
				return false
			}
		}
	}
	return true
}
