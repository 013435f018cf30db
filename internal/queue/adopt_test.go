package queue

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// earlier writes a stage and marks as they were stored when each was four.
type earlier struct {
	t *testing.T
	q *Queue
	s *session
}

func newEarlier(t *testing.T, q *Queue, stage string) earlier {
	t.Helper()
	s, err := q.session()
	if err != nil {
		t.Fatal(err)
	}
	e := earlier{t: t, q: q, s: s}
	for i := range 4 {
		var subjects []string
		for p := i; p < partitions; p += 4 {
			subjects = append(subjects, fmt.Sprintf("%s.%s.%d.*", q.o.Name, stage, p))
		}
		st, err := s.js.CreateStream(t.Context(), jetstream.StreamConfig{
			Name: fmt.Sprintf("%s-%s-%d", q.o.Name, stage, i), Subjects: subjects, Retention: jetstream.WorkQueuePolicy, AllowDirect: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.CreateConsumer(t.Context(), jetstream.ConsumerConfig{Durable: strconv.Itoa(i), FilterSubject: subjects[0], AckPolicy: jetstream.AckExplicitPolicy}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: fmt.Sprintf("%s-done-%d", q.o.Name, i), History: 1, TTL: markAge}); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (e earlier) item(key, lane string, data []byte) {
	e.t.Helper()
	n := stageName{e.q, "events"}
	if _, err := e.s.js.Publish(e.t.Context(), n.subject(bucketOf(lane, partitions), token(key)), data); err != nil {
		e.t.Fatal(err)
	}
}

func (e earlier) mark(key, value string) {
	e.t.Helper()
	kv, err := e.s.js.KeyValue(e.t.Context(), fmt.Sprintf("%s-done-%d", e.q.o.Name, bucketOf(key, 4)))
	if err == nil {
		_, err = kv.PutString(e.t.Context(), keyToken(key), value)
	}
	if err == nil && value == "" {
		err = kv.Delete(e.t.Context(), keyToken(key))
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

func TestAnEarlierStoreIsTakenOver(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	was := newEarlier(t, q, "events")
	const lanes, each = 8, 5
	for n := range each {
		for l := range lanes {
			key, lane := fmt.Sprint("k", l, "-", n), fmt.Sprint("l", l)
			env := envelope{Key: key, Lane: lane, Stored: time.Now(), Value: fmt.Appendf(nil, `{"n":%d}`, n)}
			data, err := env.encode()
			if l%2 == 0 { // the first form: all of it one JSON
				data, err = fmt.Appendf(nil, `{"key":%q,"lane":%q,"stored":"2026-11-24T01:00:00Z","value":{"n":%d}}`, key, lane, n), nil
			}
			if err != nil {
				t.Fatal(err)
			}
			was.item(key, lane, data)
		}
	}
	was.mark("said", "done events")
	was.mark("k0-0", "sending events")
	was.mark("k1-0", "done events") // done, and the end of it not stored
	was.mark("cleared", "")
	closeQueue(t, q)

	// Cut off: some of it was taken over, and the earlier streams are still there.
	q = openQueue(t, o)
	s, err := q.session()
	if err != nil {
		t.Fatal(err)
	}
	a := (&stage{q: q, names: stageName{q, "events"}, o: StageOptions{Name: "events"}}).asset()
	found, err := a.release(t.Context(), s.js)
	if err != nil || len(found) != 4 {
		t.Fatalf("release = %d streams, %v", len(found), err)
	}
	if err := a.create(t.Context(), s.js); err != nil {
		t.Fatal(err)
	}
	for _, from := range found {
		m, err := from.GetMsg(t.Context(), 1, jetstream.WithGetMsgSubject(">"))
		if err == nil {
			err = a.take(t.Context(), s.js, m)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	closeQueue(t, q)

	for start, runs := range []int{lanes*each - 1, 0} { // the second finds nothing left to take
		q = openQueue(t, o)
		st := newTestStage(t, q, StageOptions{Name: "events", Once: true})
		var rec record
		stop := runStage(t, st, func(_ context.Context, it Item[question]) error { rec.add(it); return nil })
		eventually(t, "all is done", func() bool { n, err := st.Waiting(t.Context()); return err == nil && n == 0 })
		stop()
		for _, it := range rec.runs {
			if again := it.Key == "k0-0"; it.Again != again {
				t.Errorf("%s: Again = %v, want %v", it.Key, it.Again, again)
			}
		}
		if rec.len() != runs {
			t.Errorf("start %d: %d runs, want %d", start+1, rec.len(), runs)
		}
		for l := range lanes {
			if got := rec.inLane(fmt.Sprint("l", l)); !slices.IsSorted(got) {
				t.Errorf("lane %d ran %v", l, got)
			}
		}
		for key, want := range map[string]bool{"said": true, "k3-2": true, "cleared": false} {
			if known, err := st.Known(t.Context(), key, "l"); err != nil || known != want {
				t.Errorf("Known(%s) = %v, %v, want %v", key, known, err, want)
			}
		}
		closeQueue(t, q)
	}
	names, err := storedStreams(o.Dir)
	if want := []string{"KV_trackbot-done", "trackbot-failed", "trackbot-stage-events"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("the store holds %q, %v, want %q", names, err, want)
	}
}

// A stage that can't be made leaves a queue that closes.
func TestAStageThatCannotBeMade(t *testing.T) {
	q := openQueue(t, testOptions(t))
	s, err := q.session()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "other", Subjects: []string{"trackbot.events.>"}}); err != nil {
		t.Fatal(err)
	}
	if st, err := NewStage[question](t.Context(), q, StageOptions{Name: "events"}); err == nil || st != nil {
		t.Errorf("NewStage = %v, %v, want an error", st, err)
	}
	closeQueue(t, q)
}
