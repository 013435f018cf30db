package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"trackbot/internal/app"
	"trackbot/internal/config"
	"trackbot/internal/queue"
)

type queueCmd struct {
	List queueListCmd `cmd:"" default:"withargs" help:"What waits, runs or failed."`
	Show queueItemCmd `cmd:"" help:"One item, with what is stored."`
	// Retry and Drop act on one item, also while the bot runs.
	Retry queueItemCmd `cmd:"" help:"Put a failed item back, or make a waiting one due now."`
	Drop  queueItemCmd `cmd:"" help:"Remove an item for good. Its question stays unanswered."`
	JSON  bool         `name:"json" help:"Print JSON."`
}

type queueListCmd struct {
	State string `enum:",waiting,running,retrying,failed" default:"" help:"Only items that are waiting, running, retrying or failed."`
	Limit int    `default:"1000" help:"At most so many."`
}

type queueItemCmd struct {
	Stage string `arg:"" enum:"events,replies" help:"events or replies"`
	Key   string `arg:"" help:"Such as msg:1a2b…, as the list shows it."`
}

// queue looks after what waits or failed, also while the bot runs.
func (p Program) queue(ctx context.Context, verb string, cmd queueCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	m, err := queue.Attach(ctx, app.QueueOptions(c, slog.New(slog.DiscardHandler)))
	if err != nil {
		return fmt.Errorf("reach the queue: %w", app.StoreError(err))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return errors.Join(p.queueDo(ctx, m, verb, cmd), m.Close(context.WithoutCancel(ctx)))
}

func (p Program) queueDo(ctx context.Context, m queue.Manager, verb string, cmd queueCmd) error {
	switch verb {
	case "show":
		item, err := m.Show(ctx, cmd.Show.Stage, cmd.Show.Key)
		if err != nil {
			return fmt.Errorf("show %s: %w", cmd.Show.Key, err)
		}
		return p.printItem(item, cmd.JSON)
	case "retry":
		if err := m.Retry(ctx, cmd.Retry.Stage, cmd.Retry.Key); err != nil {
			return fmt.Errorf("retry %s: %w", cmd.Retry.Key, err)
		}
		say(p.Stdout, "%s is due again\n", cmd.Retry.Key)
		return nil
	case "drop":
		if err := m.Drop(ctx, cmd.Drop.Stage, cmd.Drop.Key); err != nil {
			return fmt.Errorf("drop %s: %w", cmd.Drop.Key, err)
		}
		say(p.Stdout, "%s is gone\n", cmd.Drop.Key)
		return nil
	}
	items, err := m.Items(ctx, queue.Filter{State: cmd.List.State, Limit: cmd.List.Limit})
	if err != nil {
		return fmt.Errorf("list the queue: %w", err)
	}
	return p.printItems(items, cmd.JSON)
}

func (p Program) printItems(items []queue.ItemInfo, asJSON bool) error {
	if asJSON {
		if items == nil {
			items = []queue.ItemInfo{}
		}
		return json.NewEncoder(p.Stdout).Encode(items)
	}
	if len(items) == 0 {
		say(p.Stdout, "Nothing waits, and nothing failed.\n")
	}
	for _, i := range items {
		say(p.Stdout, "%-8s %-9s %-44s %s  tries %d  %s\n", i.Stage, i.State, i.Key, i.Stored.UTC().Format(time.DateTime), i.Attempts, i.Reason)
	}
	return nil
}

func (p Program) printItem(i queue.ItemInfo, asJSON bool) error {
	e := json.NewEncoder(p.Stdout)
	if !asJSON {
		e.SetIndent("", "  ")
	}
	return e.Encode(i)
}
