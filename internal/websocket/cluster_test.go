package websocket_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"trackbot/internal/simulator"
	"trackbot/internal/websocket"
	"trackbot/webex"
)

// Regions by the names that ids and Unlisted catalogs have for them.
const (
	oldest    = "us"
	frankfurt = "urn:TEAM:eu-central-1_k"
	oregon    = "urn:TEAM:us-west-2_r"
)

// TestTheClusterIsFoundOut has neither the activity nor the catalog name the
// cluster of what is heard: the conversation host is asked, and clusters are
// tried where that does not know.
func TestTheClusterIsFoundOut(t *testing.T) {
	nameless := []string{"target.globalId"}
	homeless := append([]string{"target.url", "url"}, nameless...)
	for _, c := range []struct {
		name    string
		cluster string
		omit    []string
		fault   *simulator.Rule
		late    int      // reads of a message before Webex knows it
		asked   int      // calls of the conversation host for two messages
		tried   []string // by reading a message
	}{
		{name: "the host knows", cluster: oregon, omit: nameless, asked: 1},
		{name: "the host knows later", cluster: oregon, omit: nameless, late: 2, asked: 2, tried: []string{oldest, frankfurt, oregon}},
		{
			name: "the host is away", cluster: oregon, omit: nameless, fault: &simulator.Rule{Path: "/conversation/", Status: 503},
			asked: 4, tried: []string{oldest, frankfurt, oregon},
		},
		{name: "there is no host", cluster: oregon, omit: homeless, tried: []string{oldest, frankfurt, oregon, oldest, frankfurt, oregon}},
		{name: "there is no host, and it is the oldest region", omit: homeless, tried: []string{oldest, oldest}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var tried []string
				e := listen(t, simulator.Options{Cluster: c.cluster}, func(o *websocket.Options) { o.Find = finder(o, &tried) })
				e.sim.SetQuirks(simulator.Quirks{FreshReads: c.late})
				e.sim.Socket().SetFaults(simulator.SocketFaults{Unlisted: true, Omit: c.omit})
				if c.fault != nil {
					e.sim.Fault(*c.fault)
				}
				a := e.sim.Person("alice")
				space := e.sim.Group("Space", a.ID) // nobody listens yet
				e.start()
				for n := range 2 {
					m := e.sim.Say(t.Context(), simulator.Say{Space: space.ID, Person: a.ID, Text: "@trackbot hi"})
					e.until("the message", func(all []webex.Event) bool { return len(all) == n+1 })
					if got := e.events[n]; got.ID != m.ID || got.RoomID != space.ID || got.PersonID != a.ID {
						t.Errorf("heard %+v, want the ids of %+v", got, m)
					}
				}
				if n := e.sim.CountCalls("bot", http.MethodGet, "/conversation/"); n != c.asked {
					t.Errorf("the conversation host was asked %d times, want %d", n, c.asked)
				}
				if !slices.Equal(tried, c.tried) {
					t.Errorf("tried %q, want %q", tried, c.tried)
				}
			})
		})
	}
}

// finder reads what a message's event names, and notes the clusters that it was
// asked for.
func finder(o *websocket.Options, tried *[]string) func(context.Context, webex.Event) error {
	client := webex.NewBot(webex.Options{
		BaseURL: strings.TrimSuffix(o.U2C, "/u2c/api/v1") + "/v1", Token: o.Token, Transport: &http.Transport{DialContext: o.Dial},
	})
	return func(ctx context.Context, e webex.Event) error {
		raw, err := base64.RawStdEncoding.DecodeString(e.ID)
		if err != nil {
			return err
		}
		*tried = append(*tried, strings.Split(string(raw), "/")[2])
		_, err = client.Message(ctx, e.ID)
		return err
	}
}
