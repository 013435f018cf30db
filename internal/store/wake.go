package store

import (
	"context"
	"time"
)

// Wake returns the channel of a topic, which receives after a commit whose transaction called [Tx.Notify] with it, in this
// process or another, and now and then without. It holds one wake-up: one goroutine should wait for a topic.
func (db *DB) Wake(topic string) <-chan struct{} {
	db.mu.Lock()
	defer db.mu.Unlock()
	c := db.topics[topic]
	if c == nil {
		c = make(chan struct{}, 1)
		db.topics[topic] = c
	}
	return c
}

// Every calls f at once, and again whenever d has passed by [DB.Date], until ctx is
// done. The topic is its own.
func (db *DB) Every(ctx context.Context, topic string, d time.Duration, f func()) {
	wake := db.Wake(topic) // receives every few seconds
	for next := (time.Time{}); ctx.Err() == nil; {
		if now := db.Date(); !now.Before(next) {
			next = now.Add(d)
			f()
		}
		select {
		case <-ctx.Done():
		case <-wake:
		}
	}
}

// wake lets the channels of topics receive.
func (db *DB) wake(topics []string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, t := range topics {
		signal(db.topics[t])
	}
}

// wakeAll lets every channel receive.
func (db *DB) wakeAll() {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, c := range db.topics {
		signal(c)
	}
}

// signal lets a channel receive, unless a signal waits there already or the channel is nil.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
