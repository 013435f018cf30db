package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"trackbot/webex"
)

// strangers is a Webex whose people can't be had, though all else can.
type strangers struct {
	*space

	why error
}

func (s strangers) Person(context.Context, string) (webex.Person, error) {
	return webex.Person{}, s.why
}

// The asker's own record is read with the bot's token: whatever Webex answers
// there, nobody is sent to look at the admin's.
func TestTheAskersRecordIsNoMatterOfTheAdmin(t *testing.T) {
	for _, c := range []struct {
		err   *webex.Error
		title string
	}{
		{&webex.Error{Kind: webex.KindStatus, Status: 403}, "I can't tell who you are"},
		{&webex.Error{Kind: webex.KindStatus, Status: 404}, "I can't tell who you are"},
		{&webex.Error{Kind: webex.KindStatus, Status: 400}, "I can't tell who you are"},
		{&webex.Error{Kind: webex.KindStatus, Status: 503}, "Webex did not answer"},
		{&webex.Error{Kind: webex.KindNoAnswer}, "Webex did not answer"},
	} {
		s := asked("code 1")
		b, _ := newBot(s, echoText)
		b.o.Webex = strangers{s, c.err}
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil || !strings.Contains(out.Markdown, c.title) {
			t.Errorf("%v: Handle = %v, %v, want %q", c.err, out, err, c.title)
			continue
		}
		for _, words := range []string{"admin", "scope", "sign-in", "trackbot login"} {
			if strings.Contains(strings.ToLower(out.Markdown), words) {
				t.Errorf("%v: the answer speaks of %q:\n%s", c.err, words, out.Markdown)
			}
		}
	}
	s := asked("code 1")
	b, _ := newBot(s, echoText)
	b.o.Webex = strangers{s, &webex.Error{Kind: webex.KindStatus, Status: 401}}
	_, err := handled(t.Context(), b, event())
	if e, ok := errors.AsType[signInError](err); !ok || !e.Temporary() {
		t.Errorf("a refused bot token: Handle = %v, want that it waits for a new one", err)
	}
	// The admin's own 403 is still told as such.
	b, _ = newBot(asked("code 1"), func(context.Context, Request) (Reply, error) {
		return Reply{}, &webex.Error{Kind: webex.KindStatus, Status: 403}
	})
	if out, err := handled(t.Context(), b, event()); err != nil || !strings.Contains(out.Markdown, "The admin account") {
		t.Errorf("a site that the admin may not read: Handle = %v, %v", out, err)
	}
}

// An event that does not say who caused it is nobody's question: silence, and
// no line in the record.
func TestEventsOfNobodyAreSilence(t *testing.T) {
	for name, e := range map[string]webex.Event{
		"message": event(),
		"press":   pressEvent(),
		"added":   {Resource: webex.Memberships, Event: webex.Created, ID: "mem1", RoomID: "room", RoomType: "group", PersonID: "bot"},
	} {
		s := asked("code 1")
		s.message.PersonID = ""
		s.action = webex.AttachmentAction{ID: "a1", MessageID: "m1", RoomID: "room", Inputs: map[string]any{"ask": "code"}, Created: time.Now()}
		b, early := newBot(s, echoText)
		b.o.Webex = strangers{s, &webex.Error{Kind: webex.KindArgument, Message: "this is no id"}}
		if a, err := b.Handle(t.Context(), e); len(a.Messages)+len(a.Entries)+len(*early) != 0 || err != nil {
			t.Errorf("%s: Handle = %+v, %v, stored %v; want silence", name, a, err, *early)
		}
	}
}

// Who reads in a space is remembered until somebody comes into it.
func TestReadersAreLookedAtAgainAfterAJoin(t *testing.T) {
	s := asked("code 1")
	s.message.RoomType = "group"
	s.message.MentionedPeople, s.message.HTML = []string{"bot"}, `<spark-mention data-object-type="person" data-object-id="bot">TrackBot</spark-mention> code 1`
	s.members = []webex.Membership{{PersonID: "ann", PersonOrgID: "org"}}
	b, _ := newBot(s, echoText)
	var joined time.Time
	b.o.Joined = func(context.Context, string) (time.Time, error) { return joined, nil }
	private := func() bool {
		t.Helper()
		out, err := handled(t.Context(), b, event())
		if err != nil || out == nil {
			t.Fatalf("Handle = %v, %v", out, err)
		}
		return out.PersonID != ""
	}
	if private() {
		t.Error("answered 1:1 among those who may read it")
	}
	s.members = append(s.members, webex.Membership{PersonID: "mal", PersonOrgID: "other"})
	if private() {
		t.Error("the members were looked at again, though nobody was heard to join")
	}
	joined = time.Now()
	if !private() {
		t.Error("answered before somebody who joined and may not read it")
	}
	b.o.Joined = func(context.Context, string) (time.Time, error) { return time.Time{}, errors.New("away") }
	if !private() {
		t.Error("answered in the space although nobody knows who joined")
	}
}
