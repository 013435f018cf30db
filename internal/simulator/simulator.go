package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yuin/goldmark"
)

// Options are the settings of a new simulator. The zero value works: a free port
// on loopback.
type Options struct {
	Addr       string                                                               // where to listen, on loopback only; 127.0.0.1:0 when empty
	Listener   net.Listener                                                         // instead of Addr, such as one in memory; its address is a host and a port
	Dial       func(ctx context.Context, network, address string) (net.Conn, error) // connects to webhook targets; nil: the network's
	Logger     *slog.Logger                                                         // nil: silent
	Seed       uint64                                                               // of ids, faults and deliveries; 0 picks one
	BotName    string                                                               // shown name of the bot; TrackBot when empty
	BotToken   string                                                               // made up when empty
	AdminToken string                                                               // made up when empty
	Cluster    string                                                               // in the ids of spaces and what is in them, such as urn:TEAM:us-west-2_r; us when empty
	Watch      bool                                                                 // remember calls and deliveries with their bodies, for the page
}

// Simulator is a running fake Webex. Its methods may be called from any
// goroutine. A method that gets an unknown id panics: then the test is wrong,
// not Webex.
type Simulator struct {
	log      *slog.Logger
	dice     *dice
	markdown goldmark.Markdown

	mu      sync.Mutex // guards what follows; never held during I/O
	quirks  Quirks
	tokens  map[string]*account
	people  map[string]*Person // by id
	emails  map[string]string  // to id
	rooms   map[string]*room   // by id
	order   []*room
	posts   map[string]*post // messages by id
	feed    feed
	files   map[string]File // what stands beside messages, by id
	actions map[string]*action
	hooks   []*hook
	sites   []*site
	audited []AuditEvent

	bot, admin string // ids of people
	org        string
	botToken   string
	adminToken string

	oauth    oauth
	calls    calls
	watch    watch
	faults   faults
	delivery *deliverer
	socket   *Socket
	outage   time.Time    // end of the outage; nothing answers before it
	ahead    atomic.Int64 // of the clock, in nanoseconds

	handler http.Handler
	server  *http.Server
	url     string
	done    context.Context //nolint:containedctx // the simulator's own life, which hanging requests wait for
	stop    context.CancelFunc
	served  sync.WaitGroup
}

// Start listens and serves until ctx is done or [Simulator.Close]. The address
// must be on loopback. There is an organization with a bot, an admin and a few
// people (alice, bob, carol; see [Simulator.Person]), another bot (otherbot),
// mallory of another organization, and two sites with tracking codes, of which
// example.webex.com is the default.
func Start(ctx context.Context, o Options) (*Simulator, error) {
	addr := cmp.Or(o.Addr, "127.0.0.1:0")
	if !isLoopback(addr) {
		return nil, fmt.Errorf("simulator: can't listen on %q: anyone who reaches it may do anything, so it listens on 127.0.0.1, [::1] or localhost only", addr)
	}
	s := build(ctx, o)
	ln := o.Listener
	if ln == nil {
		var err error
		if ln, err = (&net.ListenConfig{}).Listen(ctx, "tcp", addr); err != nil {
			s.stop()
			return nil, fmt.Errorf("simulator: %w", err)
		}
	}
	s.url = "http://" + ln.Addr().String() + "/v1"
	s.server = &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second}
	s.served.Go(func() {
		if err := s.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("simulator stopped serving", "error", err)
		}
	})
	s.served.Go(func() {
		<-s.done.Done()
		_ = s.server.Close() // open requests are cut
	})
	return s, nil
}

// build makes the world and its handler, without a listener.
func build(ctx context.Context, o Options) *Simulator {
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	seed := o.Seed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	s := &Simulator{
		log: log, dice: newDice(seed, cmp.Or(o.Cluster, homeCluster)), markdown: newMarkdown(),
		tokens: map[string]*account{}, people: map[string]*Person{}, emails: map[string]string{},
		rooms: map[string]*room{}, posts: map[string]*post{}, files: map[string]File{}, actions: map[string]*action{}, watch: watch{on: o.Watch},
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.done = ctx
	s.delivery = newDeliverer(ctx, log, s.dice, o.Dial)
	s.delivery.report, s.delivery.live, s.delivery.watch = s.delivered, s.live, &s.watch
	s.socket = &Socket{s: s, region: "a", changed: make(chan struct{})}
	s.populate(o)
	s.handler = s.reachable(s.routes())
	return s
}

// Close stops serving and delivering. It returns when all goroutines have ended.
func (s *Simulator) Close() error {
	s.stop()
	s.served.Wait()
	s.socket.close()
	s.delivery.close()
	return nil
}

// URL is the base of the API, such as http://127.0.0.1:1234/v1.
func (s *Simulator) URL() string { return s.url }

// Handler serves the API below /v1/ and the control side below /_simulator/, for
// use with another server.
func (s *Simulator) Handler() http.Handler { return s.handler }

// Seed returns the seed that repeats this run's random choices, see [Options].
func (s *Simulator) Seed() uint64 { return s.dice.seed }
