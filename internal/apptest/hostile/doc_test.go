// Package hostile does to the whole bot what people who wish it ill can do: one
// test a row of "What it costs" in SECURITY.md.
package hostile

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
