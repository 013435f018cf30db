// Package reliability kills, stops and starves the whole bot: nothing is lost, and nothing is answered twice.
package reliability

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
