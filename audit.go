package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/audit"
	"trackbot/internal/config"
)

// auditDir is where the record of who did what is.
func auditDir(c config.Config) string { return filepath.Join(c.DataDir, "audit") }

func openAudit(c config.Config, log *slog.Logger) (*audit.Log, error) {
	l, err := audit.Open(audit.Options{Dir: auditDir(c), KeepDays: c.AuditDays, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("open the audit record: %w", err)
	}
	return l, nil
}

// record counts a question and writes one line of who did what.
func (a *app) record(e bot.Entry) error {
	a.metrics.questions.WithLabelValues(e.Outcome).Inc()
	return a.audit.Append(audit.Record{
		Time: e.Asked, Ref: e.Ref, PersonID: e.Person.ID, Email: e.Person.Email, Space: e.RoomID,
		Command: e.Command, Site: e.Site, Code: e.Text, Via: e.Via, Decision: e.Decision, Reason: e.Reason,
		Outcome: e.Outcome, Calls: e.Calls, TrackingID: e.TrackingID, Duration: e.Took,
	})
}

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
func (p program) auditRecord(verb string, cmd auditCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	if verb == "verify" {
		return p.auditVerify(auditDir(c))
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
	err = audit.Select(auditDir(c), filter, func(r audit.Record) error { return write(p.stdout, r) })
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no audit record in %s (DATA_DIR)", c.DataDir)
	}
	return err
}

func (p program) auditVerify(dir string) error {
	report, err := audit.Verify(dir)
	if err == nil || report.Lines > 0 {
		err = errors.Join(err, report.Format(p.stdout))
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
