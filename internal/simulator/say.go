package simulator

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
)

// Say is what a person writes. In the Text of a group message, "@all" and "@"
// with a member's display name, first name or local part of the address, such
// as "@trackbot", become real mentions: a tag in the HTML and the name in the
// text. Case is ignored. HTML is used as it is; the text is made from it, unless
// Text is set too.
type Say struct {
	Space    string // its id
	Person   string // the id of the author
	Text     string
	HTML     string
	ParentID string        // of a reply: the thread's root
	Files    []File        // that are attached
	Ago      time.Duration // how long ago; write in the order of time
}

// Say writes a message. In a group, a bot receives it only if it is mentioned.
// Say panics if the author is not in the space or the parent is not a root in it.
func (s *Simulator) Say(ctx context.Context, w Say) Message {
	m, err := s.say(ctx, w)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return m
}

func (s *Simulator) say(ctx context.Context, w Say) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rooms[canonical(w.Space)]
	if r == nil {
		return Message{}, fmt.Errorf("no space has the id %q", w.Space)
	}
	author := r.member(canonical(w.Person))
	if author == nil {
		return Message{}, fmt.Errorf("person %q is not in the space %q", w.Person, r.Title)
	}
	m := &Message{PersonID: author.PersonID, Text: w.Text, HTML: w.HTML, Files: s.storeFiles(w.Files), Created: Timestamp{s.now().Add(-w.Ago)}}
	if w.ParentID != "" {
		p := s.posts[canonical(w.ParentID)]
		if p == nil || p.room != r || p.m.ParentID != "" {
			return Message{}, fmt.Errorf("the parent %q is not a root in the space %q", w.ParentID, r.Title)
		}
		m.ParentID = p.m.ID
	}
	switch {
	case w.HTML != "":
		text := s.readHTML(m, r)
		if w.Text == "" {
			m.Text = text
		}
	case r.Type == group:
		s.mention(m, r)
	}
	s.store(r, m)
	s.log.DebugContext(ctx, "message written", "room", r.Title, "person", author.PersonEmail, "message_id", m.ID)
	return *m, nil
}

// mention turns the @names of a group message's text into mentions.
func (s *Simulator) mention(m *Message, r *room) {
	var text, tags strings.Builder
	rest, before := m.Text, ' '
	for rest != "" {
		if rest[0] == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			if label, id, size := s.mentioned(r, rest[1:]); size > 0 {
				m.addMention(id)
				text.WriteString(label)
				tags.WriteString(mentionTag(id, label))
				rest, before = rest[1+size:], 'x'
				continue
			}
		}
		c, size := utf8.DecodeRuneInString(rest)
		text.WriteString(rest[:size])
		tags.WriteString(strings.ReplaceAll(html.EscapeString(rest[:size]), "\n", "<br/>"))
		rest, before = rest[size:], c
	}
	if len(m.MentionedPeople)+len(m.MentionedGroups) > 0 {
		m.Text, m.HTML = text.String(), "<p>"+tags.String()+"</p>"
	}
}

// addMention adds a mention: of a person, or of all when id is "all".
func (m *Message) addMention(id string) {
	list := &m.MentionedPeople
	if id == "all" {
		list = &m.MentionedGroups
	}
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
	}
}

// mentioned finds the longest member's name, or all, that text begins with.
func (s *Simulator) mentioned(r *room, text string) (label, id string, size int) {
	try := func(name, shown, who string) {
		if len(name) > size && len(text) >= len(name) && strings.EqualFold(text[:len(name)], name) && endsWord(text[len(name):]) {
			label, id, size = shown, who, len(name)
		}
	}
	try("all", "All", "all")
	for _, m := range r.members {
		p := s.people[m.PersonID]
		first, _, _ := strings.Cut(p.DisplayName, " ")
		local, _, _ := strings.Cut(p.email(), "@")
		for _, name := range []string{p.DisplayName, first, local} {
			try(name, p.shown(), p.ID)
		}
	}
	return label, id, size
}

// endsWord reports whether a name ends before rest. A "." before a letter is
// part of an address; any other "." ends a sentence.
func endsWord(rest string) bool {
	c, size := utf8.DecodeRuneInString(rest)
	if c == '.' {
		c, _ = utf8.DecodeRuneInString(rest[size:])
	}
	return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' && c != '_'
}

func mentionTag(id, label string) string {
	if id == "all" {
		return `<spark-mention data-object-type="groupMention" data-group-type="all">` + html.EscapeString(label) + `</spark-mention>`
	}
	return `<spark-mention data-object-type="person" data-object-id="` + id + `">` + html.EscapeString(label) + `</spark-mention>`
}

// readHTML adds the mentions in a message's HTML to it and returns its text.
func (s *Simulator) readHTML(m *Message, r *room) string {
	var text strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(m.HTML))
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.TrimSpace(text.String())
		case nethtml.TextToken:
			text.Write(z.Text())
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "br":
				text.WriteByte('\n')
			case "spark-mention":
				s.noteTag(m, r, t.Attr)
			}
		case nethtml.EndTagToken:
			if name, _ := z.TagName(); slices.Contains([]string{"p", "li", "blockquote", "div"}, string(name)) {
				text.WriteByte('\n')
			}
		}
	}
}

func (s *Simulator) noteTag(m *Message, r *room, attrs []nethtml.Attribute) {
	for _, a := range attrs {
		switch {
		case a.Key == "data-group-type" && a.Val == "all":
			m.addMention("all")
		case a.Key == "data-object-id" && r.member(canonical(a.Val)) != nil:
			m.addMention(canonical(a.Val))
		case a.Key == "data-object-id" && r.member(encodeID(kindPerson, a.Val)) != nil: // the bare form
			m.addMention(encodeID(kindPerson, a.Val))
		}
	}
}
