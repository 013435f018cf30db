package cards

import (
	"slices"
	"strconv"
	"strings"
)

// message is markdown that is being written.
type message struct {
	text string
}

// Markdown says what the card says, for notifications and for clients that draw
// no cards. Its first line stands alone in a notification.
func (v View) Markdown() string {
	for limit := mostRows; ; limit /= 2 {
		if s := v.message(limit); len(s) <= MaxMarkdown || limit == 0 {
			return Cut(s, MaxMarkdown)
		}
	}
}

func (v View) message(limit int) string {
	m := message{"**" + titleOf(v.Title, Escape) + "**" + v.after()}
	if len(v.Lead) > 0 {
		title := m.text
		m.text = escapeLine(clip(v.Lead[0], maxLine), Escape)
		v.Lead[1:].markdown(&m, limit)
		m.part(title)
	}
	for _, b := range v.Blocks {
		b.markdown(&m, limit)
	}
	for _, x := range v.Buttons {
		if s := link(x); s != "" {
			m.part(s)
		}
	}
	if s := join(append(slices.Clone(v.Small), label("Ref", v.Ref))...); s != "" {
		m.part(escapeLine(clip(s, maxValue), Escape))
	}
	return m.text
}

// after is what follows the title in the first line.
func (v View) after() string {
	s := ""
	if v.Subtitle != "" {
		s = " (" + Escape(clip(v.Subtitle, maxID+10)) + ")"
	}
	if v.Site != "" {
		s += " on " + v.siteLine(Escape)
	}
	if v.Position != "" {
		s += between + Escape(clip(v.Position, maxWords+40))
	}
	return s
}

// part begins a new paragraph or list.
func (m *message) part(s string) { m.text += "\n\n" + s }

// items writes a list below its heading, as far as it goes, and how many more
// there are.
func (m *message) items(heading string, n, shown int, item func(i int) string) {
	if n == 0 {
		return
	}
	if heading != "" {
		m.part("**" + Escape(clip(heading, maxWords)) + "**")
	}
	m.text += "\n"
	for i := range min(n, shown) {
		m.text += "\n- " + item(i)
	}
	if n > shown {
		m.text += "\n- " + more(n-shown)
	}
}

func (t Text) markdown(m *message, limit int) {
	shown := min(len(t), max(1, limit))
	for _, s := range t[:shown] {
		if clean(s) != "" {
			m.part(escapeLine(clip(s, maxLine), Escape))
		}
	}
	if n := len(t) - shown; n > 0 {
		m.part(more(n))
	}
}

func (f Facts) markdown(m *message, limit int) {
	m.items(f.Heading, len(f.Rows), limit, func(i int) string { return bullet(f.Rows[i].Label, f.Rows[i].Value) })
}

// bullet is one row of a list.
func bullet(title, value string) string {
	return "**" + Escape(clip(title, maxWords)) + ":** " + escapeLine(clip(value, maxValue), Escape)
}

func (r Rows) markdown(m *message, limit int) {
	m.items(r.Heading, len(r.Rows), r.shown(limit), func(i int) string { return r.Rows[i].markdown(r.Heads) })
}

func (x Entry) markdown(heads []string) string {
	var parts []string
	if x.Title != "" || len(x.Cells) == 0 {
		s := "**" + titleOf(x.Title, Escape) + "**"
		if x.Mark != "" {
			s += " (" + Escape(clip(x.Mark, maxID)) + ")"
		}
		parts = append(parts, s)
	}
	for _, l := range x.Lines {
		s := escapeLine(clip(l.Text, maxLine), Escape)
		if s != "" && (l.Tone == Strong || l.Tone == Attention || l.Tone == Warning) {
			s = "**" + s + "**"
		}
		if s != "" {
			parts = append(parts, s)
		}
	}
	for _, row := range x.Cells {
		parts = append(parts, cellsInWords(heads, row))
	}
	return strings.Join(parts, " — ")
}

// cellsInWords is a row of a table in one line: "Default: Sales (emea), none (apac)".
func cellsInWords(heads, row []string) string {
	parts := make([]string, len(row)-1)
	for i, s := range row[1:] {
		parts[i] = Escape(clip(s, maxValue))
		if i+1 < len(heads) {
			parts[i] += " (" + Escape(clip(heads[i+1], maxID)) + ")"
		}
	}
	return Escape(clip(row[0], maxWords)) + ": " + strings.Join(parts, ", ")
}

func (o Options) markdown(m *message, limit int) {
	m.items("Options ("+strconv.Itoa(len(o))+")", len(o), min(limit, mostOptions), func(i int) string { return o[i].text(Escape) })
}

func (x Examples) markdown(m *message, limit int) {
	if len(x) > 0 {
		m.part(exampleHead)
		m.items("", len(x), max(1, limit), func(i int) string { return code(x[i]) })
	}
}

// fewChoices is how many choices of a field a message names.
const fewChoices = 12

// markdown names what the drop-down lists hold, since a message has no inputs.
func (f Fields) markdown(m *message, _ int) {
	for _, x := range f {
		if len(x.Choices) == 0 {
			continue
		}
		shown := x.Choices[:min(len(x.Choices), fewChoices)]
		names := make([]string, 0, len(shown)+1)
		for _, c := range shown {
			names = append(names, Escape(clip(c.Title, maxID)))
		}
		if n := len(x.Choices) - len(shown); n > 0 {
			names = append(names, more(n))
		}
		m.part(Escape(clip(x.Label, maxLabel)) + ": " + strings.Join(names, ", "))
	}
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
	if !isWeb(x.URL) {
		return ""
	}
	url := strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20").Replace(clean(x.URL))
	return "[" + Escape(clip(x.Title, maxLabel)) + "](" + url + ")"
}

// cutRoom is kept free for the last line of [Cut].
const cutRoom = 40

// Cut shortens markdown to at most n bytes, between lines where it can, and
// says in a last line how many lines are left out. n is at least 60.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	keep := s[:max(0, n-cutRoom)]
	end := strings.LastIndexByte(keep, '\n')
	if end < 0 { // one long line
		return strings.ToValidUTF8(keep, "") + "…"
	}
	left := strings.FieldsFunc(s[end:], func(r rune) bool { return r == '\n' })
	return s[:end] + "\n\n" + more(len(left)) + " lines"
}
