package cli

import (
	"context"

	"trackbot/internal/app"
	"trackbot/internal/config"
)

// serve runs the bot until ctx is done.
func (p Program) serve(ctx context.Context) error {
	c, err := p.load(config.ForServe)
	if err != nil {
		return err
	}
	log := p.logger(c)
	for _, w := range c.Warnings {
		log.Warn("configuration", "warning", w)
	}
	a, err := app.New(ctx, c, log, p.Store...)
	if err != nil {
		return err
	}
	return a.Run(ctx)
}
