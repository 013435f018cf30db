package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"trackbot/webex"
)

// Who chose a site, and so for which questions it counts.
const (
	ofSpace  = "the site of this space"
	ofPerson = "your own site"
)

// SpaceSite returns the site that a space chose, and PersonSite that of a
// person, whether it may be asked now or not; without a host where none is
// chosen.
func (s *Sites) SpaceSite(ctx context.Context, in Room) (Site, error) {
	return s.chosen(ctx, spaceKey(in.ID), ofSpace)
}

// PersonSite is described with [Sites.SpaceSite].
func (s *Sites) PersonSite(ctx context.Context, personID string) (Site, error) {
	return s.chosen(ctx, personKey(personID), ofPerson)
}

func spaceKey(roomID string) string    { return "site of space " + webex.UUID(roomID) }
func personKey(personID string) string { return "site of person " + webex.UUID(personID) }

func (s *Sites) chosen(ctx context.Context, key, why string) (Site, error) {
	if s.Chosen == nil || strings.HasSuffix(key, " ") {
		return Site{}, nil
	}
	host, pending := changed(ctx, key)
	var err error
	if !pending {
		host, err = s.Chosen(ctx, key)
	}
	if err != nil {
		return Site{}, fmt.Errorf("which site was chosen: %w", err)
	}
	if len(host) == 0 {
		return Site{}, nil
	}
	return Site{Host: string(host), Why: why}, nil
}

// UseInSpace is the change that makes host the site of a space, and UseForPerson
// that of a person; an empty host takes the choice back. The host must be one of
// [Sites.All].
func (s *Sites) UseInSpace(in Room, host string) Change {
	return Change{Key: spaceKey(in.ID), Value: []byte(host)}
}

// UseForPerson is described with [Sites.UseInSpace].
func (s *Sites) UseForPerson(personID, host string) Change {
	return Change{Key: personKey(personID), Value: []byte(host)}
}

// changesKey is where a context holds the changes of [WithChanges].
type changesKey struct{}

// WithChanges lets what is looked up see changes that are not stored yet: those
// of the command itself, and of the questions before it in the same message.
func WithChanges(ctx context.Context, changes ...Change) context.Context {
	before, _ := ctx.Value(changesKey{}).([]Change)
	return context.WithValue(ctx, changesKey{}, slices.Concat(before, changes))
}

// changed returns the latest change of a key that is not stored yet.
func changed(ctx context.Context, key string) ([]byte, bool) {
	changes, _ := ctx.Value(changesKey{}).([]Change)
	for _, c := range slices.Backward(changes) {
		if c.Key == key {
			return c.Value, true
		}
	}
	return nil, false
}

// PickFor is [Sites.Pick] for somebody in a space: what the space chose, and
// then what the person chose, come first. A choice that may not be asked any
// more does not count.
func (s *Sites) PickFor(ctx context.Context, in Room, personID string) (Site, error) {
	space, err := s.SpaceSite(ctx, in)
	if err != nil {
		return Site{}, err
	}
	own, err := s.PersonSite(ctx, personID)
	if err != nil {
		return Site{}, err
	}
	for _, site := range []Site{space, own} {
		if site.Host == "" {
			continue
		}
		if site, err := s.allowedOr(ctx, site); err != nil || site.Host != "" {
			return site, err
		}
	}
	return s.Pick(ctx)
}

// Names returns how a site may be called beside its host: the first label
// where no other site begins with it, and its nicknames.
func (s *Sites) Names(host string, all []string) []string {
	var list []string
	for nick, of := range s.Nicknames {
		if of == host {
			list = append(list, nick)
		}
	}
	label, _, _ := strings.Cut(host, ".")
	also := func(other string) bool { return other != host && strings.HasPrefix(other, label+".") }
	if s.Nicknames[label] == "" && !slices.ContainsFunc(all, also) {
		list = append(list, label)
	}
	slices.Sort(list)
	return list
}
