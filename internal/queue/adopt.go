package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A stage was four streams once, and the marks were four buckets. What a store of that layout holds is taken over at
// the first start: what waits, and what was done and must not be done again. A start that is cut off goes on with it
// the next time: a message that is there already is not taken twice, and the old stream goes last.

// earlierStreams are the names under which a stream was four.
func earlierStreams(name string) []string {
	var names []string
	for i := range 4 {
		names = append(names, name+"-"+strconv.Itoa(i))
	}
	return names
}

// release finds the earlier streams of an asset, and takes their subjects away, which the asset's stream needs.
func (a *asset) release(ctx context.Context, js jetstream.JetStream) ([]jetstream.Stream, error) {
	var found []jetstream.Stream
	for _, name := range a.earlier {
		st, err := js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			continue
		}
		if err == nil {
			cfg := st.CachedInfo().Config
			cfg.Subjects = []string{"earlier." + name}
			st, err = js.UpdateStream(ctx, cfg)
		}
		if err != nil {
			return nil, fmt.Errorf("releasing stream %s: %w", name, err)
		}
		found = append(found, st)
	}
	return found, nil
}

// adopt takes what an earlier stream holds into the asset's, in its order, and removes it.
func (q *Queue) adopt(ctx context.Context, s *session, a asset, from jetstream.Stream) error {
	name, n := from.CachedInfo().Config.Name, 0
	for seq := uint64(1); ; n++ {
		m, err := from.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(">"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err == nil {
			seq = m.Sequence + 1
			err = a.take(ctx, s.js, m)
		}
		if err != nil {
			return fmt.Errorf("moving stream %s to %s: %w", name, a.stream, err)
		}
	}
	if n > 0 {
		q.log.Info("an earlier stream was taken over", "from", name, "to", a.stream, "messages", n)
	}
	if err := s.js.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("removing stream %s: %w", name, err)
	}
	return nil
}

// take stores one message of an earlier stream, unless the asset's stream knows its subject.
func (a *asset) take(ctx context.Context, js jetstream.JetStream, m *jetstream.RawStreamMsg) error {
	msg := a.moved(m)
	if msg == nil {
		return nil
	}
	_, err := js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequencePerSubject(0), jetstream.WithRetryAttempts(0))
	if isTaken(err) {
		return nil
	}
	return err
}

// movedItem is a stored item. In its first form the value was a part of the JSON.
func movedItem(m *jetstream.RawStreamMsg) *nats.Msg {
	msg := &nats.Msg{Subject: m.Subject, Data: m.Data}
	var e envelope
	if !bytes.Contains(m.Data, []byte{'\n'}) && json.Unmarshal(m.Data, &e) == nil {
		if b, err := e.encode(); err == nil {
			msg.Data = b
		}
	}
	return msg
}

// movedMark is a mark in the bucket of all; nil for one that was cleared.
func (m *marks) moved(old *jetstream.RawStreamMsg) *nats.Msg {
	if old.Header.Get("KV-Operation") != "" {
		return nil
	}
	return &nats.Msg{Subject: "$KV." + m.bucket.name + "." + lastToken(old.Subject), Data: old.Data}
}
