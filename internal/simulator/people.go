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
	Avatar      string    `json:"avatar"` // a URL that does not exist
	OrgID       string    `json:"orgId"`
	Type        string    `json:"type"` // person, bot or appuser
	TimeZone    string    `json:"timezone,omitempty"`
	Created     Timestamp `json:"created"`
	Role        string    `json:"-"` // in a few words, for the page alone
}

// The types of [Person].
const (
	typePerson = "person"
	typeBot    = "bot"
)

func (p *Person) email() string { return p.Emails[0] }

// shown returns the name in a mention: for a bot only the first word.
func (p *Person) shown() string {
	if p.Type == typeBot {
		first, _, _ := strings.Cut(p.DisplayName, " ")
		return first
	}
	return p.DisplayName
}

// populate makes the bot, the admin, the prepared people, the sites and the integration.
func (s *Simulator) populate(o Options) {
	s.org = s.dice.id(kindOrg)
	name := cmp.Or(o.BotName, "TrackBot")
	s.bot = s.addPerson(Person{DisplayName: name, NickName: name, Emails: []string{"trackbot@webex.bot"}, Type: typeBot}).ID
	s.admin = s.addPerson(Person{DisplayName: "Ada Admin", Emails: []string{"admin@example.com"}}).ID
	s.botToken = s.addToken(o.BotToken, TokenBot, s.bot, messagingScopes()...)
	s.adminToken = s.addToken(o.AdminToken, TokenAdmin, s.admin,
		ScopeScheduleRead, ScopeScheduleWrite, ScopePreferencesRead, ScopePreferencesWrite)
	s.addPerson(Person{DisplayName: "Alice Adams", Role: "Site admin, and admin of the bot"})
	s.addPerson(Person{DisplayName: "Bob Brown", Role: "Teammate at the help desk"})
	s.addPerson(Person{DisplayName: "Carol Clark"})
	s.addPerson(Person{DisplayName: "Mallory Moss", Emails: []string{"mallory@other.example"}, OrgID: s.dice.id(kindOrg), Role: "Person of another organization"})
	s.addPerson(Person{DisplayName: "OtherBot", Emails: []string{"otherbot@webex.bot"}, Type: typeBot})
	s.sites = exampleSites()
	s.oauth = oauth{
		id: "C" + s.dice.token(), secret: s.dice.token(),
		codes: map[string]*grant{}, refresh: map[string]*grant{}, devices: map[string]*device{},
	}
}

// Bot is the bot whose token [Simulator.BotToken] is.
func (s *Simulator) Bot() Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.people[s.bot]
}

// AddPerson adds an account and returns it with empty fields filled in: id,
// avatar, an email address at example.com from the first name, the bot's
// organization, type person.
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
		p.Created = s.now()
	}
	p.Avatar = cmp.Or(p.Avatar, "https://avatar.example.com/"+keyOf(p.ID)+"~1600")
	p.Emails = slices.Clone(p.Emails)
	s.people[p.ID] = &p
	for _, e := range p.Emails {
		s.emails[strings.ToLower(e)] = p.ID
	}
	return p
}

// Person finds an account by email address, display name or first name,
// ignoring case. It returns the zero Person if there is none.
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

// maxIDs is how many ids GET /people takes, as documented.
const maxIDs = 85

// listPeople answers GET /people, which needs an address, a name or ids, but of the
// administrator. People of another organization are found by id only.
func (s *Simulator) listPeople(r *request) (reply, error) {
	q := r.URL.Query()
	email, name := strings.ToLower(q.Get("email")), strings.ToLower(q.Get("displayName"))
	var ids []string
	if q.Get("id") != "" {
		ids = strings.Split(q.Get("id"), ",")
	}
	switch {
	case email == "" && name == "" && ids == nil && r.who.person != s.admin:
		return reply{}, refuse(http.StatusBadRequest, "Email, displayName, or id list should be specified.")
	case len(ids) > maxIDs:
		return reply{}, refuse(http.StatusBadRequest, "At most 85 ids can be specified.")
	}
	found, unknown := []Person{}, []string{}
	for _, p := range s.people {
		switch {
		case email != "" && s.emails[email] != p.ID:
		case name != "" && !strings.HasPrefix(strings.ToLower(p.DisplayName), name):
		case ids != nil && !slices.ContainsFunc(ids, func(id string) bool { return canonical(id) == p.ID }):
		case ids == nil && p.OrgID != s.people[r.who.person].OrgID:
		default:
			found = append(found, *p)
		}
	}
	slices.SortFunc(found, func(a, b Person) int { return strings.Compare(a.DisplayName, b.DisplayName) })
	for _, id := range ids {
		if s.people[canonical(id)] == nil {
			unknown = append(unknown, id)
		}
	}
	out, err := page(s, r, found, 100, 1000)
	if body, is := out.body.(map[string]any); is && len(unknown) > 0 {
		body["notFoundIds"] = unknown
	}
	return out, err
}
