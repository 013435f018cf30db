package queue

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"
)

// Options says where a queue keeps its items. The zero value of each field but Dir has a default.
type Options struct {
	Dir      string       // folder of the embedded store, made with mode 0700; unused with URL except for the lock
	URL      string       // NATS cluster to use instead of the embedded server, comma-separated
	Creds    string       // NATS credentials file
	CA       string       // PEM file of the authority that signed the cluster's certificate, where the system does not know it
	Cert     string       // PEM file of our own certificate for the cluster, with CertKey
	CertKey  string       // PEM file of its key
	Replicas int          // copies of each stream in a cluster; 3
	Name     string       // prefix of streams and subjects: letters, digits, - and _; "trackbot"
	Reserve  uint64       // free bytes on the disk below which Put refuses; 0 keeps none
	MaxBytes int64        // most bytes that one stage stores; then Put refuses; 1 GiB
	Key      []byte       // encrypts the embedded store with AES, if it was not made without; at least 16 bytes, or none
	Logger   *slog.Logger // required

	lockWait time.Duration                // tests: how long to wait for the lock
	free     func(string) (uint64, error) // tests: free space
}

const (
	defaultMaxBytes = 1 << 30
	minKey          = 16
	opTimeout       = 5 * time.Second  // one call to JetStream
	patience        = 10 * time.Second // all tries of one call: electing a new leader was seen to take 4.2 to 8.7 s
)

// Queue is an open store: the embedded server or the connection to a cluster, with the streams on it.
type Queue struct {
	o     Options
	log   *slog.Logger
	id    string // of this opening, new each time
	space *space
	lock  *flock.Flock
	marks *marks
	kick  chan struct{} // wakes the keeper
	quit  context.CancelFunc
	bg    sync.WaitGroup // keeper and control
	runs  sync.WaitGroup // stages at work

	making sync.Mutex // held while the bucket of a value is made

	mu      sync.Mutex
	cur     *session // nil while there is none
	changed chan struct{}
	reason  error // why there is no session, or why it is not whole
	broken  error // what the store failed with, until it was restarted
	closing bool  // no stage starts any more; what runs may still use the store
	closed  bool
	assets  []asset
	made    map[string]bool // assets that exist on cur
	stages  map[string]*stage
	lost    int // messages that could not be read at start
	ctl     *control
}

// Open opens the store. Embedded: it takes the lock (waiting up to 10 s; then a [LockedError] names the holder), starts
// the server and checks that every stream on disk can be read ([DamagedError] otherwise). Where the disk is full or
// read-only it returns a queue that is not ready and goes on by itself once there is room. With a URL it returns at once;
// [Queue.Ready] says what is missing. The context bounds Open only. The caller closes the queue.
func Open(ctx context.Context, o Options) (*Queue, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	kctx, quit := context.WithCancel(context.WithoutCancel(ctx))
	q := &Queue{
		o: o, log: o.Logger, id: rand.Text(), space: &space{dir: o.Dir, free: o.free},
		kick: make(chan struct{}, 1), quit: quit, changed: make(chan struct{}),
		made: map[string]bool{}, stages: map[string]*stage{}, reason: errors.New("starting"),
	}
	m, marksAsset := newMarks(q)
	q.marks, q.assets = m, []asset{marksAsset, failedAsset(q)}
	if err := q.open(ctx, kctx); err != nil {
		quit()
		if q.ctl != nil {
			q.ctl.close()
		}
		return nil, errors.Join(err, q.unlock())
	}
	q.bg.Go(func() { q.keep(kctx) })
	return q, nil
}

func (q *Queue) open(ctx, whole context.Context) error {
	if q.embedded() {
		return q.openEmbedded(ctx)
	}
	return q.openCluster(whole)
}

func (o *Options) check() error {
	o.Name = cmp.Or(o.Name, "trackbot")
	o.Replicas = cmp.Or(o.Replicas, 3)
	o.MaxBytes = cmp.Or(o.MaxBytes, defaultMaxBytes)
	o.lockWait = cmp.Or(o.lockWait, lockWait)
	if o.free == nil {
		o.free = freeBytes
	}
	var errs []error
	if !validName(o.Name) {
		errs = append(errs, fmt.Errorf("queue name %q: want letters, digits, - and _", o.Name))
	}
	if o.Dir == "" && o.URL == "" {
		errs = append(errs, errors.New("the queue needs a folder or a NATS URL"))
	}
	if len(o.Key) > 0 && len(o.Key) < minKey {
		errs = append(errs, fmt.Errorf("the store's key has %d bytes, want at least %d", len(o.Key), minKey))
	}
	if o.Logger == nil {
		errs = append(errs, errors.New("the queue needs a logger"))
	}
	return errors.Join(errs...)
}

func validName(s string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(s)
}

func (q *Queue) embedded() bool { return q.o.URL == "" }

func (q *Queue) openEmbedded(ctx context.Context) error {
	if err := os.MkdirAll(q.o.Dir, dirPerm); err != nil {
		return fmt.Errorf("making the store's folder: %w", err)
	}
	if err := os.Chmod(q.o.Dir, dirPerm); err != nil {
		q.log.Warn("the store's folder may be open to others", "dir", q.o.Dir, "error", err)
	}
	l, err := lockDir(ctx, q.o.Dir, q.o.lockWait)
	if err != nil {
		return err
	}
	q.lock = l
	if len(q.o.Key) > 0 && madePlain(q.o.Dir) {
		q.o.Key = nil
		q.log.Warn("the store is not encrypted: it was made when there was no key for it", "dir", q.o.Dir)
	}
	if q.ctl, err = listenControl(ctx, q); err != nil {
		q.log.Warn("no control socket: the queue can't be managed while the bot runs", "error", err)
	}
	err = q.start(ctx)
	if err == nil || !q.noRoom(err) {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.broken, q.reason = err, err // the keeper starts it once there is room
	return nil
}

// noRoom reports whether err comes from a disk that is full or can't be written, which passes.
func (q *Queue) noRoom(err error) bool {
	if errors.As(err, new(*DamagedError)) {
		return false
	}
	return isNoRoom(err) || q.space.check(q.o.Reserve) != nil || isNoRoom(tryWrite(q.o.Dir))
}

// Ready returns nil when items can be stored, or says in plain words why not.
func (q *Queue) Ready() error {
	s, err := q.session()
	if err != nil {
		return err
	}
	q.mu.Lock()
	reason := q.reason
	q.mu.Unlock()
	if reason != nil {
		return &UnavailableError{Reason: reason.Error()}
	}
	if !q.embedded() {
		if !s.nc.IsConnected() {
			return &UnavailableError{Reason: q.waiting()}
		}
		return nil
	}
	return q.space.check(q.o.Reserve)
}

// Unreadable returns how many stored messages the last start found missing or damaged, as far as that can be known.
func (q *Queue) Unreadable() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// Close stops what runs on the queue, waits for it until ctx is done, and closes the store and the lock. A second call
// does nothing.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	if q.closing {
		q.mu.Unlock()
		return nil
	}
	q.closing = true
	close(q.changed)
	q.changed = make(chan struct{})
	for _, s := range q.stages {
		s.stop()
	}
	q.mu.Unlock()
	done := make(chan struct{})
	go func() { q.runs.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("closing the queue while work runs: %w", context.Cause(ctx))
	}
	q.quit()
	if q.ctl != nil {
		q.ctl.close()
	}
	q.bg.Wait()
	q.mu.Lock()
	s := q.cur
	q.cur, q.closed = nil, true
	q.mu.Unlock()
	if s != nil {
		q.writeCounts(ctx, s)
		s.close()
	}
	for _, st := range q.stageList() {
		err = errors.Join(err, st.attempts.close())
	}
	return errors.Join(err, q.unlock())
}

func (q *Queue) unlock() error {
	if q.lock == nil {
		return nil
	}
	if err := q.lock.Unlock(); err != nil {
		return fmt.Errorf("releasing the lock: %w", err)
	}
	return nil
}

func (q *Queue) stageList() []*stage {
	q.mu.Lock()
	defer q.mu.Unlock()
	var l []*stage
	for _, s := range q.stages {
		l = append(l, s)
	}
	return l
}

// openCluster connects in the background; the keeper makes the streams once there is a connection. ctx ends with the queue.
func (q *Queue) openCluster(ctx context.Context) error {
	opts := []nats.Option{
		nats.Name(q.o.Name), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(true), nats.ReconnectWait(500 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, 250*time.Millisecond), nats.ReconnectBufSize(-1), nats.PingInterval(5 * time.Second),
		nats.MaxPingsOutstanding(2), nats.Timeout(5 * time.Second),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { q.doubtAll(ctx) }),
	}
	if q.o.Creds != "" {
		opts = append(opts, nats.UserCredentials(q.o.Creds))
	}
	if q.o.CA != "" {
		opts = append(opts, nats.RootCAs(q.o.CA))
	}
	if q.o.Cert != "" {
		opts = append(opts, nats.ClientCert(q.o.Cert, q.o.CertKey))
	}
	nc, err := nats.Connect(q.o.URL, opts...)
	if err != nil {
		return fmt.Errorf("connecting to NATS: %w", err)
	}
	s, err := newSession(ctx, nc, nil)
	if err != nil {
		nc.Close()
		return err
	}
	q.mu.Lock()
	q.cur, q.reason = s, errors.New(q.waiting())
	q.mu.Unlock()
	return nil
}
