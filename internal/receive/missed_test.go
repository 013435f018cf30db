package receive_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/receive"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// answered fails unless each question asked so far has one answer.
func (s *outage) answered(when string) {
	s.t.Helper()
	all := s.answers()
	for i, m := range s.asked {
		if all[m.ID] != 1 {
			s.t.Errorf("%s: question %d of %d, asked at %v, has %d answers, want 1", when, i+1, len(s.asked), m.Created, all[m.ID])
		}
	}
	if s.t.Failed() {
		s.t.Log(s.lastLines())
	}
}

// found reports whether a message is in the inbox.
func (s *outage) found(m simulator.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known["msg:"+webex.UUID(m.ID)]
}

// heard is until when the bot knows that it missed nothing.
func (s *outage) heard() time.Time {
	raw, _ := s.notes.Get(s.ctx, "heard")
	ms, _ := strconv.ParseInt(string(raw), 10, 64)
	return time.UnixMilli(ms)
}

// lists are the calls that list a space's messages.
func (s *outage) lists() int {
	n := 0
	for _, c := range s.sim.Calls() {
		if c.Method == http.MethodGet && c.Path == "/messages" {
			n++
		}
	}
	return n
}

// via changes the answers of all calls.
type via struct {
	next   http.RoundTripper
	change func(*http.Request, *http.Response)
}

func (v via) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := v.next.RoundTrip(r)
	if err == nil {
		v.change(r, resp)
	}
	return resp, err
}

// through makes a transport that changes the answers of another one.
func through(change func(*http.Request, *http.Response)) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return via{next, change} }
}

// refused makes a 403 of an answer.
func refused(resp *http.Response) {
	resp.StatusCode, resp.ContentLength = http.StatusForbidden, -1
	resp.Body = io.NopCloser(strings.NewReader(`{"message":"not for you"}`))
}

// TestAnOutageIsMadeGood takes the network from a bot with webhooks for minutes
// that begin and end between two looks at its webhooks: what is asked meanwhile
// is delivered to nobody.
func TestAnOutageIsMadeGood(t *testing.T) {
	for _, long := range []time.Duration{20 * time.Second, time.Minute, 3 * time.Minute, 7 * time.Minute} {
		t.Run(long.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOutageBy(t, 1, config.ReceiveWebhook)
				direct, group := s.sim.Direct(s.sim.Person("alice").ID), s.sim.Group("Space", s.sim.Person("alice").ID)
				s.pass(30*time.Minute + 5*time.Second)
				s.sim.Outage(long)
				s.pass(long / 4)
				s.question(direct)
				s.pass(long / 2)
				s.question(group)
				s.pass(long / 4)
				s.question(direct) // the network is back, and this one is delivered
				s.pass(4 * time.Minute)
				s.answered("four minutes later")
				s.pass(10 * time.Minute)
				s.answered("in the end")
				s.end()
			})
		})
	}
}

// TestABrokenWayIn has Webex's deliveries refused by a proxy, for example, while
// all calls to Webex are fine: people wait for two minutes, and the log says why.
func TestABrokenWayIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutageBy(t, 1, config.ReceiveWebhook)
		direct, group := s.sim.Direct(s.sim.Person("alice").ID), s.sim.Group("Space", s.sim.Person("alice").ID)
		s.pass(10 * time.Minute)
		s.shut.Store(true)
		for range 5 {
			s.question(direct)
			s.question(group)
			s.pass(2*time.Minute + 10*time.Second)
			s.answered("two minutes after it was asked")
		}
		if !strings.Contains(s.log.String(), "can Webex reach WEBEX_PUBLIC_URL?") {
			t.Errorf("the log does not say that nothing is delivered:\n%s", s.lastLines())
		}
		s.end()
	})
}

// TestAFastClock has this machine's clock ahead of Webex's. What is noted of the
// time is Webex's, so that no question falls into the difference.
func TestAFastClock(t *testing.T) {
	for _, ahead := range []time.Duration{time.Minute, 5 * time.Minute} {
		stamp := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
		back := through(func(_ *http.Request, resp *http.Response) {
			if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
				resp.Header.Set("Date", at.Add(-ahead).Format(http.TimeFormat))
			}
			body, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			body = stamp.ReplaceAllFunc(body, func(b []byte) []byte {
				at, _ := time.Parse(time.RFC3339, string(b))
				return []byte(at.Add(-ahead).Format("2006-01-02T15:04:05.000Z"))
			})
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		})
		synctest.Test(t, func(t *testing.T) {
			s := newOutageVia(t, 1, config.ReceiveWebhook, back)
			space := s.sim.Group("Space", s.sim.Person("alice").ID)
			s.pass(30 * time.Minute)
			if got := time.Since(s.heard()); got < ahead || got > ahead+3*time.Minute {
				t.Errorf("noted is a time %v ago, want Webex's, which is %v behind", got, ahead)
			}
			s.sim.Outage(time.Minute)
			s.pass(10 * time.Second)
			s.question(space)
			s.pass(5 * time.Minute)
			s.answered("a clock " + ahead.String() + " ahead")
			s.end()
		})
	}
}

// TestAMissedMentionBeforeManyOlderOnes has one question to find and 30 known
// ones behind it, 20 a page, and links that lost the query of the first page. The
// list ends at the first message that is old.
func TestAMissedMentionBeforeManyOlderOnes(t *testing.T) {
	bare := regexp.MustCompile(`[?&]mentionedPeople=[^&>]*`)
	for _, missed := range []int{1, 45} {
		synctest.Test(t, func(t *testing.T) {
			s := newOutageVia(t, 1, config.ReceiveWebhook, through(func(_ *http.Request, resp *http.Response) {
				if link := resp.Header.Get("Link"); link != "" {
					resp.Header.Set("Link", bare.ReplaceAllString(link, ""))
				}
			}))
			s.sim.SetQuirks(simulator.Quirks{PageCap: 20})
			space := s.sim.Group("Space", s.sim.Person("alice").ID)
			for range 30 {
				s.question(space)
				s.pass(time.Second)
			}
			s.pass(30 * time.Minute)
			s.sim.Outage(3 * time.Minute)
			for range missed {
				s.question(space)
			}
			s.pass(3 * time.Minute)
			s.sim.ResetCalls()
			s.mute.Store(missed == 1) // an answer is activity, and a reason to list the space again
			s.pass(3 * time.Minute)
			if n := s.lists(); missed == 1 && n != 1 {
				t.Errorf("%d pages were read to find one message, want 1", n)
			}
			if missed > 1 {
				s.answered("45 missed")
			} else if !s.found(s.asked[30]) {
				t.Errorf("the one missed question was not found\n%s", s.lastLines())
			}
			s.end()
		})
	}
}

// TestAPageThatIsRefused has Webex refuse what comes behind the first page of a
// space: once by its link, or for good. What the first page held is answered, and
// other spaces are looked through; until when all was heard is not noted at once.
func TestAPageThatIsRefused(t *testing.T) {
	for name, behind := range map[string][]string{
		"by its link": {"cursor"},
		"for good":    {"cursor", "beforeMessage"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newOutageVia(t, 1, config.ReceiveWebhook, through(func(r *http.Request, resp *http.Response) {
					for _, key := range behind {
						if r.URL.Path == "/v1/messages" && r.URL.Query().Get(key) != "" {
							refused(resp)
						}
					}
				}))
				s.sim.SetQuirks(simulator.Quirks{PageCap: 20})
				space, other := s.sim.Group("Space", s.sim.Person("alice").ID), s.sim.Group("Other", s.sim.Person("alice").ID)
				s.pass(30 * time.Minute)
				s.sim.Outage(3 * time.Minute)
				s.question(other)
				for range 25 {
					s.question(space)
				}
				s.pass(3 * time.Minute)
				before := s.heard()
				s.pass(10 * time.Minute)
				if name == "for good" {
					s.asked = append(s.asked[:1], s.asked[6:]...) // the five of the second page can't be had
					if !strings.Contains(s.log.String(), "Webex refuses the messages of a space") {
						t.Errorf("the log says nothing of the refusal:\n%s", s.lastLines())
					}
				}
				s.answered(name)
				if !s.heard().After(before) {
					t.Error("the time is never noted again")
				}
				s.end()
			})
		})
	}
}

// TestARefusalThatPasses has Webex refuse a space twice; the third look finds
// what was asked in it.
func TestARefusalThatPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutageBy(t, 1, config.ReceiveWebhook)
		space := s.sim.Group("Space", s.sim.Person("alice").ID)
		s.pass(10 * time.Minute)
		s.sim.Outage(time.Minute)
		s.pass(time.Second)
		s.question(space)
		s.sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/message[s]", Status: http.StatusForbidden, Times: 2})
		s.pass(4 * time.Minute)
		s.answered("refused twice")
		s.end()
	})
}

// TestNothingIsNotedBeforeAWholeLook lets lists fail for ten minutes after an
// outage. People are answered at once meanwhile; the time is noted, and what was
// missed answered, when all spaces could be looked through.
func TestNothingIsNotedBeforeAWholeLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutageBy(t, 1, config.ReceiveWebhook)
		var spaces []simulator.Space
		for range 5 {
			spaces = append(spaces, s.sim.Group("Space", s.sim.Person("alice").ID))
		}
		s.pass(10 * time.Minute)
		s.sim.Outage(time.Minute)
		s.pass(time.Second)
		for _, space := range spaces {
			s.question(space)
		}
		s.pass(time.Minute)
		noted := s.heard()
		s.sim.Fault(simulator.Rule{Method: http.MethodGet, Path: "/message[s]", After: 2, Status: http.StatusBadGateway})
		for range 10 {
			s.pass(time.Minute)
			m := s.question(spaces[0])
			s.pass(2 * time.Second)
			if n := s.answers()[m.ID]; n != 1 {
				t.Errorf("%d answers two seconds after a question, while lists fail", n)
			}
		}
		if now := s.heard(); !now.Equal(noted) {
			t.Errorf("noted went from %v to %v while spaces can't be looked through", noted, now)
		}
		s.sim.ClearFaults()
		s.pass(4 * time.Minute)
		s.answered("after all")
		if now := s.heard(); time.Since(now) > 3*time.Minute {
			t.Errorf("noted is %v, %v ago", now, time.Since(now))
		}
		s.end()
	})
}

// TestLookingBackIsCheap is a quiet half hour: one call every two minutes.
func TestLookingBackIsCheap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newOutageBy(t, 1, config.ReceiveWebhook)
		s.question(s.sim.Direct(s.sim.Person("alice").ID))
		s.pass(10 * time.Minute)
		s.sim.ResetCalls()
		s.pass(30 * time.Minute)
		if n := s.sim.CountCalls("bot", http.MethodGet, "/rooms"); n < 10 || n > 16 {
			t.Errorf("the spaces were listed %d times in half an hour, want once every two minutes", n)
		}
		if n := s.lists(); n != 0 {
			t.Errorf("%d spaces were looked through though nothing happened", n)
		}
		s.answered("half an hour")
		s.end()
	})
}

// TestAReplicaThatDoesNotLead is ready as long as the one that leads is.
func TestAReplicaThatDoesNotLead(t *testing.T) {
	for _, way := range []string{config.ReceiveWebhook, config.ReceiveWebsocket} {
		t.Run(way, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var standby *receive.Receivers
				s := newOutageBy(t, 1, way, func(o *receive.Options) {
					o.Shared = true
					standby = receive.New(*o)
				})
				want := func(when string, leader, other bool) {
					t.Helper()
					for who, r := range map[string]*receive.Receivers{"leader": s.receivers, "standby": standby} {
						if err := r.Ready(s.ctx); (err == nil) != (who == "leader" && leader || who == "standby" && other) {
							t.Errorf("%s: the %s says %v", when, who, err)
						}
					}
				}
				s.pass(time.Minute)
				want("all is well", true, true)
				s.sim.Outage(time.Hour)
				s.pass(10 * time.Minute)
				want("nothing can be reached", false, false)
				s.sim.Outage(0)
				s.pass(3 * time.Minute)
				want("well again", true, true)
				s.end()
				s.pass(time.Minute)
				want("a minute after the leader's end", true, true) // another one may begin to lead
				s.pass(2 * time.Minute)
				want("three minutes after the leader's end", false, false)
			})
		})
	}
}

// What was refused at the door, because it could not be stored, is looked for as
// soon as it can.
func TestWhatWasRefusedIsLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var full atomic.Bool
		s := newOutageBy(t, 1, config.ReceiveWebhook, func(o *receive.Options) {
			o.Accepting = func() error {
				if full.Load() {
					return errors.New("the disk is full")
				}
				return nil
			}
		})
		refuse := func(on bool) { full.Store(on); s.shut.Store(on) }
		direct := s.sim.Direct(s.sim.Person("alice").ID)
		s.pass(10*time.Minute + 5*time.Second)
		refuse(true)
		s.pass(5 * time.Second)
		s.question(direct)
		s.pass(5 * time.Second)
		refuse(false)
		s.pass(15 * time.Second)
		s.answered("seconds later")
		s.end()
	})
}
