// Package changes tests the whole bot: what is changed in Webex is planned,
// approved by a second person, written once, read back and undone.
package changes

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
