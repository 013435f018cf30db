package cards

import (
	"strings"
)

// lineRoom is kept free for each list's last line, "and 480 more".
const lineRoom = 40

// text is markdown that is being filled, line by line. What does not fit is
// refused, and the last line is kept free from the start.
type text struct {
	b    []byte
	left int
	end  string
}

// newText starts a markdown with its first line, which stands alone in a
// notification, and keeps room for its last one and for the ends of four lists.
func newText(first, end string) *text {
	t := &text{left: MaxMarkdown - 4*lineRoom, end: end}
	if end != "" {
		t.left -= len(end) + len("\n\n")
	}
	t.add(first)
	return t
}

// leading is [newText] with the sentences that answer the question in front.
func leading(lead []string, first, end string) *text {
	if len(lead) == 0 {
		return newText(first, end)
	}
	t := newText(Escape(clip(lead[0], maxLine)), end)
	t.paragraphs(lead[1:])
	t.part()
	t.add(first)
	return t
}

func (t *text) add(s string) bool {
	n := len(s)
	if len(t.b) > 0 {
		n++
	}
	if n > t.left {
		return false
	}
	t.left -= n
	t.put(s)
	return true
}

func (t *text) put(s string) {
	if len(t.b) > 0 {
		t.b = append(t.b, '\n')
	}
	t.b = append(t.b, s...)
}

// part begins a new paragraph or list.
func (t *text) part() { t.add("") }

// list adds the lines that fit, and says how many do not.
func (t *text) list(n int, indent string, line func(i int) string) {
	for i := range n {
		if !t.add(indent + line(i)) {
			t.put(indent + more(n-i)) // in the room kept for it
			return
		}
	}
}

func (t *text) String() string {
	if t.end != "" {
		t.put("")
		t.put(t.end)
	}
	return string(t.b)
}

// bullet is one row of a list.
func bullet(title, value string) string {
	return "- **" + Escape(clip(title, maxWords)) + ":** " + Escape(clip(value, maxValue))
}

// code is s as inline code, in which no backslash works: the fence is longer
// than any run of backticks in s.
func code(s string) string {
	s = strings.NewReplacer("<", "<"+joiner, "{{", "{"+joiner+"{").Replace(clean(clip(s, maxWords)))
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// link is a button that opens an address, and nothing for any other.
func link(x Button) string {
	if x.URL == "" || !isWeb(x.URL) {
		return ""
	}
	url := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20").Replace(clean(x.URL))
	return "[" + Escape(clip(x.Title, maxButton)) + "](" + url + ")"
}

// links are the buttons that make sense without a card.
func (t *text) links(buttons []Button) {
	for _, x := range buttons {
		if s := link(x); s != "" {
			t.part()
			t.add(s)
		}
	}
}

// paragraphs are lines of running text, each on its own.
func (t *text) paragraphs(lines []string) {
	t.list(len(lines), "\n", func(i int) string { return Escape(clip(lines[i], maxLine)) })
}

// bullets are a list below a line of ours, or nothing.
func (t *text) bullets(head string, items []string, line func(string) string) {
	if len(items) == 0 {
		return
	}
	t.part()
	t.add(head)
	t.part()
	t.list(len(items), "- ", func(i int) string { return line(items[i]) })
}

// Cut shortens markdown to at most n bytes, between lines where it can, and
// says in a last line how many lines are left out. n is at least 60.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	keep := s[:max(0, n-lineRoom)]
	end := strings.LastIndexByte(keep, '\n')
	if end < 0 { // one long line
		return strings.ToValidUTF8(keep, "") + "…"
	}
	left := strings.FieldsFunc(s[end:], func(r rune) bool { return r == '\n' })
	return s[:end] + "\n\n" + more(len(left)) + " lines"
}
