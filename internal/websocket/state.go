package websocket

import "time"

// Times of the protocol. Those of pings are Cisco's own clients'.
const (
	readyLimit    = 30 * time.Second // from the authorization to the server's readiness; the server's own limit is the same
	pingEvery     = 15 * time.Second // after each pong
	pongLimit     = 14 * time.Second
	healthyAfter  = time.Minute // a connection that lived as long makes a fresh start of what comes after it
	backOffMin    = time.Second
	backOffMax    = time.Minute
	swift         = 30 * time.Second // so long an outage is met with waits of at most swiftMax
	swiftMax      = 4 * time.Second
	tokenWait     = 10 * time.Second // after the first refused token; doubled up to tokenWaitMax
	tokenWaitMax  = 5 * time.Minute
	replacedWait  = 2 * time.Minute // at least so long another process keeps what it took; at most twice as long
	longestPause  = time.Hour       // whatever Retry-After asks for
	refreshRetry  = time.Minute     // after a refresh of the device that failed
	refreshNoLife = 4 * time.Hour   // between refreshes of a device that does not say how long it lives
)

// phase is what the receiver is at. With [state.Old] set it drains an earlier
// connection meanwhile, which still hears.
type phase uint8

const (
	stopped   phase = iota
	discover        // asks U2C for the region's addresses
	device          // finds, refreshes or makes the registration
	dial            // opens the connection
	authorize       // sent the token and waits for readiness
	ready           // hears
	backOff         // waits until By and goes on with Then
)

// String is the word for operators.
func (p phase) String() string {
	return [...]string{"stopped", "discover", "device", "dial", "authorize", "ready", "back-off"}[p]
}

// trouble says what keeps the receiver from hearing, beyond a lost connection.
type trouble uint8

const (
	none     trouble = iota
	token            // Webex refuses the token
	replaced         // another process has taken the registration
	limit            // the account has too many registrations, none of them ours to remove
)

// state is all that the machine knows. It is a plain value: step never changes
// the one it is given.
type state struct {
	Phase phase
	Since time.Time // of the phase
	By    time.Time // end of a back-off, or of the wait for readiness
	Then  phase     // after a back-off
	How   registration

	Conn int // the connection that is dialled, authorized or ready; 0: none
	Old  int // an earlier one that still hears while its successor is made; 0: none
	Last int // number of the newest connection

	PingAt time.Time // when to ping next; zero while a pong is due
	PongBy time.Time // when the pong must be there
	Ping   int       // number of the latest ping

	RefreshAt time.Time // when the device must be refreshed; zero without one
	Renewing  bool      // a refresh is under way

	Failures int       // since the last healthy connection
	Down     time.Time // since when there was none
	Refused  int       // tokens refused in a row
	Gone     int       // times in a row that the registration was unknown
	Trouble  trouble
	Gap      bool   // something may have happened unheard since the last readiness
	Dice     uint64 // what chance follows from
}

// registration is how the device is to be had.
type registration uint8

const (
	reuse registration = iota // one of our name, refreshed; else a new one
	anew                      // a new one in any case: the one there is no good
)

// eventKind says what happened.
type eventKind uint8

const (
	evStart      eventKind = iota
	evStop                 // the program ends
	evTick                 // a moment of [state.due] has come
	evDiscovered           // U2C answered
	evDevice               // the device is there
	evRefreshed            // the device of a live connection was refreshed
	evDialled              // the upgrade succeeded
	evReady                // the server said that it delivers
	evPong                 // the answer to a ping
	evShutdown             // the server says that it will go away
	evRegion               // the server says that addresses have changed
	evClosed               // a connection ended
	evFailed               // discovery, device, refresh or dial failed
)

// event is one thing that happened. Only the fields of its kind are set.
type event struct {
	Kind  eventKind
	Conn  int           // dialled, ready, pong, shutdown, closed, failed dial
	Fresh bool          // device, refreshed: it was made anew
	Life  time.Duration // device, refreshed: how long it lives without a refresh; 0: not said
	Whole bool          // ready: nothing was missed since the last connection
	Ping  int           // pong: which ping it answers
	Code  int           // closed: the close code; 1006 without one
	Text  string        // closed: the reason
	Fail  failure       // failed
	Held  time.Time     // tick: when the connection's reader waited last for room for an event, and could not read a pong
}

// failure is what the machine needs to know of a call that failed.
type failure struct {
	Status  int           // HTTP; 0: no answer
	After   time.Duration // Retry-After
	Limit   bool          // too many registrations
	Refresh bool          // it was a refresh of a live connection's device
}

// actionKind says what to do.
type actionKind uint8

const (
	acDiscover  actionKind = iota
	acDevice               // find or make the device, as How says
	acRefresh              // refresh the device of a live connection
	acDial                 // open connection Conn
	acAuthorize            // send the token over Conn
	acPing                 // send ping number Ping over Conn
	acClose                // close Conn for the reason Text
	acReady                // tell that connection Conn hears
	acGap                  // tell that something may have been missed
)

type action struct {
	Do   actionKind
	How  registration
	Conn int
	Ping int
	Text string // close: the reason
}

// hears reports whether events come in.
func (s state) hears() bool { return s.Phase == ready || s.Old != 0 }
