package webhook_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/webex"
	"trackbot/webhook"
)

// pipes is a listener whose connections are pipes in memory, so that time-outs
// pass in no time below synctest.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newPipes() *pipes {
	return &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (p *pipes) dial(t *testing.T) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	p.waiting <- theirs
	t.Cleanup(func() { ours.Close() })
	return ours
}

// status reads the answer to a POST; 0 when the connection was closed.
func status(t *testing.T, c net.Conn) int {
	t.Helper()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer r.Body.Close()
	return r.StatusCode
}

func head(length int) string {
	return fmt.Sprintf("POST /webhook HTTP/1.1\r\nHost: x\r\nX-Spark-Signature: %s\r\nContent-Length: %d\r\n\r\n",
		webhook.Sign(secret, []byte(messageBody)), length)
}

func TestServe(t *testing.T) {
	for _, tt := range []struct {
		name string
		send string
		want int
		in   time.Duration
	}{
		{"whole", head(len(messageBody)) + messageBody, 204, 0},
		{"chunked", strings.Replace(head(0), "Content-Length: 0", "Transfer-Encoding: chunked", 1) +
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(messageBody), messageBody), 204, 0},
		{"announced as huge", head(1 << 40), 413, 0},
		{"body never comes", head(len(messageBody)), 408, 2 * time.Second},
		{"body stops", head(len(messageBody)) + messageBody[:10], 408, 2 * time.Second},
		{"headers never end", "POST /webhook HTTP/1.1\r\nHost: x\r\n", 0, 5 * time.Second},
		{"nothing comes", "", 0, 5 * time.Second},
		{"huge headers", "POST /webhook HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", 431, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, i := newPipes(), new(inbox)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- webhook.Serve(ctx, l, webhook.NewHandler(options(i)), webhook.ServeOptions{}) }()
				c, start := l.dial(t), time.Now()
				go io.WriteString(c, tt.send)
				if got := status(t, c); got != tt.want {
					t.Errorf("status %d, want %d", got, tt.want)
				}
				if in := time.Since(start); in != tt.in {
					t.Errorf("answered in %v, want %v", in, tt.in)
				}
				if got, want := len(i.events), map[bool]int{true: 1}[tt.want == 204]; got != want {
					t.Errorf("stored %d, want %d", got, want)
				}
				c.Close()
				cancel()
				if err := <-ended; err != nil {
					t.Errorf("Serve = %v, want nil", err)
				}
			})
		})
	}
}

// TestServeFinishesWhatIsUnderWay stops the server while an event is stored.
func TestServeFinishesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		o := options(nil)
		o.Inbox = func(ctx context.Context, _ webex.Event) error {
			cancel()
			select {
			case <-time.After(3 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		ended := make(chan error, 1)
		go func() { ended <- webhook.Serve(ctx, l, webhook.NewHandler(o), webhook.ServeOptions{}) }()
		c := l.dial(t)
		go io.WriteString(c, head(len(messageBody))+messageBody)
		if got := status(t, c); got != http.StatusNoContent {
			t.Errorf("status %d, want 204", got)
		}
		if err := <-ended; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
		select {
		case <-l.closed:
		default:
			t.Error("the listener is open")
		}
	})
}

// TestServeGivesUp has a request that does not end: Serve returns all the same.
func TestServeGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		stuck := make(chan struct{})
		h := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stuck })
		ended := make(chan error, 1)
		go func() { ended <- webhook.Serve(ctx, l, h, webhook.ServeOptions{}) }()
		c := l.dial(t)
		go io.WriteString(c, head(0))
		synctest.Wait()
		start := time.Now()
		cancel()
		if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Serve = %v, want context.DeadlineExceeded", err)
		}
		if in := time.Since(start); in != 10*time.Second {
			t.Errorf("gave up after %v, want 10 s", in)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("the connection gives %v, want that it is closed", err)
		}
		close(stuck)
	})
}

func TestServeSaysWhyItCanNot(t *testing.T) {
	l := newPipes()
	l.Close()
	if err := webhook.Serve(t.Context(), l, http.NotFoundHandler(), webhook.ServeOptions{}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve on a closed listener = %v, want net.ErrClosed", err)
	}
}

// TestServeTCP takes a delivery over a real connection.
func TestServeTCP(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	i := new(inbox)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- webhook.Serve(ctx, l, webhook.NewHandler(options(i)), webhook.ServeOptions{}) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+l.Addr().String()+webhook.Path, strings.NewReader(messageBody))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(webhook.SignatureHeader, webhook.Sign(secret, []byte(messageBody)))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent || len(i.events) != 1 {
		t.Errorf("status %d, %d stored; want 204 and 1", answer.StatusCode, len(i.events))
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}
