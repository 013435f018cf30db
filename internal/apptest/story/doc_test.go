// Package story has the whole bot answer what people ask, from the message to the card.
package story

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
