package apptest

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"
)

// Ports are taken from below those that systems give to connections (from 32768
// on Linux), so that no connection takes the port of a bot that is down for a
// moment. Each test process has a block of them, by its number.
const (
	firstPort = 10_000
	portBlock = 100
	blocks    = 220
)

// handedOut counts the ports that this process asked for.
var handedOut atomic.Int64

// FreeAddr is an address of loopback at which nobody listens.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	for range portBlock {
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+os.Getpid()%blocks*portBlock+int(handedOut.Add(1)%portBlock))
		l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", addr)
		if err != nil {
			continue // somebody else's
		}
		if err := l.Close(); err != nil {
			tb.Fatal(err)
		}
		return addr
	}
	tb.Fatal("no port is free")
	return ""
}

// Reachable are the settings of a bot that listens at a free address, and tells
// Webex so.
func Reachable(tb testing.TB) []string {
	tb.Helper()
	addr := FreeAddr(tb)
	return []string{"LISTEN_ADDR=" + addr, "WEBEX_PUBLIC_URL=http://" + addr}
}
