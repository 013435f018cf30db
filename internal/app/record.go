package app

import (
	"fmt"
	"log/slog"
	"path/filepath"

	"trackbot/bot"
	"trackbot/internal/audit"
	"trackbot/internal/config"
)

// AuditDir is where the record of who did what is.
func AuditDir(c config.Config) string { return filepath.Join(c.DataDir, "audit") }

func openAudit(c config.Config, log *slog.Logger) (*audit.Log, error) {
	l, err := audit.Open(audit.Options{Dir: AuditDir(c), KeepDays: c.AuditDays, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("open the audit record: %w", err)
	}
	return l, nil
}

// record counts a question and writes one line of who did what.
func (a *App) record(e bot.Entry) error {
	a.metrics.Question(e.Outcome)
	return a.audit.Append(audit.Record{
		Time: e.Asked, Ref: e.Ref, PersonID: e.Person.ID, Email: e.Person.Email, Space: e.RoomID,
		Command: e.Command, Site: e.Site, Code: e.Text, Via: e.Via, Decision: e.Decision, Reason: e.Reason,
		Outcome: e.Outcome, Calls: e.Calls, TrackingID: e.TrackingID, Duration: e.Took,
	})
}
