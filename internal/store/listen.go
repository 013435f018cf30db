package store

import (
	"context"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// channel is the one of LISTEN and NOTIFY. What is sent is the id of the process and a topic.
const channel = "trackbot"

// announcements are the topics that other processes are to be told of. They are told after the commit, and by another
// connection: PostgreSQL commits transactions that notify one after another.
type announcements struct {
	mu     sync.Mutex
	topics map[string]bool
	more   chan struct{} // receives when topics has some
}

func (a *announcements) add(topics []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range topics {
		a.topics[t] = true
	}
	signal(a.more)
}

func (a *announcements) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []string
	for t := range a.topics {
		all = append(all, t)
	}
	clear(a.topics)
	return all
}

// announce tells other processes of topics. What gets lost is found by their poll.
func (p *postgres) announce(topics []string) { p.out.add(topics) }

// tell sends what is to be announced, until ctx is done.
func (p *postgres) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.out.more:
		}
		for _, t := range p.out.take() {
			if _, err := p.pool.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, p.id+" "+t); err != nil {
				p.db.o.Logger.Debug("other processes could not be woken; they look by themselves", "error", err)
			}
		}
	}
}

// listen wakes those who wait when another process announces their topic, until ctx is done.
func (p *postgres) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := p.hear(ctx); err != nil && ctx.Err() == nil {
			p.db.o.Logger.Debug("wake-ups of other processes are not heard for a moment", "error", err)
		}
		pause(ctx, reconnectWait)
	}
}

// hear listens until the connection is lost.
func (p *postgres) hear(ctx context.Context) error {
	c, err := pgx.ConnectConfig(ctx, p.config.Copy())
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it is lost anyway
	if _, err := c.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	p.db.wakeAll() // what was announced before was not heard
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if from, topic, _ := strings.Cut(n.Payload, " "); from != p.id {
			p.db.wake([]string{topic})
		}
	}
}
