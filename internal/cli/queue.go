package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/internal/store"
)

type queueCmd struct {
	List queueListCmd `cmd:"" default:"withargs" help:"What waits, runs or failed."`
	Show queueItemCmd `cmd:"" help:"One row, with what is stored."`
	// Retry and Drop act on one row, also while the bot runs.
	Retry queueItemCmd `cmd:"" help:"Give a failed row another chance, or make a waiting one due now."`
	Drop  queueItemCmd `cmd:"" help:"Remove a row for good. Its question stays unanswered."`
	JSON  bool         `name:"json" help:"Print JSON."`
}

type queueListCmd struct {
	State string `enum:",queued,waiting,running,failed" default:"" help:"Only rows that are queued (behind an earlier one of the same person and space), waiting, running or failed."`
	Limit int    `default:"1000" help:"At most so many of each table."`
}

type queueItemCmd struct {
	Table string `arg:"" enum:"inbox,outbox,job" help:"inbox (what was heard), outbox (what is to be posted) or job (what takes long)"`
	Key   string `arg:"" help:"Such as msg:1a2b…, as the list shows it."`
}

// queue looks after what waits or failed, also while the bot runs.
func (p Program) queue(ctx context.Context, verb string, cmd queueCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	db, err := openStore(ctx, c, true) // also before a change, which makes no database where there is none
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // only read
	switch verb {
	case "show":
		return p.queueShow(ctx, db, cmd)
	case "retry":
		return withStore(ctx, c, func(db *store.DB) error { return p.queueChange(ctx, db, queue.Retry, cmd.Retry, "is due again") })
	case "drop":
		return withStore(ctx, c, func(db *store.DB) error { return p.queueChange(ctx, db, queue.Drop, cmd.Drop, "is gone") })
	}
	return p.queueList(ctx, db, cmd)
}

func (p Program) queueChange(ctx context.Context, db *store.DB, change func(*store.Tx, queue.Table, string) error, row queueItemCmd, done string) error {
	err := db.Update(ctx, func(tx *store.Tx) error { return change(tx, queue.Table(row.Table), row.Key) })
	if err == nil {
		say(p.Stdout, "%s %s\n", row.Key, done)
	}
	return err
}

func (p Program) queueShow(ctx context.Context, db *store.DB, cmd queueCmd) error {
	row, err := store.Read(ctx, db, func(tx *store.Tx) (queue.Entry, error) {
		return queue.Show(tx, queue.Table(cmd.Show.Table), cmd.Show.Key)
	})
	if err != nil {
		return err
	}
	e := json.NewEncoder(p.Stdout)
	if !cmd.JSON {
		e.SetIndent("", "  ")
	}
	return e.Encode(row)
}

func (p Program) queueList(ctx context.Context, db *store.DB, cmd queueCmd) error {
	all := []queue.Entry{}
	err := db.View(ctx, func(tx *store.Tx) error {
		for _, t := range queue.Tables() {
			rows, err := queue.List(tx, t, cmd.List.State, cmd.List.Limit)
			if err != nil {
				return fmt.Errorf("list the %s: %w", t, err)
			}
			all = append(all, rows...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(p.Stdout).Encode(all)
	}
	if len(all) == 0 {
		say(p.Stdout, "Nothing waits, and nothing failed.\n")
	}
	for _, r := range all {
		say(p.Stdout, "%-7s %-8s %-44s %s  tries %d  %s\n", r.Table, r.State, r.Key, r.Stored.UTC().Format(time.DateTime), r.Attempt, r.Reason)
	}
	return nil
}
