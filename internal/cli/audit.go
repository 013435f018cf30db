package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"trackbot/internal/audit"
	"trackbot/internal/config"
	"trackbot/internal/store"
)

type auditCmd struct {
	List   auditListCmd   `cmd:"" default:"withargs" help:"Who asked what, and what came of it."`
	Verify auditVerifyCmd `cmd:"" help:"Find out whether an entry was changed, removed or put in."`
}

type auditListCmd struct {
	Person string `help:"Only this person: an e-mail address or an id."`
	Site   string `help:"Only this site."`
	Ref    string `help:"Only this reference, such as 7F3K-Q2."`
	Since  string `help:"Only since then: 2026-03-01, 2026-03-01T12:00:00Z, or an age such as 36h or 7d."`
	After  int64  `help:"Only entries with a greater number (seq): where a log shipper goes on." placeholder:"NUMBER"`
	Follow bool   `help:"Go on with new entries as they come, until interrupted."`
	JSON   bool   `name:"json" help:"Print JSON, an entry a line. The SHA-256 of a line is the prev of the next."`
}

type auditVerifyCmd struct {
	Head string `help:"A hash from the bot's log, or its first 13 digits from trackbot_audit_head: the entry that it belongs to must be there." placeholder:"HASH"`
}

// auditRecord shows or verifies the record, also while the bot runs.
func (p Program) auditRecord(ctx context.Context, verb string, cmd auditCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	since, err := sinceWhen(cmd.List.Since, time.Now())
	if err != nil {
		return err
	}
	db, err := openStore(ctx, c, true)
	if err != nil {
		return err
	}
	if verb == "verify" {
		err = p.auditVerify(ctx, db, cmd.Verify.Head)
	} else {
		err = p.auditList(ctx, db, cmd.List, since)
	}
	return errors.Join(err, db.Close())
}

func (p Program) auditList(ctx context.Context, db *store.DB, cmd auditListCmd, since time.Time) error {
	write, run := audit.Format, audit.Select
	if cmd.JSON {
		write = audit.FormatJSON
	}
	if cmd.Follow {
		run = audit.Follow
	}
	filter := audit.Filter{Person: cmd.Person, Site: cmd.Site, Ref: cmd.Ref, Since: since, After: cmd.After}
	return run(ctx, db, filter, func(r audit.Record) error { return write(p.Stdout, r) })
}

func (p Program) auditVerify(ctx context.Context, db *store.DB, head string) error {
	report, err := audit.Verify(ctx, db, strings.ToLower(strings.TrimSpace(head)))
	if err != nil {
		return err
	}
	if err := report.Format(p.Stdout); err != nil {
		return err
	}
	if !report.OK() {
		return errQuiet
	}
	return nil
}

// sinceWhen reads a day, a time or an age; empty is the beginning.
func sinceWhen(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if age, err := time.ParseDuration(text); err == nil && age >= 0 {
		return now.Add(-age), nil
	}
	return time.Time{}, fmt.Errorf("--since: %q is no day, time or age such as 36h or 7d", text)
}
