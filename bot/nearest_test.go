package bot

import (
	"slices"
	"strings"
	"testing"
)

func anybody(Command) bool { return true }

func TestNearest(t *testing.T) {
	p := NewParser(questions())
	for text, want := range map[string]string{
		"trakcing code 1":                    "code",
		"tracing code 1":                     "code",
		"trackign cdoe 1 on example":         "code",
		"track ing code 1":                   "code",
		"trackingcdoe 1":                     "code",
		"trackin 1":                          "code",
		"tracking 1":                         "code",
		"cdoe 1":                             "code",
		"cod 1":                              "code",
		"please show me the trakcing code 1": "code",
		"codse on example":                   "codes",
		"coeds":                              "codes",
		"lsit":                               "codes",
		"lits codes":                         "codes",
		"trackin codes":                      "codes",
		"hlep":                               "help",
		"hepl!":                              "help",
		"optoins of Cost Center":             "options",
		"copmare Department":                 "compare",
		"who is misssing Department":         "missing",
		"list the meetings we had":           "codes",
		"stie":                               "sites",
		"what is the weather":                "",
		"Department":                         "",
		"1":                                  "",
		"":                                   "",
		"us":                                 "",
		"pizza":                              "",
		"部門":                                 "",
		strings.Repeat("x", 5000):            "",
		"one two three four five six seven eight trakc": "",
	} {
		got := ""
		if list := p.nearest(newWords(text), anybody); len(list) > 0 {
			got = list[0].command.Name
		}
		if got != want {
			t.Errorf("nearest(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMend(t *testing.T) {
	p := NewParser(questions())
	for _, test := range []struct{ text, command, about, site string }{
		{"trakcing code 1 on example.webex.com", "code", "1", "example.webex.com"},
		{`trakcing code "Work on Demand" on example.webex.com`, "code", "Work on Demand", "example.webex.com"},
		{"please show me trakcing code Cost Center", "code", "Cost Center", ""},
		{"codse on example.webex.com", "codes", "", "example.webex.com"},
		{"lsit the meetings of today", "codes", "", ""},
		{"Department on example.webex.com", "", "Department", "example.webex.com"},
		{"code 1", "", "", ""}, // understood
	} {
		q := p.Parse(test.text)
		list := p.Mend(q, anybody)
		if test.command == "" {
			if len(list) > 0 {
				t.Errorf("Mend(%q) = %+v, want nothing", test.text, list)
			}
			continue
		}
		if len(list) == 0 || list[0].Command != test.command || list[0].Text != test.about || list[0].Site != test.site {
			t.Errorf("Mend(%q) = %+v, want %q %q on %q first", test.text, list, test.command, test.about, test.site)
		}
	}
}

func TestNearestNames(t *testing.T) {
	names := []string{"Department", "Departement Code", "Cost Center", "Cost Centre", "Project", "Product", "R&D", "Work on Demand", "Отдел", "Joe\u2019s team", "1", "10"}
	for _, test := range []struct {
		want string
		n    int
		near []string
	}{
		{"Department", 1, []string{"Department"}},
		{"departmetn", 1, []string{"Department"}},
		{"DEPARTMENT", 2, []string{"Department", "Departement Code"}},
		{"Cost Cetner", 2, []string{"Cost Center", "Cost Centre"}},
		{"Cost", 1, []string{"Cost Center", "Cost Centre"}}, // equals are kept
		{"Center", 3, []string{"Cost Center"}},
		{"Projet", 1, []string{"Project"}},
		{"demand", 1, []string{"Work on Demand"}},
		{"the Department please", 1, []string{"Department"}},
		{"Отедл", 3, []string{"Отдел"}},
		{"joe's taem", 1, []string{"Joe\u2019s team"}},
		{"99", 3, nil},
		{"", 3, nil},
		{"xyzzy", 3, nil},
		{"Department", 0, nil},
		{"Department", -1, nil},
		{strings.Repeat("Department", 50), 3, nil},
	} {
		if got := NearestNames(test.want, names, test.n); !slices.Equal(got, test.near) {
			t.Errorf("NearestNames(%q, %d) = %q, want %q", test.want, test.n, got, test.near)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"a", "", 2},
		{"", "ab", 4},
		{"ab", "ba", 1},
		{"code", "cdoe", 1},
		{"code", "cod", 2},
		{"code", "node", 2},
		{"abcd", "badc", 2},
		{"ä", "a", 2},
	} {
		if got := distance(test.a, test.b, other); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a, other); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	p := NewParser(questions())
	b.ReportAllocs()
	for b.Loop() {
		if len(p.nearest(newWords("trakcing code 1 on example.webex.com"), anybody)) == 0 {
			b.Fatal("nothing near")
		}
	}
}

func TestNeighbouringKeysCountLess(t *testing.T) {
	names := []string{"Cost Center", "Host Center", "Vost Center", "Most Center"}
	if got := NearestNames("Xost Center", names, 1); len(got) != 1 || got[0] != "Cost Center" {
		t.Errorf("NearestNames(Xost) = %v, want Cost alone: x is beside c", got)
	}
	for pair, want := range map[string]int{"ab": 2, "as": 1, "aq": 1, "az": 1, "sx": 1, "op": 1, "pa": 2, "0p": 1, "lm": 2, "gt": 1, "gv": 1, "äa": 2} {
		r := []rune(pair)
		if got, back := slip(r[0], r[1]), slip(r[1], r[0]); got != want || back != want {
			t.Errorf("slip(%q) = %d and %d, want %d", pair, got, back, want)
		}
	}
	if got := NearestNames("Xost", []string{"Cost", "Bost", "Dost"}, 1); len(got) != 2 {
		t.Errorf("NearestNames(Xost) = %v, want c and d, which are both beside x", got)
	}
}
