package queue

import (
	"context"
	"testing"
)

// An item that ran and whose end can't be written down is not blamed for the end of the process.
func TestUnfinishedItemIsNotBlamed(t *testing.T) {
	s := newTestStage(t, openQueue(t, testOptions(t)), StageOptions{Name: "replies", Once: true})
	if _, _, err := s.core.attempts.begin(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := &runner{stage: s.core}
	v := r.step(ctx, nil, &entry{env: envelope{Key: "k"}, phase: phaseHandled})
	if v.done || v.wait == 0 {
		t.Errorf("verdict %+v, want to come back", v)
	}
	if n, crashes, err := s.core.attempts.begin(t.Context(), "k"); n != 2 || crashes != 0 || err != nil {
		t.Errorf("begin() = %d, %d, %v, want the second run after no crash", n, crashes, err)
	}
}
