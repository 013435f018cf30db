package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// listMessages answers GET /messages, newest first. In a group space a bot may
// ask for its mentions only.
func (s *Simulator) listMessages(r *request) (reply, error) {
	q := r.URL.Query()
	limit := 1000
	mentioned := q["mentionedPeople"]
	if len(mentioned) > 0 {
		limit = 100
	}
	if q.Get("roomId") == "" {
		return reply{}, refuse(http.StatusBadRequest, "roomId cannot be empty.")
	}
	room, err := s.visibleRoom(r.who, q.Get("roomId"))
	if err != nil {
		return reply{}, err
	}
	if s.people[r.who.person].Type == typeBot && room.Type == group && !s.asksOwn(r.who, mentioned) {
		return reply{}, forbidden("A bot must ask a group space for messages with mentionedPeople=me.")
	}
	posts := room.posts
	if id := canonical(q.Get("beforeMessage")); id != "" {
		i := slices.IndexFunc(posts, func(p *post) bool { return p.m.ID == id })
		if i < 0 || !s.sees(r.who.person, room, posts[i].m) {
			return reply{}, forbidden("The message of beforeMessage is not visible.")
		}
		posts = posts[:i]
	}
	var before time.Time
	if v := q.Get("before"); v != "" {
		if before, err = time.Parse(time.RFC3339, v); err != nil {
			return reply{}, refuse(http.StatusBadRequest, "Invalid value for before.")
		}
	}
	return page(s, r, s.listed(r.who, posts, canonical(q.Get("parentId")), mentioned, before), 50, limit)
}

func (s *Simulator) asksOwn(who *account, mentioned []string) bool {
	return slices.ContainsFunc(mentioned, func(m string) bool { return m == "me" || canonical(m) == who.person })
}

// listed returns the posts that a caller sees and asks for, newest first. A
// bot's own messages do not mention it, so they are not in its list of mentions.
func (s *Simulator) listed(who *account, posts []*post, parent string, mentioned []string, before time.Time) []Message {
	list := []Message{}
	for _, p := range slices.Backward(posts) {
		named := func(id string) bool {
			return id == "me" && slices.Contains(p.m.MentionedPeople, who.person) || slices.Contains(p.m.MentionedPeople, canonical(id))
		}
		switch {
		case parent != "" && p.m.ParentID != parent:
		case !before.IsZero() && !p.m.Created.Before(before):
		case slices.ContainsFunc(mentioned, func(id string) bool { return !named(id) }):
		case s.sees(who.person, p.room, p.m):
			list = append(list, p.m.read())
		}
	}
	return list
}

// listDirect answers GET /messages/direct.
func (s *Simulator) listDirect(r *request) (reply, error) {
	q := r.URL.Query()
	id, email := canonical(q.Get("personId")), strings.ToLower(q.Get("personEmail"))
	if (id == "") == (email == "") {
		return reply{}, refuse(http.StatusBadRequest, "Give exactly one of personId and personEmail.")
	}
	if email != "" {
		id = s.emails[email]
	}
	for _, room := range s.order {
		if room.Type != direct || id == r.who.person || room.member(id) == nil || room.member(r.who.person) == nil {
			continue
		}
		return page(s, r, s.listed(r.who, room.posts, canonical(q.Get("parentId")), nil, time.Time{}), 50, 1000)
	}
	return reply{}, notFound("")
}
