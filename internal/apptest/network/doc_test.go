// Package network puts proxies and foreign certificates between the whole bot and Webex.
package network

import (
	"testing"

	"trackbot/internal/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
