package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"trackbot/bot/ask"
	"trackbot/webex"
)

// How long what codes are called is remembered, to understand questions by it.
// What a question is not understood by is read again sooner.
const (
	namesAge   = 10 * time.Minute
	namesFresh = time.Minute
)

// Bounds of reading names for one question: sites, all at once, and time.
const (
	maxNamesSites = 10
	namesLimit    = 3 * time.Second
)

// names remembers what the codes of sites are called. They are never shown: an
// answer holds what its command reads.
type names struct {
	read func(ctx context.Context, host string) ([]ask.Name, error)

	mu    sync.Mutex // never held over a call
	sites map[string]siteNames
	made  *ask.World // of sites, for hosts; nil: to be made
	hosts []string
	until time.Time // then something in it is too old
}

type siteNames struct {
	codes []ask.Name
	tried time.Time // when they were asked for last
	read  time.Time // when they were; zero: never
}

// world is what hosts and, as far as it is remembered, their codes are called.
func (n *names) world(hosts []string, nicknames map[string]string) *ask.World {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if n.made != nil && slices.Equal(n.hosts, hosts) && now.Before(n.until) {
		return n.made
	}
	n.until = now.Add(namesAge)
	var sites []ask.Site
	for _, host := range hosts {
		site := ask.Site{Host: host}
		if known := n.sites[host]; now.Sub(known.read) < namesAge {
			site.Codes = known.codes
			if end := known.read.Add(namesAge); end.Before(n.until) {
				n.until = end
			}
		}
		for nick, of := range nicknames {
			if of == host {
				site.Nicknames = append(site.Nicknames, nick)
			}
		}
		sites = append(sites, site)
	}
	n.made, n.hosts = ask.NewWorld(sites), hosts
	return n.made
}

// load reads the names of sites, at once, where they are older than that, and
// reports whether any were read. One that can't be read is left as it was, and
// not tried again for a minute.
func (n *names) load(ctx context.Context, hosts []string, age time.Duration) bool {
	n.mu.Lock()
	now := time.Now()
	hosts = slices.DeleteFunc(slices.Clone(hosts), func(host string) bool {
		return now.Sub(n.sites[host].tried) < namesFresh || now.Sub(n.sites[host].read) < age
	})
	hosts = hosts[:min(len(hosts), maxNamesSites)]
	n.mu.Unlock()
	ctx, cancel := context.WithTimeout(webex.WithPatience(ctx, now), namesLimit)
	defer cancel()
	var wg sync.WaitGroup
	read := make([]bool, len(hosts))
	for i, host := range hosts {
		wg.Go(func() {
			codes, err := n.read(ctx, host)
			n.mu.Lock()
			defer n.mu.Unlock()
			s := n.sites[host]
			s.tried = now
			if read[i] = err == nil; read[i] {
				s.codes, s.read, n.made = codes, now, nil
			}
			n.sites[host] = s
		})
	}
	wg.Wait()
	return slices.Contains(read, true)
}
