package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func TestAppendKeepsEveryField(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t, sealed)
		add(t, db, 1, 1)
		want := sample(1)
		want.Seq = 1
		if d := cmp.Diff([]Record{want}, selected(t, db, Filter{})); d != "" {
			t.Errorf("read back (-want +got):\n%s", d)
		}
		if seq, hash := headOf(t, db); seq != 1 || hash != want.hash() {
			t.Errorf("Head = %d, %s, want 1, %s", seq, hash, want.hash())
		}
		intact(t, db, 1)
	})
}

// TestSealedText looks for people's text in the columns of PostgreSQL; the file of SQLite is encrypted as a whole.
func TestSealedText(t *testing.T) {
	db := storetest.PostgreSQL(t).Open(t, sealed)
	add(t, db, 1, 1)
	var email, code, reason []byte
	update(t, db, func(tx *store.Tx) error {
		return tx.Row("SELECT email, code, reason FROM audit").Scan(&email, &code, &reason)
	})
	for name, column := range map[string][]byte{"email": email, "code": code, "reason": reason} {
		if len(column) < 28 || bytes.Contains(column, []byte("alice")) || bytes.Contains(column, []byte("organization")) {
			t.Errorf("column %s is readable: %q", name, column)
		}
	}
}

// TestLine holds the form that hashes are taken of: a change of it would break every record there is.
func TestLine(t *testing.T) {
	whole := sample(1)
	whole.Seq, whole.Prev, whole.Time = 7, "ab", noon.Add(120*time.Millisecond)
	whole.Code = "\"\\/<&>\t\x7f\u2028é\xff"
	for _, x := range []struct {
		r          Record
		line, hash string
	}{
		{
			whole, `{"seq":7,"time":"2026-07-03T12:00:00.12Z","ref":"7F3K-Q1","personId":"Y2lzY28-alice","email":"alice@example.com",` +
				`"space":"Y2lzY28-space","command":"code","site":"example.webex.com","code":"\"\\/<&>\u0009` + "\x7f\u2028é\xff" + `","via":"text",` +
				`"decision":"allowed","reason":"own organization","outcome":"answered","calls":2,"trackingId":"ROUTER_1","ms":412,"prev":"ab"}`,
			"",
		},
		{Record{Seq: 1, Time: noon}, `{"seq":1,"time":"2026-07-03T12:00:00Z","calls":0,"ms":0,"prev":""}`, "d852d7faf4ef2d9d7a361cfa82c56f12cef439b329f29c7025e79954da1965af"},
		{
			Record{Seq: 9, Time: noon, Mark: &Mark{markRemoved, 3, "cd"}, Prev: "ef"},
			`{"seq":9,"time":"2026-07-03T12:00:00Z","calls":0,"mark":{"what":"removed","seq":3,"hash":"cd"},"ms":0,"prev":"ef"}`, "",
		},
	} {
		if got := string(x.r.line()); got != x.line {
			t.Errorf("line is\n%s, want\n%s", got, x.line)
		}
		if got := x.r.hash(); x.hash != "" && got != x.hash {
			t.Errorf("hash of %s is %s, want %s", x.line, got, x.hash)
		}
	}
}

// FuzzLine makes sure that lines are JSON which says the same, whatever the texts hold.
func FuzzLine(f *testing.F) {
	f.Add("\x1b]0;title\x07\"\\", "line\nfeed\u2028", int64(-1))
	f.Fuzz(func(t *testing.T, a, b string, ms int64) {
		want := bound(Record{Ref: a, Email: b, Code: a, TrackingID: b, Duration: time.Duration(ms % 1e12 * 1e6)}, noon)
		var got Record
		if err := json.Unmarshal(want.line(), &got); err != nil {
			t.Fatalf("%v: %s", err, want.line())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// TestLinesAreTheChain follows the chain as who keeps the printed lines can.
func TestLinesAreTheChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3)
		prune(t, db, noon.Add(3*time.Second))
		add(t, db, 5, 6)
		var b bytes.Buffer
		if err := Select(t.Context(), db, Filter{}, func(r Record) error { return FormatJSON(&b, r) }); err != nil {
			t.Fatal(err)
		}
		prev, n := "", 0
		for line := range strings.Lines(b.String()) {
			var r Record
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			if n++; n > 1 && r.Prev != prev {
				t.Errorf("prev of %s is not %s", line, prev)
			}
			sum := sha256.Sum256([]byte(strings.TrimSuffix(line, "\n")))
			prev = hex.EncodeToString(sum[:])
		}
		if _, hash := headOf(t, db); hash != prev || n != 4 {
			t.Errorf("%d lines, the last with hash %s, want 4 and %s", n, prev, hash)
		}
	})
}

// TestUndoneAppend leaves nothing of a transaction that fails after its entry.
func TestUndoneAppend(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 1)
		failure := errors.New("no")
		err := db.Update(t.Context(), func(tx *store.Tx) error { return errors.Join(Append(tx, sample(2)), failure) })
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		add(t, db, 3, 3)
		if got := refs(t, db, Filter{}); got != "7F3K-Q1 7F3K-Q3" {
			t.Errorf("refs = %s", got)
		}
		intact(t, db, 2)
	})
}

func TestNoHead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 1)
		changed(t, db, "DELETE FROM audit_head")
		err := db.Update(t.Context(), func(tx *store.Tx) error { return Append(tx, sample(2)) })
		if !errors.Is(err, errNoHead) {
			t.Errorf("Append = %v, want %v", err, errNoHead)
		}
	})
}

func TestHostileTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		texts := []string{
			"", "line\nfeed\r\n", "\x1b[2Jgone\x00\x1e", strings.Repeat("ü", 400), strings.Repeat("x", 511) + "漢", strings.Repeat("\x01", 5000),
			"\xff\xfe", strings.Repeat("\xff", 3000), strings.Repeat("\x80", 3000), `","prev":"x`, "\u202Eevil\u2028", strings.Repeat("\x00", 600),
		}
		for _, s := range texts {
			update(t, db, func(tx *store.Tx) error {
				return Append(tx, Record{
					Ref: s, PersonID: s, Email: s, Space: s, Command: s, Site: s, Code: s, Via: s, Decision: s, Reason: s, Outcome: s, TrackingID: s,
					Duration: -1, Calls: -1, Prev: s, Mark: &Mark{What: markRemoved, Hash: s},
				})
			})
		}
		list := selected(t, db, Filter{})
		if len(list) != len(texts) {
			t.Fatalf("%d records, want %d", len(list), len(texts))
		}
		for i, s := range texts {
			clean := strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
			r := list[i]
			if len(r.Code) > maxField || len(r.Code) < min(len(clean), maxField-3) || !strings.HasPrefix(clean, r.Code) || r.Ref != r.Code {
				t.Errorf("%q became %q", s, r.Code)
			}
			if time.Since(r.Time) > time.Hour || time.Until(r.Time) > time.Hour {
				t.Errorf("time is %v, want now", r.Time)
			}
		}
		intact(t, db, int64(len(texts)))
	})
}

// TestSeveralProcesses lets bots and command lines append and prune at once, each through a connection of its own.
func TestSeveralProcesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		const each = 40
		var wg sync.WaitGroup
		for k, db := range []*store.DB{e.Open(t), e.Open(t, operator), e.Open(t, operator)} {
			for i := range 4 {
				wg.Go(func() {
					for j := range each / 4 {
						if err := db.Update(t.Context(), func(tx *store.Tx) error { return Append(tx, sample(1000*k+100*i+j)) }); err != nil {
							t.Errorf("Append: %v", err)
						}
					}
				})
			}
		}
		wg.Wait()
		db := e.Open(t, operator)
		intact(t, db, 3*each)
		for _, db := range []*store.DB{db, e.Open(t, operator)} {
			wg.Go(func() {
				err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := Prune(tx, time.Now()); return err })
				if err != nil {
					t.Errorf("Prune: %v", err)
				}
			})
		}
		wg.Wait()
		if r := verify(t, db, ""); !r.OK() || r.First < 3*each+1 {
			t.Errorf("after two prunes at once: %+v", r)
		}
	})
}

func TestVerifyWhileItIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 100 {
				err := db.Update(t.Context(), func(tx *store.Tx) error {
					if i%10 == 9 {
						_, err := Prune(tx, noon.Add(time.Duration(i-5)*time.Second))
						return err
					}
					return Append(tx, sample(i))
				})
				if err != nil {
					t.Errorf("Append: %v", err)
				}
			}
		})
		for range 20 {
			if r := verify(t, db, ""); !r.OK() {
				t.Errorf("Verify: %+v", r)
			}
		}
		wg.Wait()
	})
}

func BenchmarkAppend(b *testing.B) {
	const batch = 64 // of one commit
	for _, open := range []func(testing.TB) storetest.Engine{storetest.SQLite, storetest.PostgreSQL} {
		e := open(b)
		b.Run(e.Name, func(b *testing.B) {
			db := e.Open(b)
			b.ReportAllocs()
			for b.Loop() {
				add(b, db, 1, batch)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/batch, "ns/entry")
		})
	}
}
