package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// The kinds of id that the simulator gives.
const (
	kindPerson      = "PEOPLE"
	kindOrg         = "ORGANIZATION"
	kindRoom        = "ROOM"
	kindMessage     = "MESSAGE"
	kindMembership  = "MEMBERSHIP"
	kindWebhook     = "WEBHOOK"
	kindAction      = "ATTACHMENT_ACTION"
	kindContent     = "CONTENT"
	kindApplication = "APPLICATION"
)

const scheme = "ciscospark://"

// homeCluster is the cluster in the ids of all people and organizations, and of
// everything in the first region.
const homeCluster = "us"

// encodeID returns the id that REST shows for a key in the home cluster.
func encodeID(kind, key string) string { return clusterID(homeCluster, kind, key) }

// clusterID returns an id: base64 of the standard alphabet, its padding dropped.
func clusterID(cluster, kind, key string) string {
	return base64.RawStdEncoding.EncodeToString([]byte(scheme + cluster + "/" + kind + "/" + key))
}

// decodeID returns kind and key of an id, padded or not. They are empty for
// anything else.
func decodeID(id string) (kind, key string) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	if err != nil {
		return "", ""
	}
	rest, ours := strings.CutPrefix(string(raw), scheme)
	if !ours {
		return "", ""
	}
	_, rest, _ = strings.Cut(rest, "/") // the cluster
	kind, key, _ = strings.Cut(rest, "/")
	return kind, key
}

// keyOf returns the key of an id that the simulator made itself.
func keyOf(id string) string {
	_, key := decodeID(id)
	return key
}

// canonical drops the padding, which clients may send and the service does not.
func canonical(id string) string { return strings.TrimRight(id, "=") }

// Timestamp is an instant as Webex writes most of them: UTC, milliseconds, Z.
type Timestamp struct{ time.Time }

// String returns the instant as it goes over the wire.
func (t Timestamp) String() string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// MarshalJSON writes the instant in UTC with milliseconds.
func (t Timestamp) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// dice is the only source of randomness: ids, faults, deliveries. With a seed, a
// run with one caller is repeatable.
type dice struct {
	cluster string // in ids, except those of people and organizations

	mu   sync.Mutex
	seed uint64
	c    *rand.ChaCha8
}

func newDice(seed uint64, cluster string) *dice {
	var key [32]byte
	copy(key[:], fmt.Sprintf("%032d", seed))
	return &dice{cluster: cluster, seed: seed, c: rand.NewChaCha8(key)}
}

// chance reports true with probability p; p <= 0 never, p >= 1 always.
func (d *dice) chance(p float64) bool {
	if p <= 0 {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return float64(d.c.Uint64()>>11)/(1<<53) < p
}

// upTo returns a duration from 0 to limit.
func (d *dice) upTo(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Duration(d.c.Uint64() % uint64(limit)) //nolint:gosec // G115: the remainder is below a positive int64
}

func (d *dice) bytes() (b [16]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = d.c.Read(b[:]) // never fails
	return b
}

func (d *dice) uuid() string {
	b := d.bytes()
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return uuid.UUID(b).String()
}

func (d *dice) id(kind string) string { return d.idOf(kind, d.uuid()) }

// idOf returns the id of a key in the cluster where that kind of thing lives.
func (d *dice) idOf(kind, key string) string {
	switch kind {
	case kindPerson, kindOrg, kindApplication:
		return encodeID(kind, key)
	default:
		return clusterID(d.cluster, kind, key)
	}
}

// token returns something that looks like an access token and opens only this simulator.
func (d *dice) token() string {
	a, b := d.bytes(), d.bytes()
	return hex.EncodeToString(a[:]) + hex.EncodeToString(b[:])
}

// trackingID has the form of those in documented error bodies: 32 hex digits
// and the epoch in milliseconds.
func (d *dice) trackingID() string {
	b := d.bytes()
	return fmt.Sprintf("%X_%d", b[:], time.Now().UnixMilli())
}
