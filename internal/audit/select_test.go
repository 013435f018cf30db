package audit

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"trackbot/internal/store"
	"trackbot/internal/store/storetest"
)

func TestSelect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t, sealed)
		for i, r := range []Record{
			{Ref: "A", PersonID: "p1", Email: "alice@example.com", Site: "one.webex.com"},
			{Ref: "B", PersonID: "p2", Email: "bob@example.com", Site: "one.webex.com"},
			{Ref: "C", PersonID: "p1", Email: "alice@example.com", Site: "Two.webex.com"},
			{Ref: "D", PersonID: "p3", Email: "bob@example.com.evil.example", Site: "notone.webex.com"},
		} {
			r.Time = noon.AddDate(0, 0, i)
			update(t, db, func(tx *store.Tx) error { return Append(tx, r) })
		}
		for _, x := range []struct {
			f    Filter
			want string
		}{
			{Filter{}, "A B C D"},
			{Filter{Person: "p1"}, "A C"},
			{Filter{Person: "BOB@Example.com"}, "B"},
			{Filter{Person: "bob"}, ""},
			{Filter{Site: "ONE.webex.com"}, "A B"},
			{Filter{Site: "two.webex.com"}, "C"},
			{Filter{Ref: "c"}, "C"},
			{Filter{Person: "p1", Site: "one.webex.com"}, "A"},
			{Filter{Since: noon.AddDate(0, 0, 1)}, "B C D"},
			{Filter{Since: noon.AddDate(0, 0, 1).Add(time.Millisecond)}, "C D"},
			{Filter{Since: noon.AddDate(1, 0, 0)}, ""},
			{Filter{After: 2}, "C D"},
			{Filter{After: 4}, ""},
			{Filter{Since: noon.AddDate(0, 0, 1), After: 3, Person: "p3"}, "D"},
		} {
			if got := refs(t, db, x.f); got != x.want {
				t.Errorf("Select(%+v) = %q, want %q", x.f, got, x.want)
			}
		}
	})
}

// TestSelectByTimeAsked finds what was asked before others and recorded after them.
func TestSelectByTimeAsked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		for _, i := range []int{5, 1, 6, 2} {
			add(t, db, i, i)
		}
		if got := refs(t, db, Filter{Since: noon.Add(2 * time.Second)}); got != "7F3K-Q5 7F3K-Q6 7F3K-Q2" {
			t.Errorf("refs = %s", got)
		}
	})
}

func TestSelectManyPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, n := range []int{pageSize, pageSize + 1, 2*pageSize + 7} {
			db := e.Open(t)
			have := len(selected(t, db, Filter{}))
			add(t, db, have+1, n)
			for _, f := range []Filter{{}, {Person: "alice@example.com"}, {Since: noon}, {Site: "example.webex.com"}} {
				list := selected(t, db, f)
				if len(list) != n || list[n-1].Seq != int64(n) {
					t.Errorf("Select(%+v): %d records, want %d", f, len(list), n)
				}
			}
			if got := refs(t, db, Filter{Person: "alice@example.com", Ref: "7f3k-q500"}); got != "7F3K-Q500" {
				t.Errorf("refs = %s", got)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSelectStops(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3)
		enough, n := errors.New("enough"), 0
		err := Select(t.Context(), db, Filter{}, func(Record) error { n++; return enough })
		if !errors.Is(err, enough) || n != 1 {
			t.Errorf("Select = %v after %d records, want %v after 1", err, n, enough)
		}
	})
}

func TestSelectNamesWhatItCannotRead(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 3)
		changed(t, db, "UPDATE audit SET mark = $1 WHERE seq = 2", []byte("{"))
		n := 0
		err := Select(t.Context(), db, Filter{}, func(Record) error { n++; return nil })
		if err == nil || !strings.Contains(err.Error(), "entry 2: its mark is not") || n != 1 {
			t.Errorf("Select = %v after %d records, want an error after 1", err, n)
		}
	})
}

// TestFollow appends while somebody follows: once before, then after each record that was shown.
func TestFollow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 2)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		tick := make(chan time.Time, 1)
		var got []string
		err := follow(ctx, db, Filter{Site: "example.webex.com"}, tick, func(r Record) error {
			got = append(got, r.Ref)
			switch len(got) {
			case 2:
				update(t, db, func(tx *store.Tx) error { return Append(tx, Record{Ref: "other", Site: "b"}) })
				add(t, db, 3, 4)
				tick <- time.Time{}
			case 4:
				prune(t, db, noon.Add(4*time.Second)) // of what was shown, for the most part
				add(t, db, 5, 5)
				tick <- time.Time{}
			case 5:
				cancel()
			}
			return nil
		})
		if want := "7F3K-Q1 7F3K-Q2 7F3K-Q3 7F3K-Q4 7F3K-Q5"; err != nil || strings.Join(got, " ") != want {
			t.Errorf("Follow = %v after %v, want %s", err, got, want)
		}
	})
}

func TestFollowEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := filled(t, e, 1)
		enough := errors.New("enough")
		if err := Follow(t.Context(), db, Filter{}, func(Record) error { return enough }); !errors.Is(err, enough) {
			t.Errorf("Follow = %v, want %v", err, enough)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := Follow(ctx, db, Filter{}, func(Record) error { cancel(); return nil }); err != nil {
			t.Errorf("Follow = %v, want nil when its context is done", err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := Follow(t.Context(), db, Filter{}, nil); !errors.Is(err, store.ErrClosed) {
			t.Errorf("Follow = %v, want %v", err, store.ErrClosed)
		}
	})
}

func TestFormat(t *testing.T) {
	whole := sample(2)
	for _, x := range []struct {
		r    Record
		want string
	}{
		{whole, `2026-07-03T12:00:02.000Z 7F3K-Q2 alice@example.com        code      site=example.webex.com code=2 via=text decision=allowed` +
			` outcome=answered reason="own organization" calls=2 ms=412 tracking=ROUTER_1 space=Y2lzY28-space person=Y2lzY28-alice`},
		{Record{Time: noon, PersonID: "p"}, `2026-07-03T12:00:00.000Z -       p                        -         calls=0 ms=0 person=p`},
		{
			Record{Time: noon, Ref: "-", Email: "a b", Command: "x=y", Code: "\x1b[2J\n\"\u202e", Reason: "\xff", Site: `a\b`},
			`2026-07-03T12:00:00.000Z "-"     "a b"                    "x=y"     site="a\\b" code="\x1b[2J\n\"\u202e" reason="\xff" calls=0 ms=0`,
		},
		{Record{Time: noon, Mark: &Mark{What: markRemoved, Seq: 3, Hash: "ab"}}, `2026-07-03T12:00:00.000Z log removed seq=3 hash=ab`},
	} {
		var b strings.Builder
		if err := Format(&b, x.r); err != nil {
			t.Fatal(err)
		}
		if b.String() != x.want+"\n" {
			t.Errorf("Format(%+v) =\n%swant\n%s", x.r, &b, x.want)
		}
	}
}

func FuzzFormat(f *testing.F) {
	f.Add("\x1b]0;title\x07", "line\nfeed")
	f.Fuzz(func(t *testing.T, a, b string) {
		var w strings.Builder
		if err := Format(&w, Record{Ref: a, Email: b, Command: a, Code: b, Reason: a}); err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.TrimSuffix(w.String(), "\n") {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
				t.Fatalf("Format lets %q through: %q", r, &w)
			}
		}
	})
}
