package queue

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// share says "here" on a cluster and returns which partitions are ours: each replica that said so within 10 s has an
// equal share. Pinning keeps two replicas apart while they disagree about who is there.
func (s *stage) share(ctx context.Context) (func(part int) bool, error) {
	if s.members == nil {
		return func(int) bool { return true }, nil
	}
	if _, err := s.members.Put(ctx, s.q.id, []byte(s.o.Name)); err != nil {
		return nil, fmt.Errorf("joining the other replicas: %w", err)
	}
	ids, err := s.members.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking who else is there: %w", err)
	}
	if !slices.Contains(ids, s.q.id) {
		ids = append(ids, s.q.id)
	}
	slices.Sort(ids)
	me := slices.Index(ids, s.q.id)
	return func(part int) bool { return part%len(ids) == me }, nil
}

// leave tells the others that this replica's share is free.
func (s *stage) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.members.Delete(ctx, s.q.id, 0); err != nil {
		s.q.log.Debug("leaving the other replicas", "error", err)
	}
}
