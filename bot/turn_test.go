package bot

import (
	"context"
	"testing"
)

// TestTurns: a command that asks the admin API waits for its turn and ends it, and
// no other does.
func TestTurns(t *testing.T) {
	for _, c := range []struct {
		Command

		want int
	}{{Command{}, 0}, {Command{Site: true}, 1}, {Command{AllSites: true}, 1}, {Command{Calls: true}, 1}} {
		turns, open := 0, 0
		b := &Bot{o: Options{AdminTurn: func(context.Context) (func(), error) {
			turns, open = turns+1, open+1
			return func() { open-- }, nil
		}}}
		c.Run = func(context.Context, Request) (Reply, error) {
			if open != c.want {
				t.Errorf("%+v runs in %d turns, want %d", c.Command, open, c.want)
			}
			return Reply{}, nil
		}
		if _, err := b.runCommand(t.Context(), c.Command, Request{}); err != nil || turns != c.want || open != 0 {
			t.Errorf("%+v: %v, %d turns of which %d go on", c.Command, err, turns, open)
		}
	}
}
