package queue

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

const (
	dirPerm      = 0o700
	filePerm     = 0o600
	startTimeout = 60 * time.Second // recovery of a large store; 100,000 messages take about 0.1 s
	maxStore     = 1 << 50          // no account limit: the streams are bounded one by one, and the reserve guards the disk
	maxMemory    = 1 << 30          // consumers and leases; no space is taken beforehand
)

// startServer runs a NATS server inside this process: no port, each message synced to disk before it is acknowledged.
// It calls broken when the server logs that its store failed; it does not answer a message that it could not store.
func startServer(o *Options, broken func(error)) (*server.Server, error) {
	l := &serverLog{log: o.Logger, seen: map[string]time.Time{}, broken: broken}
	so := &server.Options{
		ServerName: "embedded", DontListen: true, NoSigs: true,
		JetStream: true, StoreDir: storeDir(o.Dir), SyncAlways: true,
		JetStreamMaxStore: maxStore, JetStreamMaxMemory: maxMemory, DisableJetStreamBanner: true,
	}
	if len(o.Key) > 0 {
		so.JetStreamKey, so.JetStreamCipher = hex.EncodeToString(o.Key), server.AES
	}
	srv, err := server.NewServer(so)
	if err != nil {
		return nil, fmt.Errorf("preparing the embedded server: %w", err)
	}
	srv.SetLoggerV2(l, false, false, false)
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) || !srv.JetStreamEnabled() {
		stopServer(srv)
		return nil, fmt.Errorf("starting the embedded server: %w", errors.New(l.lastFatal()))
	}
	return srv, nil
}

func stopServer(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// dial connects to the embedded server through memory.
func dial(s *server.Server) (*nats.Conn, error) {
	c, err := nats.Connect("", nats.InProcessServer(s), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		return nil, fmt.Errorf("connecting to the embedded server: %w", err)
	}
	return c, nil
}

func storeDir(dir string) string { return filepath.Join(dir, "store") }

// streamDir is where the server keeps a stream of the default account.
func streamDir(dir, stream string) string {
	return filepath.Join(storeDir(dir), "jetstream", "$G", "streams", stream)
}

// storedStreams lists the streams that have a folder, whether or not the server could read them.
func storedStreams(dir string) ([]string, error) {
	es, err := os.ReadDir(streamDir(dir, ""))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the stored streams: %w", err)
	}
	var names []string
	for _, e := range es {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// serverLog carries the server's warnings into our log, each kind once a minute: on a full disk it repeats itself
// with every message.
type serverLog struct {
	log    *slog.Logger
	broken func(error)

	mu    sync.Mutex
	seen  map[string]time.Time
	fatal string
}

func (l *serverLog) lastFatal() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal == "" {
		return "it did not become ready in time"
	}
	return l.fatal
}

func (l *serverLog) fresh(format string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t, ok := l.seen[format]; ok && time.Since(t) < time.Minute {
		return false
	}
	l.seen[format] = time.Now()
	return true
}

// Noticef implements server.Logger; notices are dropped.
func (*serverLog) Noticef(string, ...any) {}

// Debugf implements server.Logger; it is never switched on.
func (*serverLog) Debugf(string, ...any) {}

// Tracef implements server.Logger; it is never switched on.
func (*serverLog) Tracef(string, ...any) {}

// watch looks for lines of the server's log that mean that the store takes nothing any more until a restart.
func (l *serverLog) watch(text string) {
	for _, s := range []string{"ritical write error", "failed to store a msg", "will be DISABLED", "disabling JetStream"} {
		if strings.Contains(text, s) {
			l.broken(errors.New(text))
			return
		}
	}
}

// Warnf implements server.Logger.
func (l *serverLog) Warnf(format string, v ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, v...))
	l.watch(text)
	if l.fresh(format) {
		l.log.Warn("store", "text", text)
	}
}

// Errorf implements server.Logger.
func (l *serverLog) Errorf(format string, v ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, v...))
	l.watch(text)
	if l.fresh(format) {
		l.log.Error("store", "text", text)
	}
}

// Fatalf implements server.Logger. It does not end the process.
func (l *serverLog) Fatalf(format string, v ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, v...))
	l.mu.Lock()
	l.fatal = text
	l.mu.Unlock()
	l.log.Error("store", "text", text)
}
