package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// The control socket lets a second process manage the queue while the bot holds the store. It is a unix socket in the
// store's folder, which only the owner can enter; there is no TCP port. A connection carries one JSON request and one
// JSON answer.
const (
	controlName    = "control.sock"
	controlTimeout = 30 * time.Second
	maxSocketPath  = 100 // bytes; the system's limit is 104 to 108
)

type controlRequest struct {
	Op     string `json:"op"` // items, show, retry, drop, value, set value
	Stage  string `json:"stage,omitempty"`
	Key    string `json:"key,omitempty"`
	Filter Filter `json:"filter"`
	Bucket string `json:"bucket,omitempty"`
	Value  []byte `json:"value,omitempty"`
	Rev    uint64 `json:"rev,omitempty"`
}

type controlAnswer struct {
	Items    []ItemInfo `json:"items,omitempty"`
	Error    string     `json:"error,omitempty"`
	NotFound bool       `json:"not_found,omitempty"`
	Changed  bool       `json:"changed,omitempty"`
	Value    []byte     `json:"value,omitempty"`
	Rev      uint64     `json:"rev,omitempty"`
}

type control struct {
	l  net.Listener
	q  *Queue
	wg sync.WaitGroup
}

// listenControl opens the socket. The caller holds the folder's lock, so a socket that is there is a dead one.
func listenControl(ctx context.Context, q *Queue) (*control, error) {
	path := filepath.Join(q.o.Dir, controlName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing an old control socket: %w", err)
	}
	short, done, err := socketPath(q.o.Dir)
	if err != nil {
		return nil, err
	}
	defer done()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", short)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // by the short path it could not be found again
	}
	c := &control{l: l, q: q}
	if err := os.Chmod(path, filePerm); err != nil {
		return nil, errors.Join(fmt.Errorf("closing the control socket to others: %w", err), l.Close())
	}
	c.wg.Go(c.serve)
	return c, nil
}

// socketPath returns a path to the socket that is short enough for the system: in a deep folder it goes by an open
// descriptor. The caller calls done when the path is no longer needed.
func socketPath(dir string) (path string, done func(), err error) {
	path = filepath.Join(dir, controlName)
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", nil, fmt.Errorf("opening the store's folder: %w", err)
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", d.Fd(), controlName), func() { _ = d.Close() }, nil // opened for reading
}

func (c *control) close() {
	_ = c.l.Close()                                      // nothing is lost
	_ = os.Remove(filepath.Join(c.q.o.Dir, controlName)) // the next start removes it
	c.wg.Wait()
}

func (c *control) serve() {
	for {
		conn, err := c.l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			c.q.log.Warn("control socket", "error", err)
			if !pause(context.Background(), time.Second) {
				return
			}
			continue
		}
		c.wg.Go(func() { c.answer(conn) })
	}
}

func (c *control) answer(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the answer was sent or the caller is gone
	ctx, cancel := context.WithTimeout(context.Background(), controlTimeout)
	defer cancel()
	if err := conn.SetDeadline(time.Now().Add(controlTimeout)); err != nil {
		return
	}
	var req controlRequest
	if err := json.NewDecoder(conn).Decode(&req); err != nil {
		return
	}
	var a controlAnswer
	err := c.act(ctx, req, &a)
	if err != nil {
		a.Error, a.NotFound, a.Changed = err.Error(), errors.Is(err, ErrNotFound), errors.Is(err, ErrChanged)
	}
	if err := json.NewEncoder(conn).Encode(a); err != nil {
		c.q.log.Debug("control socket", "error", err)
	}
}

func (c *control) act(ctx context.Context, req controlRequest, a *controlAnswer) (err error) {
	switch req.Op {
	case "items":
		a.Items, err = c.q.Items(ctx, req.Filter)
	case "show":
		var i ItemInfo
		i, err = c.q.Show(ctx, req.Stage, req.Key)
		a.Items = []ItemInfo{i}
	case "retry":
		err = c.q.Retry(ctx, req.Stage, req.Key)
	case "drop":
		err = c.q.Drop(ctx, req.Stage, req.Key)
	case "value":
		a.Value, a.Rev, err = c.q.Value(ctx, req.Bucket, req.Key)
	case "set value":
		a.Rev, err = c.q.SetValue(ctx, req.Bucket, req.Key, req.Value, req.Rev)
	default:
		err = fmt.Errorf("unknown operation %q", req.Op)
	}
	return err
}

// remote manages the queue of another process.
type remote struct{ dir string }

func (r *remote) call(ctx context.Context, req controlRequest) (controlAnswer, error) {
	path, done, err := socketPath(r.dir)
	if err != nil {
		return controlAnswer{}, err
	}
	defer done()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err != nil {
		return controlAnswer{}, fmt.Errorf("asking the running bot: %w", err)
	}
	defer func() { _ = conn.Close() }() // the answer was read
	if err := conn.SetDeadline(time.Now().Add(controlTimeout)); err != nil {
		return controlAnswer{}, fmt.Errorf("asking the running bot: %w", err)
	}
	if err := json.NewEncoder(conn).Encode(req); err != nil {
		return controlAnswer{}, fmt.Errorf("asking the running bot: %w", err)
	}
	var a controlAnswer
	if err := json.NewDecoder(conn).Decode(&a); err != nil {
		return controlAnswer{}, fmt.Errorf("reading the running bot's answer: %w", err)
	}
	switch {
	case a.NotFound:
		return a, fmt.Errorf("%s: %w", req.Key, ErrNotFound)
	case a.Changed:
		return a, fmt.Errorf("%s: %w", req.Key, ErrChanged)
	case a.Error != "":
		return a, errors.New(a.Error)
	}
	return a, nil
}

// Items implements [Manager].
func (r *remote) Items(ctx context.Context, f Filter) ([]ItemInfo, error) {
	a, err := r.call(ctx, controlRequest{Op: "items", Filter: f})
	return a.Items, err
}

// Show implements [Manager].
func (r *remote) Show(ctx context.Context, stage, key string) (ItemInfo, error) {
	a, err := r.call(ctx, controlRequest{Op: "show", Stage: stage, Key: key})
	if err != nil || len(a.Items) != 1 {
		return ItemInfo{}, err
	}
	return a.Items[0], nil
}

// Retry implements [Manager].
func (r *remote) Retry(ctx context.Context, stage, key string) error {
	_, err := r.call(ctx, controlRequest{Op: "retry", Stage: stage, Key: key})
	return err
}

// Drop implements [Manager].
func (r *remote) Drop(ctx context.Context, stage, key string) error {
	_, err := r.call(ctx, controlRequest{Op: "drop", Stage: stage, Key: key})
	return err
}

// Close implements [Manager].
func (*remote) Close(context.Context) error { return nil }
