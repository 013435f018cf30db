package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Note returns the value of a key, or nil where there is none or its time is over.
func (tx *Tx) Note(key string) ([]byte, error) {
	var value []byte
	err := tx.Row("SELECT value FROM note WHERE key = $1 AND (ends = 0 OR ends > $2)", key, tx.now.UnixMilli()).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return tx.Unseal(value)
}

// SetNote stores a value whatever stood there. It ends after ttl, and with 0 never.
func (tx *Tx) SetNote(key string, value []byte, ttl time.Duration) error {
	_, err := tx.Exec(`
		INSERT INTO note (key, value, ends) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends`,
		key, tx.Seal(value), tx.ends(ttl))
	return err
}

// AddNote stores a value where the key has none, or one whose time is over. Otherwise it leaves it and returns it.
func (tx *Tx) AddNote(key string, value []byte, ttl time.Duration) (old []byte, added bool, err error) {
	n, err := tx.Exec(`
		INSERT INTO note (key, value, ends) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends
		WHERE note.ends > 0 AND note.ends <= $4`,
		key, tx.Seal(value), tx.ends(ttl), tx.now.UnixMilli())
	if err != nil {
		return nil, false, err
	}
	if n > 0 {
		return nil, true, nil
	}
	old, err = tx.Note(key)
	return old, false, err
}

// DeleteNote removes a key, if it is there.
func (tx *Tx) DeleteNote(key string) error {
	_, err := tx.Exec("DELETE FROM note WHERE key = $1", key)
	return err
}

// NotesWith returns the values of all keys that begin with prefix.
func (tx *Tx) NotesWith(prefix string) (map[string][]byte, error) {
	notes := map[string][]byte{}
	_, err := List(tx, "SELECT key, value FROM note WHERE key >= $1 AND key < $2 AND (ends = 0 OR ends > $3)", func(row Scanner) (key string, err error) {
		var value []byte
		if err := row.Scan(&key, &value); err != nil {
			return "", err
		}
		if notes[key], err = tx.Unseal(value); err != nil {
			return "", fmt.Errorf("the note %s: %w", key, err)
		}
		return key, nil
	}, prefix, prefix+"\U0010FFFF", tx.now.UnixMilli()) // no key has the last code point of all
	return notes, err
}

// ends is when a value is over.
func (tx *Tx) ends(ttl time.Duration) int64 {
	if ttl == 0 {
		return 0
	}
	return tx.now.Add(ttl).UnixMilli()
}

// setMeta stores what the store notes of itself.
func (tx *Tx) setMeta(key, value string) error {
	_, err := tx.Exec("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	return err
}
