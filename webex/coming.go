package webex

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// comingPage is how many meetings one page of GET /meetings holds at most.
const comingPage = 100

// ComingMeetings returns the meetings that a host has scheduled on a site between
// two times, each occurrence of a series by itself, without PeopleMinutes. Meetings
// to which the host is invited are left out, and those of other services than
// Webex Meetings are not told.
func (a *Admin) ComingMeetings(ctx context.Context, site, hostEmail string, from, to time.Time) ([]UsedMeeting, error) {
	const path = "/meetings"
	if site == "" || len(site) > maxSite || !isEmail(hostEmail) {
		return nil, argument("GET "+path, "a site and the host's e-mail address are needed")
	}
	query := url.Values{
		"siteUrl": {site}, "hostEmail": {hostEmail}, "meetingType": {"scheduledMeeting"}, "max": {pageSize(0, comingPage)},
		"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339)},
	}
	list, _, err := collect[UsedMeeting, wireComing](ctx, a.c, path, query, 0)
	var own []UsedMeeting
	for _, m := range list {
		if strings.EqualFold(m.HostEmail, hostEmail) {
			own = append(own, m)
		}
	}
	return own, err
}

// wireComing is a coming [UsedMeeting] as it comes.
type wireComing struct {
	Title         loose             `json:"title"`
	Start         stamp             `json:"start"`
	HostName      loose             `json:"hostDisplayName"`
	HostEmail     loose             `json:"hostEmail"`
	TrackingCodes []wireMeetingCode `json:"trackingCodes"`
}

func (w *wireComing) value() UsedMeeting {
	return UsedMeeting{string(w.Title), w.Start.Time, string(w.HostName), string(w.HostEmail), 0, meetingCodes(w.TrackingCodes)}
}
