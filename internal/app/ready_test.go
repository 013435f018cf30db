package app_test

import (
	"slices"
	"testing"
	"time"

	"trackbot/internal/app"
)

func TestSkew(t *testing.T) {
	now := time.Now()
	for ahead, want := range map[time.Duration][]string{
		0: nil, 30 * time.Second: nil, -30 * time.Second: nil,
		31 * time.Second: {"the clock of this machine is 31s ahead of Webex's"}, -5 * time.Minute: {"the clock of this machine is 5m0s behind Webex's"},
	} {
		if got := app.Skew(now, now.Add(ahead)); !slices.Equal(got, want) {
			t.Errorf("%v ahead: Skew = %q, want %q", ahead, got, want)
		}
	}
}
