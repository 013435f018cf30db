package signin_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

const day = 24 * time.Hour

// direct hands requests to a handler without a network, so that a synctest bubble can wait.
type direct struct{ h http.Handler }

func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil { // a connection that is reset
			err = io.ErrUnexpectedEOF
		}
	}()
	w := httptest.NewRecorder()
	d.h.ServeHTTP(w, r)
	return w.Result(), nil
}

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// office is a simulator, a database, and what tokens are made of.
type office struct {
	*simulator.Simulator

	t   *testing.T
	db  *store.DB
	o   signin.Options
	log *lines

	mu     sync.Mutex
	warned []string
}

func newSimulator(t *testing.T) *simulator.Simulator {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return sim
}

// key is a key of which every byte is the same.
func key(b byte) config.Secret { return config.NewSecret(string(bytes.Repeat([]byte{b}, 32))) }

// newOffice prepares tokens whose settings hold a good refresh token.
func newOffice(t *testing.T, sim *simulator.Simulator, e storetest.Engine) *office {
	t.Helper()
	id, secret := sim.OAuthClient()
	f := &office{Simulator: sim, t: t, db: e.Open(t), log: &lines{}}
	f.o = signin.Options{
		DB: f.db, Transport: direct{sim.Handler()},
		Logger: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Config: config.Config{
			APIURL: "http://127.0.0.1/v1", AdminClientID: id, AdminClientSecret: config.NewSecret(secret),
			AdminRefreshToken: config.NewSecret(sim.RefreshToken()), TokenKey: key(1),
		},
		Warn: func(_ context.Context, words string) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.warned = append(f.warned, words)
			return nil
		},
	}
	return f
}

// each runs a test on either engine.
func each(t *testing.T, test func(f *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { test(newOffice(t, newSimulator(t), e)) })
}

// bubble runs a test in a synctest bubble, whose time is that of SQLite too.
func bubble(t *testing.T, o simulator.OAuth, test func(f *office)) {
	t.Helper()
	sim := newSimulator(t)
	sim.SetOAuth(o)
	synctest.Test(t, func(t *testing.T) { test(newOffice(t, sim, storetest.SQLite(t))) })
}

// pass lets the time of a bubble pass.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// tokens are those of another process.
func (f *office) tokens() *signin.Tokens {
	f.t.Helper()
	k, err := signin.New(f.o)
	if err != nil {
		f.t.Fatal(err)
	}
	return k
}

// run starts the tokens' loop and gives the func that ends it.
func (f *office) run(k *signin.Tokens) (stop func()) {
	ctx, cancel := context.WithCancel(f.t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			f.t.Errorf("Run = %v, want nil", err)
		}
	}
}

func (f *office) warnings() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.warned)
}

// works checks that a token opens the admin's API.
func (f *office) works(token string) bool {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, "/v1/admin/meeting/config/trackingCodes?siteUrl=example.webex.com", http.NoBody)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	f.Handler().ServeHTTP(w, r)
	return w.Code == http.StatusOK
}

// token gets a token that must work.
func (f *office) token(k *signin.Tokens) string {
	f.t.Helper()
	token, err := k.Token(f.t.Context())
	if err != nil {
		f.t.Fatalf("Token: %v", err)
	}
	if !f.works(token) {
		f.t.Fatal("Token gave one that Webex refuses")
	}
	return token
}

func (f *office) refreshes(want int) {
	f.t.Helper()
	if got := f.Refreshes(); got != want {
		f.t.Errorf("%d refreshes, want %d", got, want)
	}
}

// exec runs a statement in the database.
func (f *office) exec(statement string, args ...any) {
	f.t.Helper()
	err := f.db.Update(f.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(statement, args...)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// stored is the row of the tokens.
func (f *office) stored() (body []byte) {
	f.t.Helper()
	err := f.db.View(f.t.Context(), func(tx *store.Tx) error { return tx.Row("SELECT body FROM signin").Scan(&body) })
	if err != nil {
		f.t.Fatal(err)
	}
	return body
}

// refuseWrites lets SQLite take nothing for the row until heal is called.
func (f *office) refuseWrites() (heal func()) {
	f.exec("CREATE TRIGGER full_disk BEFORE INSERT ON signin BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	return func() { f.exec("DROP TRIGGER full_disk") }
}
