package receive

import (
	"context"
	"errors"
	"fmt"

	"trackbot/internal/websocket"
)

// hears reports whether events come in now, without patience: by a websocket
// that is connected, or by webhooks that the last look found in order.
func (r *Receivers) hears() bool {
	if r.keeper != nil && r.keeper.InOrder() {
		return true
	}
	w := r.receiver.Load()
	return w != nil && w.Hears()
}

// ready returns nil while this process hears by one way or the other, with the
// patience of each; otherwise why not, in words.
func (r *Receivers) ready() error {
	var all []error
	if r.keeper != nil {
		err := r.keeper.Ready()
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	if r.c.Websocket() {
		err := errors.New("websocket: not connected to Webex")
		if w := r.receiver.Load(); w != nil {
			err = w.Ready()
		}
		if err == nil {
			return nil
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Ready returns nil while this bot hears; otherwise why not, in words. A replica
// that does not lead is ready as long as the one that leads noted to be, and so
// is one that has just begun to lead.
func (r *Receivers) Ready(ctx context.Context) error {
	leads, err := r.isLeader.Load(), error(nil)
	if leads || !r.o.Shared {
		if err = r.ready(); err == nil || !r.o.Shared || r.wasReady.Load() {
			return err
		}
	}
	until, noteErr := r.noted(ctx, noteReady)
	switch {
	case noteErr != nil:
		return fmt.Errorf("receivers: whether another replica hears is not known: %w", noteErr)
	case r.o.Client.Now().Before(until):
		return nil
	case leads:
		return err
	}
	return errors.New("receivers: no replica hears Webex")
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
