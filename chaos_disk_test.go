package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The size of the disk under the bot, and the reserve it is told to keep.
const (
	diskSize    = 64 << 20
	diskReserve = 8 << 20
)

// smallDisk is a folder on a disk of its own, where that can be had.
type smallDisk struct {
	t    *testing.T
	dir  string
	none string // why it is a plain folder instead
	full bool   // it was
}

func newSmallDisk(t *testing.T) *smallDisk {
	t.Helper()
	d := &smallDisk{t: t, dir: t.TempDir()}
	out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0700", diskSize), "tmpfs", d.dir).CombinedOutput()
	if err != nil {
		d.none = fmt.Sprintf("no tmpfs can be mounted: %v %s", err, bytes.TrimSpace(out))
		return d
	}
	t.Cleanup(func() { // after the process is gone
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "umount", d.dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return d
}

func (d *smallDisk) ballast() string { return filepath.Join(d.dir, "ballast") }

// step fills the disk to the last byte, then frees half of the reserve, then
// all, and reports whether that was the last step.
func (d *smallDisk) step(n int) (last bool) {
	d.t.Helper()
	if d.none != "" {
		return true
	}
	switch n {
	case 1:
		d.fill()
	case 2:
		if info, err := os.Stat(d.ballast()); err != nil || os.Truncate(d.ballast(), info.Size()-diskReserve/2) != nil {
			d.t.Errorf("the disk could not be freed a little: %v", err)
		}
	default:
		d.empty()
		return true
	}
	return false
}

func (d *smallDisk) fill() {
	d.t.Helper()
	f, err := os.Create(d.ballast())
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2] // and what is left, down to the last byte
		}
	}
	d.full = true
}

func (d *smallDisk) empty() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		d.t.Error(err)
	}
}
