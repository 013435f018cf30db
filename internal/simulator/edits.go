package simulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// editMessage answers PUT /messages/{id}.
func (s *Simulator) editMessage(r *request) (reply, error) {
	var n newMessage
	err := decode(r, &n, "roomId", "text", "markdown", "attachments")
	if err != nil {
		return reply{}, err
	}
	if err := n.check(); err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.visiblePost(r.who, r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	if err := s.editable(r.who, p, &n); err != nil {
		return reply{}, err
	}
	m := *p.m
	if n.Attachments != nil {
		m.Attachments = n.Attachments
	}
	if err := s.setText(&m, p.room, n.Text, n.Markdown); err != nil {
		return reply{}, err
	}
	s.edited(p, &m)
	return ok(m.read()), nil
}

// edited puts another version of a message in the place of what it was, and emits
// its events.
func (s *Simulator) edited(p *post, m *Message) {
	at := s.now()
	m.Updated = &at
	p.edits++
	p.m = m
	s.emitMessage(updated, m.PersonID, p)
	s.feed.add(p, false)
	s.watch.signal()
}

// Edit is what a person makes of one of their messages. Mentions in Text are as
// in [Say].
type Edit struct {
	Person  string // the id of the author
	Message string // its id
	Text    string
}

// Edit changes a message as its author does in a client, and returns it. In a
// group, a bot receives it only if it is mentioned now. Edit panics if it is not
// the person's own.
func (s *Simulator) Edit(ctx context.Context, e Edit) Message {
	m, err := s.edit(ctx, e)
	if err != nil {
		panic("simulator: " + err.Error())
	}
	return m
}

func (s *Simulator) edit(ctx context.Context, e Edit) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[canonical(e.Message)]
	if p == nil || p.m.PersonID != canonical(e.Person) {
		return Message{}, fmt.Errorf("person %q has no message %q", e.Person, e.Message)
	}
	m := *p.m
	m.Text, m.Markdown, m.HTML, m.MentionedPeople, m.MentionedGroups = e.Text, "", "", nil, nil
	if p.room.Type == group {
		s.mention(&m, p.room)
	}
	s.edited(p, &m)
	s.log.DebugContext(ctx, "message edited", "room", p.room.Title, "message_id", m.ID)
	return m, nil
}

// editable refuses an edit that is not the author's, of a card, or one too many.
func (s *Simulator) editable(who *account, p *post, n *newMessage) error {
	withCard := len(n.Attachments)+len(p.m.Attachments)+len(p.m.Files) > 0
	switch {
	case p.m.PersonID != who.person:
		return forbidden("Only the author can edit a message.")
	case canonical(n.RoomID) != p.room.ID:
		return refuse(http.StatusBadRequest, "roomId does not match the message.")
	case withCard && !s.quirks.EditCards:
		return refuse(http.StatusBadRequest, "Messages with files or attachments cannot be edited.")
	case p.edits >= maxEdits:
		return refuse(http.StatusBadRequest, "The message has reached the maximum number of edits.")
	}
	for _, a := range n.Attachments {
		if err := checkAttachment(a); err != nil {
			return err
		}
	}
	return nil
}

// deleteMessage answers DELETE /messages/{id}.
func (s *Simulator) deleteMessage(r *request) (reply, error) {
	p, err := s.visiblePost(r.who, r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	if p.m.PersonID != r.who.person {
		return reply{}, forbidden("Only the author can delete a message.")
	}
	s.remove(p)
	return reply{status: http.StatusNoContent}, nil
}

func (s *Simulator) remove(p *post) {
	p.deleted = true
	delete(s.posts, p.m.ID)
	p.room.posts = slices.DeleteFunc(slices.Clone(p.room.posts), func(one *post) bool { return one == p })
	s.emitMessage(deleted, p.m.PersonID, p)
	s.feed.append(entry{p, nil})
	s.watch.signal()
}
