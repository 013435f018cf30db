package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// postRoom answers POST /rooms: a group space with the caller in it.
func (s *Simulator) postRoom(r *request) (reply, error) {
	var b struct {
		Title    string `json:"title"`
		IsLocked bool   `json:"isLocked"`
	}
	if err := decode(r, &b, "title", "isLocked"); err != nil {
		return reply{}, err
	}
	if b.Title == "" {
		return reply{}, malformed("'title' cannot be empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.newRoom(b.Title, group, r.who.person)
	room.IsLocked = b.IsLocked
	own := s.addMember(room, s.people[r.who.person])
	own.IsModerator = b.IsLocked
	s.emit(roomEvent(room))
	s.emitMembership(event{name: created, actor: r.who.person, founding: true}, room, own)
	return ok(room.Space), nil
}

// putRoom answers PUT /rooms/{id}, which needs a title.
func (s *Simulator) putRoom(r *request) (reply, error) {
	var b struct {
		Title string `json:"title"`
	}
	if err := decode(r, &b, "title"); err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room, err := s.visibleRoom(r.who, r.PathValue("id"))
	switch {
	case err != nil:
		return reply{}, err
	case b.Title == "" || room.Type == direct:
		return reply{}, malformed("'title' cannot be empty, and a 1:1 space has none")
	}
	room.Title = b.Title
	return ok(room.Space), nil
}

// deleteRoom answers DELETE /rooms/{id} to a member of a group space.
func (s *Simulator) deleteRoom(r *request) (reply, error) {
	room, err := s.visibleRoom(r.who, r.PathValue("id"))
	switch {
	case err != nil:
		return reply{}, err
	case room.Type == direct:
		return reply{}, refuse(http.StatusBadRequest, "A 1:1 space cannot be deleted.")
	}
	for _, p := range slices.Clone(room.posts) {
		s.remove(p)
	}
	for _, m := range slices.Clone(room.members) {
		s.removeMember(room, m, r.who.person)
	}
	delete(s.rooms, room.ID)
	s.order = slices.DeleteFunc(slices.Clone(s.order), same(room))
	return reply{status: http.StatusNoContent}, nil
}

// same tells one space from all others.
func same(a *room) func(*room) bool { return func(b *room) bool { return a == b } }

// postMembership answers POST /memberships: a member adds a person by id or address.
func (s *Simulator) postMembership(r *request) (reply, error) {
	var b Membership
	if err := decode(r, &b, "roomId", "personId", "personEmail", "isModerator"); err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room, err := s.visibleRoom(r.who, b.RoomID)
	if err != nil {
		return reply{}, err
	}
	p := s.people[canonical(b.PersonID)]
	if b.PersonEmail != "" {
		p = s.people[s.emails[strings.ToLower(b.PersonEmail)]]
	}
	switch {
	case (b.PersonID == "") == (b.PersonEmail == ""):
		return reply{}, refuse(http.StatusBadRequest, "Give exactly one of personId and personEmail.")
	case p == nil:
		return reply{}, notFound("Failed to find user with specified email address.")
	case room.Type == direct:
		return reply{}, refuse(http.StatusBadRequest, "Nobody can be added to a 1:1 space.")
	case room.member(p.ID) != nil:
		return reply{}, refuse(http.StatusConflict, "User is already a participant")
	}
	m := s.addMember(room, p)
	m.IsModerator = b.IsModerator
	s.emitMembership(event{name: created, actor: r.who.person}, room, m)
	return ok(*m), nil
}

// putMembership answers PUT /memberships/{id}: whether somebody moderates a group
// space, or hides a 1:1. What it does not name stays.
func (s *Simulator) putMembership(r *request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	room, m := s.membership(r)
	if m == nil {
		return reply{}, notFound("")
	}
	next := *m
	if err := decode(r, &next, "isModerator", "isRoomHidden"); err != nil {
		return reply{}, err
	}
	m.IsModerator, m.IsRoomHidden = next.IsModerator, next.IsRoomHidden
	s.emitMembership(event{name: updated, actor: r.who.person}, room, m)
	return ok(*m), nil
}

// deleteMembership answers DELETE /memberships/{id}: a member removes somebody
// of a group space.
func (s *Simulator) deleteMembership(r *request) (reply, error) {
	room, m := s.membership(r)
	switch {
	case m == nil:
		return reply{}, notFound("")
	case room.Type == direct:
		return reply{}, refuse(http.StatusBadRequest, "Nobody can be removed from a 1:1 space.")
	}
	s.removeMember(room, m, r.who.person)
	return reply{status: http.StatusNoContent}, nil
}
