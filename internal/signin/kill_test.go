package signin_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/simulator"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

// The test binary runs itself as the process that is killed; childEnv holds what to do.
const childEnv = "SIGNIN_TEST_CHILD"

// doomed is a process that renews the access token and is killed at a point.
type doomed struct {
	API, ID, Secret, Settings string
	Dir, URL                  string // of the database
	Stale, Point              string
}

// The points, in the order of a renewal.
const (
	beforeLease  = "before the lease"
	beforeAsking = "with the lease"
	beforeStore  = "between Webex and the store"
	beforeCommit = "before the commit"
	afterStore   = "after the store"
)

func die() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }

// mortal kills the process before it asks.
type mortal struct{ http.RoundTripper }

func (m mortal) RoundTrip(*http.Request) (*http.Response, error) { die(); return nil, nil }

func (d doomed) run(t *testing.T) {
	t.Helper()
	asked := false
	db, err := store.Open(t.Context(), store.Options{Dir: d.Dir, URL: d.URL, Logger: slog.New(slog.DiscardHandler), Hook: func(s string) {
		asked = asked || strings.Contains(s, "DELETE FROM lease")
		if d.Point == beforeLease && strings.Contains(s, "INSERT INTO lease") || d.Point == beforeStore && asked || d.Point == beforeCommit && asked && s == "COMMIT" {
			die()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	o := signin.Options{DB: db, Logger: slog.New(slog.DiscardHandler), Config: config.Config{
		APIURL: d.API, AdminClientID: d.ID, AdminClientSecret: config.NewSecret(d.Secret), AdminRefreshToken: config.NewSecret(d.Settings), TokenKey: key(1),
	}}
	if d.Point == beforeAsking {
		o.Transport = mortal{}
	}
	k, err := signin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Renew(t.Context(), d.Stale); err != nil {
		t.Fatal(err)
	}
	die()
}

// TestKillPoints kills a process at each step of a renewal, and looks whether the next one works.
func TestKillPoints(t *testing.T) {
	if spec := os.Getenv(childEnv); spec != "" { //nolint:forbidigo // this is the process that is killed
		var d doomed
		if err := json.Unmarshal([]byte(spec), &d); err != nil {
			t.Fatal(err)
		}
		d.run(t)
	}
	for _, test := range []struct {
		point     string
		keep      bool // Webex takes an old refresh token again
		refused   bool // the next process must sign in
		refreshes int  // in all, with the first
	}{
		{point: beforeLease, refreshes: 2},
		{point: beforeAsking, refreshes: 2},
		{point: beforeStore, refused: true, refreshes: 2},
		{point: beforeStore, keep: true, refreshes: 3},
		{point: beforeCommit, refused: true, refreshes: 2},
		{point: afterStore, refreshes: 2},
	} {
		t.Run(test.point, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				sim := newSimulator(t)
				sim.SetOAuth(simulator.OAuth{KeepRefresh: test.keep})
				f := newOffice(t, sim, e)
				stale := f.token(f.tokens())
				id, secret := sim.OAuthClient()
				spec, err := json.Marshal(doomed{
					API: sim.URL(), ID: id, Secret: secret, Settings: f.o.Config.AdminRefreshToken.Reveal(),
					Dir: e.Options.Dir, URL: e.Options.URL, Stale: stale, Point: test.point,
				})
				if err != nil {
					t.Fatal(err)
				}
				cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillPoints$")
				cmd.Env = append(os.Environ(), childEnv+"="+string(spec))
				out, err := cmd.CombinedOutput()
				if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.String() != "signal: killed" {
					t.Fatalf("the process ended with %v, want that it was killed:\n%s", err, out)
				}

				f.exec("UPDATE lease SET until = 0") // as 20 seconds later
				k := f.tokens()
				err = k.Renew(t.Context(), stale)
				if _, refused := errors.AsType[*signin.RefusedError](err); refused != test.refused || err != nil && !refused {
					t.Errorf("Renew after a restart = %v, want that it is refused: %v", err, test.refused)
				}
				if token := f.token(k); (token == stale) != test.refused { // while it is good
					t.Error("the token after a restart is not the one of the last pair that was stored")
				}
				f.refreshes(test.refreshes)
			})
		})
	}
}

// TestALeaseOfADeadProcessEnds waits for it as long as it takes.
func TestALeaseOfADeadProcessEnds(t *testing.T) {
	bubble(t, simulator.OAuth{}, func(f *office) {
		t := f.t
		if err := f.db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO lease (name, owner, until) VALUES ('signin', 'dead', $1)", tx.Now().UnixMilli()+20_000)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		f.token(f.tokens())
		if took := time.Since(start); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("the next process waited %v, want 20 s", took)
		}
	})
}
