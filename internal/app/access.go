package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/access"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// Rules are the operator's, without what only Webex knows. The ids may be
// given in either form.
func Rules(c config.Config) access.Settings {
	return access.Settings{
		Orgs: bare(c.AllowedOrgs), Domains: c.AllowedDomains, Emails: c.AllowedEmails, Rooms: bare(c.AllowedRooms),
		Denied: c.DeniedEmails, Admins: c.Admins, ShareWithGuests: c.ShareWithGuests, Contact: c.Contact,
	}
}

func bare(ids []string) []string {
	var list []string
	for _, id := range ids {
		list = append(list, webex.UUID(id))
	}
	return list
}

// AccessProblems is what is wrong with the rules, for the list of all problems.
func AccessProblems(c config.Config) []config.Problem {
	var problems []config.Problem
	err := Rules(c).Check()
	if err == nil {
		return nil
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		variable, words, _ := strings.Cut(line, ": ")
		problems = append(problems, config.Problem{Variable: variable, Words: words})
	}
	return problems
}

// Gate hands the rules to the bot.
func Gate(c config.Config) bot.Gate {
	set := Rules(c)
	pace := access.NewPace(access.Limits{PersonMinute: c.LimitPersonMinute, PersonHour: c.LimitPersonHour, SpaceMinute: c.LimitSpaceMinute})
	with := func(me webex.Person) access.Settings {
		s := set
		s.OwnOrg, s.BotID = webex.UUID(me.OrgID), webex.UUID(me.ID)
		return s
	}
	return bot.Gate{
		Admit: func(asker, me webex.Person, in bot.Room, admin bool) (bool, string) {
			p := access.Person{ID: webex.UUID(asker.ID), OrgID: webex.UUID(asker.OrgID), Type: asker.Type, Emails: asker.Emails}
			d := with(me).Decide(p, access.Space{ID: webex.UUID(in.ID), Direct: in.Direct}, admin)
			return d.Allow, d.Reason()
		},
		Readers: func(members []webex.Membership, whole bool, me webex.Person, admin bool) (bool, string) {
			list := make([]access.Member, len(members))
			for i, m := range members {
				list[i] = access.Member{ID: webex.UUID(m.PersonID), OrgID: webex.UUID(m.PersonOrgID), Email: m.PersonEmail}
			}
			total := len(list)
			if !whole {
				total = access.MaxMembers + 1
			}
			ok, why := with(me).Readers(list, total, admin)
			return ok, string(why) + ": " + why.Words()
		},
		MaxMembers: access.MaxMembers,
		Everybody:  set.ShareWithGuests,
		Pace: func(person, space string) (ok, tell bool, wait time.Duration) {
			verdict, wait := pace.Take(time.Now(), person, space)
			return verdict == access.Go, verdict == access.TellOnce, wait
		},
		Refusal: set.Refusal(),
	}
}

// buttonKey is the key of the installation in its bucket: 32 random bytes.
const buttonKey = "button key"

// signer returns what signs buttons, with the key that the replicas share and
// that lies with the queue's state. It is made once, by whoever needs it first.
func (s *shared) signer(ctx context.Context) (bot.Signer, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	if s.signs != nil {
		return s.signs, nil
	}
	key, _, err := s.install.Get(ctx, buttonKey)
	if errors.Is(err, queue.ErrNotFound) {
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		if _, err = s.install.Create(ctx, buttonKey, key); errors.Is(err, queue.ErrExists) {
			key, _, err = s.install.Get(ctx, buttonKey)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of this installation: %w", err)
	}
	signs, err := access.NewSigner(key)
	if err != nil {
		return nil, err
	}
	s.signs = signs
	return signs, nil
}

// twice is how soon after another a press of the same button counts as the same.
const twice = time.Second

// again reports whether a button was pressed by another event within a second
// of at, and remembers this one. The presses of one person in one space come
// in order, also over replicas.
func (s *shared) again(ctx context.Context, button, event string, at time.Time) (bool, error) {
	raw, _, err := s.presses.Get(ctx, button)
	if err != nil && !errors.Is(err, queue.ErrNotFound) {
		return false, err
	}
	ms, before, _ := strings.Cut(string(raw), " ")
	if last, err := strconv.ParseInt(ms, 10, 64); err == nil && before != event {
		if at.Sub(time.UnixMilli(last)).Abs() < twice {
			return true, nil
		}
	}
	_, err = s.presses.Put(ctx, button, fmt.Appendf(nil, "%d %s", at.UnixMilli(), event))
	return false, err
}

// joined forgets who reads in a space, in every replica.
func (a *App) joined(ctx context.Context, e webex.Event) {
	a.bot.Joined(e.RoomID)
	if !a.replicated() {
		return
	}
	if _, err := a.shared.notes.Put(ctx, joinNote+webex.UUID(e.RoomID), []byte(e.ID)); err != nil {
		a.log.Warn("a membership could not be noted for the other replicas", "room", e.RoomID, "error", err)
	}
}
