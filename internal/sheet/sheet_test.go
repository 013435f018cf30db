package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// inUTF16 is a text with a byte order mark.
func inUTF16(text string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// TestRead reads what spreadsheets and Control Hub write.
func TestRead(t *testing.T) {
	want := [][]string{{"Email", "Dept", "Note"}, {"a@x", "R&D, \"core\"", "two\r\nlines"}, {"b@x", "", "ü😀"}}
	for name, text := range map[string]string{
		"commas":     "Email,Dept,Note\r\na@x,\"R&D, \"\"core\"\"\",\"two\r\nlines\"\r\nb@x,,ü😀\r\n",
		"semicolons": "Email;Dept;Note\na@x;\"R&D, \"\"core\"\"\";\"two\r\nlines\"\nb@x;;ü😀",
		"tabs":       "Email\tDept\tNote\r\na@x\t\"R&D, \"\"core\"\"\"\t\"two\r\nlines\"\r\nb@x\t\tü😀\r\n",
	} {
		for _, data := range [][]byte{[]byte(text), []byte("\ufeff" + text), inUTF16(text, false), inUTF16(text, true)} {
			s, err := Read(data)
			if diff := cmp.Diff(want, s.Rows); err != nil || diff != "" {
				t.Errorf("%s, %x: %v (-want +got):\n%s", name, data[:2], err, diff)
			}
			if got := s.With(nil); !bytes.Equal(got, data) {
				t.Errorf("%s: unchanged it is %q, want %q", name, got, data)
			}
		}
	}
	for text, want := range map[string]error{"a,\xff": ErrText, "a,\"b": ErrQuote, "\xff\xfea": ErrText} {
		if _, err := Read([]byte(text)); !errors.Is(err, want) {
			t.Errorf("Read(%q) = %v, want %v", text, err, want)
		}
	}
	if s, err := Read([]byte("a\n\n b \n")); err != nil || len(s.Rows) != 3 || len(s.Rows[1]) != 0 || s.Rows[2][0] != " b " {
		t.Errorf("lines = %q, %v", s.Rows, err)
	}
}

// TestWith: the cells that change do, and every other byte stays.
func TestWith(t *testing.T) {
	const before, after = "E\tDept\tX\r\na@x\t Sales\t\"7\"\r\nb@x\t\"Old\"\t\r\nc@x", "E\tDept\tX\r\na@x\t\"R\t\"\"D\"\"\"\t\"7\"\r\nb@x\t\"Ü😀\"\t=1\r\nc@x"
	texts := map[Cell]string{{1, 1}: "R\t\"D\"", {1, 2}: "7", {2, 1}: "Ü😀", {2, 2}: "=1", {9, 9}: "nowhere", {3, 1}: "nowhere"}
	for _, in := range []func(string) []byte{
		func(s string) []byte { return []byte(s) },
		func(s string) []byte { return inUTF16(s, false) },
		func(s string) []byte { return inUTF16(s, true) },
	} {
		s, err := Read(in(before))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.With(texts); !bytes.Equal(got, in(after)) {
			t.Errorf("With = %q, want %q", got, after)
		}
	}
}

// FuzzSheet: whatever is read comes out as it was, and what is put into a cell is
// read from it again.
func FuzzSheet(f *testing.F) {
	f.Add([]byte("a,b\r\n\"c\",\n"), "x,\"y\n")
	f.Add(inUTF16("a\tb\n", false), "ü")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		s, err := Read(data)
		if err != nil {
			return
		}
		if got := s.With(nil); !bytes.Equal(got, data) {
			t.Fatalf("unchanged it is %q, want %q", got, data)
		}
		text = strings.ToValidUTF8(text, "")
		for i, row := range s.Rows {
			for j := range row {
				if len(row) == 1 && text == "" {
					continue // nothing is left of the row
				}
				again, err := Read(s.With(map[Cell]string{{i, j}: text}))
				if i > 0 && (err != nil || again.Rows[i][j] != text) { // a change of the first row may change what parts the cells
					t.Fatalf("cell %d, %d of %q is %q (%v), want %q", i, j, data, again.Rows, err, text)
				}
			}
		}
	})
}

// A table that is far larger than one of 500 people is refused.
func TestReadIsBounded(t *testing.T) {
	for _, data := range []string{strings.Repeat("a\n", maxRows+1), strings.Repeat(",", maxColumns+1)} {
		if _, err := Read([]byte(data)); !errors.Is(err, ErrSize) {
			t.Errorf("Read of %d bytes = %v, want ErrSize", len(data), err)
		}
	}
}
