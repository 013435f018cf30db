package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// MeetingUsage tells which meetings of a service took place on a site, where
// Webex lets the admin token see it. See [webex.Admin.UsedMeetings].
type MeetingUsage func(ctx context.Context, site, service string, from, to time.Time, limit int) ([]webex.UsedMeeting, error)

// byValue is the topic of "meetings by CODE"; without it, the question is which
// meetings have no code.
const byValue = "by"

// meetings counts the meetings that took place by their value of a code, and
// names the hosts of those without one. Webex's report is read part by part.
func meetings(p Parts) bot.Command {
	return bot.Command{
		Name:     "meetings",
		Group:    peopleGroup,
		Summary:  "which meetings of the last 90 days carry no code, or how many each value of a code has",
		Usage:    "meetings without a code on SITE last 30 days, or meetings by CODE last month",
		Examples: []string{"meetings without a code on SITE", "meetings by Department on SITE last month", "events without Department on SITE in the last 7 days", "which coming meetings have no Department on SITE alice@example.com bob@example.com"},
		Title:    "meetings without",
		Site:     true,
		Admin:    true,
		Files:    true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			c := countOf(r, p.Now())
			if r.Question.Code == nil && r.Question.Topic == byValue {
				return whichCode(ctx, p.Admin, p.Sites, r)
			}
			if instead, err := c.of(ctx, p.Admin, p.History, r); instead != nil || err != nil {
				return answered(instead), err
			}
			if r.Question.Topic == coming {
				return c.beginComing(r)
			}
			if err := c.load(ctx, p.Months, r.Site.Host); err != nil {
				return bot.Reply{}, err
			}
			return c.begin(ctx, p.MeetingUsage, r)
		},
		Step: func(ctx context.Context, j bot.Job, item string) (bot.Result, error) {
			var c meetingCount
			if err := json.Unmarshal(j.Data, &c); err != nil {
				return bot.Result{Item: item, State: isUnclear}, fmt.Errorf("what meetings are counted by: %w", err)
			}
			if c.Question.Topic == coming {
				return countComing(ctx, p.ComingMeetings, j, c, item)
			}
			return countPart(ctx, p.MeetingUsage, j, c, item, p.Now())
		},
		Finish: finishMeetings,
	}
}

// meetingCount is what meetings are counted by, as a job keeps it.
type meetingCount struct {
	Question ask.Question  `json:"question"`
	Begin    time.Time     `json:"begin"` // what was asked for
	From     time.Time     `json:"from"`  // what Webex's report has of that
	To       time.Time     `json:"to"`    // the end, which is not part of it
	Asked    time.Time     `json:"asked"`
	Cut      bool          `json:"cut,omitempty"` // it was to begin earlier than Webex remembers
	Services []ask.Service `json:"services"`
	Code     string        `json:"code,omitempty"`    // the name; empty: any code counts
	Options  []string      `json:"options,omitempty"` // the only values there may be; none: any
	Old      []string      `json:"old,omitempty"`     // earlier names of the code
	// Months are the sums of whole months by their value, such as of 2026-10, and Keep
	// is how long one is stored.
	Months map[string][]tallied `json:"months,omitempty"`
	Keep   time.Duration        `json:"keep,omitempty"`
	partly []time.Time          // months of which not all was read
}

// partLength is how much of the report one step reads: some hundreds of meetings
// of a large site.
const partLength = 3 * 24 * time.Hour

// countOf reads which time and which services a question is about.
func countOf(r bot.Request, now time.Time) meetingCount {
	now = now.UTC().Truncate(time.Second)
	c := meetingCount{Question: here(r), From: now.Add(-webex.UsageSpan), To: now, Asked: now, Services: kinds()}
	if s := r.Question.Span; s != nil {
		c.From, c.To = begins(*s, now), ends(*s, now)
	}
	c.Begin = c.From
	if first := oldest(now); c.From.Before(first) {
		c.From, c.Cut = first, true
	}
	if s := r.Question.Service; s != "" && s != ask.Meetings { // “meetings” are all of them
		c.Services = []ask.Service{r.Question.Service}
	}
	return c
}

// of finds the code by which meetings are counted, with its options and earlier
// names. It returns a reply instead where the site has no such code, or several.
func (c *meetingCount) of(ctx context.Context, admin Admin, h History, r bot.Request) (*bot.Reply, error) {
	if r.Question.Code == nil {
		return nil, nil
	}
	list, err := codesOn(ctx, admin, r, r.Site.Host)
	if err != nil {
		return nil, err
	}
	code, instead := oneOf(list, r)
	if instead != nil {
		return instead, nil
	}
	c.Code, c.Question.Code = code.Name, &ask.Code{ID: code.ID, Name: code.Name}
	if code.InputMode == pickOnly || code.InputMode == inProfile {
		for _, o := range code.Options {
			c.Options = append(c.Options, o.Value)
		}
	}
	c.Old, err = oldNames(ctx, h, r.Site.Host, code, list)
	return nil, err
}

// oldNames are the names that a code had, as far as it is remembered, and that no
// code of the site has now.
func oldNames(ctx context.Context, h History, site string, code webex.TrackingCode, list []webex.TrackingCode) (old []string, err error) {
	if h == nil {
		return nil, nil
	}
	changes, err := h.Changes(ctx, history.Query{Sites: []string{site}, Code: code.ID})
	if err != nil {
		return nil, fmt.Errorf("earlier names of a code: %w", err)
	}
	for _, change := range changes {
		taken := func(c webex.TrackingCode) bool { return fold(c.Name) == fold(change.Before) }
		if change.Field == history.Name && !slices.ContainsFunc(list, taken) {
			old = append(old, change.Before)
		}
	}
	return old, nil
}

// begin tries whether the report can be read, and begins the work.
func (c meetingCount) begin(ctx context.Context, usage MeetingUsage, r bot.Request) (bot.Reply, error) {
	if !c.From.Before(c.To) {
		if reply := c.fromMonths(r); reply != nil {
			return *reply, nil
		}
		return tooLongAgo(r), nil
	}
	_, err := usage(ctx, r.Site.Host, apiService(c.Services[0]), c.To.Add(-time.Minute), c.To, 1)
	if webex.IsStatus(err, http.StatusForbidden) {
		return noUsage(r), nil
	}
	if err != nil {
		return bot.Reply{}, fmt.Errorf("meeting usage report: %w", err)
	}
	return c.work(r, c.parts(), c.period())
}

// work begins the work on some items; what says which they are, for people.
func (c meetingCount) work(r bot.Request, items []string, what string) (bot.Reply, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("encode what meetings are counted by: %w", err)
	}
	reply := reportOf(cards.Report{
		Title: "Reading " + c.services(), Site: r.Site.Host, SiteNote: r.Site.Why, Ref: r.Ref,
		Lines: []string{
			what + ". What I find follows when I am done. Other questions are answered meanwhile, and go first.",
			"If other long work is under way, this waits for it.",
		},
		Buttons: []cards.Button{stopButton(r.Ref)},
	})
	reply.Job = &bot.Job{
		Command: "meetings", Site: r.Site.Host, Why: r.Site.Why, Title: c.title(), Items: items, Data: data,
		Text: fmt.Sprintf("%s, %s to %s", c.title(), c.From.Format(time.RFC3339), c.To.Format(time.RFC3339)),
	}
	return reply, nil
}

// noUsage says which scope is missing.
func noUsage(r bot.Request) bot.Reply {
	return notice(cards.Notice{
		Title: "Webex doesn't show me the meetings", Site: r.Site.Host, SiteNote: r.Site.Why, Tone: cards.Warning, Ref: r.Ref,
		Lines: []string{
			"Its usage report takes the scope meeting:admin_config_read for this bot's admin account, which must administer the site.",
			"Whoever runs this bot can add the scope and sign in anew with “trackbot login”; “trackbot check” says whether it is there.",
		},
	})
}

// title says what is counted: "Meetings by Department", "Meetings without a code".
func (c meetingCount) title() string {
	switch {
	case c.Question.Topic == byValue:
		return capital(c.services()) + " by " + c.Code
	case c.Question.Topic == coming:
		return "Coming meetings without " + cmp.Or(c.Code, "a code")
	case c.Code == "":
		return capital(c.services()) + " without a code"
	}
	return capital(c.services()) + " without " + c.Code
}

// services names what is counted: "meetings" stands for all four.
func (c meetingCount) services() string {
	if len(c.Services) > 1 {
		return kindName(ask.Meetings)
	}
	return kindName(c.Services[0])
}

// period is the time in words, by its first and its last day.
func (c meetingCount) period() string {
	const day = "2 Jan 2006"
	return c.From.Format(day) + " to " + c.To.Add(-time.Second).Format(day) + " (UTC)"
}

// parts are what one step reads each: a service and two times of one month, newest
// first.
func (c meetingCount) parts() (parts []string) {
	for _, service := range c.Services {
		for to := c.To; to.After(c.From); {
			from := latest(to.Add(-partLength), monthOf(to.Add(-time.Nanosecond)), c.From)
			parts = append(parts, strings.Join([]string{apiService(service), from.Format(time.RFC3339), to.Format(time.RFC3339)}, " "))
			to = from
		}
	}
	return parts
}

// partOf reads one of [meetingCount.parts].
func partOf(part string) (service string, from, to time.Time, err error) {
	var first, last string
	_, err = fmt.Sscan(part, &service, &first, &last)
	from, errFrom := time.Parse(time.RFC3339, first)
	to, errTo := time.Parse(time.RFC3339, last)
	return service, from, to, cmp.Or(err, errFrom, errTo)
}

// latest is the last of some times.
func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
