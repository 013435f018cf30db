package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDotenv(t *testing.T) {
	for _, tt := range []struct {
		text string
		want map[string]string
		err  string
	}{
		{"", map[string]string{}, ""},
		{"# only a comment", map[string]string{}, ""},
		{"A=1\n\nB = two # why\nexport C='x#y $Z'\n", map[string]string{"A": "1", "B": "two", "C": "x#y $Z"}, ""},
		{"\ufeffA=1\r\nB=2\r\n", map[string]string{"A": "1", "B": "2"}, ""},
		{"A=\"one\ntwo\"\nB=2", map[string]string{"A": "one\ntwo", "B": "2"}, ""},
		{"HOST=h\nURL=https://${HOST}/x", map[string]string{"HOST": "h", "URL": "https://h/x"}, ""},
		{"A=pa\\$word", map[string]string{"A": "pa$word"}, ""},
		{"A=5$ # costs $MORE", map[string]string{"A": "5$"}, ""},
		{"A=1\nB: 'it$IS'", map[string]string{"A": "1", "B": "it$IS"}, ""},
		{"A=1\nconfidential\nB=2", nil, "line 2 is not NAME=value, or its quotes are not closed"},
		{"A=1\nconfidential", nil, "line 2 is not NAME=value, or its quotes are not closed"},
		{"A=1\n\n# x\nB=\"confidential\nC=2", nil, "line 4 is not NAME=value, or its quotes are not closed"},
		{"A confidential=1", nil, "line 1 is not NAME=value"},
		{"=confidential", nil, "line 1 is not NAME=value"},
		{"A-B=confidential", nil, "line 1 is not NAME=value, or its quotes are not closed"},
		{"A=1\nB=confi$DENTIAL", nil, "line 2 has a $ that stands for another variable of this file, and there is none of that name above: put the value in single quotes"},
		{"B=\"confi${DENTIAL}\"\nDENTIAL=1", nil, "line 1 has a $ that stands for another variable of this file, and there is none of that name above: put the value in single quotes"},
	} {
		got, err := parseDotenv([]byte(tt.text))
		if words(err) != tt.err {
			t.Errorf("parseDotenv(%q): %q, want %q", tt.text, words(err), tt.err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("parseDotenv(%q): %s", tt.text, diff)
		}
	}
}

func TestReadDotenv(t *testing.T) {
	dir := t.TempDir()
	large := write(t, dir, "large", "A="+strings.Repeat("x", maxDotenv))
	for _, tt := range []struct{ path, err string }{
		{filepath.Join(dir, "missing"), ""},
		{dir, "is not a plain file"},
		{large, "is larger than 65536 bytes"},
		{large + "/.env", "can't be read: not a directory"},
	} {
		got, err := readDotenv(tt.path)
		if got != nil || words(err) != tt.err {
			t.Errorf("readDotenv(%q) = %v, %q, want nothing, %q", tt.path, got, words(err), tt.err)
		}
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func FuzzParseDotenv(f *testing.F) {
	for _, seed := range []string{"A=1", "A=\"x\ny\" B='z'\n", "export A: b # c", "A=$A ${B}", "A='", "\ufeff=", "A=\\$B\r\rC"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		vars, err := parseDotenv(data)
		if err != nil && vars != nil {
			t.Errorf("parseDotenv(%q) = %v with an error", data, vars)
		}
		for name := range vars {
			if strings.ContainsAny(name, " \t\n=") || name == "" {
				t.Errorf("parseDotenv(%q) has the name %q", data, name)
			}
		}
	})
}
