package access

import "testing"

// TestRoles: editors and approvers are the admins where none are named, and must
// be admitted themselves.
func TestRoles(t *testing.T) {
	for _, c := range []struct {
		name          string
		set           Settings
		email         string
		edit, approve bool
	}{
		{"admin", Settings{Admins: []string{"a@example.com"}}, "A@example.com", true, true},
		{"no admin", Settings{Admins: []string{"a@example.com"}}, "b@example.com", false, false},
		{"nobody", Settings{}, "a@example.com", false, false},
		{"editor", Settings{Admins: []string{"a@example.com"}, Editors: []string{"b@example.com"}}, "b@example.com", true, false},
		{"admin beside editors", Settings{Admins: []string{"a@example.com"}, Editors: []string{"b@example.com"}}, "a@example.com", false, true},
		{"approver", Settings{Approvers: []string{"c@example.com"}}, "c@example.com", false, true},
		{"denied editor", Settings{Editors: []string{"b@example.com"}, Denied: []string{"b@example.com"}}, "b@example.com", false, false},
	} {
		c.set.OwnOrg = "org"
		p := Person{ID: "P", OrgID: "org", Type: "person", Emails: []string{c.email}}
		if edit, approve := c.set.MayEdit(p), c.set.MayApprove(p); edit != c.edit || approve != c.approve {
			t.Errorf("%s: edit %t, approve %t; want %t, %t", c.name, edit, approve, c.edit, c.approve)
		}
		p.OrgID = "other"
		if c.set.MayEdit(p) || c.set.MayApprove(p) {
			t.Errorf("%s: somebody who may not ask may edit or approve", c.name)
		}
	}
}
