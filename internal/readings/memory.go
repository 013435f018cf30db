package readings

import (
	"context"
	"fmt"
	"math"
	"time"

	"trackbot/internal/history"
	"trackbot/internal/store"
	"trackbot/webex"
)

// Memory answers from what the readings stored, on any replica.
type Memory struct{ DB *store.DB }

// Sites returns the sites that were read, or tried, in the order of their names.
func (m Memory) Sites(ctx context.Context) ([]history.Site, error) {
	return store.Read(ctx, m.DB, func(tx *store.Tx) ([]history.Site, error) {
		return store.List(tx, "SELECT site, began, read, reason FROM reading ORDER BY site", func(row store.Scanner) (s history.Site, err error) {
			var began, read int64
			err = row.Scan(&s.Host, &began, &read, &s.Reason)
			s.Began, s.Read = timeOf(began), timeOf(read)
			return s, err
		})
	})
}

// Changes returns changes, oldest first, and of more than [history.Most] the newest.
func (m Memory) Changes(ctx context.Context, q history.Query) ([]history.Change, error) {
	return store.Read(ctx, m.DB, func(tx *store.Tx) ([]history.Change, error) { return changes(tx, q, history.Most) })
}

// changes returns the newest changes, at most so many, oldest first.
func changes(tx *store.Tx, q history.Query, most int) ([]history.Change, error) {
	if len(q.Sites) == 0 {
		return nil, nil
	}
	before := int64(math.MaxInt64)
	if !q.Before.IsZero() {
		before = q.Before.UnixMilli()
	}
	in, args := among(q.Sites, q.Code, q.Since.UnixMilli(), q.After, before)
	return store.List(tx, fmt.Sprintf(`
		SELECT seq, site, code, name, field, old, new, since, seen FROM (
			SELECT * FROM code_change
			WHERE ($1 = '' OR code = $1) AND seen >= $2 AND seq > $3 AND seen < $4 AND site IN (%s)
			ORDER BY seq DESC LIMIT %d) AS newest
		ORDER BY seq`, in, most), func(row store.Scanner) (history.Change, error) { return scan(tx, row) }, args...)
}

// scan reads a row of code_change.
func scan(tx *store.Tx, row store.Scanner) (c history.Change, err error) {
	var old, now []byte
	var since, seen int64
	err = row.Scan(&c.Seq, &c.Site, &c.Code, &c.Name, &c.Field, &old, &now, &since, &seen)
	if err == nil {
		old, err = tx.Unseal(old)
	}
	if err == nil {
		now, err = tx.Unseal(now)
	}
	c.Before, c.After, c.Since, c.Seen = string(old), string(now), timeOf(since), timeOf(seen)
	return c, err
}

// among is the list of a condition IN for sites, and the arguments with those
// before them.
func among(sites []string, args ...any) (in string, all []any) {
	in = store.Placeholders(len(args)+1, len(sites))
	for _, s := range sites {
		args = append(args, s)
	}
	return in, args
}

// Gaps returns the times since then in which sites were not read, oldest first.
// One that goes on is not among them: see [history.Site].
func (m Memory) Gaps(ctx context.Context, sites []string, since time.Time) (list []history.Gap, err error) {
	if len(sites) == 0 {
		return nil, nil
	}
	in, args := among(sites, since.UnixMilli())
	return store.Read(ctx, m.DB, func(tx *store.Tx) ([]history.Gap, error) {
		const query = "SELECT site, since, until, reason FROM reading_gap WHERE until >= $1 AND site IN (%s) ORDER BY until"
		return store.List(tx, fmt.Sprintf(query, in), func(row store.Scanner) (g history.Gap, err error) {
			var since, until int64
			err = row.Scan(&g.Site, &since, &until, &g.Reason)
			g.Since, g.Until = timeOf(since), timeOf(until)
			return g, err
		}, args...)
	})
}

// At returns what a code was like at a time, or nil where there was none. What
// it was before the first reading, nobody knows: that is the caller's to see.
func (m Memory) At(ctx context.Context, site, id string, at time.Time) (*webex.TrackingCode, error) {
	return store.Read(ctx, m.DB, func(tx *store.Tx) (*webex.TrackingCode, error) {
		later, err := changes(tx, history.Query{Sites: []string{site}, Code: id, Since: at.Add(time.Millisecond)}, math.MaxInt) // all: each is taken back
		if err != nil {
			return nil, err
		}
		now, err := codeOf(tx, site, id)
		if err != nil {
			return nil, err
		}
		return history.Undo(now, later)
	})
}

// Codes returns the codes of each site as they were read last.
func (m Memory) Codes(ctx context.Context, sites []string) (codes [][]webex.TrackingCode, err error) {
	err = m.DB.View(ctx, func(tx *store.Tx) error {
		codes = make([][]webex.TrackingCode, len(sites))
		for i, site := range sites {
			if codes[i], err = codesOf(tx, site); err != nil {
				return err
			}
		}
		return nil
	})
	return codes, err
}

// Newest is the number of the newest change; 0: there was none.
func (m Memory) Newest(ctx context.Context) (int64, error) {
	return store.Read(ctx, m.DB, func(tx *store.Tx) (seq int64, err error) {
		err = tx.Row("SELECT coalesce(max(seq), 0) FROM code_change").Scan(&seq)
		return seq, err
	})
}
