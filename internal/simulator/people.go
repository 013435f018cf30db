package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// Person is one account: somebody who asks, a bot or a machine account.
type Person struct {
	ID          string    `json:"id"`
	Emails      []string  `json:"emails"`
	DisplayName string    `json:"displayName"`
	NickName    string    `json:"nickName,omitempty"`
	FirstName   string    `json:"firstName,omitempty"`
	LastName    string    `json:"lastName,omitempty"`
	OrgID       string    `json:"orgId"`
	Type        string    `json:"type"` // person, bot or appuser
	Created     Timestamp `json:"created"`
}

// The types of [Person].
const (
	typePerson = "person"
	typeBot    = "bot"
)

func (p *Person) email() string { return p.Emails[0] }

// shown is the name that a mention shows: of a bot only the first word.
func (p *Person) shown() string {
	if p.Type == typeBot {
		first, _, _ := strings.Cut(p.DisplayName, " ")
		return first
	}
	return p.DisplayName
}

// populate makes the bot, the admin, the prepared people and the sites.
func (s *Simulator) populate(o Options) {
	s.org = s.dice.id(kindOrg)
	name := cmp.Or(o.BotName, "TrackBot")
	s.bot = s.addPerson(Person{DisplayName: name, NickName: name, Emails: []string{"trackbot@webex.bot"}, Type: typeBot}).ID
	s.admin = s.addPerson(Person{DisplayName: "Ada Admin", Emails: []string{"admin@example.com"}}).ID
	s.botToken = s.addToken(o.BotToken, TokenBot, s.bot, messagingScopes()...)
	s.adminToken = s.addToken(o.AdminToken, TokenAdmin, s.admin,
		ScopeScheduleRead, ScopeScheduleWrite, ScopePreferencesRead, ScopePreferencesWrite)
	for _, name := range []string{"Alice Adams", "Bob Brown", "Carol Clark"} {
		s.addPerson(Person{DisplayName: name})
	}
	s.addPerson(Person{DisplayName: "Mallory Moss", Emails: []string{"mallory@other.example"}, OrgID: s.dice.id(kindOrg)})
	s.addPerson(Person{DisplayName: "OtherBot", Emails: []string{"otherbot@webex.bot"}, Type: typeBot})
	s.sites = exampleSites()
}

// Bot is the bot whose token [Simulator.BotToken] is.
func (s *Simulator) Bot() Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.people[s.bot]
}

// AddPerson adds an account and gives it back with what was left empty filled
// in: ids, an e-mail address at example.com from the first name, the bot's
// organisation, type person.
func (s *Simulator) AddPerson(p Person) Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addPerson(p)
}

func (s *Simulator) addPerson(p Person) Person {
	first, last, _ := strings.Cut(p.DisplayName, " ")
	p.Type = cmp.Or(p.Type, typePerson)
	if p.Type == typePerson && p.FirstName == "" {
		p.FirstName, p.LastName = first, last
	}
	if len(p.Emails) == 0 {
		p.Emails = []string{strings.ToLower(first) + "@example.com"}
	}
	p.OrgID = cmp.Or(p.OrgID, s.org)
	if p.ID == "" {
		p.ID = s.dice.id(kindPerson)
	}
	if p.Created.IsZero() {
		p.Created = now()
	}
	p.Emails = slices.Clone(p.Emails)
	s.people[p.ID] = &p
	for _, e := range p.Emails {
		s.emails[strings.ToLower(e)] = p.ID
	}
	return p
}

// Person finds somebody by e-mail address, shown name or first name, in any
// case. It is the zero Person when there is none.
func (s *Simulator) Person(nameOrEmail string) Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, ok := s.emails[strings.ToLower(nameOrEmail)]; ok {
		return *s.people[id]
	}
	for _, p := range s.people {
		first, _, _ := strings.Cut(p.DisplayName, " ")
		if strings.EqualFold(nameOrEmail, p.DisplayName) || strings.EqualFold(nameOrEmail, first) {
			return *p
		}
	}
	return Person{}
}

func (s *Simulator) mustPerson(id string) *Person {
	p := s.people[canonical(id)]
	if p == nil {
		panic("simulator: no person has the id " + id)
	}
	return p
}

// getPerson answers GET /people/{id} and GET /people/me.
func (s *Simulator) getPerson(r *request) (reply, error) {
	id := canonical(r.PathValue("id"))
	if id == "me" {
		id = r.who.person
	}
	p := s.people[id]
	if p == nil {
		return reply{}, notFound("")
	}
	return ok(*p), nil
}

// listPeople answers GET /people, which needs an address, a name or ids.
func (s *Simulator) listPeople(r *request) (reply, error) {
	q := r.URL.Query()
	email, name := strings.ToLower(q.Get("email")), strings.ToLower(q.Get("displayName"))
	var ids []string
	if q.Get("id") != "" {
		ids = strings.Split(q.Get("id"), ",")
	}
	if email == "" && name == "" && ids == nil {
		return reply{}, refuse(http.StatusBadRequest, "Email, displayName, or id list should be specified.")
	}
	found := []Person{}
	for _, p := range s.people {
		switch {
		case email != "" && s.emails[email] != p.ID:
		case name != "" && !strings.HasPrefix(strings.ToLower(p.DisplayName), name):
		case ids != nil && !slices.Contains(ids, p.ID):
		default:
			found = append(found, *p)
		}
	}
	slices.SortFunc(found, func(a, b Person) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	return page(s, r, found, 100, 1000)
}
