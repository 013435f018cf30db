package hostile

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"trackbot/internal/apptest"
	"trackbot/internal/simulator"
)

// largeWorld is a bot as a process, and on example.webex.com 40 codes of 500
// options of 120 characters, which no compression shrinks much; and ten people who
// ask in three spaces each.
func largeWorld(t *testing.T) (p *apptest.Process, h *apptest.World, spaces []simulator.Space, people []simulator.Person) {
	t.Helper()
	h, p = apptest.NewProcessWorld(t, "GOMEMLIMIT=200MiB") // as in the image
	random := rand.New(rand.NewPCG(1, 2))
	for c := range 40 {
		code := simulator.TrackingCode{Name: fmt.Sprintf("Code number %02d", c), InputMode: "select", HostProfileCode: "optional", ScheduleStartCodes: []simulator.ScheduleStart{{Service: "All", Type: "optional"}}}
		for o := range 500 {
			code.Options = append(code.Options, simulator.Option{Value: fmt.Sprintf("%05d %0114d", o, random.Uint64())})
		}
		h.Sim.PutCode("example.webex.com", code)
	}
	for i := range 10 {
		someone := h.Sim.AddPerson(simulator.Person{DisplayName: fmt.Sprintf("Member %d", i)})
		for j := range 3 {
			people = append(people, someone)
			spaces = append(spaces, h.Sim.Group(fmt.Sprintf("Space %d of %d", j, i), someone.ID))
		}
	}
	return p, h, spaces, people
}

// TestExportsCostLittle asks for ten and for thirty exports of the largest site at
// once: each file is posted, and the bot stays within the 256 MiB of the examples.
func TestExportsCostLittle(t *testing.T) {
	if testing.Short() || underRace {
		t.Skip("left out with -short and with the race detector: forty files of 2.4 MB are made, and memory is measured")
	}
	p, h, spaces, people := largeWorld(t)
	h.Ask("code 1 on example.webex.com")
	peak := p.Resident()
	for _, n := range []int{10, 30} {
		before, began := peak, time.Now()
		var roots []simulator.Message
		for i := range n {
			roots = append(roots, h.Write(spaces[i], people[i], "@trackbot export codes on example.webex.com", ""))
		}
		apptest.Eventually(t, "every file is posted", func() bool {
			peak = max(peak, p.Resident())
			files := 0
			for _, root := range roots {
				for _, m := range h.InThread(root) {
					files += len(m.Files)
				}
			}
			return files == n
		})
		t.Logf("%d exports at once: %d MiB, before %d MiB, in %v", n, peak>>10, before>>10, time.Since(began).Round(time.Millisecond))
	}
	if peak > 256<<10 {
		t.Errorf("the bot has %d KiB, want 256 MiB at most", peak)
	}
}
