package ask

import (
	"encoding/base64"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"trackbot/internal/hostname"
)

// Message is what of a message says whom it speaks to and what.
type Message struct {
	HTML, Text string
	Direct     bool     // it stands in a 1:1 space
	Mentioned  []string // the ids of mentionedPeople
}

// Bot is who is spoken to.
type Bot struct{ ID, Name, Nickname string }

// Words returns what a message says to a bot, without the mentions of the bot,
// and whether it speaks to it at all. In a 1:1 space every message does. In a
// group it does where the bot is mentioned by id, in the HTML or in the list;
// or, without HTML, where its name or the first word of it stands in front of
// the text. Mentions of everybody don't count.
func Words(m Message, me Bot) (Text, bool) {
	listed := m.Direct
	for _, entry := range m.Mentioned { // Webex's own samples show several ids in one string
		for id := range strings.SplitSeq(entry, ",") {
			listed = listed || sameID(strings.TrimSpace(id), me.ID)
		}
	}
	if m.HTML != "" {
		r := readHTML(m.HTML, me.ID)
		t := Text{Words: Plain(r.out.String()), Mentions: r.mentions}
		if listed && !r.found {
			t.Words = withoutName(t.Words, me, m.Direct)
		}
		if t.Words != "" || r.found {
			return t, listed || r.found
		}
	}
	said := Plain(strings.ReplaceAll(m.Text, string(Mark), " "))
	rest := withoutName(said, me, m.Direct)
	return Text{Words: rest}, listed || rest != said
}

// sameID reports whether two ids, in base64 or bare, name the same person.
func sameID(a, b string) bool { return a != "" && b != "" && (a == b || uuid(a) == uuid(b)) }

// uuid takes the bare id from one in base64, such as ciscospark://us/PEOPLE/….
func uuid(id string) string {
	if b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "=")); err == nil && strings.Contains(string(b), "://") {
		id = string(b[strings.LastIndexByte(string(b), '/')+1:])
	}
	return strings.ToLower(id)
}

// withoutName takes the bot's name from the front of a text. In a 1:1 space,
// where nobody needs to mention the bot, the first word of the name may be part
// of the question and goes only as "@Name" or "Name,".
func withoutName(text string, me Bot, direct bool) string {
	for _, name := range []string{me.Name, me.Nickname} {
		if rest, ok := cutName(text, Plain(name)); ok {
			return rest
		}
	}
	name, _, _ := strings.Cut(Plain(me.Name), " ")
	if rest, ok := cutName(text, name); ok {
		word, _, _ := strings.Cut(text, " ")
		if !direct || word[0] == '@' || strings.TrimRight(word, ",:") != word {
			return rest
		}
	}
	return text
}

// cutName takes a name from the front, in any case, with an @ before and a
// comma or colon after it.
func cutName(text, name string) (string, bool) {
	rest := strings.TrimPrefix(text, "@")
	if name == "" || len(rest) < len(name) || !strings.EqualFold(rest[:len(name)], name) {
		return text, false
	}
	rest = rest[len(name):]
	if bare := strings.TrimLeft(rest, ",:"); bare != rest || rest == "" || rest[0] == ' ' || rest[0] == '\n' {
		return strings.TrimLeft(bare, " \n"), true
	}
	return text, false
}

// htmlReader turns the HTML of a message into words.
type htmlReader struct {
	out      strings.Builder
	me       string
	found    bool
	mentions []Mention
	inside   int    // how deep in a mention; 0: outside
	own      bool   // that mention is the bot's
	hidden   int    // how deep in script or style
	link     string // the address of a link that has shown no words yet
}

// readHTML reads the words of a message's HTML, with a [Mark] for each person
// who is mentioned beside the bot. Links keep the words that people see. Broken
// HTML gives what can be read of it.
func readHTML(source, me string) *htmlReader {
	r := &htmlReader{me: me}
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return r
		case html.TextToken:
			r.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.open(z.Token())
		case html.EndTagToken:
			r.end(z.Token())
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func (r *htmlReader) text(shown string) {
	shown = strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == Mark { // lines end at tags
			return ' '
		}
		return c
	}, shown)
	switch {
	case r.hidden > 0:
		return
	case r.inside > 0:
		if n := len(r.mentions) - 1; !r.own && r.mentions[n].Name == "" {
			r.mentions[n].Name = strings.TrimPrefix(Plain(shown), "@")
		}
		return
	}
	r.out.WriteString(shown)
	if strings.TrimSpace(shown) != "" {
		r.link = ""
	}
}

const mentionTag = "spark-mention"

func (r *htmlReader) open(t html.Token) {
	closed := t.Type == html.SelfClosingTagToken
	switch {
	case t.Data == mentionTag:
		r.mention(attribute(t, "data-object-id"), closed)
	case t.DataAtom == atom.A:
		if r.link = attribute(t, "href"); !strings.Contains(r.link, "://") {
			r.link = ""
		}
	case t.DataAtom == atom.Script || t.DataAtom == atom.Style:
		if !closed {
			r.hidden++
		}
	case t.DataAtom == atom.Td || t.DataAtom == atom.Th:
		r.out.WriteByte(' ')
	case isBlock(t.DataAtom):
		r.newLine()
	}
}

// mention begins a mention. One of everybody has no id and shows its words.
func (r *htmlReader) mention(id string, closed bool) {
	switch {
	case r.inside > 0:
	case sameID(id, r.me):
		r.found, r.own = true, true
		r.out.WriteByte(' ')
	case id == "":
		return
	default:
		r.own = false
		r.mentions = append(r.mentions, Mention{ID: id})
		r.out.WriteRune(Mark)
	}
	if !closed {
		r.inside++
	}
}

func (r *htmlReader) end(t html.Token) {
	switch {
	case t.Data == mentionTag:
		r.inside = max(0, r.inside-1)
	case t.DataAtom == atom.A:
		if r.link != "" && r.inside == 0 {
			r.out.WriteString(hostname.Of(r.link))
		}
		r.link = ""
	case t.DataAtom == atom.Script || t.DataAtom == atom.Style:
		r.hidden = max(0, r.hidden-1)
	case isBlock(t.DataAtom):
		r.newLine()
	}
}

// newLine also ends a mention that was not closed: none goes over lines.
func (r *htmlReader) newLine() {
	r.inside = 0
	r.out.WriteByte('\n')
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// isBlock reports whether a tag begins a line of its own.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Br, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.Table, atom.Pre, atom.Hr, atom.Blockquote,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}
