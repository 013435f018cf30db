package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/webex"
)

func TestFileInTheQueue(t *testing.T) {
	want := Outgoing{Key: "k", File: &File{"a.csv", "text/csv", []byte(strings.Repeat("one,two\r\n\x00\xff", 100_000))}}
	raw, err := json.Marshal(want)
	if err != nil || len(raw) > 50_000 {
		t.Fatalf("%d bytes, error %v; want a packed file", len(raw), err)
	}
	var got Outgoing
	if err := json.Unmarshal(raw, &got); err != nil || !cmp.Equal(want, got) {
		t.Errorf("a file came back as another: %v", err)
	}
	for _, bad := range []string{`{"gzip":"AAAA"}`, `{"gzip":7}`, `[]`} {
		if err := json.Unmarshal([]byte(bad), new(File)); err == nil {
			t.Errorf("%s was taken for a file", bad)
		}
	}
}

func TestFileTooLargeIsSaid(t *testing.T) {
	noise := make([]byte, 2<<20)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	b, _ := newBot(asked("code 1"), func(ctx context.Context, r Request) (Reply, error) {
		reply, err := echoText(ctx, r)
		reply.File = &File{"a.csv", "text/csv", noise}
		return reply, err
	})
	out, err := handled(t.Context(), b, event())
	if err != nil || out.File != nil || !strings.Contains(out.Markdown, "larger than I can send") || !bytes.Contains(out.Card, []byte("larger than I can send")) {
		t.Errorf("Handle = %+v, %v; want words instead of the file", out, err)
	}
}

func TestPartsOfAReply(t *testing.T) {
	o := Outgoing{Key: "k", Ref: "ABCD-12", RoomID: "room", ParentID: "m1", Markdown: "hi", Card: []byte(`{}`)}
	if got := o.Parts(); len(got) != 1 || !cmp.Equal(got[0], o) {
		t.Errorf("Parts without a file = %+v", got)
	}
	file := &File{"a*b.csv", "text/csv", []byte("x")}
	o.File = file
	got := o.Parts()
	o.File = nil
	want := []Outgoing{o, {Key: "k/file", Ref: "ABCD-12", RoomID: "room", ParentID: "m1", Markdown: `a\*b.csv · Ref ABCD-12`, File: file}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parts (-want +got):\n%s", diff)
	}
}

func TestSendFile(t *testing.T) {
	out := Outgoing{Key: "k/file", Ref: "R", RoomID: "room", ParentID: "m1", Markdown: "a.csv · Ref R", File: &File{"a.csv", "text/csv", []byte("x")}}
	for _, refused := range []bool{false, true} {
		s := asked("")
		var last webex.NewMessage
		s.post = func(m webex.NewMessage) (webex.Message, error) {
			if last = m; refused && m.File != nil {
				return webex.Message{}, &webex.Error{Kind: webex.KindStatus, Status: 400}
			}
			return webex.Message{}, nil
		}
		b, _ := newBot(s, echoText)
		_, err := b.Send(t.Context(), out, time.Time{})
		if err != nil || last.ParentID != "m1" || (last.File == nil) != refused || strings.Contains(last.Markdown, "did not take") != refused {
			t.Errorf("refused %v: Send = %v, last post %+v", refused, err, last)
		}
	}
}

func TestFileInDoubtIsLookedUp(t *testing.T) {
	out := Outgoing{Key: "k/file", Ref: "R", RoomID: "room", ParentID: "m1", Markdown: "a.csv · Ref R", File: &File{"a.csv", "text/csv", []byte("x")}}
	mine := webex.Message{ID: "a1", RoomID: "room", ParentID: "m1", PersonID: "bot", Markdown: out.Markdown, Files: []string{"u"}}
	said, card := mine, mine
	said.Markdown += "\n\n" + refusedFile
	card.Markdown, card.Files = "**codes**", nil
	card.Attachments = []webex.Attachment{{Content: json.RawMessage(`{"body":[{"id":"` + mark("k") + `"}]}`)}}
	for _, c := range []struct {
		name   string
		listed webex.Message
		posts  int
	}{{"it is there", mine, 0}, {"that it was refused was said", said, 0}, {"only the card of the same answer", card, 1}} {
		synctest.Test(t, func(t *testing.T) {
			s, posts := asked(""), 0
			s.post = func(webex.NewMessage) (webex.Message, error) { posts++; return webex.Message{}, nil }
			s.listed = []webex.Message{c.listed}
			b, _ := newBot(s, echoText)
			if _, err := b.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := sendAgain(t.Context(), b, out); err != nil || posts != c.posts {
				t.Errorf("%s: Send = %v after %d posts, want %d", c.name, err, posts, c.posts)
			}
		})
	}
}

func TestThePauseIsNotTakenForTheAnswer(t *testing.T) {
	if mark("msg:m1") == mark("msg:m1/pause") || mark("msg:m1") != "ref-"+Ref("msg:m1") {
		t.Errorf("marks %q and %q", mark("msg:m1"), mark("msg:m1/pause"))
	}
	s := asked("code 1")
	b, early := newBot(s, func(context.Context, Request) (Reply, error) {
		return Reply{}, &webex.Error{Kind: webex.KindPaused, Status: 429, After: 1}
	})
	if _, err := handled(t.Context(), b, event()); err == nil || len(*early) != 1 {
		t.Fatalf("Handle = %v, stored %v", err, *early)
	}
	pause := webex.Message{RoomID: "room", ParentID: "m1", PersonID: "bot", Attachments: []webex.Attachment{{Content: (*early)[0].Card}}}
	if b.isReply(pause, Outgoing{Key: "msg:m1", Ref: (*early)[0].Ref, RoomID: "room", ParentID: "m1", Markdown: "**code 1**"}) {
		t.Error("the word on a pause passes for the answer")
	}
	if !b.isReply(pause, (*early)[0]) {
		t.Error("the word on a pause is not known again")
	}
}

func TestAttachedFiles(t *testing.T) {
	s := asked("code 1")
	s.message.Files = []string{"one", "two"}
	s.file = webex.File{Name: "people.csv", Type: "text/csv", Data: []byte("a@b.c")}
	var got []File
	b, _ := newBot(s, func(ctx context.Context, r Request) (Reply, error) { got = r.Files; return echoText(ctx, r) })
	if _, err := handled(t.Context(), b, event()); err != nil || got != nil {
		t.Errorf("a command that takes no files got %v, %v", got, err)
	}
	c := b.commands["code"]
	c.Files = true
	b.commands["code"] = c
	if _, err := handled(t.Context(), b, event()); err != nil || len(got) != 2 || string(got[1].Data) != "a@b.c" {
		t.Errorf("files = %v, %v", got, err)
	}
	for words, err := range map[string]error{
		"larger than 1 MB":  &webex.Error{Kind: webex.KindTooLarge, Status: 200},
		"malware in it":     &webex.Error{Kind: webex.KindStatus, Status: 410},
		"can't scan it":     &webex.Error{Kind: webex.KindStatus, Status: 428},
		"still scanning":    &webex.Error{Kind: webex.KindStatus, Status: 423},
		"in time":           &webex.Error{Kind: webex.KindNoAnswer},
		"does not give":     &webex.Error{Kind: webex.KindStatus, Status: 404},
		"went wrong on the": errors.New("inner secret"),
	} {
		s.fileErr = err
		out, err := handled(t.Context(), b, event())
		if err != nil || !strings.Contains(out.Markdown, words) || strings.Contains(out.Markdown, "secret") {
			t.Errorf("Handle = %v, %v; want %q", out, err, words)
		}
	}
	s.fileErr = &webex.Error{Kind: webex.KindStatus, Status: 401}
	if _, err := handled(t.Context(), b, event()); !errors.As(err, new(signInError)) {
		t.Errorf("a refused bot token: %v, want to be tried again later", err)
	}
	s.fileErr, s.message.Files = nil, make([]string, maxAttachments+1)
	if out, err := handled(t.Context(), b, event()); err != nil || !strings.Contains(out.Markdown, "up to 5 files") {
		t.Errorf("too many: %v, %v", out, err)
	}
}
