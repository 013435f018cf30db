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
)

// faultsOf gives what the check says of a card's JSON.
func faultsOf(tb testing.TB, s *Simulator, card string) []string {
	tb.Helper()
	err := s.checkAttachment(Attachment{cardType, json.RawMessage(card)})
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
	s := start(t, Options{})
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
		{body(`{"type":"Table"}`), []string{"#/body/0: type [Table] is not permitted"}},
		{body(`{"text":"x"}`), []string{"#/body/0: required key [type] not found"}},
		{body(`"x"`), []string{"#/body/0: expected type: JSONObject, found: String"}},
		{body(`{"type":"FactSet","facts":[{"title":"a","value":1}]}`), []string{"#/body/0/facts/0/value: expected type: String, found: Number"}},
		{body(`{"type":"Input.Text","horizontalAlignment":"left"}`), []string{"#/body/0: required key [id] not found", "#/body/0: extraneous key [horizontalAlignment] is not permitted"}},
		{body(`{"type":"Container","items":[{"type":"Container"}]}`), []string{"#/body/0/items/0: required key [items] not found"}},
		{body(`{"type":"Container","items":[],"selectAction":{"type":"Action.ShowCard"}}`), []string{"#/body/0/selectAction: type [Action.ShowCard] is not permitted"}},
		{`{"type":"AdaptiveCard","body":[]}`, []string{"One (or more) of the arguments is invalid.Missing Adaptive Card Version"}},
		{`{"type":"AdaptiveCard","version":"1.4"}`, []string{"#/version: 1.4 is not a valid enum value"}},
		{`{"version":"1.3"}`, []string{"#: required key [type] not found"}},
		{buttons(5), nil},
		{buttons(6), []string{"#/actions: expected maximum item count: 5, found: 6"}},
		{body(strings.TrimSuffix(strings.Repeat(`{"type":"Image","url":"https://example.com/x"},`, 11), ",")), []string{"#: expected at most 10 images, found: 11"}},
		{`[]`, []string{"#: expected type: JSONObject, found: JSONArray"}},
		{`{`, []string{"#: expected a card"}},
		{body(`{"type":"TextBlock","text":"` + strings.Repeat("x", maxCardBytes) + `"}`), []string{"The card is too large."}},
	} {
		if got := faultsOf(t, s, c.card); !slices.Equal(got, c.want) {
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

func TestCardSchema(t *testing.T) {
	s := start(t, Options{SchemaPath: specFile(t, "adaptive-card-1.3.0.schema.json")})
	good := `{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"x","wrap":true}]}`
	if got := faultsOf(t, s, good); got != nil {
		t.Errorf("good card: %q", got)
	}
	bad := strings.Replace(good, `"wrap":true`, `"wrap":1`, 1)
	if got := faultsOf(t, s, bad); len(got) < 2 || !strings.Contains(strings.Join(got, " "), "schema: ") {
		t.Errorf("bad card: %q", got)
	}
	if _, err := Start(t.Context(), Options{SchemaPath: "missing.json"}); err == nil {
		t.Error("Start with a schema that is not there: no error")
	}
}

func FuzzCard(f *testing.F) {
	for _, seed := range []string{`{"type":"AdaptiveCard","version":"1.3","body":[{"type":"ColumnSet","columns":[{}]}]}`, `[]`, `null`, `{"version":{}}`} {
		f.Add(seed)
	}
	s := start(f, Options{})
	f.Fuzz(func(_ *testing.T, card string) {
		_ = s.checkAttachment(Attachment{cardType, json.RawMessage(card)})
	})
}

func BenchmarkCardCheck(b *testing.B) {
	s := start(b, Options{})
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf(`{"type":"TextBlock","text":"row %d","wrap":true,"spacing":"none"}`, i))
	}
	a := Attachment{cardType, json.RawMessage(`{"type":"AdaptiveCard","version":"1.3","body":[` + strings.Join(rows, ",") + `]}`)}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.checkAttachment(a); err != nil {
			b.Fatal(err)
		}
	}
}
