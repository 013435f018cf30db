package simulator

import (
	"encoding/base64"
	"fmt"
)

// activityID returns the id of an event's activity, the same for everyone who
// receives it: the key of the message or action, or else a new one.
func (k *Socket) activityID(e event) string {
	switch d := e.data.(type) {
	case Message:
		if e.name == created {
			return keyOf(d.ID)
		}
	case Action:
		return keyOf(d.ID)
	}
	return k.s.dice.uuid()
}

// activity returns an event in the form that a registration's owner receives:
// bare UUIDs, and an opaque string for what a person wrote. It is nil for an
// event that has no activity.
func (k *Socket) activity(g *registration, id string, e event) map[string]any {
	verb, object, parent := k.content(e)
	if verb == "" {
		return nil
	}
	a := map[string]any{
		"id": id, "objectType": "activity", "verb": verb, "published": k.s.now().String(),
		"url":   g.base + pathConversation + "/activities/" + id,
		"actor": k.personObject(e.actor), "object": object,
	}
	if parent != nil {
		a["parent"] = parent
	}
	r := k.s.rooms[e.room]
	if verb != "create" {
		a["target"] = k.conversation(g, r)
		return a
	}
	c := k.conversation(g, r)
	members := []any{}
	for _, m := range r.members {
		members = append(members, k.personObject(m.PersonID))
	}
	c["participants"] = map[string]any{"items": members}
	a["object"] = c
	return a
}

// content returns verb, object and parent of an event. The object of a create
// is the conversation, which activity fills in.
func (k *Socket) content(e event) (verb string, object, parent map[string]any) {
	switch d := e.data.(type) {
	case Message:
		return k.messageContent(e, d)
	case Action:
		return "cardAction", map[string]any{"objectType": "submit", "inputs": k.opaque()},
			map[string]any{"id": keyOf(d.MessageID), "type": "cardAction"}
	case Membership:
		verb = "add"
		if e.name == deleted {
			verb = "leave"
		}
		return verb, k.personObject(d.PersonID), nil
	case Space:
		return "create", nil, nil
	case reaction:
		return "add", map[string]any{"objectType": "reaction2", "displayName": k.opaque()},
			map[string]any{"id": keyOf(d.message), "type": "reply"}
	}
	return "", nil, nil
}

// reaction is an event for sockets only. Bots have to ignore it, although its
// verb is that of a person who is added.
type reaction struct{ message string }

// React adds a person's reaction to a message, which only sockets report. It
// panics if there is no such message.
func (k *Socket) React(personID, messageID string) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	p := k.s.posts[canonical(messageID)]
	if p == nil {
		panic("simulator: no message has the id " + messageID)
	}
	k.emit(event{
		resource: "reactions", name: created, actor: k.s.mustPerson(personID).ID, room: p.room.ID, data: reaction{p.m.ID},
		sees: func(who string) bool { return k.s.sees(who, p.room, p.m) },
	})
}

func (k *Socket) messageContent(e event, d Message) (verb string, object, parent map[string]any) {
	if e.name == deleted {
		return "delete", map[string]any{"id": keyOf(d.ID), "objectType": "activity", "verb": "post"}, nil
	}
	verb, object = "post", map[string]any{"objectType": "comment", "displayName": k.opaque(), "content": k.opaque()}
	if len(d.Files) > 0 {
		verb = "share"
		object["objectType"], object["contentCategory"] = "content", "documents"
		object["files"] = map[string]any{"items": []any{map[string]any{
			"objectType": "file", "displayName": k.opaque(), "scr": k.opaque(), "malwareQuarantineState": "safe",
		}}}
	}
	if len(d.MentionedPeople) > 0 {
		mentions := []any{}
		for _, id := range d.MentionedPeople {
			mentions = append(mentions, map[string]any{"id": keyOf(id), "objectType": "person"})
		}
		object["mentions"] = map[string]any{"items": mentions}
	}
	switch {
	case e.name == updated:
		parent = map[string]any{"id": keyOf(d.ID), "type": "edit", "actorId": keyOf(d.PersonID), "published": d.Created.String()}
	case d.ParentID != "":
		parent = map[string]any{"id": keyOf(d.ParentID), "type": "reply"}
		if p := k.s.posts[d.ParentID]; p != nil {
			parent["actorId"], parent["published"] = keyOf(p.m.PersonID), p.m.Created.String()
		}
	}
	return verb, object, parent
}

// personObject is a person, or a bot, as activities show one.
func (k *Socket) personObject(id string) map[string]any {
	p, kind := k.s.people[id], "PERSON"
	if p.Type == typeBot {
		kind = "BOT"
	}
	key := keyOf(id)
	return map[string]any{
		"id": key, "entryUUID": key, "objectType": "person", "type": kind,
		"emailAddress": p.email(), "displayName": p.DisplayName, "orgId": keyOf(p.OrgID),
	}
}

// conversation is a space as activities show it.
func (k *Socket) conversation(g *registration, r *room) map[string]any {
	key, tags := keyOf(r.ID), []string{}
	if r.Type == direct {
		tags = append(tags, "ONE_ON_ONE")
	}
	if r.IsLocked {
		tags = append(tags, "LOCKED")
	}
	none := map[string]any{"items": []any{}}
	return map[string]any{
		"id": key, "objectType": "conversation", "url": g.base + pathConversation + "/conversations/" + key,
		"tags": tags, "globalId": r.ID, "participants": none, "activities": none,
	}
}

// opaque looks like something encrypted to a key that nobody here has.
func (k *Socket) opaque() string {
	part := func() string { b := k.s.dice.bytes(); return base64.RawURLEncoding.EncodeToString(b[:]) }
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"dir","enc":"A256GCM"}`))
	return fmt.Sprintf("%s..%s.%s.%s", head, part(), part(), part())
}
