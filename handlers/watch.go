package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trackbot/bot"
	"trackbot/bot/ask"
	"trackbot/cards"
	"trackbot/internal/history"
	"trackbot/webex"
)

// Watch is a space or a person that is told when tracking codes of a site change.
type Watch struct {
	Site   string     `json:"site"`
	Code   string     `json:"code,omitempty"`   // its id; empty: all codes of the site
	Name   string     `json:"name,omitempty"`   // of the code
	With   []string   `json:"with,omitempty"`   // it is told where the code is not the same there as on Site; none: each change is
	RoomID string     `json:"room,omitempty"`   // the space; empty: the person is told, 1:1
	Person bot.Person `json:"person"`           // who asked for it
	Told   int64      `json:"told"`             // the newest change that was told
	Broken bool       `json:"broken,omitempty"` // the code was not the same on its sites when that was told last
	Hours  Hours      `json:"hours,omitzero"`
}

// WatchNote is how the keys of the values begin under which watches are kept, as
// JSON.
const WatchNote = "watch "

// key is where a watch is kept: one for each listener, code and list of sites.
func (w Watch) key() string {
	return WatchNote + webex.UUID(cmp.Or(w.RoomID, w.Person.ID)) + " " + strings.Join(w.Sites(), "+") + " " + w.Code
}

// Sites are those whose changes matter, the one first that the others are to be like.
func (w Watch) Sites() []string { return append([]string{w.Site}, w.With...) }

// about is what is watched, in words.
func (w Watch) about() string {
	switch {
	case len(w.With) > 0:
		return w.Name + ", the same on " + inSentence(w.Sites())
	case w.Code == "":
		return "all tracking codes of " + w.Site
	}
	return w.Name + " on " + w.Site
}

// Watches are those that there are.
type Watches func(context.Context) ([]Watch, error)

// watcher is what the commands around watches are made of.
type watcher struct {
	admin   Admin
	history History
	all     Watches
	changes Changes
	off     bool // the sites are not read, so no change is seen
}

// commands are those around watches, in the order of help.
func (w watcher) commands() []bot.Command {
	return []bot.Command{w.watch(), w.keep(), w.drift(), w.unwatch(), w.watches()}
}

// watch lets a space or a person be told of changes.
func (w watcher) watch() bot.Command {
	return bot.Command{
		Name:     "watch",
		Title:    "Watch",
		Group:    historyGroup,
		Summary:  "be told when tracking codes change: you, or this space (here), at once, once a day, or not at night",
		Usage:    "watch codes on SITE, or watch CODE [on SITE] [here] [daily at 9 | quiet from 18 to 8]",
		Examples: []string{"watch codes on SITE", "watch Department on SITE here", "watch codes on SITE daily at 9", "watch Department on SITE quiet from 18 to 8"},
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			asked, instead := w.listening(r)
			if instead != nil {
				return *instead, nil
			}
			if r.Question.Code != nil {
				c, instead, err := theCode(ctx, w.admin, r)
				if err != nil || instead != nil {
					return answered(instead), err
				}
				asked.Code, asked.Name = c.ID, c.Name
			}
			return w.begin(ctx, asked, cards.Notice{
				Title: "Watching " + asked.about(), Tone: cards.Good,
				Lines: []string{fmt.Sprintf("I'll tell %s when something changes%s.", asked.whom(), cmp.Or(asked.Hours.words(), ", within minutes of seeing it"))},
			})
		},
	}
}

// listening is a watch of who asks, or with "here" of the space, of the site of the
// question. A reply instead says why there can be none.
func (w watcher) listening(r bot.Request) (asked Watch, instead *bot.Reply) {
	asked = Watch{Site: r.Site.Host, Person: r.Person}
	refused := func(title string, lines ...string) *bot.Reply {
		return new(notice(cards.Notice{Title: title, Tone: cards.Warning, Site: r.Site.Host, Lines: lines}))
	}
	hours, err := hoursOf(r.Question.Hours, r.Person.Zone)
	here := r.Question.Topic == "here" && !r.Room.Direct
	switch {
	case w.off:
		return asked, refused("I don't watch codes here", "This bot does not read the codes by itself (WATCH_MINUTES is 0), so it can't see what changes.")
	case err != nil:
		return asked, refused("Nothing is watched yet", err.Error(), "Say “daily at 9” for one message a day, or “quiet from 18 to 8” for none at night.")
	case r.Room.ID == "":
		return asked, refused("Only in a space", "I can tell people and spaces in Webex of changes. Ask me there.")
	case here && r.Private:
		return asked, refused("Not in this space", "Not everyone there may see what I know, so I won't post changes there. Without “here” I tell you directly.")
	case here:
		asked.RoomID = r.Room.ID
	}
	asked.Hours = hours
	return asked, nil
}

// whom a watch tells, in words for who asked for it.
func (w Watch) whom() string {
	if w.RoomID != "" {
		return "this space"
	}
	return "you directly"
}

// begin stores a watch and says so. One that stands already keeps what is still to
// be told, and gets other hours.
func (w watcher) begin(ctx context.Context, asked Watch, n cards.Notice) (bot.Reply, error) {
	list, err := w.all(ctx)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("the watches: %w", err)
	}
	if i := slices.IndexFunc(list, func(other Watch) bool { return other.key() == asked.key() }); i >= 0 {
		asked.Told = list[i].Told
	} else if asked.Told, err = w.history.Newest(ctx); err != nil {
		return bot.Reply{}, fmt.Errorf("the newest change: %w", err)
	}
	value, err := json.Marshal(asked)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("encode a watch: %w", err)
	}
	n.Lines = append(n.Lines, asked.Hours.zoneNote()...)
	n.Buttons = append(n.Buttons, asked.stopButton(), bot.Button("All watches", ask.Question{Command: "watches"}))
	reply := notice(n)
	reply.Changes = []bot.Change{{Key: asked.key(), Value: value}}
	return reply, nil
}

// stopButton ends a watch.
func (w Watch) stopButton() cards.Button {
	return bot.Button("Stop watching", ask.Question{Command: "unwatch", Term: w.key()})
}

// unwatch ends watches: of the code or site that is named, or all that the asker
// may end here.
func (w watcher) unwatch() bot.Command {
	return bot.Command{
		Name:     "unwatch",
		Title:    "Stop watching",
		Group:    historyGroup,
		Summary:  "end watches: yours, and those of this space",
		Usage:    "unwatch [CODE] [on SITE], or stop keeping CODE the same",
		Examples: []string{"unwatch", "unwatch Department"},
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := w.all(ctx)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("the watches: %w", err)
			}
			ends := func(w Watch) bool {
				if r.Question.Term != "" { // one of the list, by its key
					return w.key() == r.Question.Term && mayEnd(w, r)
				}
				return (watchesOwn(w, r) || w.RoomID != "" && webex.SameID(w.RoomID, r.Room.ID)) && meansWatch(r.Question, w)
			}
			list = slices.DeleteFunc(list, func(w Watch) bool { return !ends(w) })
			return unwatched(list), nil
		},
	}
}

// watchesOwn reports whether a watch tells the asker.
func watchesOwn(w Watch, r bot.Request) bool {
	return w.RoomID == "" && webex.SameID(w.Person.ID, r.Person.ID)
}

// mayEnd reports whether the asker may end a watch: one of their own, one of the
// space, or as an admin any.
func mayEnd(w Watch, r bot.Request) bool {
	return r.Admin || webex.SameID(w.Person.ID, r.Person.ID) || w.RoomID != "" && webex.SameID(w.RoomID, r.Room.ID)
}

// meansWatch reports whether a question that ends watches means one.
func meansWatch(q ask.Question, w Watch) bool {
	if len(q.Sites) > 0 && !slices.ContainsFunc(w.Sites(), func(host string) bool { return slices.Contains(q.Sites, host) }) {
		return false
	}
	c := q.Code
	if c != nil && (q.Topic == "kept") != (len(w.With) > 0) {
		return false
	}
	return c == nil || w.Code != "" && (c.ID == w.Code || fold(cmp.Or(c.Name, c.Written)) == fold(w.Name))
}

// unwatched ends watches and says which.
func unwatched(list []Watch) bot.Reply {
	n := cards.Notice{Title: "Nothing to end", Lines: []string{"Neither you nor this space watches that."}}
	var names []string
	var changes []bot.Change
	for _, w := range list {
		names = append(names, w.about())
		changes = append(changes, bot.Change{Key: w.key()})
	}
	if len(list) > 0 {
		n = cards.Notice{Title: "No longer watching", Tone: cards.Good, Lines: []string{strings.Join(names, ", ") + "."}}
	}
	n.Buttons = []cards.Button{bot.Button("All watches", ask.Question{Command: "watches"})}
	reply := notice(n)
	reply.Changes = changes
	return reply
}

// watches lists them: the asker's and those of the space, and for admins all.
func (w watcher) watches() bot.Command {
	return bot.Command{
		Name:     "watches",
		Group:    historyGroup,
		Summary:  "what is watched: by you and in this space; for admins all watches",
		Usage:    "watches",
		Examples: []string{"watches"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := w.all(ctx)
			if err != nil {
				return bot.Reply{}, fmt.Errorf("the watches: %w", err)
			}
			list = slices.DeleteFunc(list, func(w Watch) bool { return !mayEnd(w, r) })
			v := cards.List{Title: "Watches: " + strconv.Itoa(len(list)), Ref: r.Ref}
			if len(list) == 0 {
				v.Lines = []string{"Nothing is watched. “watch codes on SITE” tells you of changes, and with “here” a space."}
			} else {
				v.Lines = []string{"Tap one to end it."}
			}
			for _, w := range list {
				v.Rows = append(v.Rows, cards.Row{Title: w.about(), Under: tells(w, r) + w.Hours.words(), Open: bot.Data(ask.Question{Command: "unwatch", Term: w.key()})})
			}
			return bot.Drawn(v), nil
		},
	}
}

// tells says whom a watch tells, and who asked for it.
func tells(w Watch, r bot.Request) string {
	switch {
	case watchesOwn(w, r):
		return "tells you"
	case w.RoomID == "":
		return "tells " + w.Person.Email
	case webex.SameID(w.RoomID, r.Room.ID):
		return "tells this space, asked for by " + w.Person.Email
	}
	return "tells another space, asked for by " + w.Person.Email
}

// Told is the message of a watch about changes, which are given oldest first.
func Told(w Watch, list []history.Change, ref string) bot.Reply {
	v := cards.Report{
		Title: count(len(list), "change") + " of " + w.about(), Site: w.Site, SiteNote: "watched", Ref: ref,
		Parts: []cards.Section{{Rows: changeRows(list)}},
		Notes: []string{"Times are those of the readings before and after a change, in UTC."},
	}
	v.Buttons = []cards.Button{bot.Button("What changed", ask.Question{Command: "changed", Sites: []string{w.Site}}), w.stopButton()}
	return reportOf(v)
}
