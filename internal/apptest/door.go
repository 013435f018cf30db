package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"
)

// Door stands before the bots, as the load balancer of deploy/Caddyfile does: a
// delivery that no bot took, or on which one died, goes to the next that
// listens, for the service switches a webhook off that fails too often, and
// what is never delivered are also the echoes. It knows what was acknowledged.
type Door struct {
	Server  *httptest.Server
	client  http.Client
	targets []string
	turn    atomic.Uint64

	mu       sync.Mutex
	accepted map[string]bool // ids of messages and actions
	refused  int             // deliveries that ended otherwise
}

// doorHolds is less than the simulator waits for an answer.
const doorHolds = 4 * time.Second

// NewDoor opens a door before the bots at these addresses; [Door.Close] ends it.
func NewDoor(addrs ...string) *Door {
	d := &Door{targets: addrs, accepted: make(map[string]bool)}
	d.client.Transport = &http.Transport{DisableKeepAlives: true} // a connection of before a kill would break in the middle
	d.Server = httptest.NewServer(d)
	return d
}

// Close closes the door.
func (d *Door) Close() { d.Server.Close() }

// ServeHTTP hands a delivery on.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var event struct{ Data struct{ ID string } }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var status int
	for held := time.After(doorHolds); ; {
		status, err = d.pass(r, body)
		if err != nil {
			select {
			case <-time.After(20 * time.Millisecond):
				continue
			case <-held:
			case <-r.Context().Done():
			}
		}
		break
	}
	d.mu.Lock()
	if status/100 == 2 {
		d.accepted[event.Data.ID] = true
	} else {
		d.refused++
	}
	d.mu.Unlock()
	w.WriteHeader(status)
}

// pass gives the status of the bot whose turn it is; 502 and an error where it
// gave none.
func (d *Door) pass(r *http.Request, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+d.targets[d.turn.Add(1)%uint64(len(d.targets))]+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		return http.StatusBadGateway, err
	}
	req.Header = r.Header.Clone()
	resp, err := d.client.Do(req)
	if err != nil {
		return http.StatusBadGateway, err
	}
	return resp.StatusCode, resp.Body.Close()
}
