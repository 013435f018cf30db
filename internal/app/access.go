package app

import (
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/internal/access"
	"trackbot/internal/config"
	"trackbot/webex"
)

// Rules are the operator's, without what only Webex knows. The ids may be
// given in either form.
func Rules(c config.Config) access.Settings {
	return access.Settings{
		Orgs: bare(c.AllowedOrgs), Domains: c.AllowedDomains, Emails: c.AllowedEmails, Rooms: bare(c.AllowedRooms),
		Denied: c.DeniedEmails, Admins: c.Admins, Editors: c.Editors, Approvers: c.Approvers, ShareWithGuests: c.ShareWithGuests, Contact: c.Contact,
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

// recordOf is somebody's own record as the rules take it.
func recordOf(p webex.Person) access.Person {
	return access.Person{ID: webex.UUID(p.ID), OrgID: webex.UUID(p.OrgID), Type: p.Type, Emails: p.Emails}
}

// Gate hands the rules to the bot. suppressed is called for each event of a
// refused person that is dropped unread.
func Gate(c config.Config, suppressed func()) bot.Gate {
	set := Rules(c)
	pace := access.NewPace(access.Limits{PersonMinute: c.LimitPersonMinute, PersonHour: c.LimitPersonHour, SpaceMinute: c.LimitSpaceMinute})
	with := func(me webex.Person) access.Settings {
		s := set
		s.OwnOrg, s.BotID = webex.UUID(me.OrgID), webex.UUID(me.ID)
		return s
	}
	return bot.Gate{
		Admit: func(asker, me webex.Person, in bot.Room, admin bool) (bool, string) {
			d := with(me).Decide(recordOf(asker), access.Space{ID: webex.UUID(in.ID), Direct: in.Direct}, admin)
			return d.Allow, d.Reason()
		},
		Rights: func(asker, me webex.Person) (edit, approve bool) {
			return with(me).MayEdit(recordOf(asker)), with(me).MayApprove(recordOf(asker))
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
		Pace: func(person, space string, questions int) (ok, tell bool, wait time.Duration) {
			verdict, wait := pace.Take(time.Now(), person, space, questions)
			return verdict == access.Go, verdict == access.TellOnce, wait
		},
		Denied: func(person string) { pace.Denied(time.Now(), person) },
		Suppressed: func(person string) bool {
			yes := pace.Suppressed(time.Now(), person)
			if yes {
				suppressed()
			}
			return yes
		},
		Private: func(reason string) string { return codeOf(reason).Private() },
		Refusal: func(reason string) []string { return set.Refusal(codeOf(reason)) },
	}
}

// codeOf is the code that a reason begins with.
func codeOf(reason string) access.Code {
	code, _, _ := strings.Cut(reason, ": ")
	return access.Code(code)
}
