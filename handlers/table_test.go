package handlers

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/webex"
)

func exportable() []webex.TrackingCode {
	return []webex.TrackingCode{
		picked(func(c *webex.TrackingCode) {
			c.Name = "=HYPERLINK(\"https://evil.test\")"
			c.Options = []webex.Option{{Value: "@SUM(A1)", DefaultValue: true}, {Value: "営業, 部\t1"}, {Value: "a\"b"}}
		}),
		{ID: "2", Name: "אזור", InputMode: "hostProfileSelect", HostProfileCode: "adminSet", SiteURL: "example.webex.com"},
	}
}

func TestCodeRows(t *testing.T) {
	want := table{
		{"Code ID", "Tracking code", "Value", "Host profile", "Meetings", "Events", "Training", "Support", "Option", "Default"},
		{"1", "=HYPERLINK(\"https://evil.test\")", "pick from the list", "optional", "optional", "optional", "optional", "optional", "@SUM(A1)", "yes"},
		{"1", "=HYPERLINK(\"https://evil.test\")", "pick from the list", "optional", "optional", "optional", "optional", "optional", "営業, 部\t1", ""},
		{"1", "=HYPERLINK(\"https://evil.test\")", "pick from the list", "optional", "optional", "optional", "optional", "optional", "a\"b", ""},
		{"2", "אזור", "set in the host profile", "set by an admin", "", "", "", "", "", ""},
	}
	var got table
	for row := range codeRows(exportable()) {
		got = append(got, slices.Clone(row))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codeRows (-want +got):\n%s", diff)
	}
}

func TestCSVRunsNothing(t *testing.T) {
	raw, err := asCSV(codeRows(exportable()))
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(string(raw), "\ufeff")
	if !marked || !strings.Contains(text, "\r\n") {
		t.Errorf("no byte order mark or no CRLF: %q", text[:40])
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	if rows[2][8] != "営業, 部\t1" || rows[3][8] != "a\"b" || rows[1][8] != "'@SUM(A1)" {
		t.Errorf("cells = %q", rows)
	}
	for cell, want := range map[string]string{
		"": "", "a=b": "a=b", "-1": "'-1", "+49": "'+49", "\t=1": "'\t'=1", "\r=1": "'\r=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "部": "部",
		"a;=1+1;b": "a;'=1+1;b", "a; -1": "a; '-1", "a;\"=1\"": "a;\"'=1\"", "a\t=1": "a\t'=1", "a;b": "a;b", " =1": " =1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("harmless(%q) = %q, want %q", cell, got, want)
		}
	}
}

func TestControlHubForm(t *testing.T) {
	raw, err := asUTF16(codeRows(exportable()))
	if err != nil || len(raw) < 2 || raw[0] != 0xFF || raw[1] != 0xFE || len(raw)%2 != 0 {
		t.Fatalf("% x, %v; want UTF-16LE with its mark", raw[:min(8, len(raw))], err)
	}
	text := textOf(raw)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 5 || rows[1][8] != "@SUM(A1)" || rows[2][8] != "営業, 部\t1" || rows[4][1] != "אזור" {
		t.Errorf("rows %q, %v; want the values as they are", rows, err)
	}
}

func TestCodesJSON(t *testing.T) {
	raw, err := codesJSON("example.webex.com", exportable())
	var got struct {
		SiteURL string               `json:"siteUrl"`
		Codes   []webex.TrackingCode `json:"trackingCodes"`
	}
	if err != nil || json.Unmarshal(raw, &got) != nil || got.SiteURL != "example.webex.com" || !cmp.Equal(got.Codes, exportable()) {
		t.Errorf("codesJSON = %s, %v", raw, err)
	}
	if !strings.Contains(string(raw), `"scheduleStartCodes": null`) {
		t.Error("a missing list of rules must stay null")
	}
}

func TestFileName(t *testing.T) {
	today := time.Now().UTC().Format(time.DateOnly) + ".csv"
	for want, words := range map[string][]string{
		"codes-example.webex.com-":        {"codes", "example.webex.com"},
		"code-customAttribute3-region-x-": {"code-customAttribute3/region", "x"},
		"missing-R-D-Core-":               {"missing", "R&D Core"},
		"C--x-y-":                         {`C:\x`, "y"},
		"Kosten-s---":                     {"Kosten", "süß"},
		"etc-passwd----":                  {"../../etc/passwd\x00\r\n"},
		"":                                {".."},
	} {
		if got := fileName("csv", words...); got != want+today {
			t.Errorf("fileName(%q) = %q, want %q", words, got, want+today)
		}
	}
}
