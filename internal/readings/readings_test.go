package readings_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/history"
	"trackbot/internal/readings"
	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
	"trackbot/webex"
)

const (
	example = "example.webex.com"
	emea    = "emea.example.webex.com"
	quarter = 15 * time.Minute
)

// world is two sites, a reader of them and what it remembers.
type world struct {
	*testing.T

	db    *store.DB
	codes map[string][]webex.TrackingCode
	fails map[string]error
	calls []string
	found int
	readings.Memory
	reader *readings.Reader
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	w := &world{T: t, db: db, fails: map[string]error{}, Memory: readings.Memory{DB: db}, codes: map[string][]webex.TrackingCode{
		example: {{ID: "1", Name: "Department", SiteURL: example, Options: []webex.Option{{Value: "Sales"}}}, {ID: "2", Name: "Division"}},
		emea:    {{ID: "1", Name: "Cost Center", SiteURL: "http://EMEA.example.webex.com./"}},
	}}
	w.reader = readings.NewReader(readings.Options{
		DB: db, Every: quarter, Logger: slog.New(slog.DiscardHandler), Found: func(n int) { w.found += n },
		Sites: func(context.Context) ([]string, error) { return []string{example, emea}, nil },
		Codes: func(_ context.Context, site string) ([]webex.TrackingCode, error) {
			w.calls = append(w.calls, site)
			return slices.Clone(w.codes[site]), w.fails[site]
		},
	})
	return w
}

// read reads the sites once more, some time after the last reading.
func (w *world) read(later time.Duration) error {
	w.Helper()
	ms := later.Milliseconds()
	err := w.db.Update(w.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE reading SET read = read - $1, began = began - $1 WHERE read > 0", ms)
		if err == nil {
			_, err = tx.Exec("UPDATE code_change SET since = since - $1, seen = seen - $1", ms)
		}
		if err == nil {
			_, err = tx.Exec("UPDATE reading_gap SET since = since - $1, until = until - $1", ms)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return w.reader.Read(w.Context(), quarter-time.Minute)
}

// changed are the changes of a site in short.
func (w *world) changed(sites ...string) (list []string) {
	w.Helper()
	changes, err := w.Changes(w.Context(), history.Query{Sites: sites})
	if err != nil {
		w.Fatal(err)
	}
	for _, c := range changes {
		site, _, _ := strings.Cut(c.Site, ".")
		if c.Field == history.Code {
			c.Before, c.After = c.Before[:min(1, len(c.Before))], c.After[:min(1, len(c.After))]
		}
		list = append(list, fmt.Sprintf("%s %s %s %s: %s > %s, in %s", site, c.Code, c.Name, c.Field, c.Before, c.After, c.Seen.Sub(c.Since).Round(time.Minute)))
	}
	return list
}

func TestReadings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e.Open(t))
		if err := w.read(0); err != nil {
			t.Fatal(err)
		}
		if got := w.changed(example, emea); got != nil {
			t.Errorf("the first reading found %q", got)
		}
		w.codes[example][0].Options = []webex.Option{{Value: "Sales", DefaultValue: true}, {Value: "Legal"}}
		w.codes[example] = append(w.codes[example][:1], webex.TrackingCode{ID: "3", Name: "Project"})
		w.codes[emea][0].Name = "Cost Centre"
		if err := w.read(quarter); err != nil {
			t.Fatal(err)
		}
		if err := w.read(quarter); err != nil { // nothing changed
			t.Fatal(err)
		}
		want := []string{
			"example 1 Department default:  > Sales, in 15m0s", "example 1 Department option:  > Legal, in 15m0s",
			"example 3 Project code:  > {, in 15m0s", "example 2 Division code: { > , in 15m0s", "emea 1 Cost Centre name: Cost Center > Cost Centre, in 15m0s",
		}
		if diff := cmp.Diff(want, w.changed(example, emea)); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		if w.found != len(want) {
			t.Errorf("%d changes were counted, want %d", w.found, len(want))
		}
		if got := w.changed(emea); len(got) != 1 {
			t.Errorf("changes of emea alone: %q", got)
		}
		gaps, err := w.Gaps(t.Context(), []string{example, emea}, time.Time{})
		if err != nil || len(gaps) > 0 {
			t.Errorf("gaps = %v, %v; want none", gaps, err)
		}
	})
}

func TestChangesOfACode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t).Open(t))
	for i := range 4 {
		w.codes[example][0].Name = fmt.Sprint("Department ", i)
		w.codes[example][1].Name = fmt.Sprint("Division ", i)
		if err := w.read(quarter); err != nil {
			t.Fatal(err)
		}
	}
	get := func(q history.Query) []history.Change {
		t.Helper()
		list, err := w.Changes(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	all := get(history.Query{Sites: []string{example}, Code: "1"})
	if len(all) != 3 || all[2].After != "Department 3" {
		t.Fatalf("changes of code 1 = %v", all)
	}
	if got := get(history.Query{Sites: []string{example}, Code: "1", Since: all[1].Seen}); len(got) != 2 {
		t.Errorf("since the second: %v", got)
	}
	if got := get(history.Query{Sites: []string{example}, Code: "1", Before: all[1].Seen}); len(got) != 1 || got[0].Seq != all[0].Seq {
		t.Errorf("before the second: %v", got)
	}
	if got := get(history.Query{Sites: []string{example}, After: all[2].Seq}); len(got) != 1 || got[0].Code != "2" {
		t.Errorf("after the last of code 1: %v", got)
	}
	if got := get(history.Query{Code: "1"}); got != nil {
		t.Errorf("on no site: %v", got)
	}
	for at, want := range map[time.Time]string{
		time.Now(): "Department 3", all[2].Seen: "Department 3", all[2].Seen.Add(-time.Minute): "Department 2", all[0].Since: "Department 0",
	} {
		if c, err := w.At(t.Context(), example, "1", at); err != nil || c.Name != want {
			t.Errorf("At(%s) = %+v, %v; want %s", at, c, err, want)
		}
	}
	if c, err := w.At(t.Context(), example, "99", time.Now()); c != nil || err != nil {
		t.Errorf("At of an unknown code = %+v, %v", c, err)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e.Open(t))
		w.fails[emea] = &webex.Error{Kind: webex.KindStatus, Status: 403}
		if err := w.read(0); err == nil || !strings.Contains(err.Error(), emea) || strings.Contains(err.Error(), ": "+example) {
			t.Errorf("Read = %v, want an error of emea alone", err)
		}
		w.fails = map[string]error{example: &webex.Error{Kind: webex.KindNoAnswer}}
		w.codes[example][0].Name = "Dept"
		if err := w.read(quarter); err == nil {
			t.Error("a site that does not answer is no error")
		}
		sites, err := w.Sites(t.Context())
		if err != nil || len(sites) != 2 || sites[1].Reason != "Webex did not answer" || sites[0].Reason != "" || sites[0].Read.IsZero() {
			t.Errorf("Sites = %+v, %v", sites, err)
		}
		w.fails = nil
		if err := w.read(quarter); err != nil {
			t.Fatal(err)
		}
		if got, want := w.changed(example), []string{"example 1 Dept name: Department > Dept, in 30m0s"}; !slices.Equal(got, want) {
			t.Errorf("changes = %q, want %q", got, want)
		}
		if err := w.read(2 * time.Hour); err != nil { // nobody read
			t.Fatal(err)
		}
		gaps, err := w.Gaps(t.Context(), []string{example}, time.Now().Add(-4*time.Hour))
		if err != nil || len(gaps) != 2 {
			t.Fatalf("Gaps = %+v, %v", gaps, err)
		}
		if gaps[0].Reason != "Webex did not answer" || gaps[0].Until.Sub(gaps[0].Since).Round(time.Minute) != 2*quarter || gaps[1].Reason != "" {
			t.Errorf("Gaps = %+v", gaps)
		}
		if later, err := w.Gaps(t.Context(), []string{example, emea}, time.Now().Add(time.Minute)); err != nil || len(later) > 0 {
			t.Errorf("Gaps to come = %+v, %v", later, err)
		}
	})
}

func TestWhatIsNoReading(t *testing.T) {
	t.Parallel()
	for words, err := range map[string]error{
		"Webex did not accept the sign-in of the admin account": &webex.Error{Kind: webex.KindStatus, Status: 401},
		"Webex does not know the site":                          &webex.Error{Kind: webex.KindStatus, Status: 404},
		"Webex asked for a pause":                               &webex.Error{Kind: webex.KindPaused, Status: 429},
		"Webex did not answer":                                  &webex.Error{Kind: webex.KindStatus, Status: 502},
		"Webex answered with status 405":                        &webex.Error{Kind: webex.KindStatus, Status: 405},
		"Webex's answer could not be read":                      nil, // of another site
	} {
		w := newWorld(t, storetest.SQLite(t).Open(t))
		w.fails[example] = err
		w.codes[example][1].SiteURL = emea
		if err := w.read(0); err == nil {
			t.Errorf("%s: no error", words)
		}
		sites, err := w.Sites(t.Context())
		if err != nil || len(sites) != 2 || sites[1].Reason != words || !sites[1].Read.IsZero() {
			t.Errorf("Sites = %+v, %v; want %q", sites, err, words)
		}
	}
}

func TestWhenToRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t).Open(t))
	for _, step := range []struct {
		later time.Duration
		calls int
	}{{0, 2}, {time.Minute, 2}, {quarter, 4}} {
		if err := w.read(step.later); err != nil {
			t.Fatal(err)
		}
		if len(w.calls) != step.calls {
			t.Errorf("after %s there were %d calls, want %d", step.later, len(w.calls), step.calls)
		}
	}
}

// TestTwoReaders lets another replica read while this one waits for Webex.
func TestTwoReaders(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := newWorld(t, e.Open(t))
		if err := w.read(0); err != nil {
			t.Fatal(err)
		}
		slow := readings.NewReader(readings.Options{
			DB: w.db, Every: quarter, Logger: slog.New(slog.DiscardHandler), Found: func(int) { t.Error("both found it") },
			Sites: func(context.Context) ([]string, error) { return []string{example}, nil },
			Codes: func(ctx context.Context, _ string) ([]webex.TrackingCode, error) {
				w.codes[example][0].Name = "Dept"
				return slices.Clone(w.codes[example]), w.reader.Read(ctx, 0)
			},
		})
		if err := slow.Read(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if got := w.changed(example); len(got) != 1 {
			t.Errorf("changes = %q, want one", got)
		}
	})
}

func TestReadEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t).Open(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w.fails[example] = context.Canceled
	w.reader.Run(ctx)
	if err := w.reader.Read(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v", err)
	}
	if sites, err := w.Sites(t.Context()); err != nil || len(sites) > 0 {
		t.Errorf("a stop is noted as a failure: %+v, %v", sites, err)
	}
}

func TestPrune(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t).Open(t))
	for i := range 3 {
		w.codes[example][0].Name = fmt.Sprint("Department ", i)
		if err := w.read(2 * time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	prune := func(before time.Time) {
		t.Helper()
		if err := w.db.Update(t.Context(), func(tx *store.Tx) error { return readings.Prune(tx, before) }); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	prune(before)
	if sites, err := w.Sites(t.Context()); err != nil || len(sites) != 2 || sites[0].Began.Before(before) || sites[1].Began.Before(before) {
		t.Errorf("what was before %v is said to be known: %+v, %v", before, sites, err)
	}
	gaps, err := w.Gaps(t.Context(), []string{example}, time.Time{})
	if got := w.changed(example); len(got) != 1 || len(gaps) != 1 || err != nil {
		t.Errorf("left are %q and %v, %v", got, gaps, err)
	}
	prune(time.Now().Add(time.Hour))
	sites, err := w.Sites(t.Context())
	if got := w.changed(example); got != nil || len(sites) > 0 || err != nil {
		t.Errorf("left are %q and %v, %v", got, sites, err)
	}
	if c, err := w.At(t.Context(), example, "1", time.Now()); c != nil || err != nil {
		t.Errorf("a code of a site that is gone: %+v, %v", c, err)
	}
}

// TestAtAfterManyChanges: what a code was like is right also where more changed
// since than [readings.Memory.Changes] returns.
func TestAtAfterManyChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t).Open(t))
	for _, letter := range []string{"a", "b", "c"} {
		options := make([]webex.Option, 2001)
		for i := range options {
			options[i].Value = fmt.Sprint(letter, i)
		}
		w.codes[example][0].Options = options
		if err := w.read(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	code, err := w.At(t.Context(), example, "1", time.Now().Add(-90*time.Minute))
	if err != nil || code == nil || len(code.Options) != 2001 || slices.ContainsFunc(code.Options, func(o webex.Option) bool { return o.Value[0] != 'a' }) {
		t.Errorf("At = %d options of %v, %v; want the 2001 of the first reading", len(code.Options), code.Name, err)
	}
}
