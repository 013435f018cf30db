package handlers

import (
	"context"
	"sync"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/internal/flight"
	"trackbot/webex"
)

// Cache is an [Admin] that remembers tracking codes for a while, and makes one
// call of equal ones that come at once. What it gives out is shared: nobody may
// change it.
type Cache struct {
	Admin

	age    time.Duration
	flight flight.Group

	mu    sync.Mutex
	sites map[string]*siteCodes
}

// siteCodes is what was read of one site. Nothing is kept for two sites
// together, so that none can answer for another.
type siteCodes struct {
	list   []webex.TrackingCode
	listed time.Time // when the list was asked for; zero: never
	codes  map[string]codeRead
}

type codeRead struct {
	code webex.TrackingCode
	read time.Time // when it was asked for
}

// Remember wraps an admin API. What was read is shown from memory until it has
// that age; with 0 only equal calls are joined.
func Remember(admin Admin, age time.Duration) *Cache {
	return &Cache{Admin: admin, age: age, sites: make(map[string]*siteCodes)}
}

// reading notes for one question whether memory may be used and how old what
// it showed is.
type reading struct {
	fresh bool

	mu     sync.Mutex
	oldest time.Time
}

type readingKey struct{}

func readingOf(ctx context.Context) *reading {
	r, ok := ctx.Value(readingKey{}).(*reading)
	if !ok {
		return new(reading)
	}
	return r
}

func (r *reading) note(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.oldest.IsZero() || at.Before(r.oldest) {
		r.oldest = at
	}
}

// timed lets a command's answer say how old its data is.
func timed(run func(context.Context, bot.Request) (bot.Reply, error)) func(context.Context, bot.Request) (bot.Reply, error) {
	return func(ctx context.Context, r bot.Request) (bot.Reply, error) {
		read := &reading{fresh: r.Fresh}
		reply, err := run(context.WithValue(ctx, readingKey{}, read), r)
		read.mu.Lock()
		defer read.mu.Unlock()
		reply.Read = read.oldest
		return reply, err
	}
}

// Names are what the codes of a site are called.
func (c *Cache) Names(ctx context.Context, site string) ([]ask.Name, error) {
	list, err := c.TrackingCodes(ctx, site)
	names := make([]ask.Name, len(list))
	for i, one := range list {
		names[i] = ask.Name{ID: one.ID, Name: one.Name}
	}
	return names, err
}

// TrackingCode is one code, from the site's list where that was read.
func (c *Cache) TrackingCode(ctx context.Context, site, id string) (webex.TrackingCode, error) {
	kept := func(s *siteCodes) (webex.TrackingCode, time.Time, bool) {
		one, ok := s.codes[id]
		return one.code, one.read, ok
	}
	return get(ctx, c, site, "code "+id, kept, func(ctx context.Context) (webex.TrackingCode, error) {
		return c.Admin.TrackingCode(ctx, site, id)
	}, func(s *siteCodes, one webex.TrackingCode, at time.Time) {
		s.put(id, one, at)
	})
}

// TrackingCodes is the list of a site's codes.
func (c *Cache) TrackingCodes(ctx context.Context, site string) ([]webex.TrackingCode, error) {
	kept := func(s *siteCodes) ([]webex.TrackingCode, time.Time, bool) {
		return s.list, s.listed, !s.listed.IsZero()
	}
	return get(ctx, c, site, "codes", kept, func(ctx context.Context) ([]webex.TrackingCode, error) {
		return c.Admin.TrackingCodes(ctx, site)
	}, func(s *siteCodes, list []webex.TrackingCode, at time.Time) {
		if at.Before(s.listed) {
			return
		}
		s.list, s.listed, s.codes = list, at, make(map[string]codeRead, len(list))
		for _, one := range list {
			s.put(one.ID, one, at)
		}
	})
}

// UserTrackingCodes are a person's values. They are not remembered: only equal
// calls are joined.
func (c *Cache) UserTrackingCodes(ctx context.Context, site, personID, email string) (webex.UserCodes, error) {
	return get(ctx, c, site, "user "+personID+" "+email, nothing, func(ctx context.Context) (webex.UserCodes, error) {
		return c.Admin.UserTrackingCodes(ctx, site, personID, email)
	}, forget)
}

// HostTrackingCodes is what a host sees, and as little remembered.
func (c *Cache) HostTrackingCodes(ctx context.Context, site, service, email string) ([]webex.HostCode, error) {
	return get(ctx, c, site, "host "+service+" "+email, nothing, func(ctx context.Context) ([]webex.HostCode, error) {
		return c.Admin.HostTrackingCodes(ctx, site, service, email)
	}, forget)
}

// nothing and forget are for what is not remembered.
func nothing[T any](*siteCodes) (none T, at time.Time, ok bool) { return none, at, false }

func forget[T any](*siteCodes, T, time.Time) {}

// put keeps what was read last: a slow answer may come after a newer one.
func (s *siteCodes) put(id string, one webex.TrackingCode, at time.Time) {
	if s.codes == nil {
		s.codes = make(map[string]codeRead)
	}
	if !at.Before(s.codes[id].read) {
		s.codes[id] = codeRead{one, at}
	}
}

// get serves from memory what is young enough, or asks, once for all who ask
// the same at that time. Who wants it fresh joins no call that began before.
func get[T any](ctx context.Context, c *Cache, site, what string,
	kept func(*siteCodes) (T, time.Time, bool), call func(context.Context) (T, error), keep func(*siteCodes, T, time.Time),
) (T, error) {
	read := readingOf(ctx)
	if v, at, ok := lookup(c, site, kept); ok && !read.fresh && time.Since(at) < c.age {
		read.note(at)
		return v, nil
	}
	type answer struct {
		value T
		at    time.Time
	}
	do := flight.Do[answer]
	if read.fresh {
		do = flight.Anew[answer]
	}
	a, err := do(ctx, &c.flight, site+" "+what, bot.Patience, func(ctx context.Context) (answer, error) {
		at := time.Now()
		v, err := call(bot.Patient(ctx))
		if err == nil && c.age > 0 {
			c.mu.Lock()
			defer c.mu.Unlock()
			keep(c.site(site), v, at)
		}
		return answer{v, at}, err
	})
	if err == nil {
		read.note(a.at)
	}
	return a.value, err
}

func lookup[T any](c *Cache, site string, kept func(*siteCodes) (T, time.Time, bool)) (T, time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return kept(c.site(site))
}

// site is what is kept of a site; c.mu is held. Only sites that may be asked
// get here, so there are few.
func (c *Cache) site(host string) *siteCodes {
	s := c.sites[host]
	if s == nil {
		s = new(siteCodes)
		c.sites[host] = s
	}
	return s
}
