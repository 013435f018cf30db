package config

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// longID is the form in which Webex shows an id.
func longID(kind, id string) string {
	return base64.StdEncoding.EncodeToString([]byte("ciscospark://us/" + kind + "/" + id))
}

// An id that can name nothing would be a rule that nobody meets, or a hole: it
// stops the start under the name of its variable.
func TestIDsOfListsAreChecked(t *testing.T) {
	const uuid = "2f1c5c0e-7c1b-4f0f-9d3a-0d8c3a1a7e11"
	org, room := longID("ORGANIZATION", uuid), longID("ROOM", uuid)
	for _, tt := range []struct {
		variable string
		good     []string
		bad      []string
	}{
		{"ALLOWED_ORGS", []string{uuid, strings.ToUpper(uuid), org, strings.TrimRight(org, "="), "own", "none", "consumer", longID("ORGANIZATION", "consumer"), "own," + uuid, uuid + " , " + org}, []string{
			"zz", "org-2", "example.com", "direct", uuid[1:], uuid + "0", "{" + uuid + "}", "urn:uuid:" + uuid, strings.ReplaceAll(uuid, "-", ""),
			room, longID("PEOPLE", uuid), longID("ORGANIZATION", "zz"), longID("ORGANIZATION", ""), org[:len(org)-6], "Y2lzY29zcGFyazovLw",
			uuid + ",zz", "own,,none",
		}},
		{"ALLOWED_ROOMS", []string{uuid, room, strings.TrimRight(room, "="), "direct", "direct," + room}, []string{
			"zz", "elsewhere", "own", "consumer", org, longID("ROOM", "consumer"), longID("MESSAGE", uuid), room + ",zz",
		}},
	} {
		for _, need := range []Need{ForServe, ForCheck} {
			for _, value := range tt.good {
				c, err := Load(need, with(tt.variable+"="+value), "")
				if err != nil || len(c.Problems) > 0 {
					t.Errorf("%s=%s: %v, %v, want no problem", tt.variable, value, err, c.Problems)
				}
			}
			for _, value := range tt.bad {
				c, err := Load(need, with(tt.variable+"="+value), "")
				problems := c.Problems
				if invalid, ok := errors.AsType[*InvalidError](err); ok {
					problems = invalid.Problems
				}
				if len(problems) != 1 || problems[0].Variable != tt.variable {
					t.Errorf("%s=%s: %v, %v, want that variable refused", tt.variable, value, err, problems)
				}
			}
		}
	}
}

// A site that the bot would never find in a question does not pass as a setting.
func TestSitesOfOtherScriptsAreRefused(t *testing.T) {
	for _, site := range []string{"xn--exmple-4nf.webex.com", "a.XN--p1ai", "exаmple.webex.com", "bücher.webex.com"} {
		for _, variable := range []string{"ALLOWED_SITES=" + site, "ALLOWED_SITES=a.webex.com," + site, "DEFAULT_SITE=" + site, "SITE_NICKNAMES=x=" + site} {
			name, _, _ := strings.Cut(variable, "=")
			_, err := Load(ForServe, with(variable), "")
			if invalid, ok := errors.AsType[*InvalidError](err); !ok || len(invalid.Problems) != 1 || invalid.Problems[0].Variable != name {
				t.Errorf("%s: %v, want %s refused", variable, err, name)
			}
		}
	}
}
