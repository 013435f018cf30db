package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"trackbot/bot"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// shared is what the replicas of a bot tell each other through buckets. With
// the embedded queue there is one replica, which finds its own notes again
// after a restart.
type shared struct {
	told    *queue.Bucket // what was said within the hour, such as refusals
	notes   *queue.Bucket // echoes and pauses; the last hour's
	records *queue.Bucket // what Webex said of people and sites
	leases  *queue.Bucket
	presses *queue.Bucket // the last press of a button; a minute's
	install *queue.Bucket // what belongs to the installation, such as the key for buttons
	log     *slog.Logger

	id     string       // of this process
	echoes atomic.Int64 // how many it heard

	signing sync.Mutex
	signs   bot.Signer // under signing; nil before the key was read
}

// recordAge is how long the replicas share a record. A replica remembers it as
// long again, which makes the ten minutes that people are remembered.
const recordAge = 5 * time.Minute

// noteAge is how long echoes and pauses are kept: the longest pause.
const noteAge = time.Hour

func newShared(ctx context.Context, q *queue.Queue, log *slog.Logger) (*shared, error) {
	s := &shared{log: log, id: uuid.NewString()}
	for _, b := range []struct {
		into *(*queue.Bucket)
		name string
		ttl  time.Duration
	}{{&s.told, "told", time.Hour}, {&s.notes, "notes", noteAge}, {&s.records, "records", recordAge}, {&s.leases, "leases", time.Hour}, {&s.presses, "presses", time.Minute}, {&s.install, "installation", 0}} {
		bucket, err := q.Bucket(ctx, b.name, b.ttl)
		if err != nil {
			return nil, fmt.Errorf("open the bucket %s: %w", b.name, err)
		}
		*b.into = bucket
	}
	return s, nil
}

// first reports whether an event is the first with this key within the hour.
func (s *shared) first(ctx context.Context, key, event string) (bool, error) {
	_, err := s.told.Create(ctx, key, []byte(event))
	if !errors.Is(err, queue.ErrExists) {
		return err == nil, err
	}
	by, _, err := s.told.Get(ctx, key)
	if errors.Is(err, queue.ErrNotFound) { // its hour ended just now
		return true, nil
	}
	return err == nil && string(by) == event, err
}

// Keys of notes: an echo's is the process that heard it and a number, a pause's
// the token's name, a join's the space.
const (
	echoNote  = "echo "
	pauseNote = "pause "
	joinNote  = "join "
)

// maxEchoes is how many echoes of one process are kept: those of half a minute
// at 500 answers a second. Who needs one needs it within seconds.
const maxEchoes = 1 << 14

// heard notes a message of the bot's own for every replica, and for a start
// after a crash.
func (s *shared) heard(ctx context.Context, e webex.Event) error {
	key := echoNote + s.id + " " + strconv.FormatInt(s.echoes.Add(1)%maxEchoes, 10)
	_, err := s.notes.Put(ctx, key, []byte(e.ID+" "+e.RoomID+" "+e.Created.Format(time.RFC3339Nano)))
	return err
}

// pause makes the pause of one token, known to every replica.
func (s *shared) pause(ctx context.Context, token string) *webex.Pause {
	return &webex.Pause{OnSet: func(until time.Time) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if _, err := s.notes.Put(ctx, pauseNote+token, []byte(strconv.FormatInt(until.UnixMilli(), 10))); err != nil {
			s.log.Warn("a pause could not be shared", "token", token, "error", err)
		}
	}}
}

// listen hears the notes of all replicas, and those of before the start first.
func (s *shared) listen(ctx context.Context, b *bot.Bot, pauses map[string]*webex.Pause) error {
	return s.notes.Watch(ctx, func(e queue.Entry) {
		if strings.HasPrefix(e.Key, echoNote) {
			if words := strings.Fields(string(e.Value)); len(words) == 3 {
				written, _ := time.Parse(time.RFC3339Nano, words[2]) // the zero time where it can't be read
				b.Heard(words[1], words[0], written)
			}
			return
		}
		if room, ok := strings.CutPrefix(e.Key, joinNote); ok {
			b.Joined(room)
			return
		}
		token, ok := strings.CutPrefix(e.Key, pauseNote)
		if ms, err := strconv.ParseInt(string(e.Value), 10, 64); ok && err == nil && pauses[token] != nil {
			pauses[token].Set(time.UnixMilli(ms))
		}
	})
}

// sites wraps Get Site List, so that the replicas ask once between them.
func (s *shared) sites(list func(context.Context) ([]webex.Site, error)) func(context.Context) ([]webex.Site, error) {
	return func(ctx context.Context) ([]webex.Site, error) {
		return remembered(ctx, s, "sites", func() ([]webex.Site, error) { return list(ctx) })
	}
}

// sharedPeople is the bot's Webex with records of people that the replicas
// share.
type sharedPeople struct {
	*webex.Bot
	shared *shared
}

// Person is one person's record, at most recordAge old.
func (s sharedPeople) Person(ctx context.Context, id string) (webex.Person, error) {
	return remembered(ctx, s.shared, "person "+webex.UUID(id), func() (webex.Person, error) { return s.Bot.Person(ctx, id) })
}

// remembered returns what a replica asked within recordAge, or asks.
func remembered[T any](ctx context.Context, s *shared, key string, ask func() (T, error)) (T, error) {
	var v T
	if raw, _, err := s.records.Get(ctx, key); err == nil && json.Unmarshal(raw, &v) == nil {
		return v, nil
	}
	v, err := ask()
	if err != nil {
		return v, err
	}
	raw, err := json.Marshal(v)
	if err == nil {
		_, err = s.records.Put(ctx, key, raw)
	}
	if err != nil {
		s.log.Warn("a record could not be shared", "error", err)
	}
	return v, nil
}
