package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"trackbot/internal/app"
	"trackbot/internal/audit"
	"trackbot/internal/config"
)

type auditCmd struct {
	List   auditListCmd `cmd:"" default:"withargs" help:"Who asked what, and what came of it."`
	Verify struct{}     `cmd:"" help:"Find lines that were changed, removed or moved."`
}

type auditListCmd struct {
	Person string `help:"Only this person: an e-mail address or an id."`
	Site   string `help:"Only this site."`
	Ref    string `help:"Only this reference, such as 7F3K-Q2."`
	Since  string `help:"Only since then: 2026-03-01, 2026-03-01T12:00:00Z, or an age such as 36h or 7d."`
	JSON   bool   `name:"json" help:"Print the lines as they stand in the files."`
}

// auditRecord shows or verifies the record, also while the bot runs.
func (p Program) auditRecord(verb string, cmd auditCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	if verb == "verify" {
		return p.auditVerify(app.AuditDir(c))
	}
	since, err := sinceWhen(cmd.List.Since, time.Now())
	if err != nil {
		return err
	}
	write := audit.Format
	if cmd.List.JSON {
		write = audit.FormatJSON
	}
	filter := audit.Filter{Person: cmd.List.Person, Site: cmd.List.Site, Ref: cmd.List.Ref, Since: since}
	err = audit.Select(app.AuditDir(c), filter, func(r audit.Record) error { return write(p.Stdout, r) })
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no audit record in %s (DATA_DIR)", c.DataDir)
	}
	return err
}

func (p Program) auditVerify(dir string) error {
	report, err := audit.Verify(dir)
	if err == nil || report.Lines > 0 {
		err = errors.Join(err, report.Format(p.Stdout))
	}
	if err == nil && !report.OK() {
		return errQuiet
	}
	return err
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
