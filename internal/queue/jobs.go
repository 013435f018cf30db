package queue

import (
	"database/sql"
	"errors"
	"fmt"

	"trackbot/internal/store"
)

// Progress returns how far a job came; nil where it has not begun.
func Progress(tx *store.Tx, key string) ([]byte, error) {
	var progress []byte
	err := tx.Row(`SELECT progress FROM job WHERE key = $1`, key).Scan(&progress)
	if errors.Is(err, sql.ErrNoRows) || err == nil && progress == nil {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("how far a job came: %w", err)
	}
	return tx.Unseal(progress)
}

// SetProgress stores how far a job came.
func SetProgress(tx *store.Tx, key string, progress []byte) error {
	_, err := tx.Exec(`UPDATE job SET progress = $1 WHERE key = $2`, tx.Seal(progress), key)
	if err != nil {
		return fmt.Errorf("store how far a job came: %w", err)
	}
	return nil
}

// StopJob lets a job end before its next step.
func StopJob(tx *store.Tx, ref string) error {
	_, err := tx.Exec(`UPDATE job SET stop = TRUE WHERE ref = $1 AND state IN `+open, ref)
	if err != nil {
		return fmt.Errorf("stop a job: %w", err)
	}
	return nil
}

// JobStopped reports whether a job is to end.
func JobStopped(tx *store.Tx, key string) (stopped bool, err error) {
	err = tx.Row(`SELECT EXISTS (SELECT 1 FROM job WHERE key = $1 AND stop)`, key).Scan(&stopped)
	return stopped, err
}

// OpenJobs returns the bodies of the jobs that have not ended, the oldest first.
func OpenJobs(tx *store.Tx) ([][]byte, error) {
	return store.List(tx, `SELECT body FROM job WHERE state IN `+open+` ORDER BY seq`, func(row store.Scanner) (body []byte, err error) {
		if err := row.Scan(&body); err != nil {
			return nil, err
		}
		return tx.Unseal(body)
	})
}
