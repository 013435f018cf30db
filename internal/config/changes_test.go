package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestChanges: what may be changed is off by default, and somebody must be able to
// ask and to approve where it is not.
func TestChanges(t *testing.T) {
	for _, c := range []struct {
		set              []string
		problem, warning string
	}{
		{[]string{"CHANGES=ALL", "ADMINS=a@example.com,b@example.com"}, "", ""},
		{[]string{"CHANGES=people", "EDITORS=a@example.com", "APPROVERS=b@example.com", "CHANGE_MINUTES=1440"}, "", ""},
		{[]string{"CHANGES=yes", "ADMINS=a@example.com"}, "CHANGES is none of off, people and all", ""},
		{[]string{"CHANGES=all"}, "EDITORS is missing", ""},
		{[]string{"CHANGES=all", "EDITORS=a@example.com"}, "APPROVERS is missing", ""},
		{[]string{"CHANGES=all", "ADMINS=a@example.com"}, "", "nothing can be changed"},
		{[]string{"CHANGES=all", "ADMINS=a@example.com", "SELF_APPROVAL=true"}, "", "one stolen account"},
		{[]string{"CHANGES=all", "EDITORS=a@example.com", "APPROVERS=b@example.com", "SELF_APPROVAL=true"}, "", ""},
		{[]string{"CHANGE_MINUTES=0"}, "CHANGE_MINUTES", ""},
	} {
		got, err := Load(ForServe, with(c.set...), "")
		if c.problem != "" {
			if invalid, ok := errors.AsType[*InvalidError](err); !ok || !strings.Contains(strings.ReplaceAll(invalid.Error(), ":", ""), c.problem) {
				t.Errorf("%v: error = %v, want %q", c.set, err, c.problem)
			}
			continue
		}
		warned := slices.ContainsFunc(got.Warnings, func(w string) bool { return strings.Contains(w, c.warning) })
		if err != nil || warned == (c.warning == "") && len(got.Warnings) > 0 {
			t.Errorf("%v: error %v, warnings %q, want %q", c.set, err, got.Warnings, c.warning)
		}
	}
}
