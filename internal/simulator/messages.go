package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxText is the longest text or markdown in bytes, maxEdits how often a
// message may be edited: both are documented with POST and PUT /messages.
const (
	maxText  = 7439
	maxEdits = 10
)

// Message is one message of a space, as the service stores it.
type Message struct {
	ID              string       `json:"id"`
	ParentID        string       `json:"parentId,omitempty"` // the thread's root
	RoomID          string       `json:"roomId"`
	RoomType        string       `json:"roomType"`
	ToPersonID      string       `json:"toPersonId,omitempty"`    // as it was posted
	ToPersonEmail   string       `json:"toPersonEmail,omitempty"` // as it was posted
	Text            string       `json:"text,omitempty"`
	Markdown        string       `json:"markdown,omitempty"`
	HTML            string       `json:"html,omitempty"`
	Files           []string     `json:"files,omitempty"`
	PersonID        string       `json:"personId"`
	PersonEmail     string       `json:"personEmail"`
	MentionedPeople []string     `json:"mentionedPeople,omitempty"`
	MentionedGroups []string     `json:"mentionedGroups,omitempty"`
	Attachments     []Attachment `json:"attachments,omitempty"`
	Created         Timestamp    `json:"created"`
	Updated         *Timestamp   `json:"updated,omitempty"`
}

// Attachment is a card beside a message, its content exactly as it was posted.
type Attachment struct {
	ContentType string          `json:"contentType"`
	Content     json.RawMessage `json:"content"`
}

// post is a stored message. An edit puts another value in place of m; no
// Message is changed after it was stored.
type post struct {
	m       *Message
	room    *room
	edits   int
	reads   int
	deleted bool
}

// Messages returns what stands in a space, oldest first.
func (s *Simulator) Messages(spaceID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustRoom(spaceID)
	out := make([]Message, 0, len(r.posts))
	for _, p := range r.posts {
		out = append(out, *p.m)
	}
	return out
}

// sees reports whether a person can see a message. In a group, a bot sees only
// its own messages and those that mention it.
func (s *Simulator) sees(person string, r *room, m *Message) bool {
	return r.member(person) != nil &&
		(r.Type == direct || s.people[person].Type != typeBot || m.PersonID == person || slices.Contains(m.MentionedPeople, person))
}

// store puts a new message into its room and emits its events.
func (s *Simulator) store(r *room, m *Message) {
	author := s.people[m.PersonID]
	m.ID, m.RoomID, m.RoomType, m.PersonEmail = s.dice.id(kindMessage), r.ID, r.Type, author.email()
	if m.Created.IsZero() {
		m.Created = s.now()
	}
	p := &post{m: m, room: r}
	r.posts = append(r.posts, p)
	if m.Created.After(r.LastActivity.Time) {
		r.LastActivity = m.Created
	}
	s.posts[m.ID] = p
	if r.Type == direct && !r.opened {
		r.opened = true
		s.socket.emit(roomEvent(r)) // webhooks hear of memberships alone
		for _, one := range r.members {
			s.emitMembership(event{name: created, actor: m.PersonID, founding: true}, r, one)
		}
	}
	s.emitMessage(created, m.PersonID, p)
	s.feed.add(p, m.PersonID == s.bot)
	s.watch.signal()
}

func (s *Simulator) emitMessage(name, actor string, p *post) {
	m, r := p.m, p.room
	s.emit(event{
		resource: "messages", name: name, actor: actor, room: r.ID,
		data: Message{ // no text, on purpose
			ID: m.ID, ParentID: m.ParentID, RoomID: m.RoomID, RoomType: m.RoomType, PersonID: m.PersonID, PersonEmail: m.PersonEmail,
			MentionedPeople: m.MentionedPeople, Files: m.Files, Created: m.Created, Updated: m.Updated,
		},
		sees: func(person string) bool { return s.sees(person, r, m) },
		attrs: func() map[string]string {
			return map[string]string{
				"roomId": m.RoomID, "roomType": m.RoomType, "personId": m.PersonID, "personEmail": m.PersonEmail,
				"mentionedPeople": strings.Join(m.MentionedPeople, ","),
				"hasFiles":        strconv.FormatBool(len(m.Files) > 0), "hasAttachments": strconv.FormatBool(len(m.Attachments) > 0),
			}
		},
	})
}

// visiblePost returns a message that the caller may see, else the documented 404.
func (s *Simulator) visiblePost(who *account, id string) (*post, error) {
	p := s.posts[canonical(id)]
	if p == nil || !s.sees(who.person, p.room, p.m) {
		return nil, notFound("Unable to get message.")
	}
	return p, nil
}

// getMessage answers GET /messages/{id}; see [Quirks.FreshReads].
func (s *Simulator) getMessage(r *request) (reply, error) {
	p, err := s.visiblePost(r.who, r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	if p.reads++; p.reads <= s.quirks.FreshReads {
		return reply{}, notFound("Unable to get message.")
	}
	return ok(p.m.read()), nil
}

// read returns the message in the form that GET shows, without toPersonId and
// toPersonEmail: only the answer to POST repeats those.
func (m *Message) read() Message {
	out := *m
	out.ToPersonID, out.ToPersonEmail = "", ""
	return out
}

// newMessage is the body of POST and PUT /messages.
type newMessage struct {
	Message

	uploads []File // of a form
}

// check refuses what is wrong in any room and for any author.
func (n *newMessage) check() error {
	switch {
	case len(n.Text) > maxText || len(n.Markdown) > maxText:
		return refuse(http.StatusBadRequest, "Message length limited to 7439 characters before encryption and 10000 characters after encryption.")
	case len(n.Files)+len(n.uploads) > 1:
		return refuse(http.StatusBadRequest, "Only one file is allowed per message.")
	case len(n.Attachments) > 1:
		return refuse(http.StatusBadRequest, "Only one attachment is allowed per message.")
	case n.Text == "" && n.Markdown == "" && len(n.Attachments) > 0:
		return refuse(http.StatusBadRequest, "A text or markdown message is required beside attachments.")
	case n.Text == "" && n.Markdown == "" && len(n.Files)+len(n.uploads) == 0:
		return refuse(http.StatusBadRequest, "Both text and file cannot be empty.")
	}
	return nil
}

// postMessage answers POST /messages.
func (s *Simulator) postMessage(r *request) (reply, error) {
	n, err := readMessage(r)
	if err != nil {
		return reply{}, err
	}
	if err := n.check(); err != nil {
		return reply{}, err
	}
	if n.uploads, err = fetched(r.Context(), n.Files, n.uploads); err != nil {
		return reply{}, err
	}
	for _, a := range n.Attachments { // slow work, outside of the lock
		if err := checkAttachment(a); err != nil {
			return reply{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room, err := s.destination(r.who, &n)
	if err != nil {
		return reply{}, err
	}
	parent, err := s.parent(room, n.ParentID)
	if err != nil {
		return reply{}, err
	}
	m := &n.Message
	m.ParentID, m.PersonID = parent, r.who.person
	m.Files = s.storeFiles(n.uploads)
	if err := s.setText(m, room, n.Text, n.Markdown); err != nil {
		return reply{}, err
	}
	s.store(room, m)
	return ok(m), nil
}

// setText sets a message's text, markdown, HTML and mentions. A text made from
// markdown has blanks in place of line breaks.
func (s *Simulator) setText(m *Message, r *room, text, markdown string) error {
	m.Text, m.Markdown, m.HTML, m.MentionedPeople, m.MentionedGroups = text, markdown, "", nil, nil
	if markdown == "" {
		return nil
	}
	var err error
	if m.HTML, err = s.htmlOf(r, markdown); err != nil {
		return err
	}
	if plain := s.readHTML(m, r); text == "" {
		m.Text = strings.Join(strings.Fields(plain), " ")
	}
	return nil
}

// destination returns the room for a message. It makes a 1:1 if there is none yet.
func (s *Simulator) destination(who *account, n *newMessage) (*room, error) {
	given := 0
	for _, v := range []string{n.RoomID, n.ToPersonID, n.ToPersonEmail} {
		if v != "" {
			given++
		}
	}
	if given != 1 {
		return nil, refuse(http.StatusBadRequest,
			"Unable to determine the destination: give exactly one of roomId, toPersonEmail and toPersonId.")
	}
	if n.RoomID != "" {
		return s.visibleRoom(who, n.RoomID)
	}
	to := s.people[canonical(n.ToPersonID)]
	if n.ToPersonEmail != "" {
		to = s.people[s.emails[strings.ToLower(n.ToPersonEmail)]]
	}
	if to == nil {
		return nil, notFound("Failed to find user with specified email address.")
	}
	if to.ID == who.person || to.Type == typeBot && s.people[who.person].Type == typeBot {
		return nil, refuse(http.StatusBadRequest, "A 1:1 space cannot be made with this person.")
	}
	return s.directRoom(s.people[who.person], to), nil
}

// parent checks a parentId: it must be a message of the room that is not a reply.
func (s *Simulator) parent(r *room, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	p := s.posts[canonical(id)]
	if p == nil && s.quirks.BareParents {
		p = s.posts[s.dice.idOf(kindMessage, id)]
	}
	switch {
	case s.quirks.RefuseParents:
		return "", refuse(http.StatusBadRequest, "The parent message cannot be replied to.")
	case p == nil || p.room != r:
		return "", notFound("Unable to find the parent message.")
	case p.m.ParentID == "":
		return p.m.ID, nil
	case s.quirks.ResolveParents:
		return p.m.ParentID, nil
	default:
		return "", refuse(http.StatusBadRequest, "The parent message is itself a reply.")
	}
}
