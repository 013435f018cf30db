package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// faultsOf returns what the check says of a card's JSON.
func faultsOf(tb testing.TB, card string) []string {
	tb.Helper()
	err := checkAttachment(Attachment{cardType, json.RawMessage(card)})
	if err == nil {
		return nil
	}
	e, is := errors.AsType[*apiError](err)
	if !is {
		tb.Fatalf("checkAttachment(%s): %v", card, err)
	}
	_, raw := errorBody(e, "")
	var out struct {
		Errors struct {
			Attachments struct {
				Reason string
				Faults []string `json:"attachmentErrors"`
			}
		}
	}
	if json.Unmarshal(raw, &out) != nil || out.Errors.Attachments.Faults == nil {
		return []string{e.message + out.Errors.Attachments.Reason}
	}
	return out.Errors.Attachments.Faults
}

func TestCardFaults(t *testing.T) {
	body := func(element string) string { return `{"type":"AdaptiveCard","version":"1.3","body":[` + element + `]}` }
	buttons := func(n int) string {
		return `{"type":"AdaptiveCard","version":"1.3","actions":[` + strings.TrimSuffix(strings.Repeat(`{"type":"Action.Submit","title":"x"},`, n), ",") + `]}`
	}
	for _, c := range []struct {
		card string
		want []string
	}{
		{body(`{"type":"TextBlock","text":"x","wrap":true,"color":"Good","spacing":"none"}`), nil},
		{body(`{"type":"ColumnSet","columns":[{"width":"stretch","items":[]},{"type":"Column","width":50}]}`), nil},
		{body(`{"type":"RichTextBlock","inlines":["a",{"type":"TextRun","text":"b"}]}`), nil},
		{body(`{"type":"FactSet","facts":[{"title":"a","value":"b"}]}`), nil},
		{body(`{"type":"Input.Text","id":"a","inlineAction":{"type":"Action.Submit","data":{"foo":[1]}}}`), nil},
		{body(`{"type":"TextBlock","foo":1}`), []string{"#/body/0: required key [text] not found", "#/body/0: extraneous key [foo] is not permitted"}},
		{body(`{"type":"TextBlock","text":"x","wrap":"true"}`), []string{"#/body/0/wrap: expected type: Boolean, found: String"}},
		{body(`{"type":"TextBlock","text":7}`), []string{"#/body/0/text: expected type: String, found: Number"}},
		{body(`{"type":"TextBlock","text":"x","color":"red"}`), []string{"#/body/0/color: red is not a valid enum value"}},
		{body(`{"type":"TextBlock","text":"x","style":"heading"}`), []string{"#/body/0: extraneous key [style] is not permitted"}},
		{body(`{"type":"Table"}`), []string{"#/body/0/type: Table is not a valid enum value"}},
		{body(`{"text":"x"}`), []string{"#/body/0: required key [type] not found"}},
		{body(`"x"`), []string{"#/body/0: expected type: JSONObject, found: String"}},
		{body(`{"type":"FactSet","facts":[{"title":"a","value":1}]}`), []string{"#/body/0/facts/0/value: expected type: String, found: Number"}},
		{body(`{"type":"Input.Text","horizontalAlignment":"left"}`), []string{"#/body/0: required key [id] not found", "#/body/0: extraneous key [horizontalAlignment] is not permitted"}},
		{body(`{"type":"Container","items":[{"type":"Container"}]}`), []string{"#/body/0/items/0: required key [items] not found"}},
		{body(`{"type":"Container","items":[],"selectAction":{"type":"Action.ShowCard"}}`), []string{"#/body/0/selectAction/type: Action.ShowCard is not a valid enum value"}},
		{`{"type":"AdaptiveCard","body":[]}`, []string{"One (or more) of the arguments is invalid.Missing Adaptive Card Version"}},
		{`{"type":"AdaptiveCard","version":"1.4"}`, []string{"#/version: 1.4 is not a valid enum value"}},
		{`{"type":"AdaptiveCard","version":"1.3","actions":[{"type":"Action.ShowCard","card":{"type":"AdaptiveCard","body":[]}}]}`, nil}, // only the top one needs a version
		{body(`{"type":"TextBlock","text":"x","fallback":"drop"}`), nil},
		{body(`{"type":"TextBlock","text":"x","fallback":7}`), []string{"#/body/0/fallback: expected type: JSONObject, found: Number"}},
		{body(`{"type":"Column"}`), []string{"#/body/0/type: Column is not a valid enum value"}},
		{`{"type":"AdaptiveCard","version":"1.3","$schema":"x"}`, []string{"#/$schema: [x] is not a valid uri"}},
		{`{"version":"1.3"}`, []string{"#: required key [type] not found"}},
		{buttons(5), nil},
		{buttons(6), []string{"#/actions: expected maximum item count: 5, found: 6"}},
		{body(strings.TrimSuffix(strings.Repeat(`{"type":"Image","url":"https://example.com/x"},`, 11), ",")), []string{"#: expected at most 10 images, found: 11"}},
		{`[]`, []string{"#: expected type: JSONObject, found: JSONArray"}},
		{`{`, []string{"#: expected a card"}},
		{body(`{"type":"TextBlock","text":"` + strings.Repeat("x", maxCardBytes) + `"}`), []string{"The card is too large."}},
	} {
		if got := faultsOf(t, c.card); !slices.Equal(got, c.want) {
			t.Errorf("card %.200s:\ngot  %q\nwant %q", c.card, got, c.want)
		}
	}
}

func TestRefusedCard(t *testing.T) {
	s := start(t, Options{})
	card := object{"type": "AdaptiveCard", "version": "1.3", "body": []any{object{"type": "TextBlock", "foo": 1}}}
	post := func(kind string) (int, object) {
		status, _, body := call(t, s, s.BotToken(), http.MethodPost, "/messages", object{
			"toPersonEmail": "alice@example.com", "text": "x", "attachments": []any{object{"contentType": kind, "content": card}},
		})
		return status, body
	}
	status, body := post(cardType)
	want := object{"attachments": object{
		"code": "invalid_attachments", "reason": "Invalid Adaptive Card Json",
		"attachmentErrors": []any{"#/body/0: required key [text] not found", "#/body/0: extraneous key [foo] is not permitted"},
	}}
	if diff := cmp.Diff(want, body["errors"]); status != 400 || diff != "" {
		t.Errorf("status %d, errors differ from the captured ones:\n%s", status, diff)
	}
	if status, _ := post("application/json"); status != 400 {
		t.Errorf("other content type: %d, want 400", status)
	}
}

// smallestCards hold one object of each type, with no key but those it needs.
func smallestCards() map[string]string {
	card := func(body string) string { return `{"type":"AdaptiveCard","version":"1.3",` + body + `}` }
	body := func(element string) string { return card(`"body":[` + element + `]`) }
	return map[string]string{
		"AdaptiveCard":            card(`"lang":"en"`),
		"TextBlock":               body(`{"type":"TextBlock","text":"x"}`),
		"RichTextBlock":           body(`{"type":"RichTextBlock","inlines":[]}`),
		"TextRun":                 body(`{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"x"}]}`),
		"Image":                   body(`{"type":"Image","url":"https://example.com/x"}`),
		"ImageSet":                body(`{"type":"ImageSet","images":[]}`),
		"Media":                   body(`{"type":"Media","sources":[]}`),
		"MediaSource":             body(`{"type":"Media","sources":[{"type":"MediaSource","mimeType":"x","url":"https://example.com/x"}]}`),
		"FactSet":                 body(`{"type":"FactSet","facts":[]}`),
		"Fact":                    body(`{"type":"FactSet","facts":[{"type":"Fact","title":"x","value":"y"}]}`),
		"Container":               body(`{"type":"Container","items":[]}`),
		"ColumnSet":               body(`{"type":"ColumnSet"}`),
		"Column":                  body(`{"type":"ColumnSet","columns":[{"type":"Column"}]}`),
		"ActionSet":               body(`{"type":"ActionSet","actions":[]}`),
		"BackgroundImage":         card(`"backgroundImage":{"type":"BackgroundImage","url":"https://example.com/x"}`),
		"Action.OpenUrl":          card(`"actions":[{"type":"Action.OpenUrl","url":"https://example.com/x"}]`),
		"Action.Submit":           card(`"selectAction":{"type":"Action.Submit"}`),
		"Action.ShowCard":         card(`"actions":[{"type":"Action.ShowCard"}]`),
		"Action.ToggleVisibility": card(`"actions":[{"type":"Action.ToggleVisibility"}]`),
		"TargetElement":           card(`"actions":[{"type":"Action.ToggleVisibility","targetElements":[{"type":"TargetElement","elementId":"x"}]}]`),
		"Input.Text":              body(`{"type":"Input.Text","id":"x"}`),
		"Input.Number":            body(`{"type":"Input.Number","id":"x"}`),
		"Input.Date":              body(`{"type":"Input.Date","id":"x"}`),
		"Input.Time":              body(`{"type":"Input.Time","id":"x"}`),
		"Input.Toggle":            body(`{"type":"Input.Toggle","id":"x","title":"y"}`),
		"Input.ChoiceSet":         body(`{"type":"Input.ChoiceSet","id":"x","choices":[]}`),
		"Input.Choice":            body(`{"type":"Input.ChoiceSet","id":"x","choices":[{"type":"Input.Choice","title":"x","value":"y"}]}`),
	}
}

// TestPublishedSchema compares the verdicts of our schema with those of the
// published one, on each type with one key changed, added or taken away.
func TestPublishedSchema(t *testing.T) {
	const file = "adaptive-card-1.3.0.schema.json"
	published, err := jsonschema.NewCompiler().Compile(specFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	types := readSpec(t, file).at("definitions")
	values := []any{
		"x", nil, true, json.Number("7"), "Auto", "default", "Person", "email", "expanded", "drop", "1.3", "cover", "Good", "monospace",
		"extraLarge", "positive", "center",
		object{},
		[]any{"x"},
		object{"x": "y"},
		object{"url": "https://example.com/x"},
		object{"type": "Action.Submit"},
		object{"type": "Action.ShowCard"},
		object{"type": "Column"},
		object{"type": "AdaptiveCard"},
		[]any{object{"type": "TextBlock", "text": "x"}},
		[]any{object{"type": "Action.ShowCard"}},
	}
	check := func(smallest, name, key string, change func(part object)) {
		card, err := jsonschema.UnmarshalJSON(strings.NewReader(smallest))
		if err != nil {
			t.Fatal(err)
		}
		change(partOf(card, name))
		ours, theirs := cardFaults(card), published.Validate(card)
		if (len(ours) > 0) != (theirs != nil) && (theirs != nil || !stricter(key, ours[0])) {
			t.Errorf("%v: we say %q, the published schema %v", card, ours, theirs)
		}
	}
	for name, smallest := range smallestCards() {
		check(smallest, name, "", func(object) {})
		for key := range keysOf(types) {
			check(smallest, name, key, func(part object) { part[key] = "x" })
		}
		own, _ := types[name].(object)
		for key := range keysOf(object{name: own}) {
			check(smallest, name, key, func(part object) { delete(part, key) })
			for _, value := range values {
				check(smallest, name, key, func(part object) { part[key] = value })
			}
		}
	}
}

// keysOf are the keys of some types of the published schema, and one that no type has.
func keysOf(types object) map[string]bool {
	keys := map[string]bool{"unknown": true}
	for _, one := range types {
		d, _ := one.(object)
		for _, part := range append(objects(d, "anyOf"), d) {
			properties, _ := part["properties"].(object)
			for key := range properties {
				keys[key] = true
			}
		}
	}
	return keys
}

// stricter reports whether we refuse on purpose what the published schema
// takes: it lets every value but a string pass for a word and for a fallback,
// takes any version and size, and does not ask for the type of a card.
func stricter(key, fault string) bool {
	return slices.Contains([]string{"fallback", "version", "size", "imageSize"}, key) ||
		strings.Contains(fault, "String, found: ") || (key == "type" || key == "card") && strings.HasSuffix(fault, "required key [type] not found")
}

// partOf finds the object of a type in a card.
func partOf(card any, name string) object {
	for part := range cardParts(card, "body", "inlines", "sources", "facts", "columns", "backgroundImage", "actions", "selectAction", "targetElements", "choices") {
		if part["type"] == name {
			return part
		}
	}
	return nil
}

func FuzzCard(f *testing.F) {
	for _, seed := range []string{`{"type":"AdaptiveCard","version":"1.3","body":[{"type":"ColumnSet","columns":[{}]}]}`, `[]`, `null`, `{"version":{}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, card string) {
		_ = checkAttachment(Attachment{cardType, json.RawMessage(card)})
	})
}

func BenchmarkCardCheck(b *testing.B) {
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf(`{"type":"TextBlock","text":"row %d","wrap":true,"spacing":"none"}`, i))
	}
	a := Attachment{cardType, json.RawMessage(`{"type":"AdaptiveCard","version":"1.3","body":[` + strings.Join(rows, ",") + `]}`)}
	b.ReportAllocs()
	for b.Loop() {
		if err := checkAttachment(a); err != nil {
			b.Fatal(err)
		}
	}
}
