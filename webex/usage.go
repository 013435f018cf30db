package webex

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Bounds of the usage report, as its page states them.
const (
	UsageSpan = 30 * 24 * time.Hour // the most between the two times of one call
	UsageBack = 90 * 24 * time.Hour // how far back the first of them may be
	usagePage = 1000
)

// UsedMeeting is one meeting that took place, as the usage report has it. The
// report is ready within 24 hours of the meeting.
type UsedMeeting struct {
	Title         string
	Start         time.Time
	HostName      string
	HostEmail     string
	PeopleMinutes int // of all who took part
	TrackingCodes []MeetingCode
}

// MeetingCode is a value that a meeting has of a tracking code, by the code's
// name at the time.
type MeetingCode struct {
	Name, Value string
}

// wireMeetingCode is a [MeetingCode] as it comes.
type wireMeetingCode struct {
	Name  loose `json:"name"`
	Value loose `json:"value"`
}

// wireUsed is a [UsedMeeting] as it comes.
type wireUsed struct {
	Title         loose             `json:"meetingTitle"`
	Start         stamp             `json:"start"`
	HostName      loose             `json:"hostDisplayName"`
	HostEmail     loose             `json:"hostEmail"`
	PeopleMinutes loose             `json:"totalPeopleMinutes"`
	TrackingCodes []wireMeetingCode `json:"trackingCodes"`
}

func (w *wireUsed) value() UsedMeeting {
	minutes, _ := strconv.ParseFloat(string(w.PeopleMinutes), 64) // 0 where Webex gives none
	return UsedMeeting{string(w.Title), w.Start.Time, string(w.HostName), string(w.HostEmail), int(minutes), meetingCodes(w.TrackingCodes)}
}

func meetingCodes(wire []wireMeetingCode) (codes []MeetingCode) {
	for _, c := range wire {
		codes = append(codes, MeetingCode{string(c.Name), string(c.Value)})
	}
	return codes
}

// UsedMeetings returns the meetings of one service, such as MeetingCenter, that
// took place on a site between two times at most [UsageSpan] apart: the newest
// limit of them, all where that is 0, up to 100,000. It needs the scope
// meeting:admin_config_read: a 403 may mean only that it is missing.
func (a *Admin) UsedMeetings(ctx context.Context, site, service string, from, to time.Time, limit int) ([]UsedMeeting, error) {
	const path = "/meetingReports/usage"
	if site == "" || len(site) > maxSite || service == "" {
		return nil, argument("GET "+path, "a site and a service are needed")
	}
	query := url.Values{
		"siteUrl": {site}, "serviceType": {service}, "max": {pageSize(limit, usagePage)},
		"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)},
	}
	list, _, err := collect[UsedMeeting, wireUsed](ctx, a.c, path, query, limit)
	return list, err
}
