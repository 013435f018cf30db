package websocket

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"trackbot/internal/text"
	"trackbot/webex"

	"github.com/google/uuid"
	gorilla "github.com/gorilla/websocket"
)

const (
	dialLimit  = 15 * time.Second // for the upgrade
	writeLimit = 10 * time.Second // for one frame
	readSilent = 30 * time.Second // without any frame: twice the time between pings
	closeLimit = 2 * time.Second  // for the other side to close as well
	maxFrame   = 4 << 20          // bytes of one frame
	unsent     = 64               // frames that wait for the writer
)

// conn is one connection: its frames are read by one goroutine and written by
// another.
type conn struct {
	number int
	ws     *gorilla.Conn
	out    chan any      // what the writer sends, as JSON
	bye    chan string   // asks the writer to close, for a reason
	read   chan struct{} // closed when the reader has ended
	gone   chan struct{} // closed when the writer has ended

	holds atomic.Bool  // the reader waits for room in a lane, so that it can't read a pong
	held  atomic.Int64 // when it did so last, in ns since 1970

	pingID string // of the latest ping; only the receiver's loop touches it
	ping   int
}

// open dials a device's address.
func (r *Receiver) open(ctx context.Context, number int, address string) (*conn, error) {
	const op = "GET socket"
	u, err := r.trusted(address)
	if err != nil || u.Scheme != "wss" && u.Scheme != "ws" {
		return nil, &webex.Error{Op: op, Kind: webex.KindArgument, Message: "the device's address is no websocket's", Err: err}
	}
	q := u.Query()
	q.Set("outboundWireFormat", "text")
	q.Set("bufferStates", "true")
	q.Set("aliasHttpStatus", "true")
	q.Set("clientTimestamp", strconv.FormatInt(time.Now().UnixMilli(), 10))
	u.RawQuery = q.Encode()
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	ws, resp, err := r.dialer.DialContext(ctx, u.String(), http.Header{"TrackingID": {trackingID()}}) //nolint:bodyclose // gorilla has read it, and there is nothing to close
	switch {
	case err == nil:
	case errors.Is(err, gorilla.ErrBadHandshake) && resp != nil:
		return nil, webex.NewStatusError(op, resp.StatusCode, resp.Header, nil)
	default:
		return nil, &webex.Error{Op: op, Kind: webex.KindNoAnswer, Err: bare(err)}
	}
	c := &conn{
		number: number, ws: ws, out: make(chan any, unsent), bye: make(chan string, 1),
		read: make(chan struct{}), gone: make(chan struct{}),
	}
	return c, nil
}

// send hands a frame to the writer; one of a connection that ended is dropped.
func (c *conn) send(v any) {
	select {
	case c.out <- v:
	case <-c.gone:
	}
}

// ack tells the server that a frame needs not come again.
func (c *conn) ack(id string) {
	if id != "" {
		c.send(map[string]string{"messageId": id, "type": "ack"})
	}
}

// authorize sends the token, the first frame of a connection.
func (c *conn) authorize(bearer string) {
	id := uuid.NewString()
	c.send(map[string]any{
		"id": id, "type": "authorization", "trackingId": trackingID(),
		"data": map[string]string{"token": "Bearer " + bearer},
	})
}

// sendPing sends the ping of a number.
func (c *conn) sendPing(number int) {
	c.pingID, c.ping = uuid.NewString(), number
	c.send(map[string]string{"id": c.pingID, "type": "ping"})
}

// hold calls f, during which the reader waits for room.
func (c *conn) hold(f func()) {
	c.holds.Store(true)
	f()
	c.held.Store(time.Now().UnixNano())
	c.holds.Store(false)
}

// heldAt is when the reader waited for room last; zero where it never did.
func (c *conn) heldAt(now time.Time) time.Time {
	switch at := c.held.Load(); {
	case c.holds.Load():
		return now
	case at != 0:
		return time.Unix(0, at)
	}
	return time.Time{}
}

// close asks the writer to send what waits and to close; it does not wait.
func (c *conn) close(reason string) {
	select {
	case c.bye <- reason:
	default: // it was asked before
	}
}

// writing sends frames until either side ends.
func (c *conn) writing() {
	defer close(c.gone)
	defer c.ws.Close() //nolint:errcheck // nothing is left to be told
	for {
		select {
		case v := <-c.out:
			if !c.put(v) {
				return
			}
		case reason := <-c.bye:
			c.part(reason)
			return
		case <-c.read:
			return
		}
	}
}

func (c *conn) put(v any) bool {
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeLimit)) // the write fails by itself
	return c.ws.WriteJSON(v) == nil
}

// part sends what waits, says goodbye and gives the other side a moment.
func (c *conn) part(reason string) {
	for len(c.out) > 0 {
		if !c.put(<-c.out) {
			return
		}
	}
	message := gorilla.FormatCloseMessage(gorilla.CloseNormalClosure, reason)
	if c.ws.WriteControl(gorilla.CloseMessage, message, time.Now().Add(closeLimit)) != nil {
		return
	}
	t := time.NewTimer(closeLimit)
	defer t.Stop()
	select {
	case <-c.read:
	case <-t.C:
	}
}

// reading hands every frame to take until the connection ends, and says how it
// ended. Any frame, a control frame too, proves that the other side is there.
func (c *conn) reading(take func([]byte)) (code int, reason string) {
	defer close(c.read)
	alive := func() { _ = c.ws.SetReadDeadline(time.Now().Add(readSilent)) } // the read fails by itself
	answer := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error { alive(); return answer(data) })
	c.ws.SetPongHandler(func(string) error { alive(); return nil })
	c.ws.SetReadLimit(maxFrame)
	for {
		alive()
		kind, b, err := c.ws.ReadMessage()
		if err != nil {
			return ending(err)
		}
		if kind == gorilla.TextMessage || kind == gorilla.BinaryMessage {
			take(b)
		}
	}
}

// ending is the close code and reason of a connection's end.
func ending(err error) (code int, reason string) {
	if e, ok := errors.AsType[*gorilla.CloseError](err); ok {
		return e.Code, text.Line(e.Text, maxWord)
	}
	if errors.Is(err, gorilla.ErrReadLimit) {
		return closeTooBig, "a frame is too large"
	}
	return closeAbnormal, "connection lost"
}
