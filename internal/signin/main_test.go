package signin_test

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
