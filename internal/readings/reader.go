// Package readings remembers what the tracking codes of the sites are like. A
// [Reader] reads each site now and then and stores what differs from the last
// reading; a [Memory] answers what changed, and what a code was like.
package readings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"trackbot/internal/hostname"
	"trackbot/internal/store"
	"trackbot/webex"
)

// Topic is what the database wakes after a reading of a site.
const Topic = "code changes"

// Options are what a [Reader] is made of. All are required.
type Options struct {
	DB     *store.DB
	Sites  func(context.Context) ([]string, error)
	Codes  func(ctx context.Context, site string) ([]webex.TrackingCode, error)
	Every  time.Duration // between two readings of a site
	Pace   time.Duration // between two sites
	Logger *slog.Logger
	// Found is called with the number of changes that a reading stored.
	Found func(int)
}

// Reader reads the tracking codes of the sites, with one call a site.
type Reader struct{ o Options }

// NewReader makes a reader.
func NewReader(o Options) *Reader { return &Reader{o} }

// look is how often it is looked which site is due, by the clock of the database.
const look = time.Minute

// Run reads each site when it is due, until ctx is done. One replica runs it.
func (r *Reader) Run(ctx context.Context) {
	r.o.DB.Every(ctx, "readings due", look, func() {
		if err := r.Read(ctx, r.o.Every-look/2); err != nil && ctx.Err() == nil {
			r.o.Logger.Warn("the sites were not read", "error", err)
		}
	})
}

// Read reads the sites that were not read within age, one after the other. The
// error tells which could not be read; the others were.
func (r *Reader) Read(ctx context.Context, age time.Duration) error {
	sites, err := r.o.Sites(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for i, site := range sites {
		var last state
		due := false
		err := r.o.DB.View(ctx, func(tx *store.Tx) (err error) {
			last, err = stateOf(tx, site)
			due = tx.Date().Sub(last.read) >= age
			return err
		})
		if err != nil || !due {
			failed = append(failed, err)
			continue
		}
		if err := r.site(ctx, site, last); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", site, err))
		}
		if i < len(sites)-1 {
			wait(ctx, r.o.Pace)
		}
	}
	return errors.Join(failed...)
}

// wait waits for d, or until ctx is done.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// site reads one site. What another replica has read meanwhile stands.
func (r *Reader) site(ctx context.Context, site string, last state) error {
	codes, err := r.o.Codes(webex.WithPatience(ctx, time.Now()), site)
	if err == nil {
		err = ofSite(codes, site)
	}
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return errors.Join(err, r.o.DB.Update(ctx, func(tx *store.Tx) error { return setFailed(tx, site, why(err)) }))
	}
	encoded, err := encodeAll(codes)
	if err != nil {
		return err
	}
	found := 0
	err = r.o.DB.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Lock("readings"); err != nil { // so that changes are committed in the order of their numbers
			return err
		}
		now, err := stateOf(tx, site)
		if err != nil || !now.read.Equal(last.read) {
			return err
		}
		found, err = update(tx, site, now, encoded, 2*r.o.Every)
		return err
	})
	if err == nil && found > 0 {
		r.o.Logger.Info("tracking codes have changed", "site", site, "changes", found)
		r.o.Found(found)
	}
	return err
}

// errOtherSite says that Webex answered for another site than was asked.
var errOtherSite = errors.New("the answer is about another site")

// ofSite makes sure that codes are of the site that was asked, so that no site's
// history holds another's.
func ofSite(codes []webex.TrackingCode, site string) error {
	for _, c := range codes {
		if !hostname.Same(c.SiteURL, site) {
			return fmt.Errorf("code %q: %w", c.ID, errOtherSite)
		}
	}
	return nil
}

// why says in words why a site could not be read.
func why(err error) string {
	e, ok := errors.AsType[*webex.Error](err)
	switch {
	case !ok || e.Kind == webex.KindBadAnswer:
		return "Webex's answer could not be read"
	case e.Kind == webex.KindToken || e.Status == 401:
		return "Webex did not accept the sign-in of the admin account"
	case e.Status == 403:
		return "the admin account may not read the site"
	case e.NotFound():
		return "Webex does not know the site"
	case e.Status == 429:
		return "Webex asked for a pause"
	case e.Temporary():
		return "Webex did not answer"
	}
	return fmt.Sprintf("Webex answered with status %d", e.Status)
}
