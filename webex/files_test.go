package webex_test

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"trackbot/webex"

	"github.com/google/go-cmp/cmp"
)

// part is one part of a form.
type part struct{ Name, File, Type, Value string }

// partsOf reads a request's form.
func partsOf(tb testing.TB, r *http.Request) (parts []part) {
	tb.Helper()
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		tb.Errorf("content type %q, want a form", r.Header.Get("Content-Type"))
		return nil
	}
	for form := multipart.NewReader(r.Body, params["boundary"]); ; {
		p, err := form.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart returns it as it is
			return parts
		}
		if err != nil {
			tb.Errorf("form: %v", err)
			return parts
		}
		value, err := io.ReadAll(p)
		if err != nil {
			tb.Errorf("form: %v", err)
		}
		parts = append(parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(value)})
	}
}

func TestPostFile(t *testing.T) {
	var got []part
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = partsOf(t, r)
		reply(w, 200, `{"id":"M1","files":["https://webexapis.com/v1/contents/C1"]}`)
	})
	m, err := webex.NewBot(options(base, botToken)).Post(t.Context(), webex.NewMessage{
		RoomID: "R1", ParentID: "M0", Markdown: "**codes**\nof \"x\"", File: &webex.File{Name: `Kosten "süß".csv`, Type: "text/csv; charset=utf-8", Data: []byte("a,b\r\n\x00\xff")},
	})
	if err != nil || m.ID != "M1" || len(m.Files) != 1 {
		t.Fatalf("Post = %+v, %v", m, err)
	}
	want := []part{
		{Name: "roomId", Value: "R1"},
		{Name: "parentId", Value: "M0"},
		{Name: "markdown", Value: "**codes**\nof \"x\""},
		{"files", `Kosten "süß".csv`, "text/csv; charset=utf-8", "a,b\r\n\x00\xff"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
}

func TestPostFileIsRepeatedWhereNothingWasDone(t *testing.T) {
	tries, last := 0, []part(nil)
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		tries++
		if last = partsOf(t, r); tries == 1 {
			reply(w, 503, `{"message":"busy","errors":null,"trackingId":"T"}`)
			return
		}
		reply(w, 200, `{"id":"M1"}`)
	})
	file := &webex.File{Name: "a.csv", Type: "text/csv", Data: []byte("a")}
	if _, err := webex.NewBot(options(base, botToken)).Post(t.Context(), webex.NewMessage{RoomID: "R1", File: file}); err != nil || tries != 2 || len(last) != 2 {
		t.Errorf("error %v after %d tries with %v, want none after 2 whole ones", err, tries, last)
	}
}

func TestPostFileInDoubt(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	file := &webex.File{Name: "a.csv", Type: "text/csv", Data: []byte("a")}
	_, err := webex.NewBot(options(base, botToken)).Post(t.Context(), webex.NewMessage{RoomID: "R1", File: file})
	if e := asError(t, err); !e.Uncertain() {
		t.Errorf("error = %v, want one in doubt", err)
	}
}

func TestPostFileRefusesArguments(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	good := webex.File{Name: "a.csv", Type: "text/csv", Data: []byte("a")}
	for name, change := range map[string]func(*webex.NewMessage, *webex.File){
		"a card beside": func(m *webex.NewMessage, _ *webex.File) {
			m.Attachments = []webex.Attachment{{ContentType: webex.CardType, Content: json.RawMessage("1")}}
		},
		"no name":      func(_ *webex.NewMessage, f *webex.File) { f.Name = "" },
		"a folder":     func(_ *webex.NewMessage, f *webex.File) { f.Name = "../a.csv" },
		"a header":     func(_ *webex.NewMessage, f *webex.File) { f.Name = "a.csv\r\nX-Evil: 1" },
		"no type":      func(_ *webex.NewMessage, f *webex.File) { f.Type = "" },
		"a type's own": func(_ *webex.NewMessage, f *webex.File) { f.Type = "text/csv\r\nX-Evil: 1" },
		"empty":        func(_ *webex.NewMessage, f *webex.File) { f.Data = nil },
	} {
		m, f := webex.NewMessage{RoomID: "R1"}, good
		change(&m, &f)
		m.File = &f
		_, err := webex.NewBot(options(base, botToken)).Post(t.Context(), m)
		if e := asError(t, err); e.Kind != webex.KindArgument {
			t.Errorf("%s: error = %v, want a refused argument", name, err)
		}
	}
}

func TestReadFile(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.EscapedPath() != "/base/v1/contents/C%201" || r.Header.Get("Authorization") != "Bearer "+botToken {
			t.Errorf("%s %s with %q", r.Method, r.URL.EscapedPath(), r.Header.Get("Authorization"))
		}
		w.Header().Set("Content-Type", "text/csv;charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="../secret/people.csv"`)
		_, _ = io.WriteString(w, "a@b.c\xff")
	})
	f, err := webex.NewBot(options(base, botToken)).File(t.Context(), base+"/contents/C%201", 6)
	if diff := cmp.Diff(webex.File{Name: "people.csv", Type: "text/csv", Data: []byte("a@b.c\xff")}, f); err != nil || diff != "" {
		t.Errorf("error %v, file (-want +got):\n%s", err, diff)
	}
	_, err = webex.NewBot(options(base, botToken)).File(t.Context(), base+"/contents/C%201", 5)
	if e := asError(t, err); e.Kind != webex.KindTooLarge || e.Temporary() {
		t.Errorf("a byte too long: error = %v, want too large", err)
	}
}

func TestReadFileGoesNowhereElse(t *testing.T) {
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was asked for", r.URL) })
	for _, address := range []string{
		"", "C1", "https://evil.test/base/v1/contents/C1", strings.Replace(base, "http://", "http://u:p@", 1) + "/contents/C1",
		strings.TrimSuffix(base, "/base/v1") + "/contents/C1", base + "/people/me", base + "/contents/", base + "/contents/../people/me",
		base + "/contents/C1?allow=unscannable", base + "/contents/a%2F..%2F..%2Fpeople", base + "/contents/..", base + "x/contents/C1",
	} {
		_, err := webex.NewBot(options(base, botToken)).File(t.Context(), address, 100)
		if e := asError(t, err); e.Kind != webex.KindArgument {
			t.Errorf("File(%q): error = %v, want a refused argument", address, err)
		}
	}
}

func TestReadFileThatIsNotGiven(t *testing.T) {
	for status, temporary := range map[int]bool{410: false, 428: false, 404: false} {
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, status, `{"message":"no","errors":[{"description":"no"}],"trackingId":"T1"}`)
		})
		_, err := webex.NewBot(options(base, botToken)).File(t.Context(), base+"/contents/C1", 100)
		if e := asError(t, err); e.Status != status || e.Temporary() != temporary || e.TrackingID != "T1" {
			t.Errorf("%d: error = %v, temporary %v", status, err, e.Temporary())
		}
	}
	tries := 0
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			w.Header().Set("Retry-After", "1")
			reply(w, 423, `{"message":"being scanned"}`)
			return
		}
		_, _ = io.WriteString(w, "a@b.c")
	})
	if f, err := webex.NewBot(options(base, botToken)).File(t.Context(), base+"/contents/C1", 100); err != nil || string(f.Data) != "a@b.c" {
		t.Errorf("after the scan: %q, %v", f.Data, err)
	}
}

func TestPersonIDWins(t *testing.T) {
	who := "P1"
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got := seenOf(t, r)
		if want := "personId=P1&siteUrl=example.webex.com"; got.Query != want || got.Email != "ann@example.com" {
			t.Errorf("query %q, header email %q; want %q and the address", got.Query, got.Email, want)
		}
		reply(w, 200, `{"siteUrl":"example.webex.com","personId":"`+who+`","email":"a.b@example.com","trackingCodes":[{"id":1,"name":"Department","value":"Sales"}]}`)
	})
	admin := webex.NewAdmin(options(base, adminToken))
	got, err := admin.UserTrackingCodes(t.Context(), "example.webex.com", "P1", "ann@example.com")
	if err != nil || got.Email != "a.b@example.com" || got.TrackingCodes[0] != (webex.UserCode{ID: "1", Name: "Department", Value: "Sales"}) {
		t.Errorf("UserTrackingCodes = %+v, %v", got, err)
	}
	who = "P2"
	_, err = admin.UserTrackingCodes(t.Context(), "example.webex.com", "P1", "ann@example.com")
	if e := asError(t, err); e.Kind != webex.KindBadAnswer {
		t.Errorf("an answer about another person: error = %v, want a bad answer", err)
	}
}
