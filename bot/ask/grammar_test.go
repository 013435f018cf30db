package ask

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// TestWrongSites asks in 300 ways about sites that are not ours: no question may
// come of it that is about one of ours, or about the usual one.
func TestWrongSites(t *testing.T) {
	g, w := grammar(), world()
	sites := []string{
		"exapmle", "amea", "apac", "nowhere", "evil.com", "secret.webex.com", "example.webex.com.evil.com", "emea.example.webex.com.cn", "example.webex.com:8443",
		"https://example.webex.com@evil.com/", "https://evil.com#example.webex.com", `https://evil.com\@example.webex.com`, "ftp://example.webex.com", "http://10.0.0.1/",
		"10.0.0.1", "2130706433", "[::1]", "ex\u0430mple.webex.com", "\u212Aelvin.webex.com", "xn--exmple-4nf.webex.com", "éxample.webex.com", "example\u3002webex\u3002com.evil",
		"user@example.webex.com.evil", "example-webex.com", "examples", "us.example.webex.com", "example.webex.co", "example.com", "emea.webex.com", "ex\u0430mple",
	}
	shapes := []string{
		"tracking code 1 on %s", "codes on %s", "options of Department at %s", "is Department required on %s?", "what is the default of Cost Center on %s",
		"export codes on %s as csv", "check codes on %s", "my codes on %s", "find Sales on %s", "Department on the site %s please",
	}
	n := 0
	for _, site := range sites {
		for _, shape := range shapes {
			n++
			text := fmt.Sprintf(shape, site)
			for _, r := range g.Read(Text{Words: text}, w, From{Site: exampleHost}) {
				for _, q := range append(r.Suggestions, r.Question) {
					if q.Command != "" && len(q.Unknown) == 0 {
						t.Errorf("%q = %s, which loses the site", text, short(q))
					}
				}
			}
		}
	}
	for _, text := range []string{"tracking code 1 evil.com", "1 secret.webex.com", "codes secret.webex.com", "Department ex\u0430mple.webex.com", "code 1 https://evil.com/x"} {
		for _, r := range g.Read(Text{Words: text}, w, From{Site: exampleHost}) {
			if r.Command != "" && len(r.Unknown) == 0 {
				t.Errorf("%q = %s, which loses the site", text, short(r.Question))
			}
		}
	}
	if n != 300 {
		t.Errorf("%d inputs, want 300", n)
	}
}

// TestManyLines: as many questions as one message may hold fit into its steps,
// also where each is misspelt.
func TestManyLines(t *testing.T) {
	g := grammar()
	text := strings.Repeat("wht is the dfault of tracking cdoe 2 on emea\n", maxPieces)
	got := g.Read(Text{Words: text}, world(), From{Site: exampleHost})
	for _, r := range got {
		if r.Command != "fact" || r.Topic != "default" {
			t.Fatalf("read as %s", shorts(got))
		}
	}
	if len(got) != maxPieces {
		t.Errorf("%d questions, want %d", len(got), maxPieces)
	}
	got = g.Read(Text{Words: strings.Repeat("code 1 on emea\n", 30)}, world(), From{Site: exampleHost})
	if len(got) != maxPieces+1 || got[maxPieces].Command != "" || strings.Count(got[maxPieces].Said, "code 1") != 10 {
		t.Errorf("30 lines are %d readings, the last of them %+v", len(got), got[len(got)-1])
	}
	list := g.Read(Text{Words: "who is missing Department on example" + strings.Repeat("\nbob@example.com", 500)}, world(), From{})
	if len(list) != 1 || len(list[0].People) != 500 {
		t.Errorf("a list of 500 people is read as %d readings with %d people", len(list), len(list[0].People))
	}
}

// TestAtOnce reads with one grammar and one world from several goroutines.
func TestAtOnce(t *testing.T) {
	g, w := grammar(), world()
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, r := range typed()[:60] {
				if got := shorts(g.Read(Text{Words: r.text}, w, From{Me: "alice@example.com", Site: exampleHost})); got != r.want {
					t.Errorf("%q = %s, want %s", r.text, got, r.want)
				}
			}
		})
	}
	wait.Wait()
}

// TestJSON sends every question that is typed through a button and back.
func TestJSON(t *testing.T) {
	g := grammar()
	for _, r := range typed() {
		for _, reading := range read(g, r.text, nil) {
			b, err := json.Marshal(reading.Question)
			var back Question
			if err == nil {
				err = json.Unmarshal(b, &back)
			}
			if err != nil || !reflect.DeepEqual(back, reading.Question) {
				t.Errorf("%q: %+v went as %s and came back as %+v, %v", r.text, reading.Question, b, back, err)
			}
		}
	}
}

// TestNewCommand: a new command with two slots is one head and one line.
func TestNewCommand(t *testing.T) {
	g := New(English + `
propose:
	propose [option] {option} for {code}
`)
	got := g.Read(Text{Words: "please propose the option Legal for cost centre on emea"}, world(), From{Site: exampleHost})
	if s := shorts(got); s != "propose Cost Center option=Legal @emea" {
		t.Errorf("read as %s", s)
	}
}

// TestNewLanguage: a language is one small file.
func TestNewLanguage(t *testing.T) {
	const italian = `
# Italian
skip: i, il, lo, la, per favore
lead: quali, sono, mostrami
on: su
greeting:
	(ciao|buongiorno|salve) [a tutti]
codes:
	codici
`
	g := New(append(Languages(), italian)...)
	for text, want := range map[string]string{
		"ciao a tutti": "greeting", "Buongiorno!": "greeting", "quali sono i codici su emea?": "codes @emea", "codici su nessuno": "codes ?nessuno", "codici": "codes",
	} {
		if got := shorts(g.Read(Text{Words: text}, world(), From{Site: exampleHost})); got != want {
			t.Errorf("%q = %s, want %s", text, got, want)
		}
	}
}

// TestLanguages asks the commonest questions in every language.
func TestLanguages(t *testing.T) {
	g := grammar()
	for text, want := range map[string]string{
		"Hallo zusammen": "greeting", "Welche Codes sind für Meetings erforderlich?": "codes rule=required service=meetings", "Optionen von Department": "options Department",
		"Vergleiche Cost Center auf example und emea": "compare Cost Center @example,emea", "exportiere die Codes als csv": "export format=csv", "meine Codes": "values person=me",
		"setze codes\nbob@example.com;Department;Sales":  "setmany lines=bob@example.com;Department;Sales",
		"Ändere Department von bob@example.com zu Sales": "set Department option=Sales person=bob@example.com", "gib bob@example.com Department Sales": "set Department option=Sales person=bob@example.com", "füge Option Legal zu Department hinzu": "addoption Department option=Legal", "entferne Legal aus Department": "removeoption Department option=Legal",
		"mach Legal zum Standard von Department": "setdefault Department option=Legal", "mach Department zur Pflicht für Meetings": "setrule Department rule=required service=meetings", "genehmige 7F3K-Q2": "approve term=7F3K-Q2", "verwirf 7F3K-Q2": "discard term=7F3K-Q2", "mach 7F3K-Q2 rückgängig": "undo term=7F3K-Q2", "offene Änderungen": "changes",

		"prüfe emea": "check @emea", "suche Marketing": "find term=Marketing", "Was kannst du?": "help", "Standardwert von Division": "fact/default Division", "nutze emea": "use @emea",
		"Codes auf nirgendwo": "codes ?nirgendwo", "welche Sites gibt es?": "sites", "tschüss": "bye", "zeig mir code 1": "code Department",
		"salut": "greeting", "codes de suivi sur emea": "codes @emea", "options de Department": "options Department", "mes codes": "values person=me", "mets Department de bob@example.com à Sales": "set Department option=Sales person=bob@example.com", "ajoute l'option Legal à Department": "addoption Department option=Legal", "supprime Legal de Department": "removeoption Department option=Legal", "rends Department obligatoire pour les réunions": "setrule Department rule=required service=meetings", "approuve 7F3K-Q2": "approve term=7F3K-Q2", "annule 7F3K-Q2": "undo term=7F3K-Q2", "valeur par défaut de Division": "fact/default Division",
		"compare Cost Center sur example et emea": "compare Cost Center @example,emea", "aide-moi": "help", "au revoir": "bye", "Department est-il obligatoire ?": "fact/rule Department rule=required",
		"quels sites": "sites", "cherche Marketing": "find term=Marketing", "codes sur nulle-part": "codes ?nulle-part",
		"buenos días": "greeting", "códigos en emea": "codes @emea", "mis códigos": "values person=me", "pon Department de bob@example.com a Sales": "set Department option=Sales person=bob@example.com", "añade la opción Legal a Department": "addoption Department option=Legal", "elimina Legal de Department": "removeoption Department option=Legal", "haz Department obligatorio para reuniones": "setrule Department rule=required service=meetings", "aprueba 7F3K-Q2": "approve term=7F3K-Q2", "deshaz 7F3K-Q2": "undo term=7F3K-Q2", "¿Es obligatorio Department?": "fact/rule Department rule=required",
		"valores de Division": "options Division", "busca Marketing": "find term=Marketing", "adiós": "bye", "¿qué sitios hay?": "sites", "compara códigos en example y emea": "compare @example,emea",
		"Meetings ohne Code auf emea": "meetings service=meetings @emea", "Welche Besprechungen hatten letzten Monat keine Cost Center?": "meetings Cost Center service=meetings", "welche kommenden Meetings haben kein Department?": "meetings/coming Department service=meetings", "Webinare nach Department im Oktober": "meetings/by Department service=events",
		"réunions sans code sur emea": "meetings service=meetings @emea", "quelles réunions n'ont pas de Department": "meetings Department service=meetings", "prochaines réunions sans Cost Center": "meetings/coming Cost Center service=meetings", "réunions par Department en octobre": "meetings/by Department service=meetings",
		"reuniones sin código en emea": "meetings service=meetings @emea", "qué reuniones no tienen Department": "meetings Department service=meetings", "próximas reuniones sin Cost Center": "meetings/coming Cost Center service=meetings", "reuniones por Department en octubre": "meetings/by Department service=meetings",
		"muchas gracias": "thanks", "exporta los códigos como csv": "export format=csv",
	} {
		if got := shorts(read(g, text, nil)); got != want {
			t.Errorf("%q = %s, want %s", text, got, want)
		}
	}
}

// TestReferences reads references as they were given, whatever they end with.
func TestReferences(t *testing.T) {
	t.Parallel()
	const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	g, dice := grammar(), rand.New(rand.NewPCG(1, 2))
	for i := range len(symbols) * len(symbols) {
		begin := make([]byte, 4)
		for j := range begin {
			begin[j] = symbols[dice.IntN(len(symbols))]
		}
		ref := fmt.Sprintf("%s-%c%c", begin, symbols[i/len(symbols)], symbols[i%len(symbols)])
		for verb, want := range map[string]string{"approve ": "approve term=", "discard ": "discard term=", "undo ": "undo term=", "approve my own ": "approve/own term="} {
			if got := shorts(read(g, verb+ref, nil)); got != want+ref {
				t.Errorf("%q = %s, want %s", verb+ref, got, want+ref)
			}
		}
	}
}

func TestSuggestions(t *testing.T) {
	g := grammar()
	for text, want := range map[string]string{
		"Department foo bar on emea": "code Department @example", "lisd": "codes", "pizza": "find term=pizza", "wher": "where", "what is Sales": "find term=Sales", "is 4101 there": "find term=4101", "Department on secret.webex.com foo": "",
	} {
		got := read(g, text, nil)
		first := ""
		for _, r := range got {
			if len(r.Suggestions) > 0 {
				first = short(r.Suggestions[0])
			}
		}
		if first != want {
			t.Errorf("%q = %s, suggests %s, want %s", text, shorts(got), first, want)
		}
	}
	for _, q := range Commonest(exampleHost) {
		if q.Command == "" {
			t.Errorf("a commonest question without a command: %+v", q)
		}
	}
}

// TestIllFormed: a mistake in a language is found when it is compiled.
func TestIllFormed(t *testing.T) {
	for _, text := range []string{"code:\n\t(a|b", "code:\n\t[a]", "code:\n\t{nothing}", "code:\n\ta)", "code x=1:\n\ta", "code:\n\t" + strings.Repeat("a ", 70)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%q) did not panic", text)
				}
			}()
			New(text)
		}()
	}
}

func TestWorldCode(t *testing.T) {
	for _, test := range []struct {
		written string
		want    Code
	}{
		{"cost centre", Code{Written: "cost centre", Name: "Cost Center", ID: "3"}},
		{"2", Code{Written: "2", Name: "Division", ID: "2"}},
		{"9", Code{Written: "9", ID: "9"}},
		{"dept", Code{Written: "dept", Name: "Department", ID: "1", Near: true}},
		{"Project", Code{Written: "Project", Name: "Project", Elsewhere: []string{emeaHost}}},
		{"D", Code{Written: "D"}},
		{"xyz", Code{Written: "xyz"}},
		{"", Code{}},
	} {
		if got := world().Code(test.written, exampleHost); !reflect.DeepEqual(got, test.want) {
			t.Errorf("Code(%q) = %+v, want %+v", test.written, got, test.want)
		}
	}
	w := NewWorld([]Site{{Host: exampleHost, Codes: []Name{{"1", "Cost Center"}, {"2", "Cost-Centre"}, {"3", "Cost Group"}}}})
	if got := w.Code("cost", exampleHost); len(got.Choices) != 3 || got.Name != "" {
		t.Errorf("Code(cost) = %+v, want three to choose from", got)
	}
	if got := w.Code("cost-centre", exampleHost); got.ID != "2" || got.Near {
		t.Errorf("Code(cost-centre) = %+v, want the one that was typed", got)
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"ab", "ba", 1}, {"code", "cdoe", 1}, {"code", "cod", 1}, {"code", "node", 1}, {"abcd", "badc", 2}, {"ä", "a", 1}, {"division", "divsiion", 1},
	} {
		if got := distance(test.a, test.b, 9); got != test.want || got != distance(test.b, test.a, 9) {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, r := range slices.Concat(typed(), oddNames(), holdout()) {
		f.Add(r.text, "code 5 on emea")
	}
	for _, text := range hugeTexts() {
		f.Add(text[:500], text[:100])
	}
	g, w := grammar(), world()
	f.Fuzz(func(t *testing.T, text, first string) {
		from := From{Me: "alice@example.com", Site: exampleHost}
		if above := g.Read(Text{Words: first}, w, from); len(above) > 0 {
			from.Above = &above[0].Question
		}
		readings := g.Read(Text{Words: text, Mentions: []Mention{{ID: "bob"}}}, w, from)
		for _, r := range readings {
			for _, q := range append(r.Suggestions, r.Question) {
				for _, host := range q.Sites {
					if host != exampleHost && host != emeaHost {
						t.Errorf("%q is about the site %q", text, host)
					}
				}
				if q.Code != nil && !utf8.ValidString(q.Code.Written) || !utf8.ValidString(q.Said+q.Term+q.Option+q.Filter) {
					t.Errorf("%q = %+v, which is not UTF-8", text, q)
				}
			}
		}
	})
}

func TestNearest(t *testing.T) {
	names := []string{"Department", "Division", "Cost Center", "Cost Group"}
	for written, want := range map[string]string{
		"Departmnt": "Department", "dept": "Department", "cost": "Cost Center|Cost Group", "costcentre": "Cost Center", "Department": "", "xyz": "", "": "",
	} {
		if got := strings.Join(Nearest(written, names, 3), "|"); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", written, got, want)
		}
	}
}

func TestPeople(t *testing.T) {
	got := People("Alice <alice@example.com>; bob@example.com,carol@example.com\r\nname|mailto:dave@example.com\n" + string(Mark) + " nobody")
	var list []string
	for _, p := range got {
		list = append(list, p.Address)
	}
	if want := "alice@example.com bob@example.com carol@example.com dave@example.com"; strings.Join(list, " ") != want {
		t.Errorf("People = %q, want %q", list, want)
	}
}
