package simulator

import (
	"context"
	"fmt"
	"slices"
)

// feed lists every message as it was written or edited, in order, and the tests
// that wait for one. It is guarded by [Simulator.mu].
type feed struct {
	log     []entry
	changed chan struct{}             // closed at the next entry; nil: nobody waits
	threads map[string][]chan Message // who waits for the bot's answer, by the thread's root
}

type entry struct {
	post *post
	m    *Message // as it was then; another than post.m is out of date, nil is deleted
}

// add appends a message and wakes whoever waits for it.
func (f *feed) add(p *post, isAnswer bool) {
	f.append(entry{p, p.m})
	if waiting := f.threads[p.m.ParentID]; isAnswer && waiting != nil {
		for _, c := range waiting {
			c <- *p.m // has room for one, and is left alone after it
		}
		delete(f.threads, p.m.ParentID)
	}
}

func (f *feed) append(e entry) {
	f.log = append(f.log, e)
	if f.changed != nil {
		close(f.changed)
		f.changed = nil
	}
}

// Wait returns the first message that fits, past or future. The error is ctx's.
// It calls fits in the order of writing, again for an edited message and never
// for a deleted one.
func (s *Simulator) Wait(ctx context.Context, fits func(Message) bool) (Message, error) {
	for from := 0; ; {
		list, changed := s.feedFrom(&from)
		for _, m := range list {
			if fits(m) {
				return m, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, fmt.Errorf("simulator: no such message: %w", context.Cause(ctx))
		}
	}
}

// feedFrom returns what was written since entry from, advances from, and returns
// a channel that is closed when there is more.
func (s *Simulator) feedFrom(from *int) ([]Message, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := s.feed.log[*from:]
	*from += len(fresh)
	list := make([]Message, 0, len(fresh))
	for _, e := range fresh {
		if e.post.m == e.m && !e.post.deleted {
			list = append(list, *e.m)
		}
	}
	if s.feed.changed == nil {
		s.feed.changed = make(chan struct{})
	}
	return list, s.feed.changed
}

// WaitReply returns the bot's first answer in the thread of a question that is
// later than the question. The error is ctx's.
func (s *Simulator) WaitReply(ctx context.Context, question Message) (Message, error) {
	root := question.ParentID
	if root == "" {
		root = question.ID
	}
	there, c := s.replyTo(question, root)
	if there != nil {
		return *there, nil
	}
	select {
	case m := <-c:
		return m, nil
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		s.feed.threads[root] = slices.DeleteFunc(s.feed.threads[root], func(one chan Message) bool { return one == c })
		return Message{}, fmt.Errorf("simulator: no reply to %q: %w", question.Text, context.Cause(ctx))
	}
}

// replyTo returns the answer, or a channel that will receive it.
func (s *Simulator) replyTo(question Message, root string) (*Message, chan Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rooms[question.RoomID]; r != nil {
		if m := s.answered(r, question.ID, root); m != nil {
			return m, nil
		}
	}
	if s.feed.threads == nil {
		s.feed.threads = map[string][]chan Message{}
	}
	c := make(chan Message, 1)
	s.feed.threads[root] = append(s.feed.threads[root], c)
	return nil, c
}

// answered returns the first answer after the question, or nil.
func (s *Simulator) answered(r *room, question, root string) *Message {
	var found *Message
	for i := len(r.posts) - 1; i >= 0 && r.posts[i].m.ID != question; i-- {
		if m := r.posts[i].m; m.ParentID == root && m.PersonID == s.bot {
			found = m
		}
	}
	return found
}
