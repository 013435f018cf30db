package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"trackbot/bot/ask"
	"trackbot/internal/flight"
	"trackbot/internal/hostname"
	"trackbot/webex"
)

// ErrNoSites says that no list of allowed sites can be had: ALLOWED_SITES is
// not set and Webex does not give the admin token's sites.
var ErrNoSites = errors.New("the sites that may be asked are not known: set ALLOWED_SITES, or give the admin token the scope meeting:admin_preferences_read")

// How often Get Site List is asked. The list changes about never, and a site
// that is gone is refused by the API all the same.
const (
	siteListAge = 10 * time.Minute // after a list that holds sites
	siteRetry   = time.Minute      // after a failure or an empty list, at most, so that a missing scope costs one call a minute
)

// errEmptyList says that the admin token's account administers no site, or that
// Webex says so for a moment.
var errEmptyList = errors.New("the list is empty")

// Sites knows which sites may be asked, and which one is meant where a
// question names none.
type Sites struct {
	Allowed []string // ALLOWED_SITES; empty: those of the list
	Default string   // DEFAULT_SITE; empty: the default of the list
	// Nicknames are further names of sites, in lower case, to their hosts.
	Nicknames map[string]string
	// Chosen reads what a space or a person chose as their site, by the key of the
	// [Change] that set it; nil: nothing can be chosen.
	Chosen func(ctx context.Context, key string) ([]byte, error)
	// List is Get Site List with the admin token.
	List func(context.Context) ([]webex.Site, error)

	flight flight.Group

	mu     sync.Mutex // never held over a call
	listed []webex.Site
	asked  time.Time // when the last call began
	err    error     // of the last call
}

// Run keeps the site list of the admin token known until ctx is done: it is
// asked for at the start, sooner and then each minute until it holds sites, and
// every ten minutes after that. Nothing is asked where the settings say all that
// the list could.
func (s *Sites) Run(ctx context.Context) error {
	waits := backoff.ExponentialBackOff{InitialInterval: time.Second, MaxInterval: siteRetry, Multiplier: 2}
	for !s.set() {
		wait := siteListAge
		if _, err := s.ask(ctx); err != nil {
			wait = waits.NextBackOff()
		} else {
			waits.Reset()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	return nil
}

// set reports whether ALLOWED_SITES and DEFAULT_SITE make the list needless.
func (s *Sites) set() bool { return len(s.Allowed) == 1 || len(s.Allowed) > 0 && s.Default != "" }

// list returns the admin token's sites as they were last told, also where a
// later call failed. Where none are known it says why, or asks.
func (s *Sites) list(ctx context.Context) ([]webex.Site, error) {
	s.mu.Lock()
	listed, err, age := s.listed, s.err, time.Since(s.asked)
	s.mu.Unlock()
	switch {
	case len(listed) > 0:
		return listed, nil
	case err != nil && age < siteRetry:
		return nil, err
	}
	return s.ask(ctx)
}

// ask asks Webex for the list, once for all who do at the same time. Nobody
// waits longer than ctx allows; the call goes on for the next one.
func (s *Sites) ask(ctx context.Context) ([]webex.Site, error) {
	return flight.Do(ctx, &s.flight, "sites", Patience, func(ctx context.Context) ([]webex.Site, error) {
		asked := time.Now()
		listed, err := s.List(Patient(ctx))
		listed = clean(listed)
		if err == nil && len(listed) == 0 {
			err = errEmptyList
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked, s.err = asked, err
		if err == nil {
			s.listed = listed
		}
		return listed, err
	})
}

// clean keeps the entries that are host names, in lower case, each once; Webex
// may write #attendee behind one.
func clean(listed []webex.Site) []webex.Site {
	sites := make([]webex.Site, 0, len(listed))
	for _, site := range listed {
		host, ok := ask.Host(hostname.Of(site.URL))
		if !ok {
			continue
		}
		i := slices.IndexFunc(sites, func(s webex.Site) bool { return s.URL == host })
		if i < 0 {
			i, sites = len(sites), append(sites, webex.Site{URL: host})
		}
		sites[i].Default = sites[i].Default || site.Default
	}
	return sites
}

// All returns the host names that may be asked. The error wraps [ErrNoSites]
// where there is no way to know them.
func (s *Sites) All(ctx context.Context) ([]string, error) {
	if len(s.Allowed) > 0 {
		return s.Allowed, nil
	}
	listed, err := s.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoSites, err)
	}
	return hostsOf(listed), nil
}

// Pick returns the site for a question that names none: DEFAULT_SITE, the only
// allowed one, or the admin token's default or only one where it is allowed. No
// such site gives a Site without a host and no error.
func (s *Sites) Pick(ctx context.Context) (Site, error) {
	if s.Default != "" {
		return s.allowedOr(ctx, Site{Host: s.Default, Why: "the default site of this bot"})
	}
	if len(s.Allowed) == 1 {
		return Site{Host: s.Allowed[0], Why: "the only site of this bot"}, nil
	}
	listed, err := s.list(ctx)
	if err != nil {
		if len(s.Allowed) > 0 {
			return Site{}, nil // no default to be had: the question must name one
		}
		return Site{}, fmt.Errorf("%w (%w)", ErrNoSites, err)
	}
	for _, site := range listed {
		if site.Default {
			return s.allowedOr(ctx, Site{Host: site.URL, Why: "the default site in Webex"})
		}
	}
	if len(listed) == 1 {
		return s.allowedOr(ctx, Site{Host: listed[0].URL, Why: "the only site in Webex"})
	}
	return Site{}, nil
}

func (s *Sites) allowedOr(ctx context.Context, site Site) (Site, error) {
	all, err := s.All(ctx)
	if err != nil {
		return Site{}, err
	}
	if !slices.Contains(all, site.Host) {
		return Site{}, nil
	}
	return site, nil
}

// known are the sites that may be asked as far as that is known without a call.
func (s *Sites) known() []string {
	if len(s.Allowed) > 0 {
		return s.Allowed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return hostsOf(s.listed)
}

func hostsOf(listed []webex.Site) []string {
	list := make([]string, len(listed))
	for i, site := range listed {
		list[i] = site.URL
	}
	return list
}

// Ready returns nil where the allowed sites are known, otherwise why not.
func (s *Sites) Ready(ctx context.Context) error {
	_, err := s.All(ctx)
	return err
}

// Example returns a site for examples: the one that a question without a site
// would get, or the first allowed one, or a made-up name where none is known.
func (s *Sites) Example(ctx context.Context) string {
	if site, err := s.Pick(ctx); err == nil && site.Host != "" {
		return site.Host
	}
	if all, err := s.All(ctx); err == nil && len(all) > 0 {
		return all[0]
	}
	return "example.webex.com"
}

// Examples are a command's examples with real sites in them. Those that need
// two are left out where only one may be asked.
func (s *Sites) Examples(ctx context.Context, c Command) []string {
	site, other := s.Example(ctx), ""
	if all, err := s.All(ctx); err == nil {
		for _, host := range all {
			if host != site {
				other = host
				break
			}
		}
	}
	var examples []string
	for _, e := range c.Examples {
		if other != "" || !strings.Contains(e, "OTHER") {
			examples = append(examples, strings.NewReplacer("SITE", site, "OTHER", other).Replace(e))
		}
	}
	return examples
}
