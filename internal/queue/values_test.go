package queue

import (
	"errors"
	"sync"
	"testing"
)

// A second process reads and writes the values of a bucket as the one that holds the store does.
func TestValues(t *testing.T) {
	o := testOptions(t)
	q := openQueue(t, o)
	r, err := Attach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var first8 sync.WaitGroup
	for range 8 {
		first8.Go(func() {
			if _, _, err := r.Value(t.Context(), "tokens", "admin"); !errors.Is(err, ErrNotFound) {
				t.Errorf("Value of nothing: %v, want ErrNotFound", err)
			}
		})
	}
	first8.Wait()
	first, err := r.SetValue(t.Context(), "tokens", "admin", []byte("one"), 0)
	if err != nil || first == 0 {
		t.Fatalf("SetValue = %d, %v, want a revision", first, err)
	}
	for _, m := range []Manager{q, r} {
		if _, err := m.SetValue(t.Context(), "tokens", "admin", []byte("lost"), 0); !errors.Is(err, ErrChanged) {
			t.Errorf("%T: SetValue where there is a value: %v, want ErrChanged", m, err)
		}
		v, rev, err := m.Value(t.Context(), "tokens", "admin")
		if err != nil || string(v) != "one" || rev != first {
			t.Errorf("%T: Value = %q, %d, %v, want one, %d", m, v, rev, err, first)
		}
	}
	second, err := q.SetValue(t.Context(), "tokens", "admin", []byte("two"), first)
	if err != nil || second <= first {
		t.Fatalf("SetValue = %d, %v, want a higher revision than %d", second, err, first)
	}
	if _, err := r.SetValue(t.Context(), "tokens", "admin", []byte("lost"), first); !errors.Is(err, ErrChanged) {
		t.Errorf("SetValue with an old revision: %v, want ErrChanged", err)
	}
	if v, _, err := r.Value(t.Context(), "tokens", "admin"); err != nil || string(v) != "two" {
		t.Errorf("Value = %q, %v, want two", v, err)
	}
	if _, _, err := r.Value(t.Context(), "no name", "admin"); err == nil {
		t.Error("Value of a bucket with a bad name: no error")
	}
}
