package demo

import (
	"fmt"
	"time"

	"trackbot/internal/simulator"
)

// AddMeetings lets the admin token see what it may see at best, and gives it something
// to see: three months of meetings that took place, and some that are to come. Of four
// meetings one has no value of Department, and one an option that is gone.
func AddMeetings(sim *simulator.Simulator, now time.Time) {
	const site = "example.webex.com"
	sim.SetScopes(sim.AdminToken(), simulator.ScopeScheduleRead, simulator.ScopeScheduleWrite, simulator.ScopePreferencesRead,
		simulator.ScopePreferencesWrite, simulator.ScopeConfigRead, simulator.ScopeAuditRead)
	hosts := []simulator.Person{sim.Person("alice"), sim.Person("bob"), sim.Person("carol")}
	code := func(i int) []simulator.MeetingCode {
		value := []string{"Sales", "", "Engineering", "Design", "Marketing", "Sales", "", "Sales"}[i%8]
		if value == "" {
			return nil
		}
		return []simulator.MeetingCode{{Name: "Department", Value: value}}
	}
	for i := range 85 {
		host, start := hosts[i%len(hosts)], now.AddDate(0, 0, -i-1)
		sim.PutMeetings(site, simulator.Meeting{
			ID: fmt.Sprint("past", i), Title: fmt.Sprint("Weekly ", i%7+1), Start: start, End: start.Add(time.Hour), Duration: 60, ScheduledType: "meeting",
			HostName: host.DisplayName, HostEmail: host.Emails[0], PeopleMinutes: 60 * (2 + i%5), Participants: 2 + i%5, Service: "MeetingCenter", TrackingCodes: code(i),
		})
	}
	for i := range 6 {
		host, start := hosts[i%len(hosts)], now.AddDate(0, 0, i+1)
		sim.PutComing(simulator.ComingMeeting{
			ID: fmt.Sprint("coming", i), Title: fmt.Sprint("Planning ", i+1), Type: "scheduledMeeting", State: "ready", Timezone: "UTC", Start: start, End: start.Add(time.Hour),
			HostName: host.DisplayName, HostEmail: host.Emails[0], SiteURL: site, ScheduledType: "meeting", TrackingCodes: code(i),
		})
	}
}
