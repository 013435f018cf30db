package webex

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Bot is a client with the rights of the bot's token: people, messages, spaces
// and webhooks. Make it with [NewBot].
type Bot struct{ c *client }

// Me returns the bot's own record.
func (b *Bot) Me(ctx context.Context) (Person, error) {
	return b.person(ctx, &request{method: http.MethodGet, path: "/people/me"})
}

// Person returns the record of one person, or of a bot.
func (b *Bot) Person(ctx context.Context, id string) (Person, error) {
	return b.person(ctx, &request{method: http.MethodGet, path: "/people/{id}", id: id})
}

func (b *Bot) person(ctx context.Context, q *request) (Person, error) {
	var w wirePerson
	q.out = &w
	err := b.c.do(ctx, q)
	if err != nil {
		return Person{}, err
	}
	return w.Person, nil
}

// AttachmentAction returns one press of a card's button, with its inputs.
func (b *Bot) AttachmentAction(ctx context.Context, id string) (AttachmentAction, error) {
	var w wireAction
	err := b.c.do(ctx, &request{method: http.MethodGet, path: "/attachment/actions/{id}", id: id, out: &w})
	if err != nil {
		return AttachmentAction{}, err
	}
	w.AttachmentAction.Created = w.Created.Time
	return w.AttachmentAction, nil
}

// Membership returns one membership of a space in which the bot is.
func (b *Bot) Membership(ctx context.Context, id string) (Membership, error) {
	var w wireMembership
	err := b.c.do(ctx, &request{method: http.MethodGet, path: "/memberships/{id}", id: id, out: &w})
	if err != nil {
		return Membership{}, err
	}
	return w.value(), nil
}

// Member reports whether a person is in a space; false without a person.
func (b *Bot) Member(ctx context.Context, roomID, personID string) (bool, error) {
	if roomID == "" || personID == "" {
		return false, nil
	}
	query := url.Values{"roomId": {roomID}, "personId": {personID}, "max": {"1"}}
	members, _, err := collect[Membership, wireMembership](ctx, b.c, "/memberships", query, 1)
	if IsNotFound(err) {
		return false, nil
	}
	return len(members) == 1 && SameID(members[0].PersonID, personID) && SameID(members[0].RoomID, roomID), err
}

// Memberships returns who is in a space: at most limit members where limit is
// positive, and whether those are all. A list in which somebody stands who is
// a member of another space is a [KindBadAnswer]: who else was left out of it
// is not known then.
func (b *Bot) Memberships(ctx context.Context, roomID string, limit int) (members []Membership, whole bool, err error) {
	if roomID == "" {
		return nil, false, argument("GET /memberships", "the space is missing")
	}
	query := url.Values{"roomId": {roomID}, "max": {pageSize(limit, 1000)}}
	members, whole, err = collect[Membership, wireMembership](ctx, b.c, "/memberships", query, limit)
	foreign := func(m Membership) bool { return m.RoomID != "" && !SameID(m.RoomID, roomID) }
	if err == nil && slices.ContainsFunc(members, foreign) {
		err = &Error{Op: "GET /memberships", Kind: KindBadAnswer, Status: http.StatusOK, Message: "the list holds members of another space"}
	}
	if err != nil {
		return nil, false, err
	}
	return members, whole, nil
}

// Rooms returns the spaces that the bot is in, of a kind (direct or group; ""
// is both): at most limit where limit is positive, and whether those are all.
// Webex does not promise the whole list to a bot in more than 3,000 spaces.
func (b *Bot) Rooms(ctx context.Context, kind string, limit int) (rooms []Room, whole bool, err error) {
	query := url.Values{"max": {pageSize(limit, 1000)}}
	if kind != "" {
		query.Set("type", kind)
	}
	return collect[Room, wireRoom](ctx, b.c, "/rooms", query, limit)
}

// RecentRooms returns the spaces of the bot with activity since a time, the
// latest first: at most limit, and whether those are all. No page is read
// beyond the last of them.
func (b *Bot) RecentRooms(ctx context.Context, since time.Time, limit int) (rooms []Room, whole bool, err error) {
	query := url.Values{"sortBy": {"lastactivity"}, "max": {pageSize(limit, 100)}}
	rooms, whole, err = collectUntil[Room, wireRoom](ctx, b.c, "/rooms", query, limit, func(r Room) bool {
		return !r.LastActivity.IsZero() && r.LastActivity.Before(since)
	})
	if err != nil {
		return nil, false, err
	}
	return rooms, whole, nil
}

// TokenExpiry returns when the bot's token ends; the zero time where Webex
// does not say.
func (b *Bot) TokenExpiry(ctx context.Context) (time.Time, error) { return b.c.tokenExpiry(ctx) }

// Now is the time by Webex's clock, as the last answer told it: up to a second
// and the way of that answer early. Before the first answer it is this machine's.
func (b *Bot) Now() time.Time { return time.Now().Add(time.Duration(b.c.ahead.Load())) }

// tokenExpiry asks for the end of the token's life, in milliseconds since 1970.
func (c *client) tokenExpiry(ctx context.Context) (time.Time, error) {
	var w struct {
		Exp json.Number `json:"exp"`
	}
	err := c.do(ctx, &request{method: http.MethodGet, path: "/authorizations/tokenExpiry", out: &w})
	if err != nil {
		return time.Time{}, err
	}
	ms, err := w.Exp.Int64()
	if err != nil || ms <= 0 {
		return time.Time{}, nil //nolint:nilerr // a token without an end has no exp
	}
	return time.UnixMilli(ms).UTC(), nil
}

// pageSize is the max of a query: no more than is wanted nor than Webex gives.
func pageSize(limit, most int) string {
	if limit <= 0 || limit > most {
		limit = most
	}
	return strconv.Itoa(limit)
}

// write encodes in and makes a write whose answer is decoded to out.
func (c *client) write(ctx context.Context, q *request, in any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return &Error{Op: q.op(), Kind: KindArgument, Message: "this can't be written as JSON", Err: err}
	}
	q.body = body
	return c.do(ctx, q)
}
