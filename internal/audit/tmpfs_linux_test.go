package audit

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestSmallDisk fills a real disk of a megabyte: the line under way still finds
// its place, then nothing may be asked, and all is well when there is room again.
func TestSmallDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no disk of a megabyte, which only root can mount: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(disk, "audit")
		l := start(t, dir, &clock{noon})
		if err := l.Writable(); err != nil {
			t.Fatalf("Writable: %v", err)
		}
		ballast := filepath.Join(disk, "ballast")
		if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err == nil {
			t.Fatal("the disk did not get full")
		}
		add(t, l, 1, 40)
		if err := l.Writable(); err == nil {
			t.Error("Writable on a full disk = nil")
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		if err := l.Writable(); err != nil {
			t.Errorf("Writable with room again = %v", err)
		}
		add(t, l, 41, 41)
		holds(t, dir, 41)
	})
}
