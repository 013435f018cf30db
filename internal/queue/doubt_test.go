package queue

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// given is a delivery as a cluster makes it.
type given struct {
	jetstream.Msg // nil: nothing else is asked of it

	stream, consumer uint64
	data             []byte
}

func (g given) Metadata() (*jetstream.MsgMetadata, error) {
	return &jetstream.MsgMetadata{Sequence: jetstream.SequencePair{Stream: g.stream, Consumer: g.consumer}}, nil
}

func (g given) Data() []byte { return g.data }

func (g given) Ack() error { return nil }

// asked is a consumer that tells how much is out, and does something meanwhile.
type asked struct {
	jetstream.Consumer // nil: nothing else is asked of it

	info func() int
}

func (a asked) Info(context.Context) (*jetstream.ConsumerInfo, error) {
	return &jetstream.ConsumerInfo{NumAckPending: a.info()}, nil
}

// TestAGapHoldsThePartition has the server's numbers not go on: what is missing was given out before, and comes again
// later. Nothing runs until it is here, whatever comes or ends while the server counts.
func TestAGapHoldsThePartition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := &stage{q: &Queue{log: slog.New(slog.DiscardHandler)}, members: &Bucket{}, lanes: newLanes(1), consumers: map[int]jetstream.Consumer{}}
		var mu sync.Mutex
		var ran []uint64
		s.lanes.begin(func(e *entry) verdict {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, e.id.seq)
			return verdict{done: true}
		})
		last := uint64(0)
		give := func(stream, consumer uint64) {
			t.Helper()
			env := envelope{Key: string(rune('a' + stream)), Lane: "room", Value: []byte("{}")}
			data, err := env.encode()
			if err != nil {
				t.Fatal(err)
			}
			last = s.take(ctx, 0, given{stream: stream, consumer: consumer, data: data}, last)
			synctest.Wait()
		}
		want := func(when string, seqs ...uint64) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(ran, seqs) {
				t.Fatalf("%s: %v ran, want %v", when, ran, seqs)
			}
		}
		give(1, 1)
		want("nothing is missing", 1)

		looks := 0
		s.consumers[0] = asked{info: func() int {
			looks++
			switch looks {
			case 1: // 2 and 3 are out; 4 comes behind the count
				defer give(4, 4)
				return 2
			case 2:
				return 3
			case 3: // 2 comes, and a further one was lost while the server counted
				give(2, 5)
				s.doubt(ctx, 0)
				return 2
			}
			return 3
		}}
		give(3, 3) // 2 was number 2
		want("2 is missing", 1)
		<-time.After(500 * time.Millisecond)
		want("2 is missing yet", 1)
		<-time.After(200 * time.Millisecond)
		want("another may be missing", 1)
		<-time.After(200 * time.Millisecond)
		want("all are here", 1, 2, 3, 4)

		s.consumers[0] = asked{info: func() int { return 2 }}
		give(6, 8)
		<-time.After(ackWait)
		want("something stays elsewhere", 1, 2, 3, 4)
		<-time.After(longDelivery + time.Second)
		want("it stayed there too long", 1, 2, 3, 4, 6)
		give(7, 9)
		want("the numbers go on", 1, 2, 3, 4, 6, 7)
	})
}
