package apptest

import (
	"strings"
	"testing"

	"trackbot/internal/config"
)

// everyWay is the name of the tests that run others over every way to hear.
const everyWay = "TestEveryWay"

// EveryWay runs tests of the whole bot over the other ways to hear than
// webhooks, which those tests take when they run by themselves. The test that
// calls it is named TestEveryWay.
func EveryWay(t *testing.T, tests map[string]func(*testing.T)) {
	t.Helper()
	for _, way := range []string{config.ReceiveWebsocket, config.ReceiveBoth} {
		if testing.Short() && way == config.ReceiveBoth {
			continue // it hears by the two ways that are tested one by one
		}
		t.Run(way, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, test)
			}
		})
	}
}

// wayOf is how the bot of a test below TestEveryWay hears; empty elsewhere.
func wayOf(t *testing.T) string {
	t.Helper()
	below, found := strings.CutPrefix(t.Name(), everyWay+"/")
	if !found {
		return ""
	}
	way, _, _ := strings.Cut(below, "/")
	return way
}
