package simulator

import (
	"html"
	"strings"
	"unicode"
)

// rendered is a posted markdown as the service stores it beside the source.
type rendered struct {
	s    *Simulator
	room *room

	tags   strings.Builder
	text   strings.Builder
	people []string
	groups []string
}

func (d *rendered) html() string { return d.tags.String() }

// plain is the text without markup, its line breaks turned to blanks.
func (d *rendered) plain() string { return strings.Join(strings.Fields(d.text.String()), " ") }

// render reads the markdown that Webex supports: bold, italic, links, lists,
// quotes, inline and fenced code, and mentions.
//
// A mention counts wherever it stands, after a backslash and in code as well:
// nothing documents that markdown's escapes hold for it.
func (s *Simulator) render(r *room, markdown string) *rendered {
	d := &rendered{s: s, room: r}
	fenced, open := false, ""
	for line := range strings.Lines(markdown) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		kind, rest := "pre", line
		if !fenced {
			kind, rest = block(strings.TrimSpace(line))
		}
		if kind != open && open != "" {
			d.tags.WriteString("</" + open + ">")
			open = ""
		}
		d.text.WriteByte('\n')
		if rest == "" {
			continue
		}
		if open == "" {
			d.tags.WriteString("<" + kind + ">")
			open = kind
		} else if kind == "p" || kind == "pre" {
			d.tags.WriteString("<br/>")
		}
		d.item(kind, rest)
	}
	if open != "" {
		d.tags.WriteString("</" + open + ">")
	}
	return d
}

func (d *rendered) item(kind, text string) {
	switch kind {
	case "pre":
		d.literal(text)
	case "ul", "ol":
		d.tags.WriteString("<li>")
		d.inline(text)
		d.tags.WriteString("</li>")
	default:
		d.inline(text)
	}
}

// block tells what a line is, and what of it is content.
func block(line string) (kind, rest string) {
	for _, mark := range []string{"- ", "* ", "+ "} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return "ul", rest
		}
	}
	if rest, ok := strings.CutPrefix(line, "> "); ok {
		return "blockquote", rest
	}
	if n := strings.IndexFunc(line, func(c rune) bool { return c < '0' || c > '9' }); n > 0 && strings.HasPrefix(line[n:], ". ") {
		return "ol", line[n+2:]
	}
	if line == "" {
		return "", ""
	}
	return "p", line
}

func (d *rendered) both(plain string) {
	d.text.WriteString(plain)
	d.tags.WriteString(html.EscapeString(plain))
}

// inline writes a line's content: at each place the first reading that fits,
// else one byte as it stands.
func (d *rendered) inline(s string) {
	for i := 0; i < len(s); {
		n := 0
		for _, read := range []func(string, byte) int{d.mention, d.escape, d.entity, d.code, d.link, d.emphasis} {
			before := byte(' ')
			if i > 0 {
				before = s[i-1]
			}
			if n = read(s[i:], before); n > 0 {
				break
			}
		}
		if n == 0 {
			n = 1
			d.both(s[i : i+1])
		}
		i += n
	}
}

// mention reads <@all>, <@personId:ID|label> or <@personEmail:address|label>.
func (d *rendered) mention(s string, _ byte) int {
	end := strings.IndexByte(s, '>')
	if !strings.HasPrefix(s, "<@") || end < 0 {
		return 0
	}
	target, label, _ := strings.Cut(s[2:end], "|")
	if target == "all" {
		d.groups = append(d.groups, "all")
		d.text.WriteString("All")
		d.tags.WriteString(mentionTag("all", "All"))
		return end + 1
	}
	kind, value, _ := strings.Cut(target, ":")
	id := canonical(value)
	if kind == "personEmail" {
		id = d.s.emails[strings.ToLower(value)]
	}
	if kind != "personEmail" && kind != "personId" || d.room.member(id) == nil {
		return 0
	}
	if label == "" {
		label = d.s.people[id].shown()
	}
	d.people = append(d.people, id)
	d.text.WriteString(label)
	d.tags.WriteString(mentionTag(id, label))
	return end + 1
}

func (d *rendered) escape(s string, _ byte) int {
	if len(s) < 2 || s[0] != '\\' || s[1] >= 0x80 || !unicode.IsPunct(rune(s[1])) && !unicode.IsSymbol(rune(s[1])) {
		return 0
	}
	if n := d.mention(s[1:], 0); n > 0 {
		return n + 1
	}
	d.both(s[1:2])
	return 2
}

func (d *rendered) entity(s string, _ byte) int {
	end := strings.IndexByte(s, ';')
	if s[0] != '&' || end < 0 || html.UnescapeString(s[:end+1]) == s[:end+1] {
		return 0
	}
	d.both(html.UnescapeString(s[:end+1]))
	return end + 1
}

func (d *rendered) code(s string, _ byte) int {
	end := strings.IndexByte(s[1:], '`')
	if s[0] != '`' || end < 1 {
		return 0
	}
	d.tags.WriteString("<code>")
	d.literal(s[1 : end+1])
	d.tags.WriteString("</code>")
	return end + 2
}

// literal writes code, in which nothing but a mention is read.
func (d *rendered) literal(s string) {
	for i := 0; i < len(s); {
		n := d.mention(s[i:], 0)
		if n == 0 {
			n = 1
			d.both(s[i : i+1])
		}
		i += n
	}
}

func (d *rendered) link(s string, _ byte) int {
	middle := strings.Index(s, "](")
	if s[0] != '[' || middle < 0 {
		return 0
	}
	end := strings.IndexByte(s[middle:], ')')
	if end < 0 {
		return 0
	}
	d.tags.WriteString(`<a href="` + html.EscapeString(s[middle+2:middle+end]) + `" rel="nofollow">`)
	d.inline(s[1:middle])
	d.tags.WriteString("</a>")
	return middle + end + 1
}

func (d *rendered) emphasis(s string, before byte) int {
	for _, mark := range []string{"**", "__", "*", "_"} {
		if !strings.HasPrefix(s, mark) {
			continue
		}
		end := strings.Index(s[len(mark):], mark)
		inWord := mark[0] == '_' && before != ' ' && !unicode.IsPunct(rune(before))
		if end < 1 || inWord || s[len(mark)] == ' ' {
			return 0
		}
		tag := map[int]string{1: "em", 2: "strong"}[len(mark)]
		d.tags.WriteString("<" + tag + ">")
		d.inline(s[len(mark) : len(mark)+end])
		d.tags.WriteString("</" + tag + ">")
		return end + 2*len(mark)
	}
	return 0
}
