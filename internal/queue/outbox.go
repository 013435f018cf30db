package queue

import (
	"database/sql"
	"errors"
	"fmt"

	"trackbot/internal/store"
)

// SetPosted stores with the end of a message where it stands: Webex's ids of the
// message and of its space.
func SetPosted(tx *store.Tx, key, message, space string) error {
	_, err := tx.Exec(`UPDATE outbox SET message = $1, space = $2 WHERE key = $3`, message, space, key)
	if err != nil {
		return fmt.Errorf("where a message stands: %w", err)
	}
	return nil
}

// Posted returns where the message of a key stands in Webex; empty where it was
// not posted.
func Posted(tx *store.Tx, key string) (message, space string, err error) {
	err = tx.Row(`SELECT message, space FROM outbox WHERE key = $1 AND state = 'done'`, key).Scan(&message, &space)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return message, space, err
}

// Trace returns how the latest answer in a thread came about; nil where that is
// not known. The thread begins with a question, by the root that was put, or with
// the answer itself, by its message.
func Trace(tx *store.Tx, root, message string) ([]byte, error) {
	var trace []byte
	err := tx.Row(`SELECT trace FROM outbox 
		WHERE (root = $1 AND root <> '' OR message = $2 AND message <> '') AND trace IS NOT NULL AND state = 'done' ORDER BY seq DESC LIMIT 1`, root, message).Scan(&trace)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("how an answer came about: %w", err)
	}
	return tx.Unseal(trace)
}

// Posting reports whether a message to a space is being posted, or may have been
// posted without anybody knowing. Then its echo is all that is left of the post.
func Posting(tx *store.Tx, room string) (posting bool, err error) {
	err = tx.Row(`SELECT EXISTS (SELECT 1 FROM outbox 
		WHERE room = $1 AND state IN ('waiting', 'running') AND (state = 'running' OR unsure > 0))`, room).Scan(&posting)
	return posting, err
}
