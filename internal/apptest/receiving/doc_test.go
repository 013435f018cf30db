// Package receiving tests that a bot which was away, or could not hear, catches
// up, and what it says about its receivers.
package receiving

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
