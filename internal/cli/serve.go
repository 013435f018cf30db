package cli

import (
	"context"
	"math"
	"runtime/debug"

	"trackbot/internal/app"
	"trackbot/internal/config"
)

// memoryLimit is from where memory is collected rather than taken, in bytes. The
// store keeps the newest block of each stream in memory, and the names of what is
// stored or was done, and without a limit the collector lets as much garbage stand
// beside them. With this one 20,000 waiting questions take 139 MiB in all, and
// 100,000 take 177. A higher one is hardly faster with 20,000, but it is with
// 100,000; GOMEMLIMIT sets it.
const memoryLimit = 110 << 20

// serve runs the bot until ctx is done.
func (p Program) serve(ctx context.Context) error {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // not set
		debug.SetMemoryLimit(memoryLimit)
	}
	c, err := p.load(config.ForServe)
	if err != nil {
		return err
	}
	log := p.logger(c)
	for _, w := range c.Warnings {
		log.Warn("configuration", "warning", w)
	}
	a, err := app.New(ctx, c, log)
	if err != nil {
		return err
	}
	return a.Run(ctx)
}
