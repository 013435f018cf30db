package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Membership is one person in one space.
type Membership struct {
	ID                string    `json:"id"`
	RoomID            string    `json:"roomId"`
	RoomType          string    `json:"roomType"`
	PersonID          string    `json:"personId"`
	PersonEmail       string    `json:"personEmail"`
	PersonDisplayName string    `json:"personDisplayName"`
	PersonOrgID       string    `json:"personOrgId"`
	IsModerator       bool      `json:"isModerator"`
	IsMonitor         bool      `json:"isMonitor"`
	IsRoomHidden      bool      `json:"isRoomHidden"`
	Created           Timestamp `json:"created"`
}

// addMember adds a person without an event.
func (s *Simulator) addMember(r *room, p *Person) *Membership {
	m := &Membership{
		ID:     s.dice.idOf(kindMembership, keyOf(p.ID)+":"+keyOf(r.ID)),
		RoomID: r.ID, RoomType: r.Type, PersonID: p.ID, PersonEmail: p.email(),
		PersonDisplayName: p.DisplayName, PersonOrgID: p.OrgID, Created: s.now(),
	}
	r.members = append(r.members, m)
	return m
}

// Join adds a person, or the bot, to a group space.
func (s *Simulator) Join(spaceID, personID, byID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, p := s.mustRoom(spaceID), s.mustPerson(personID)
	if r.member(p.ID) == nil {
		s.emitMembership(event{name: created, actor: s.mustPerson(byID).ID}, r, s.addMember(r, p))
	}
}

// Leave takes a person, or the bot, out of a group space.
func (s *Simulator) Leave(spaceID, personID, byID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, by := s.mustRoom(spaceID), s.mustPerson(byID)
	m := r.member(canonical(personID))
	if m == nil {
		return
	}
	s.removeMember(r, m, by.ID)
}

func (s *Simulator) removeMember(r *room, m *Membership, by string) {
	if r.Type == group { // documented never to fire in a 1:1
		s.emitMembership(event{name: deleted, actor: by}, r, m) // before the removal, so that the person who leaves receives it too
	}
	r.members = slices.DeleteFunc(slices.Clone(r.members), func(one *Membership) bool { return one == m })
}

// emitMembership completes an event that has a name and an actor, and emits it.
func (s *Simulator) emitMembership(e event, r *room, m *Membership) {
	data := *m
	e.resource, e.room, e.data = "memberships", r.ID, data
	e.sees = func(person string) bool { return r.member(person) != nil }
	e.attrs = func() map[string]string {
		return map[string]string{
			"roomId": data.RoomID, "personId": data.PersonID, "personEmail": data.PersonEmail, "isModerator": strconv.FormatBool(data.IsModerator),
		}
	}
	s.emit(e)
}

func (s *Simulator) getMembership(r *request) (reply, error) {
	if _, m := s.membership(r); m != nil {
		return ok(*m), nil
	}
	return reply{}, notFound("")
}

// membership returns what the path names, if the caller is in its space.
func (s *Simulator) membership(r *request) (*room, *Membership) {
	id := canonical(r.PathValue("id"))
	for _, room := range s.order {
		for _, m := range room.members {
			if m.ID == id && room.member(r.who.person) != nil {
				return room, m
			}
		}
	}
	return nil, nil
}

// listMemberships answers GET /memberships: of a room, or the caller's own.
func (s *Simulator) listMemberships(r *request) (reply, error) {
	q := r.URL.Query()
	person, email := canonical(q.Get("personId")), strings.ToLower(q.Get("personEmail"))
	id := canonical(q.Get("roomId"))
	switch {
	case id != "":
		if _, err := s.visibleRoom(r.who, id); err != nil {
			return reply{}, err
		}
	case person != "" || email != "":
		return reply{}, refuse(http.StatusBadRequest, "roomId is required with personId and personEmail.")
	default:
		person = r.who.person
	}
	list := []Membership{}
	for _, room := range s.order {
		if room.member(r.who.person) != nil && (id == "" || id == room.ID) {
			list = append(list, room.matching(person, email)...)
		}
	}
	return page(s, r, list, 100, 1000)
}

// matching returns the members with an id and an address; empty matches all.
func (r *room) matching(person, email string) []Membership {
	var out []Membership
	for _, m := range r.members {
		if (person == "" || m.PersonID == person) && (email == "" || strings.EqualFold(m.PersonEmail, email)) {
			out = append(out, *m)
		}
	}
	return out
}
