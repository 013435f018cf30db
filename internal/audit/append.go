package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"trackbot/internal/store"
)

// errNoHead says that somebody took the one row of audit_head away: there is nothing to go on from.
var errNoHead = errors.New("the row that names the newest entry is gone")

// Append adds an entry to the caller's transaction. It takes three statements, and on PostgreSQL lets others append only
// after the commit: so it belongs at the end of a transaction.
func Append(tx *store.Tx, r Record) error {
	seq, hash, err := readHead(tx, tx.ForUpdate())
	if err != nil {
		return err
	}
	return insert(tx, seq, hash, bound(r, tx.Now()))
}

// Head returns the number and the hash of the newest entry, to be noted where who changes the record can't change them.
// Both are zero where there never was one.
func Head(ctx context.Context, db *store.DB) (seq int64, hash string, err error) {
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		seq, hash, err = readHead(tx, "")
		return err
	})
	return seq, hash, err
}

// Prune removes the oldest entries, up to the first that was asked at that time or later, and adds one that says so. It
// returns how many it removed; where that is none, it adds nothing.
func Prune(tx *store.Tx, before time.Time) (int64, error) {
	seq, hash, err := readHead(tx, tx.ForUpdate()) // first, so that another process's Prune is over before ours looks
	if err != nil {
		return 0, err
	}
	m := Mark{What: markRemoved}
	// The sign keeps the engines from the index of times: the entry that stays is soon found among the first ones.
	err = tx.Row(`
		SELECT seq, hash FROM audit
		WHERE seq < coalesce((SELECT seq FROM audit WHERE +time >= $1 ORDER BY seq LIMIT 1), $2)
		ORDER BY seq DESC LIMIT 1`, before.UnixMilli(), seq+1).Scan(&m.Seq, &m.Hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	n := int64(0)
	if err == nil {
		n, err = tx.Exec("DELETE FROM audit WHERE seq <= $1", m.Seq)
	}
	if err != nil {
		return 0, fmt.Errorf("removing old audit entries: %w", err)
	}
	return n, insert(tx, seq, hash, Record{Time: tx.Now(), Mark: &m})
}

// readHead reads the head, and with a lock keeps others from appending until the commit.
func readHead(tx *store.Tx, lock string) (seq int64, hash string, err error) {
	err = tx.Row("SELECT seq, hash FROM audit_head WHERE id = 1"+lock).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoHead
	}
	if err != nil {
		return 0, "", fmt.Errorf("audit record: %w", err)
	}
	return seq, hash, nil
}

// columns are those of an entry, in the order in which insert writes and scan reads them.
const columns = `seq, time, ref, person, email, space, command, site, code, via, decision, reason, outcome, calls, tracking, mark,
	duration, prev, hash`

// insert chains an entry on behind the newest one, and moves the head.
func insert(tx *store.Tx, newest int64, prev string, r Record) error {
	r.Seq, r.Prev = newest+1, prev
	hash := r.hash()
	var mark []byte
	if r.Mark != nil {
		mark = r.Mark.line()
	}
	_, err := tx.Exec("INSERT INTO audit ("+columns+
		") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
		r.Seq, r.Time.UnixMilli(), r.Ref, r.PersonID, tx.Seal([]byte(r.Email)), r.Space, r.Command, r.Site, tx.Seal([]byte(r.Code)), r.Via, r.Decision,
		tx.Seal([]byte(r.Reason)), r.Outcome, int64(r.Calls), r.TrackingID, mark, r.Duration.Milliseconds(), r.Prev, hash)
	if err == nil {
		_, err = tx.Exec("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1", r.Seq, hash)
	}
	if err != nil {
		return fmt.Errorf("writing an audit entry: %w", err)
	}
	return nil
}

// scan reads an entry and the hash that stands with it. After an error the entry may have its number.
func scan(tx *store.Tx, rows *sql.Rows) (r Record, hash string, err error) {
	var asked, calls, ms int64
	var sealed [3][]byte
	var mark []byte
	err = rows.Scan(&r.Seq, &asked, &r.Ref, &r.PersonID, &sealed[0], &r.Space, &r.Command, &r.Site, &sealed[1], &r.Via, &r.Decision,
		&sealed[2], &r.Outcome, &calls, &r.TrackingID, &mark, &ms, &r.Prev, &hash)
	if err != nil {
		return r, "", err
	}
	for i, text := range [...]*string{&r.Email, &r.Code, &r.Reason} {
		plain, err := tx.Unseal(sealed[i])
		if err != nil {
			return r, "", err
		}
		*text = string(plain)
	}
	r.Time, r.Calls, r.Duration = time.UnixMilli(asked).UTC(), int(calls), time.Duration(ms)*time.Millisecond
	if r.Duration.Milliseconds() != ms {
		return r, "", errors.New("no request takes so long")
	}
	r.Mark, err = parseMark(mark)
	return r, hash, err
}
