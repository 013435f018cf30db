package cli

import (
	"testing"
	"time"
)

func TestSinceWhen(t *testing.T) {
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "2026-03-01": time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01T10:00:00Z": time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC),
		"7d": now.AddDate(0, 0, -7), "90m": now.Add(-90 * time.Minute),
	} {
		if got, err := sinceWhen(text, now); err != nil || !got.Equal(want) {
			t.Errorf("sinceWhen(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"yesterday", "-7d", "-1h", "2026-13-01"} {
		if got, err := sinceWhen(text, now); err == nil {
			t.Errorf("sinceWhen(%q) = %v, want an error", text, got)
		}
	}
}
