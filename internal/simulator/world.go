package simulator

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// world is all that the page shows beside messages and exchanges.
type world struct {
	Bot      string        `json:"bot"` // its person's id
	People   []shownPerson `json:"people"`
	Spaces   []shownSpace  `json:"spaces"`
	Sites    []shownSite   `json:"sites"`
	Webhooks []Webhook     `json:"webhooks"`
	Devices  []shownDevice `json:"devices"`
	Trouble  shownTrouble  `json:"trouble"`
	Ahead    int           `json:"ahead"` // hours that the clock was moved forward
}

type shownPerson struct {
	Person

	Role string `json:"role"`
}

type shownSpace struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Type    string   `json:"type"`
	Members []string `json:"members"` // ids of people
}

type shownSite struct {
	Site

	Codes  []TrackingCode               `json:"codes"`
	Values map[string]map[string]string `json:"values"` // person to name to value
}

type shownDevice struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Sockets int    `json:"sockets"` // that are authorized and answer
	Waiting int    `json:"waiting"` // events that were not acknowledged
}

type shownTrouble struct {
	Rules    []Rule        `json:"rules"`
	Latency  time.Duration `json:"latency"`
	Delivery Delivery      `json:"delivery"`
	Socket   SocketFaults  `json:"socket"`
	Outage   bool          `json:"outage"`
	Expired  []string      `json:"expired"` // kinds of token
}

// world returns what there is now. The caller holds s.mu.
func (s *Simulator) world() world {
	w := world{Bot: s.bot, Trouble: s.trouble(), Spaces: []shownSpace{}, Webhooks: []Webhook{}, Devices: s.socket.shownDevices(), Ahead: int(s.Ahead().Hours())}
	for _, p := range s.people {
		w.People = append(w.People, shownPerson{*p, p.Role})
	}
	slices.SortFunc(w.People, func(a, b shownPerson) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	for _, r := range s.order {
		one := shownSpace{ID: r.ID, Title: r.Title, Type: r.Type}
		for _, m := range r.members {
			one.Members = append(one.Members, m.PersonID)
		}
		w.Spaces = append(w.Spaces, one)
	}
	for _, t := range s.sites {
		values := map[string]map[string]string{}
		for person, own := range t.users {
			values[person] = maps.Clone(own)
		}
		w.Sites = append(w.Sites, shownSite{t.Site, slices.Clone(t.codes), values})
	}
	for _, h := range s.hooks {
		one := h.Webhook
		one.Secret = ""
		w.Webhooks = append(w.Webhooks, one)
	}
	return w
}

func (s *Simulator) trouble() shownTrouble {
	t := shownTrouble{Rules: []Rule{}, Delivery: s.delivery.settings(), Socket: s.socket.faults, Outage: s.unreachable(), Expired: []string{}}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	t.Latency = s.faults.latency
	for _, r := range s.faults.rules {
		t.Rules = append(t.Rules, r.Rule)
	}
	for _, token := range []string{s.botToken, s.adminToken} {
		if a := s.tokens[token]; a != nil && a.expired() {
			t.Expired = append(t.Expired, a.kind)
		}
	}
	return t
}

func (k *Socket) shownDevices() []shownDevice {
	list := []shownDevice{}
	for _, g := range k.regs {
		one := shownDevice{Name: g.Name, Type: g.DeviceType, Waiting: len(g.buffer)}
		for _, l := range g.links {
			if !l.isFrozen() {
				one.Sockets++
			}
		}
		list = append(list, one)
	}
	return list
}

// RenameSite gives a site another host name; its codes and the people's values
// stay. It panics for an unknown site.
func (s *Simulator) RenameSite(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustSite(from)
	t.URL = to
	for i := range t.codes {
		t.codes[i].SiteURL = to
	}
}

// Replay delivers the last event once more, by webhook and by socket, and
// returns by how many ways; 0 if there was none.
func (s *Simulator) Replay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.delivery.replay()
	for _, g := range s.socket.regs {
		if g.last != nil {
			s.socket.deliver(g, g.last)
			n++
		}
	}
	return n
}
