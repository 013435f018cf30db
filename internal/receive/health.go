package receive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"trackbot/internal/websocket"
)

// deaf returns why nothing is heard, now and without patience; nil while
// something is.
func (r *Receivers) deaf() error {
	var all []error
	if r.keeper != nil {
		err := r.keeper.Ready()
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	if r.c.Websocket() {
		w := r.receiver.Load()
		if w != nil && w.Hears() {
			return nil
		}
		all = append(all, errors.New("websocket: not connected"))
	}
	return errors.Join(all...)
}

// Ready returns nil while this bot hears, by one way or the other, and for a
// minute after its websocket was lost; otherwise why not, in words.
func (r *Receivers) Ready(ctx context.Context) error {
	var all []error
	if r.keeper != nil {
		k := r.keeper
		if r.replicated() {
			k = r.watcher
		}
		err := k.Ready()
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	if r.c.Websocket() {
		err := r.websocketReady(ctx)
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Health is how well the websocket hears, for JSON; nil without one.
func (r *Receivers) Health() any {
	if w := r.receiver.Load(); w != nil {
		return w.Health()
	}
	return nil
}

// Websocket is how well the websocket of this process hears, and whether it is
// connected. On a replica that leaves it to another one it is never connected.
func (r *Receivers) Websocket() (h websocket.Health, connected bool) {
	if w := r.receiver.Load(); w != nil {
		return w.Health(), w.Hears()
	}
	return h, false
}

func (r *Receivers) websocketReady(ctx context.Context) error {
	w := r.receiver.Load()
	switch {
	case r.isLeader.Load() && w != nil:
		return w.Ready()
	case r.replicated() && !r.isLeader.Load():
		until, err := r.heard(ctx)
		if err != nil {
			return fmt.Errorf("websocket: whether another replica hears is not known: %w", err)
		}
		if time.Since(until) < standbyMax {
			return nil
		}
	}
	return errors.New("websocket: not connected to Webex")
}
