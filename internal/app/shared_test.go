package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"trackbot/internal/queue"
	"trackbot/webex"
)

func TestButtonsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	s1, err := openInstall(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	s2, err := openInstall(t, dir)
	if err != nil || s1 != s2 {
		t.Errorf("after a restart a button is signed %q, %v, want %q", s2, err, s1)
	}
	if s3, err := openInstall(t, t.TempDir()); err != nil || s3 == s1 {
		t.Errorf("another installation signs the same, %v", err)
	}
}

// openInstall opens an installation's state and signs something with its key.
func openInstall(t *testing.T, dir string) (sig string, err error) {
	t.Helper()
	q, err := queue.Open(t.Context(), queue.Options{Dir: dir, Reserve: 1, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, q.Close(context.WithoutCancel(t.Context()))) }()
	s, err := newShared(t.Context(), q, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	signs, err := s.signer(t.Context())
	if err != nil {
		return "", err
	}
	return signs.Sign([]string{"code"}, "room", time.Unix(2_000_000_000, 0)), nil
}

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
