package app

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"trackbot/handlers"
	"trackbot/internal/readings"
	"trackbot/webex"
)

// readingsLease is how long the replica that reads the sites holds its lease.
// Nobody waits for a reading, so it need not be taken over sooner.
const readingsLease = time.Minute

// makeReader makes what reads the codes of the sites that may be asked.
func (a *App) makeReader(admin *webex.Admin) {
	a.reader = readings.NewReader(readings.Options{
		DB: a.db, Sites: a.sites.All, Codes: admin.TrackingCodes,
		Every: time.Duration(a.c.WatchMinutes) * time.Minute, Pace: a.bulkPace(),
		Logger: a.log.With("part", "readings"), Found: a.metrics.Changed,
	})
}

// runReader reads the sites, tells the watches what changed, and does what is due once
// a day, while this replica holds the lease on that.
func (a *App) runReader(ctx context.Context) error {
	return a.db.Hold(ctx, "readings", rand.Text(), readingsLease, func(ctx context.Context) {
		var wg sync.WaitGroup
		wg.Go(func() { a.runWatches(ctx) })
		wg.Go(func() { a.db.Every(ctx, "once a day", 24*time.Hour, func() { a.daily(ctx) }) })
		a.reader.Run(ctx)
		wg.Wait()
	})
}

// daily ends the watches that nobody can be told any more, and counts the months that
// are over.
func (a *App) daily(ctx context.Context) {
	if err := errors.Join(a.endGone(ctx), handlers.CountMonths(ctx, a.commands, a.bulkPace(), a.setAll)); err != nil && ctx.Err() == nil {
		a.log.Warn("not all that is due once a day was done", "error", err)
	}
}

// bulkPace is the time between two calls of long work.
func (a *App) bulkPace() time.Duration { return time.Minute / time.Duration(a.c.BulkPerMinute) }

// ReadSites reads all sites now, whenever they were read last, for tests that
// don't wait.
func (a *App) ReadSites(ctx context.Context) error { return a.reader.Read(ctx, 0) }

// lastReadings are the times of the last reading of each site that was read, for
// the metrics.
func (a *App) lastReadings(ctx context.Context) map[string]time.Time {
	last := map[string]time.Time{}
	if a.c.WatchMinutes == 0 {
		return last
	}
	sites, err := readings.Memory{DB: a.db}.Sites(ctx)
	if err != nil {
		a.log.Warn("how old the readings of the sites are is not known", "error", err)
	}
	for _, s := range sites {
		if !s.Read.IsZero() {
			last[s.Host] = s.Read
		}
	}
	return last
}
