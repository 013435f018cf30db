package change_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"trackbot/internal/change"
	"trackbot/internal/simulator"
	"trackbot/webex"
)

// TestWebexTakesWhatIsPlanned writes random plans to the simulator, by both ways
// in which it may show rules: what was planned is what is read back, and its
// inverse brings back what was there.
func TestWebexTakesWhatIsPlanned(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{}, {ShortAll: true}} {
		sim, err := simulator.Start(t.Context(), simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = sim.Close() })
		sim.SetQuirks(quirks)
		o := webex.Options{BaseURL: sim.URL(), Token: func(context.Context) (string, error) { return sim.AdminToken(), nil }}
		admin, dice, planned := webex.NewAdmin(o), rand.New(rand.NewPCG(3, 4)), 0
		for range 300 {
			list, err := admin.TrackingCodes(t.Context(), "example.webex.com")
			if err != nil {
				t.Fatal(err)
			}
			now := list[dice.IntN(len(list))]
			p, err := change.OfCode(now, list, randomEdit(dice, now))
			if err != nil {
				continue // it broke a rule
			}
			planned++
			for _, step := range []func() change.Plan{
				func() change.Plan { return p },
				func() change.Plan {
					back, err := p.Inverse(change.State{Code: read(t, admin, now.ID)})
					if err != nil {
						t.Fatal(err)
					}
					return back
				},
			} {
				next := step()
				if _, err := admin.UpdateTrackingCode(t.Context(), *next.After.Code); err != nil {
					t.Fatalf("%+v: Webex refuses %v: %v", quirks, change.Texts(next.Lines()), err)
				}
				if left := change.Diff(next.After, change.State{Code: read(t, admin, now.ID)}); len(left) > 0 {
					t.Errorf("%+v: read back otherwise: %v", quirks, change.Texts(left))
				}
				if dice.IntN(2) == 0 {
					break // it stays
				}
			}
		}
		if planned < 100 {
			t.Errorf("%d of 300 were planned, want 100 or more", planned)
		}
	}
}

func read(t *testing.T, admin *webex.Admin, id string) *webex.TrackingCode {
	t.Helper()
	c, err := admin.TrackingCode(t.Context(), "example.webex.com", id)
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func randomEdit(dice *rand.Rand, c webex.TrackingCode) change.Edit {
	value := fmt.Sprintf("Value %d", dice.IntN(1000))
	if len(c.Options) > 0 && dice.IntN(2) == 0 {
		value = c.Options[dice.IntN(len(c.Options))].Value
	}
	types := []string{change.Optional, change.Required, change.AdminSet, change.NotUsed}
	kind, service := types[dice.IntN(4)], change.Services()[dice.IntN(5)]
	return []change.Edit{
		change.AddOption(value), change.RemoveOption(value), change.RenameOption(value, value+" x"), change.Default(value), change.NoDefault(),
		change.InService(service, kind), change.InHostProfile(kind), change.Rename(c.Name + "x"),
	}[dice.IntN(8)]
}
