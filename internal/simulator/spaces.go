package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The types of [Space].
const (
	direct = "direct"
	group  = "group"
)

// Space is what the API calls a room.
type Space struct {
	ID           string    `json:"id"`
	Title        string    `json:"title"`
	Type         string    `json:"type"` // direct or group
	IsLocked     bool      `json:"isLocked"`
	LastActivity Timestamp `json:"lastActivity"`
	CreatorID    string    `json:"creatorId"`
	Created      Timestamp `json:"created"`
	OwnerID      string    `json:"ownerId"`
}

// room is a space with what is in it.
type room struct {
	Space

	members []*Membership
	posts   []*post // oldest first, without deleted ones
	opened  bool    // of a 1:1: its first message was written and announced
}

func (r *room) member(person string) *Membership {
	for _, m := range r.members {
		if m.PersonID == person {
			return m
		}
	}
	return nil
}

// titled returns the space as a person sees it: a 1:1 has the other's name.
func (s *Simulator) titled(person string, r *room) Space {
	out := r.Space
	if r.Type == direct {
		for _, m := range r.members {
			if m.PersonID != person {
				out.Title = m.PersonDisplayName
			}
		}
	}
	return out
}

func (s *Simulator) newRoom(title, kind, creator string) *room {
	at := s.now()
	r := &room{Space: Space{
		ID: s.dice.id(kindRoom), Title: title, Type: kind, CreatorID: creator,
		OwnerID: s.people[creator].OrgID, Created: at, LastActivity: at,
	}}
	s.rooms[r.ID] = r
	s.order = append(s.order, r)
	return r
}

// Direct returns the 1:1 space of a person and the bot. As with the service, the
// bot learns of a new one with its first message: the membership and the message
// arrive nearly together, in any order.
func (s *Simulator) Direct(personID string) Space {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.titled(personID, s.directRoom(s.mustPerson(personID), s.people[s.bot]))
}

func (s *Simulator) directRoom(a, b *Person) *room {
	for _, r := range s.order {
		if r.Type == direct && r.member(a.ID) != nil && r.member(b.ID) != nil {
			return r
		}
	}
	r := s.newRoom("", direct, a.ID)
	s.addMember(r, a)
	s.addMember(r, b)
	return r
}

// Group makes a group space with these people and the bot. The first of them, or
// the admin if there is none, adds the bot: memberships/created is sent.
func (s *Simulator) Group(title string, personIDs ...string) Space {
	s.mu.Lock()
	defer s.mu.Unlock()
	creator := s.admin
	if len(personIDs) > 0 {
		creator = s.mustPerson(personIDs[0]).ID
	}
	r := s.newRoom(title, group, creator)
	for _, id := range personIDs {
		if p := s.mustPerson(id); r.member(p.ID) == nil {
			s.addMember(r, p)
		}
	}
	own := s.addMember(r, s.people[s.bot])
	s.emit(roomEvent(r))
	s.emitMembership(event{name: created, actor: creator, founding: true}, r, own)
	return r.Space
}

// roomEvent returns the event of a new space, which its members see.
func roomEvent(r *room) event {
	return event{
		resource: "rooms", name: created, actor: r.CreatorID, room: r.ID, data: r.Space,
		sees: func(person string) bool { return r.member(person) != nil },
		attrs: func() map[string]string {
			return map[string]string{"type": r.Type, "isLocked": strconv.FormatBool(r.IsLocked)}
		},
	}
}

func (s *Simulator) mustRoom(id string) *room {
	r := s.rooms[canonical(id)]
	if r == nil {
		panic("simulator: no space has the id " + id)
	}
	return r
}

// visibleRoom returns a room that the caller is in, else the documented 404.
func (s *Simulator) visibleRoom(who *account, id string) (*room, error) {
	r := s.rooms[canonical(id)]
	if r == nil || r.member(who.person) == nil {
		return nil, notFound("Could not find a room with provided ID.")
	}
	return r, nil
}

func (s *Simulator) getRoom(r *request) (reply, error) {
	room, err := s.visibleRoom(r.who, r.PathValue("id"))
	if err != nil {
		return reply{}, err
	}
	return ok(s.titled(r.who.person, room)), nil
}

func (s *Simulator) listRooms(r *request) (reply, error) {
	q := r.URL.Query()
	kind, by := q.Get("type"), q.Get("sortBy")
	switch {
	case kind != "" && kind != direct && kind != group:
		return reply{}, refuse(http.StatusBadRequest, "Invalid value for type.")
	case by != "" && by != "id" && by != "lastactivity" && by != "created":
		return reply{}, refuse(http.StatusBadRequest, "Invalid value for sortBy.")
	case q.Get("teamId") != "": // there are no teams here
		return reply{}, notFound("Could not find teamId with provided ID.")
	}
	list := []Space{}
	for _, room := range slices.Backward(s.order) {
		if room.member(r.who.person) != nil && (kind == "" || kind == room.Type) {
			list = append(list, s.titled(r.who.person, room))
		}
	}
	slices.SortStableFunc(list, func(a, b Space) int {
		switch by {
		case "lastactivity":
			return b.LastActivity.Compare(a.LastActivity.Time)
		case "id":
			return strings.Compare(a.ID, b.ID)
		default: // nothing documents the order without sortBy
			return b.Created.Compare(a.Created.Time)
		}
	})
	return page(s, r, list, 100, 1000)
}
