package queue

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	window       = 128              // most items of one partition that are fetched and not done
	batch        = 32               // items asked for at once
	ackWait      = 15 * time.Second // on a cluster: until what a dead replica held is given to another
	longDelivery = 10 * time.Second // on a cluster: how late it may come then
	ackAlone     = time.Minute      // embedded: nobody else could take it
	pinnedTTL    = 10 * time.Second // on a cluster: until a silent replica loses a partition
	memberTTL    = 10 * time.Second // until a silent replica loses its share
	memberSay    = 2 * time.Second
	group        = "one"
)

// run is Run without the type.
func (s *stage) run(ctx context.Context, w work) error {
	if err := s.takeRun(); err != nil {
		return err
	}
	defer s.q.runs.Done()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.mu.Lock()
	s.stopRun = stop
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.stopRun = nil
		s.mu.Unlock()
	}()
	hctx, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	r := &runner{stage: s, work: w, suspects: make(chan struct{}, 1)}
	s.lanes.begin(func(e *entry) verdict { return r.step(hctx, ctx.Done(), e) })
	bctx, unbeat := context.WithCancel(hctx)
	defer unbeat()
	go s.beat(bctx)
	defer context.AfterFunc(ctx, func() {
		s.lanes.halt()
		time.AfterFunc(s.o.Grace, kill)
	})()
	err := s.serve(ctx)
	if left := s.lanes.stop(); left > 0 {
		s.q.log.Error("handlers did not end in time; their items stay stored", "stage", s.o.Name, "count", left)
	}
	return err
}

func (s *stage) takeRun() error {
	s.q.mu.Lock()
	defer s.q.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.q.closing {
		return ErrClosed
	}
	if s.stopRun != nil {
		return fmt.Errorf("stage %s runs already", s.o.Name)
	}
	s.stopRun = func(error) {}
	s.q.runs.Add(1)
	return nil
}

// stop ends Run, if it runs, as its context would.
func (s *stage) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopRun != nil {
		s.stopRun(ErrClosed)
	}
}

// serve fetches until ctx is done, over all sessions, and returns the cause.
func (s *stage) serve(ctx context.Context) error {
	for {
		se, err := s.q.await(ctx)
		if err != nil {
			return err
		}
		err = s.fetch(ctx, se)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && !errors.Is(err, errSession) {
			s.q.log.Warn("fetching stopped; trying again", "stage", s.o.Name, "error", err)
		}
		if !pause(ctx, 500*time.Millisecond) {
			return context.Cause(ctx)
		}
	}
}

// intake is a partition that this process fetches from.
type intake struct {
	part   int
	stream jetstream.Stream
	cc     jetstream.ConsumeContext
}

// fetch takes items of the partitions that are ours on this session until it ends.
func (s *stage) fetch(ctx context.Context, se *session) error {
	open := map[int]*intake{}
	fctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// A moment more than Grace: handlers need one to see that their context ended.
	defer func() { s.closeIntakes(ctx, se, open, every, s.o.Grace+time.Second) }()
	if s.members != nil {
		defer s.leave(ctx)
	}
	t := time.NewTicker(memberSay)
	defer t.Stop()
	gone := make(chan *intake)
	mine := func(int) bool { return false }
	for {
		if now, err := s.share(ctx); err == nil {
			mine = now
		} else {
			s.q.log.Warn("the other replicas are not known; going on as before", "stage", s.o.Name, "error", err)
		}
		s.closeIntakes(ctx, se, open, func(p int) bool { return !mine(p) }, min(s.o.Grace, memberTTL/2))
		if err := s.openIntakes(fctx, se, open, mine, gone); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-se.lost:
			return errSession
		case in := <-gone:
			if open[in.part] == in {
				delete(open, in.part) // another replica handed it over; open it anew
			}
		case <-t.C:
		}
	}
}

func (s *stage) openIntakes(ctx context.Context, se *session, open map[int]*intake, mine func(int) bool, gone chan<- *intake) error {
	for p := range partitions {
		if open[p] != nil || !mine(p) {
			continue
		}
		in, err := s.openIntake(ctx, se, p)
		if err != nil {
			return err
		}
		open[p] = in
		go func() {
			<-in.cc.Closed()
			select {
			case gone <- in:
			case <-ctx.Done():
			}
		}()
	}
	return nil
}

// beat keeps what was fetched from being given to another replica, until ctx is done.
func (s *stage) beat(ctx context.Context) {
	for pause(ctx, s.ackWait()/6) {
		s.lanes.beat(s.ackWait() / 3)
	}
}

func (s *stage) ackWait() time.Duration {
	if s.members == nil {
		return ackAlone
	}
	return ackWait
}

// openIntake starts fetching from a partition. Its consumer lives in the server's memory: which items are out must not
// outlive the process, so that after a restart what waits is given out at once and in order.
func (s *stage) openIntake(ctx context.Context, se *session, part int) (*intake, error) {
	st, err := se.js.Stream(ctx, s.names.stream())
	if err != nil {
		return nil, fmt.Errorf("opening partition %d: %w", part, err)
	}
	cfg := jetstream.ConsumerConfig{
		Durable: consumerName(part), FilterSubject: s.names.subject(part, "*"), AckPolicy: jetstream.AckExplicitPolicy,
		DeliverPolicy: jetstream.DeliverAllPolicy, AckWait: s.ackWait(), MaxAckPending: window, MaxDeliver: -1, MemoryStorage: true,
	}
	opts := []jetstream.PullConsumeOpt{
		jetstream.PullMaxMessages(batch),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			s.q.log.Debug("fetching", "stage", s.o.Name, "partition", part, "error", err)
			s.doubt(ctx, part)
		}),
	}
	if s.members != nil {
		cfg.PriorityPolicy, cfg.PriorityGroups, cfg.PinnedTTL = jetstream.PriorityPolicyPinned, []string{group}, pinnedTTL
		opts = append(opts, jetstream.PullPriorityGroup(group), jetstream.PullExpiry(5*time.Second))
	}
	c, err := st.CreateOrUpdateConsumer(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening partition %d: %w", part, err)
	}
	s.mu.Lock()
	s.consumers[part] = c
	s.mu.Unlock()
	if c.CachedInfo().NumAckPending > 0 {
		s.doubt(ctx, part)
	}
	last := c.CachedInfo().Delivered.Consumer
	cc, err := c.Consume(func(m jetstream.Msg) { last = s.take(ctx, part, m, last) }, opts...)
	if err != nil {
		return nil, fmt.Errorf("fetching from partition %d: %w", part, err)
	}
	return &intake{part: part, stream: st, cc: cc}, nil
}

// doubt keeps a partition of a cluster from starting anything until all that the server counts as given out is here. It
// is called where deliveries may have been lost, or given to a replica that is gone: those are older than what is delivered
// next, and order needs them first. The server waits ackWait before it gives them out again, and on a busy machine a few
// seconds more; what then is still elsewhere is with a replica that works on it.
func (s *stage) doubt(ctx context.Context, part int) {
	if s.members == nil || !s.lanes.hold(part) {
		return
	}
	go func() {
		end := time.Now().Add(ackWait + longDelivery)
		for {
			stopped := !pause(ctx, 200*time.Millisecond)
			// Only what was here before the server counted, and is afterwards, was surely counted.
			here, held := s.lanes.of(part)
			sure := stopped || time.Now().After(end) || s.outstanding(ctx, part) <= s.lanes.still(here)
			if sure && s.lanes.unhold(part, held) {
				return
			}
		}
	}()
}

// outstanding is how much the server gave out of a partition that was not acknowledged; more than anything while it can't
// be asked.
func (s *stage) outstanding(ctx context.Context, part int) int {
	s.mu.Lock()
	c := s.consumers[part]
	s.mu.Unlock()
	if c == nil {
		return math.MaxInt
	}
	i, err := c.Info(ctx)
	if err != nil {
		return math.MaxInt
	}
	return i.NumAckPending
}

// doubtAll doubts every partition, because the connection was lost.
func (q *Queue) doubtAll(ctx context.Context) {
	for _, s := range q.stageList() {
		for part := range partitions {
			s.doubt(ctx, part)
		}
	}
}

func consumerName(part int) string { return "p" + strconv.Itoa(part) }

// take hands a delivered message to its lane. The server numbers what it gives out: where that does not go on from last,
// something older was lost on its way or is with another replica, which nothing else may show yet when the leader of a
// partition changes. It returns the number.
func (s *stage) take(ctx context.Context, part int, m jetstream.Msg, last uint64) uint64 {
	meta, err := m.Metadata()
	if err != nil {
		s.q.log.Error("a delivery has no meta data", "stage", s.o.Name, "error", err)
		return last
	}
	if meta.Sequence.Consumer != last+1 {
		s.doubt(ctx, part)
	}
	e := &entry{part: part, msg: m}
	if err := e.env.decode(m.Data()); err != nil {
		e.bad = err
		key, kerr := untoken(lastToken(m.Subject()))
		if kerr == nil {
			e.env.Key = key
		}
		e.env.Stored = meta.Timestamp
	}
	e.id = entryID{seq: meta.Sequence.Stream, key: e.env.Key}
	s.lanes.add(e)
	return meta.Sequence.Consumer
}

// closeIntakes stops fetching from these partitions, waits for what runs and gives the rest back. Returned messages may
// change places on the way. Embedded, the consumer is deleted instead: the next one starts with the first message that is
// left. On a cluster that would cost seconds of elections; the next replica sorts what comes back.
func (s *stage) closeIntakes(ctx context.Context, se *session, open map[int]*intake, which func(int) bool, grace time.Duration) {
	var closed []*intake
	for p, in := range open {
		if which(p) {
			in.cc.Drain() // what the client has already is taken
			closed = append(closed, in)
			delete(open, p)
		}
	}
	if len(closed) == 0 || isStopped(se.lost) {
		return // what was fetched stays in its lanes and meets its new delivery
	}
	late := time.After(time.Second)
	for _, in := range closed {
		select {
		case <-in.cc.Closed():
		case <-late:
		}
	}
	parts := func(p int) bool { return slices.ContainsFunc(closed, func(in *intake) bool { return in.part == p }) }
	left, running := s.lanes.release(parts, grace)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if s.members == nil && running == 0 && s.dropConsumers(ctx, closed, len(left)) == nil {
		return
	}
	for _, m := range left {
		_ = m.Nak() // if it is lost the server waits for AckWait
	}
	if s.members == nil {
		return
	}
	for _, in := range closed {
		if err := in.stream.UnpinConsumer(ctx, consumerName(in.part), group); err != nil {
			s.q.log.Debug("a partition was not handed over; it is free in a few seconds", "partition", in.part, "error", err)
		}
	}
}

// dropConsumers deletes the consumers once they have worked off the acknowledgements that are on their way.
func (s *stage) dropConsumers(ctx context.Context, closed []*intake, left int) error {
	for {
		out := 0
		for _, in := range closed {
			c, err := in.stream.Consumer(ctx, consumerName(in.part))
			if err != nil {
				return fmt.Errorf("handing over partition %d: %w", in.part, err)
			}
			out += c.CachedInfo().NumAckPending
		}
		if out <= left || !pause(ctx, 10*time.Millisecond) {
			break
		}
	}
	for _, in := range closed {
		if err := in.stream.DeleteConsumer(ctx, consumerName(in.part)); err != nil {
			return fmt.Errorf("handing over partition %d: %w", in.part, err)
		}
	}
	return nil
}
