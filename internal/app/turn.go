package app

import "context"

// adminTurns is how many of the workers may run what asks the admin API: an eighth
// of them, and one at least, is kept for what doesn't.
func adminTurns(workers int) int { return max(1, workers-max(1, workers/8)) }

// adminTurn waits until a question may ask the admin API. Meanwhile its worker
// takes another one.
func (a *App) adminTurn(ctx context.Context) (done func(), err error) {
	done = func() { <-a.turns }
	select {
	case a.turns <- struct{}{}:
		return done, nil
	default:
	}
	resume := a.inbox.Pause()
	defer resume()
	select {
	case a.turns <- struct{}{}:
		return done, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
