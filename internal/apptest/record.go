package apptest

import (
	"encoding/json"
	"strings"

	"trackbot/internal/audit"
)

// Audited runs trackbot audit on the record of this bot and returns what it prints.
func (w *World) Audited(wantStatus int, args ...string) string {
	w.T.Helper()
	status, out, errs := Run(w.T, "", []string{"DATA_DIR=" + w.Dir}, append([]string{"audit"}, args...)...)
	if status != wantStatus {
		w.T.Errorf("trackbot audit %v: status %d, want %d: %s%s", args, status, wantStatus, out, errs)
	}
	return out
}

// Recorded are the lines of the record that a filter lets through, without
// those of the welcome.
func (w *World) Recorded(args ...string) []audit.Record {
	w.T.Helper()
	var list []audit.Record
	for line := range strings.Lines(w.Audited(0, append(args, "--json")...)) {
		var r audit.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			w.T.Fatalf("%v: %s", err, line)
		}
		if r.Command != "welcome" {
			list = append(list, r)
		}
	}
	return list
}
