package webex

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlainOptions: the quick way to read options reads them as the other one does,
// or leaves them to it.
func TestPlainOptions(t *testing.T) {
	t.Parallel()
	for doc, quick := range map[string]bool{
		`[{"value":"Sales","defaultValue":true},{"value":"部門","defaultValue":false},{"value":""}]`: true,
		" [ { \"defaultValue\":true , \"value\": \"a } ] b\" }\n] ":                                true,
		`[{"value":"a","value":"b"}]`:         true,
		`[{"defaultValue":true}]`:             true,
		`[]`:                                  false,
		`null`:                                false,
		`[{}]`:                                false,
		`[{"value":4711}]`:                    false,
		`[{"value":"a","defaultValue":null}]`: false,
		`[{"value":"say \"hi\" \u00e4"}]`:     false,
		`[{"Value":"a"}]`:                     false,
		`[{"value":"a","color":"red"}]`:       false,
		`[{"value":"a"},{"value":"b","_other":"x"}]`: false,
		"[{\"value\":\"\xff\"}]":                     false,
	} {
		if _, ok := plainOptions([]byte(doc)); ok != quick {
			t.Errorf("%s: read quickly %v, want %v", doc, ok, quick)
		}
		var want []wireOption
		var got wireOptions
		wrong := json.Unmarshal([]byte(doc), &want)
		if err := json.Unmarshal([]byte(doc), &got); (err == nil) != (wrong == nil) {
			t.Errorf("%s: %v, want %v", doc, err, wrong)
		}
		if diff := cmp.Diff(optionsOf(want), got); diff != "" {
			t.Errorf("%s (-slowly +quickly):\n%s", doc, diff)
		}
	}
}

// TestOthers: what a program does not know is kept, however it is written.
func TestOthers(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`{"value":"a","defaultValue":true}`:                "",
		`{"value":"color\":", "defaultValue" : ["x","y"]}`: "",
		`{"value":{"color":"red"}}`:                        "",
		`{"value":"a","color":"red"}`:                      `{"color":"red"}`,
		`{"color" : [{"value":1}],"value":"a"}`:            `{"color":[{"value":1}]}`,
		`{"Value":"a"}`:                                    `{"Value":"a"}`,
		`{"v\u0061lue":"a"}`:                               "",
		`{}`:                                               "",
		`null`:                                             "",
	} {
		if got := others([]byte(doc), "value", "defaultValue"); got != want {
			t.Errorf("others of %s = %q, want %q", doc, got, want)
		}
	}
}

// TestCodeWithoutItsOptions: a code whose options are read apart is the same as one
// that is read whole.
func TestCodeWithoutItsOptions(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"id":"1","name":"a } \" , : b","options":[{"value":"x"},{"value":"y","defaultValue":true}],"inputMode":"select"}`,
		`{ "options" : [ {"value":"]}\\"} ] , "id" : 7, "color" : {"options":[1]} }`,
		`{"id":"1","options":null,"scheduleStartCodes":[{"service":"All","type":"required"}]}`,
		`{"id":"1","options":[]}`,
		`{"id":"1","options":[{"value":"a","color":"red"},{"value":4711}]}`,
		`{"id":"1","Options":[{"value":"a"}]}`,
		`{"id":"1","options":"none"}`,
		`{"id":"1"}`,
		`{}`,
		`null`,
	} {
		type plain wireCode
		var whole plain
		var got wireCode
		wrong := json.Unmarshal([]byte(doc), &whole)
		if err := json.Unmarshal([]byte(doc), &got); (err == nil) != (wrong == nil) {
			t.Errorf("%s: %v, want %v", doc, err, wrong)
			continue
		}
		whole.Other = others([]byte(doc), "id", "name", "siteUrl", "inputMode", "options", "hostProfileCode", "scheduleStartCodes")
		want := wireCode(whole)
		if diff := cmp.Diff(want.value(), got.value()); diff != "" {
			t.Errorf("%s (-whole +apart):\n%s", doc, diff)
		}
	}
}
