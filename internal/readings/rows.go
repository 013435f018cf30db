package readings

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"trackbot/internal/history"
	"trackbot/internal/store"
	"trackbot/webex"
)

// state is how the readings of a site stand.
type state struct {
	began, read time.Time // the first and the last reading; zero: there was none
	reason      string    // why it could not be read since
}

// stateOf reads the row of a site; a site without one was never read.
func stateOf(tx *store.Tx, site string) (s state, err error) {
	var began, read int64
	err = tx.Row("SELECT began, read, reason FROM reading WHERE site = $1", site).Scan(&began, &read, &s.reason)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	s.began, s.read = timeOf(began), timeOf(read)
	return s, err
}

// timeOf is a time in Unix milliseconds; 0 is none.
func timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// setFailed stores why a site could not be read.
func setFailed(tx *store.Tx, site, reason string) error {
	_, err := tx.Exec(`
		INSERT INTO reading (site, reason) VALUES ($1, $2)
		ON CONFLICT (site) DO UPDATE SET reason = excluded.reason`, site, reason)
	return err
}

// encoded is a code of a reading, as it is stored.
type encoded struct {
	webex.TrackingCode

	body []byte
	hash [sha256.Size]byte
}

// encodeAll makes of a reading what is stored of it.
func encodeAll(codes []webex.TrackingCode) ([]encoded, error) {
	all := make([]encoded, len(codes))
	for i, c := range codes {
		body, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode a tracking code: %w", err)
		}
		all[i] = encoded{c, body, sha256.Sum256(body)}
	}
	return all, nil
}

// update stores a reading and what differs from the last one, and returns how
// many changes that are. Where the last one is longer ago than most, or failed
// since, there is a gap. The first reading of a site changes nothing.
func update(tx *store.Tx, site string, last state, codes []encoded, most time.Duration) (found int, err error) {
	if found, err = replaceAll(tx, site, last, codes); err != nil {
		return 0, err
	}
	tx.Notify(Topic)
	if !last.read.IsZero() && (last.reason != "" || tx.Date().Sub(last.read) > most) {
		_, err := tx.Exec("INSERT INTO reading_gap (site, since, until, reason) VALUES ($1, $2, $3, $4)",
			site, last.read.UnixMilli(), tx.Date().UnixMilli(), last.reason)
		if err != nil {
			return 0, err
		}
	}
	_, err = tx.Exec(`
		INSERT INTO reading (site, began, read) VALUES ($1, $2, $2)
		ON CONFLICT (site) DO UPDATE SET read = excluded.read, reason = '',
			began = CASE WHEN reading.began = 0 THEN excluded.began ELSE reading.began END`,
		site, tx.Date().UnixMilli())
	return found, err
}

// replaceAll stores the codes that differ from those of the last reading, and
// what changed of them.
func replaceAll(tx *store.Tx, site string, last state, codes []encoded) (found int, err error) {
	hashes, err := hashesOf(tx, site)
	if err != nil {
		return 0, err
	}
	for _, c := range codes {
		old, known := hashes[c.ID]
		delete(hashes, c.ID)
		if known && bytes.Equal(old, c.hash[:]) {
			continue
		}
		n, err := replace(tx, site, last, c.ID, &c)
		if found += n; err != nil {
			return 0, err
		}
	}
	for id := range hashes { // what is left is gone
		n, err := replace(tx, site, last, id, nil)
		if found += n; err != nil {
			return 0, err
		}
	}
	return found, nil
}

// hashesOf are the hashes of the codes of the last reading, by their ids.
func hashesOf(tx *store.Tx, site string) (map[string][]byte, error) {
	hashes := map[string][]byte{}
	_, err := store.List(tx, "SELECT id, hash FROM code WHERE site = $1", func(row store.Scanner) (id string, err error) {
		var hash []byte
		err = row.Scan(&id, &hash)
		hashes[id] = hash
		return id, err
	}, site)
	return hashes, err
}

// codeOf is a code of the last reading; nil where that had none of the id.
func codeOf(tx *store.Tx, site, id string) (*webex.TrackingCode, error) {
	var body []byte
	err := tx.Row("SELECT body FROM code WHERE site = $1 AND id = $2", site, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := decode(tx, body)
	return &c, err
}

// codesOf are the codes of the last reading.
func codesOf(tx *store.Tx, site string) ([]webex.TrackingCode, error) {
	return store.List(tx, "SELECT body FROM code WHERE site = $1 ORDER BY id", func(row store.Scanner) (c webex.TrackingCode, err error) {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return c, err
		}
		return decode(tx, body)
	}, site)
}

// decode reads a code as it is stored.
func decode(tx *store.Tx, body []byte) (c webex.TrackingCode, err error) {
	if body, err = tx.Unseal(body); err == nil {
		err = json.Unmarshal(body, &c)
	}
	if err != nil {
		return c, fmt.Errorf("a stored tracking code: %w", err)
	}
	return c, nil
}

// replace stores a code as it is now, nil where it is gone, and what changed of
// it. It returns how many changes that are.
func replace(tx *store.Tx, site string, last state, id string, now *encoded) (int, error) {
	before, err := codeOf(tx, site, id)
	if err != nil {
		return 0, err
	}
	var after *webex.TrackingCode
	if now == nil {
		_, err = tx.Exec("DELETE FROM code WHERE site = $1 AND id = $2", site, id)
	} else {
		after = &now.TrackingCode
		_, err = tx.Exec(`
			INSERT INTO code (site, id, hash, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (site, id) DO UPDATE SET hash = excluded.hash, body = excluded.body`, site, id, now.hash[:], tx.Seal(now.body))
	}
	if err != nil || last.read.IsZero() {
		return 0, err
	}
	changes := history.Diff(before, after)
	for _, c := range changes {
		_, err := tx.Exec(`
			INSERT INTO code_change (site, code, name, field, old, new, since, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			site, id, c.Name, string(c.Field), tx.Seal([]byte(c.Before)), tx.Seal([]byte(c.After)), last.read.UnixMilli(), tx.Date().UnixMilli())
		if err != nil {
			return 0, err
		}
	}
	return len(changes), nil
}

// Prune removes changes and gaps from before a time, up to 1,000 changes a call,
// and what is left of sites that were not read since.
func Prune(tx *store.Tx, before time.Time) error {
	for _, query := range []string{
		"DELETE FROM code_change WHERE seq IN (SELECT seq FROM code_change WHERE seen < $1 ORDER BY seen LIMIT 1000)",
		"DELETE FROM reading_gap WHERE until < $1",
		"DELETE FROM code WHERE site IN (SELECT site FROM reading WHERE read < $1)",
		"DELETE FROM reading WHERE read < $1 AND read > 0",
		"UPDATE reading SET began = $1 WHERE began < $1 AND began > 0", // what was before is not known any more
	} {
		if _, err := tx.Exec(query, before.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}
