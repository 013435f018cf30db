package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
)

// upload posts a message as a form and gives status and decoded body.
func upload(t *testing.T, s *Simulator, token string, fields [][2]string, file string) (int, object) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		part, err := w.CreateFormFile("files", "people.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return postForm(t, s, token, w.FormDataContentType(), &b)
}

// postForm posts a message whose body is a form and gives status and decoded body.
func postForm(t *testing.T, s *Simulator, token, kind string, body io.Reader) (int, object) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/messages", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", kind)
	resp, raw, err := trySend(req)
	if err != nil {
		t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, out
}

func TestFilesAreUploadedAndRead(t *testing.T) {
	s := start(t, Options{})
	space := s.Direct(s.Person("alice").ID)
	status, m := upload(t, s, s.BotToken(), [][2]string{{"roomId", space.ID}, {"markdown", "**list**"}}, "a@b.c\xff")
	if status != http.StatusOK || m["html"] == nil {
		t.Fatalf("POST = %d %v", status, m)
	}
	address := s.Messages(space.ID)[0].Files[0]
	for _, c := range []struct {
		name, token, url string
		want             int
	}{
		{"the bot", s.BotToken(), address, 200},
		{"who is there", s.UserToken(s.Person("alice").ID), address, 200},
		{"who is not", s.UserToken(s.Person("bob").ID), address, 404},
		{"admin", s.AdminToken(), address, 403},
		{"nobody", "", address, 401},
		{"another id", s.BotToken(), s.URL() + "/contents/xyz", 404},
	} {
		resp, raw := rawCall(t, s, c.token, http.MethodGet, c.url, nil)
		if resp.StatusCode != c.want || c.want == 200 && (string(raw) != "a@b.c\xff" || !strings.Contains(resp.Header.Get("Content-Disposition"), "people.csv") || resp.Header.Get("Content-Type") != "application/octet-stream") {
			t.Errorf("%s: %d %q %v, want %d", c.name, resp.StatusCode, raw, resp.Header, c.want)
		}
	}
}

func TestFormsAreChecked(t *testing.T) {
	s := start(t, Options{})
	room := [2]string{"roomId", s.Direct(s.Person("alice").ID).ID}
	for name, c := range map[string]struct {
		fields [][2]string
		file   string
		want   int
	}{
		"a file alone":     {[][2]string{room}, "x", 200},
		"nothing":          {[][2]string{room}, "", 400},
		"a card":           {[][2]string{room, {"attachments", "[]"}}, "x", 400},
		"a field twice":    {[][2]string{room, {"text", "a"}, {"text", "b"}}, "x", 400},
		"a misspelt field": {[][2]string{room, {"parentID", "a"}}, "x", 400},
		"a file by field":  {[][2]string{room, {"files", "https://a.test/x"}}, "", 400},
		"no room":          {nil, "x", 400},
		"too large":        {[][2]string{room}, strings.Repeat("x", maxUpload), 413},
		"long text":        {[][2]string{room, {"text", strings.Repeat("x", maxText+1)}}, "x", 400},
	} {
		if status, body := upload(t, s, s.BotToken(), c.fields, c.file); status != c.want {
			t.Errorf("%s: %d %v, want %d", name, status, body, c.want)
		}
	}
}

func TestFilePartWithoutName(t *testing.T) {
	s := start(t, Options{})
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("roomId", s.Direct(s.Person("alice").ID).ID); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="files"`}, "Content-Type": {"text/plain"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	status, body := postForm(t, s, s.BotToken(), w.FormDataContentType(), &b)
	if files, _ := body["files"].([]any); status != 200 || len(files) != 1 || s.File(str(files[0])).Name != "file" {
		t.Errorf("POST = %d %v, want a file that is called file", status, body)
	}
}

func TestPeopleAttachFiles(t *testing.T) {
	s := start(t, Options{})
	alice := s.Person("alice")
	m := s.Say(t.Context(), Say{Space: s.Direct(alice.ID).ID, Person: alice.ID, Text: "here", Files: []File{{"a.txt", "text/plain", []byte("x")}}})
	if len(m.Files) != 1 || string(s.File(m.Files[0]).Data) != "x" {
		t.Errorf("files = %v", m.Files)
	}
}
