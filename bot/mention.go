package bot

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// Asked returns what a message says to the bot me, as [ask.Plain] words with the
// mentions of the bot taken out, and whether it speaks to the bot at all. In a
// 1:1 space every message does. In a group it does where the bot is mentioned
// by id, in the html or in mentionedPeople; or, without html, where its name
// or the first word of it stands in front of the text. Mentions of everybody
// don't count.
func Asked(m webex.Message, me webex.Person) (text string, ok bool) {
	listed := m.RoomType == "direct" || mentions(m.MentionedPeople, me.ID)
	if m.HTML != "" {
		said, found := fromHTML(m.HTML, me.ID)
		if said = ask.Plain(said); said != "" || found {
			if listed && !found {
				said = cutName(said, me, m.RoomType != "direct")
			}
			return said, listed || found
		}
	}
	said := ask.Plain(m.Text)
	rest := cutName(said, me, m.RoomType != "direct")
	return rest, listed || rest != said
}

// mentions reports whether a list names the bot. Webex's own samples show
// several ids in one string, parted by commas.
func mentions(people []string, id string) bool {
	return slices.ContainsFunc(people, func(entry string) bool {
		for one := range strings.SplitSeq(entry, ",") {
			if webex.SameID(strings.TrimSpace(one), id) {
				return true
			}
		}
		return false
	})
}

// cutName takes the bot's name from the front of a text: its display name, its
// nickname or, as some clients show it, the first word. In a 1:1 space nobody
// needs to mention the bot, so that there a first word alone may be part of
// the question and goes only as "@Name" or "Name,".
func cutName(text string, me webex.Person, group bool) string {
	for _, name := range []string{me.DisplayName, me.NickName} {
		if rest, ok := cutWords(text, ask.Plain(name)); ok {
			return rest
		}
	}
	name, _, _ := strings.Cut(ask.Plain(me.DisplayName), " ")
	if rest, ok := cutWords(text, name); ok {
		word, _, _ := strings.Cut(text, " ")
		if group || word[0] == '@' || strings.TrimRight(word, ",:") != word {
			return rest
		}
	}
	return text
}

// cutWords takes the words of a name from the front, in any case, with an @
// before and a comma or colon after them.
func cutWords(text, name string) (string, bool) {
	if name == "" {
		return text, false
	}
	rest := strings.TrimPrefix(text, "@")
	if len(rest) < len(name) || !strings.EqualFold(rest[:len(name)], name) {
		return text, false
	}
	rest = rest[len(name):]
	if bare := strings.TrimLeft(rest, ",:"); bare != rest || rest == "" || rest[0] == ' ' || rest[0] == '\n' {
		return strings.TrimLeft(bare, " \n"), true
	}
	return text, false
}

// reader turns the html of a message into words.
type reader struct {
	out    strings.Builder
	me     string
	found  bool
	inside int    // how deep in a mention of the bot; 0: outside
	hidden int    // how deep in script or style
	link   string // the address of a link that has shown no words yet
}

// fromHTML returns the words of a message's html without the mentions of the
// bot, and whether there were any. Other people's mentions and links keep the
// words that people see. Broken html gives what can be read of it.
func fromHTML(source, me string) (text string, found bool) {
	r := &reader{me: me}
	r.out.Grow(len(source))
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return r.out.String(), r.found
		case html.TextToken:
			r.text(z)
		case html.StartTagToken:
			r.open(z, false)
		case html.SelfClosingTagToken:
			r.open(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(name)
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func (r *reader) text(z *html.Tokenizer) {
	if r.inside > 0 || r.hidden > 0 {
		return
	}
	shown := z.Text()
	for i, c := range shown {
		if c == '\n' || c == '\r' {
			shown[i] = ' ' // lines end at tags
		}
	}
	r.out.Write(shown)
	if len(bytes.TrimSpace(shown)) > 0 {
		r.link = ""
	}
}

func (r *reader) open(z *html.Tokenizer, closed bool) {
	name, more := z.TagName()
	if string(name) == "spark-mention" {
		if r.inside > 0 && !closed {
			r.inside++
		} else if attribute(z, more, "data-object-id", r.isMe) != "" {
			r.found = true
			r.out.WriteByte(' ')
			if !closed {
				r.inside = 1
			}
		}
		return
	}
	switch tag := atom.Lookup(name); tag {
	case atom.A:
		r.link = attribute(z, more, "href", isWeb)
	case atom.Script, atom.Style:
		if !closed {
			r.hidden++
		}
	case atom.Td, atom.Th:
		r.out.WriteByte(' ')
	default:
		if isBlock(tag) {
			r.newLine()
		}
	}
}

func (r *reader) end(name []byte) {
	if string(name) == "spark-mention" {
		r.inside = max(0, r.inside-1)
		return
	}
	switch tag := atom.Lookup(name); tag {
	case atom.A:
		if r.link != "" && r.inside == 0 {
			r.out.WriteString(ask.SiteName(r.link))
		}
		r.link = ""
	case atom.Script, atom.Style:
		r.hidden = max(0, r.hidden-1)
	default:
		if isBlock(tag) {
			r.newLine()
		}
	}
}

// newLine also ends a mention that was not closed: none goes over lines.
func (r *reader) newLine() {
	r.inside = 0
	r.out.WriteByte('\n')
}

func (r *reader) isMe(id string) bool { return webex.SameID(id, r.me) }

func isWeb(href string) bool { return strings.Contains(href, "://") }

// attribute returns the value of a tag's attribute where it is a wanted one.
func attribute(z *html.Tokenizer, more bool, name string, wanted func(string) bool) string {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) != name {
			continue
		}
		if value := string(value); wanted(value) {
			return value
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
