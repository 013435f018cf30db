// Package replicas runs several bots that share their work.
package replicas

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
