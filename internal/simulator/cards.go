package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	cardType     = "application/vnd.microsoft.card.adaptive"
	maxCardBytes = 80 << 10 // reported as the limit of card and images together
	maxButtons   = 5        // actions of one card: the cards guide
	maxImages    = 10       // images of one message
)

// checkAttachment refuses what the service refuses in a card.
func (s *Simulator) checkAttachment(a Attachment) error {
	if a.ContentType != cardType {
		return refuse(http.StatusBadRequest, "Unsupported attachment contentType.")
	}
	if len(a.Content) > maxCardBytes {
		return refuse(http.StatusBadRequest, "The card is too large.")
	}
	d := json.NewDecoder(bytes.NewReader(a.Content))
	d.UseNumber()
	var card any
	if err := d.Decode(&card); err != nil {
		return invalidCard("Invalid Adaptive Card Json", []string{"#: expected a card"})
	}
	if m, isObject := card.(map[string]any); isObject && (m["version"] == nil || m["version"] == "") {
		return invalidCard("Missing Adaptive Card Version", nil)
	}
	faults := s.rules.faults(card, false)
	if len(faults) > 0 {
		faults = s.rules.faults(card, true)
	}
	if s.schema != nil {
		faults = append(faults, s.schema.check(a.Content)...)
	}
	if len(faults) > 0 {
		return invalidCard("Invalid Adaptive Card Json", faults)
	}
	return nil
}

// faults gives what is wrong with a card, in a fixed order if that is asked for.
func (r cardRules) faults(card any, sorted bool) []string {
	c := cardCheck{rules: r, sorted: sorted}
	c.object(card, []string{"AdaptiveCard"})
	if n := c.count(card); n > maxImages {
		c.fault(fmt.Sprintf("expected at most %d images, found: %d", maxImages, n))
	}
	return c.list
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

// cardCheck collects what is wrong with one card.
type cardCheck struct {
	rules  cardRules
	sorted bool     // go through keys in order: slower, only to tell faults
	path   []string // where the check is
	list   []string
}

// fault notes what is wrong with the value that is being checked.
func (c *cardCheck) fault(text string) {
	c.list = append(c.list, strings.Join(append([]string{"#"}, c.path...), "/")+": "+text)
}

func (c *cardCheck) enter(key string) { c.path = append(c.path, key) }
func (c *cardCheck) leave()           { c.path = c.path[:len(c.path)-1] }

// object checks a value that must be an object of one of these types. Where
// only one is allowed, its type may be left out.
func (c *cardCheck) object(v any, types []string) {
	m, isObject := v.(map[string]any)
	if !isObject {
		c.fault("expected type: JSONObject, found: " + jsonType(v))
		return
	}
	name, given := m["type"].(string)
	if !given && len(types) == 1 && !c.rules.typed[types[0]] && m["type"] == nil {
		name = types[0]
	}
	switch {
	case name == "":
		c.fault("required key [type] not found")
		return
	case !slices.Contains(types, name):
		c.fault("type [" + name + "] is not permitted")
		return
	}
	keys := c.rules.types[name]
	for _, k := range c.rules.required[name] {
		if _, has := m[k]; !has {
			c.fault("required key [" + k + "] not found")
		}
	}
	for k, one := range entries(m, c.sorted) {
		rule, known := keys[k]
		switch {
		case k == "type":
		case !known:
			c.fault("extraneous key [" + k + "] is not permitted")
		default:
			c.enter(k)
			c.value(one, rule)
			c.leave()
		}
	}
}

// value checks one key's value: of any kind that the rule allows.
func (c *cardCheck) value(v any, rule keyRule) {
	kind := jsonType(v)
	i := slices.IndexFunc(rule, func(k valueKind) bool { return k.json == kind })
	if i < 0 {
		wanted := make([]string, len(rule))
		for i, k := range rule {
			wanted[i] = k.json
		}
		c.fault("expected type: " + strings.Join(wanted, " or ") + ", found: " + kind)
		return
	}
	switch k := rule[i]; v := v.(type) {
	case string:
		if len(k.words) > 0 && !slices.ContainsFunc(k.words, func(w string) bool { return strings.EqualFold(w, v) }) {
			c.fault(v + " is not a valid enum value")
		}
	case map[string]any:
		if k.of != nil {
			c.object(v, k.of)
		}
	case []any:
		for i, one := range v {
			if !k.strings || jsonType(one) != kindString {
				c.enter(strconv.Itoa(i))
				c.object(one, k.of)
				c.leave()
			}
		}
	}
}

// count gives the images in a part of a card and faults lists with too many buttons.
func (c *cardCheck) count(v any) (images int) {
	switch v := v.(type) {
	case []any:
		for i, one := range v {
			c.enter(strconv.Itoa(i))
			images += c.count(one)
			c.leave()
		}
	case map[string]any:
		if v["type"] == "Image" {
			images++
		}
		for k, one := range entries(v, c.sorted) {
			if k == "data" { // free content
				continue
			}
			c.enter(k)
			if list, isList := one.([]any); isList && k == "actions" && len(list) > maxButtons {
				c.fault(fmt.Sprintf("expected maximum item count: %d, found: %d", maxButtons, len(list)))
			}
			images += c.count(one)
			c.leave()
		}
	}
	return images
}

// The JSON types as fault texts name them.
const (
	kindString = "String"
	kindNumber = "Number"
	kindBool   = "Boolean"
	kindObject = "JSONObject"
	kindArray  = "JSONArray"
	kindNull   = "Null"
)

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return kindString
	case json.Number, float64:
		return kindNumber
	case bool:
		return kindBool
	case map[string]any:
		return kindObject
	case []any:
		return kindArray
	default:
		return kindNull
	}
}

// entries goes through a map, in the order of its keys if that is asked for.
func entries[V any](m map[string]V, sorted bool) iter.Seq2[string, V] {
	if !sorted {
		return maps.All(m)
	}
	return func(yield func(string, V) bool) {
		for _, k := range sortedKeys(m) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
