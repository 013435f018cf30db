// Package access holds the whole bot to who may ask what, where, and to the record of it.
package access

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
