package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"trackbot/internal/queue"
	"trackbot/webex"
)

// A refusal is said once an hour, and again where nobody knows whether it was: to
// an event that is handled again.
func TestFirstIsTheSameEventAgain(t *testing.T) {
	q := openTestQueue(t)
	s, err := newShared(t.Context(), q, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key, event string
		first      bool
	}{{"refused ann", "msg:1", true}, {"refused ann", "msg:2", false}, {"refused ann", "msg:1", true}, {"refused bob", "msg:2", true}} {
		if first, err := s.first(t.Context(), c.key, c.event); first != c.first || err != nil {
			t.Errorf("first(%s, %s) = %v, %v, want %v", c.key, c.event, first, err, c.first)
		}
	}
}

// openTestQueue opens an embedded queue for the length of the test.
func openTestQueue(t *testing.T) *queue.Queue {
	t.Helper()
	q, err := queue.Open(t.Context(), queue.Options{Dir: t.TempDir(), Reserve: 1, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return q
}

// The echoes that a process heard are there for the next one, and they are
// bounded: the newest take the places of the oldest.
func TestEchoesAreBounded(t *testing.T) {
	q := openTestQueue(t)
	hear := func(ids ...string) *shared {
		s, err := newShared(t.Context(), q, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if err := s.heard(t.Context(), webex.Event{ID: id, RoomID: "room"}); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	s := hear("one", "two")
	s.echoes.Store(maxEchoes)
	if err := s.heard(t.Context(), webex.Event{ID: "three", RoomID: "room"}); err != nil {
		t.Fatal(err)
	}
	hear("four") // another process

	var got []string
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_ = s.notes.Watch(ctx, func(e queue.Entry) {
		id, _, _ := strings.Cut(string(e.Value), " ")
		if got = append(got, id); len(got) == 3 {
			stop()
		}
	})
	slices.Sort(got)
	if want := []string{"four", "three", "two"}; !slices.Equal(got, want) {
		t.Errorf("kept are %q, want %q", got, want)
	}
}
