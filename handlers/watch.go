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
	Code   string     `json:"code,omitempty"` // its id; empty: all codes of the site
	Name   string     `json:"name,omitempty"` // of the code
	RoomID string     `json:"room,omitempty"` // the space; empty: the person is told, 1:1
	Person bot.Person `json:"person"`         // who asked for it
	Told   int64      `json:"told"`           // the newest change that was told
}

// WatchNote is how the keys of the values begin under which watches are kept, as
// JSON.
const WatchNote = "watch "

// key is where a watch is kept: one for each listener, site and code.
func (w Watch) key() string {
	return WatchNote + webex.UUID(cmp.Or(w.RoomID, w.Person.ID)) + " " + w.Site + " " + w.Code
}

// change stores a watch with an answer.
func (w Watch) change() (bot.Change, error) {
	value, err := json.Marshal(w)
	return bot.Change{Key: w.key(), Value: value}, err
}

// about is what is watched, in words.
func (w Watch) about() string {
	if w.Code == "" {
		return "all tracking codes of " + w.Site
	}
	return w.Name + " on " + w.Site
}

// Watches are those that there are.
type Watches func(context.Context) ([]Watch, error)

// watch lets a space or a person be told of changes.
func watch(admin Admin, h History) bot.Command {
	return bot.Command{
		Name:     "watch",
		Title:    "Watch",
		Group:    historyGroup,
		Summary:  "be told when tracking codes change: you, or this space (here)",
		Usage:    "watch codes on SITE [here], or watch CODE [on SITE] [here]",
		Examples: []string{"watch codes on SITE", "watch Department on SITE here"},
		Site:     true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			w := Watch{Site: r.Site.Host, Person: r.Person}
			here := r.Question.Topic == "here" && !r.Room.Direct
			switch {
			case r.Room.ID == "":
				return notice(cards.Notice{Title: "Only in a space", Tone: cards.Warning, Lines: []string{"I can tell people and spaces in Webex of changes. Ask me there."}}), nil
			case here && r.Private:
				return notice(cards.Notice{Title: "Not in this space", Tone: cards.Warning, Site: r.Site.Host, Lines: []string{
					"Not everyone there may see what I know, so I won't post changes there. “watch” without “here” tells you directly.",
				}}), nil
			case here:
				w.RoomID = r.Room.ID
			}
			if r.Question.Code != nil {
				c, instead, err := theCode(ctx, admin, r)
				if err != nil || instead != nil {
					return answered(instead), err
				}
				w.Code, w.Name = c.ID, c.Name
			}
			var err error
			if w.Told, err = h.Newest(ctx); err != nil {
				return bot.Reply{}, fmt.Errorf("the newest change: %w", err)
			}
			return watching(w)
		},
	}
}

// watching says what is watched from now on, and stores it.
func watching(w Watch) (bot.Reply, error) {
	who := "you directly"
	if w.RoomID != "" {
		who = "this space"
	}
	end := ask.Question{Command: "unwatch", Topic: hereIf(w), Sites: []string{w.Site}}
	if w.Code != "" {
		end.Code = &ask.Code{ID: w.Code, Name: w.Name}
	}
	reply := notice(cards.Notice{
		Title: "Watching " + w.about(), Tone: cards.Good,
		Lines:   []string{fmt.Sprintf("I'll tell %s when something changes, within minutes of seeing it.", who)},
		Buttons: []cards.Button{bot.Button("Stop watching", end), bot.Button("All watches", ask.Question{Command: "watches"})},
	})
	change, err := w.change()
	reply.Changes = []bot.Change{change}
	return reply, err
}

// hereIf is the topic of questions about a watch of a space.
func hereIf(w Watch) string {
	if w.RoomID != "" {
		return "here"
	}
	return ""
}

// unwatch ends watches: of the code or site that is named, or all that the asker
// may end here.
func unwatch(all Watches) bot.Command {
	return bot.Command{
		Name:     "unwatch",
		Title:    "Stop watching",
		Group:    historyGroup,
		Summary:  "end watches: yours, and those of this space",
		Usage:    "unwatch [CODE] [on SITE]",
		Examples: []string{"unwatch", "unwatch Department"},
		Several:  true,
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := all(ctx)
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
	if len(q.Sites) > 0 && !slices.Contains(q.Sites, w.Site) {
		return false
	}
	c := q.Code
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
func watches(all Watches) bot.Command {
	return bot.Command{
		Name:     "watches",
		Group:    historyGroup,
		Summary:  "what is watched: by you and in this space; for admins all watches",
		Usage:    "watches",
		Examples: []string{"watches"},
		Run: func(ctx context.Context, r bot.Request) (bot.Reply, error) {
			list, err := all(ctx)
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
				v.Rows = append(v.Rows, cards.Row{Title: w.about(), Under: tells(w, r), Open: bot.Data(ask.Question{Command: "unwatch", Term: w.key()})})
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
	end := ask.Question{Command: "unwatch", Term: w.key()}
	v.Buttons = []cards.Button{bot.Button("What changed", ask.Question{Command: "changed", Sites: []string{w.Site}}), bot.Button("Stop watching", end)}
	return reportOf(v)
}
