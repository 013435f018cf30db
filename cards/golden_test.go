package cards_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"trackbot/cards"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const schemaFile = "../../shared/webex/spec/adaptive-card-1.3.0.schema.json"

// TestGolden shows every kind of view three times: the card as JSON, the
// markdown beside it, and the card as Draw shows it.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, v := range samples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			card, err := v.View().Card().JSON()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", pretty(t, card))
			golden(t, name+".md", []byte(v.View().Markdown()+"\n"))
			golden(t, name+".txt", draw(t, card, 64))
		})
	}
}

func pretty(t *testing.T, card []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, card, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func draw(t *testing.T, card []byte, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := cards.Draw(&b, card, width); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

// TestSchema validates every card as the service does: against the closed
// schema, in which a key it does not know is an error.
func TestSchema(t *testing.T) {
	schema := compile(t)
	all := make(map[string]*cards.Card)
	for name, v := range samples() {
		all[name] = v.View().Card()
		all[name].ID = "ref-7F3K-Q2"
	}
	for name, c := range all {
		card, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, card); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if validate(schema, []byte(`{"type":"AdaptiveCard","version":"1.3","body":[{"type":"TextBlock","text":"x","foo":1}]}`)) == nil {
		t.Error("the schema lets an unknown key pass; this test proves nothing")
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	if _, err := os.Stat(schemaFile); err != nil {
		t.Skipf("this test needs the Adaptive Cards schema in ../shared/webex/spec, and it is not there: %v", err)
	}
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(schema *jsonschema.Schema, card []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(card))
	if err != nil {
		return err
	}
	return schema.Validate(v)
}
