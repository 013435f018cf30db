package bot

import "context"

// runCommand runs a command. One that asks the admin API waits for its turn: some
// of those who work on questions are kept for what needs no admin call.
func (b *Bot) runCommand(ctx context.Context, c Command, r Request) (Reply, error) {
	if !c.Site && !c.AllSites && !c.Calls {
		return c.Run(ctx, r)
	}
	done, err := b.o.AdminTurn(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer done()
	return c.Run(ctx, r)
}
