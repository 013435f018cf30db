package apptest

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
	DiskReserve = 8 << 20
)

// SmallDisk is a folder on a disk of its own, where that can be had.
type SmallDisk struct {
	t    *testing.T
	Dir  string
	None string // why it is a plain folder instead
	Full bool   // it was
}

// NewSmallDisk mounts the disk, and says in None why it could not.
func NewSmallDisk(t *testing.T) *SmallDisk {
	t.Helper()
	d := &SmallDisk{t: t, Dir: t.TempDir()}
	out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0700", diskSize), "tmpfs", d.Dir).CombinedOutput()
	if err != nil {
		d.None = fmt.Sprintf("no tmpfs can be mounted: %v %s", err, bytes.TrimSpace(out))
		return d
	}
	t.Cleanup(func() { // after the process is gone
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "umount", d.Dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v %s", err, out)
		}
	})
	return d
}

func (d *SmallDisk) ballast() string { return filepath.Join(d.Dir, "ballast") }

// Step fills the disk to the last byte, then frees half of the reserve, then
// all, and reports whether that was the last step.
func (d *SmallDisk) Step(n int) (last bool) {
	d.t.Helper()
	if d.None != "" {
		return true
	}
	switch n {
	case 1:
		d.Fill()
	case 2:
		if info, err := os.Stat(d.ballast()); err != nil || os.Truncate(d.ballast(), info.Size()-DiskReserve/2) != nil {
			d.t.Errorf("the disk could not be freed a little: %v", err)
		}
	default:
		d.Empty()
		return true
	}
	return false
}

// Fill fills the disk to the last byte.
func (d *SmallDisk) Fill() {
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
	d.Full = true
}

// Empty frees what [SmallDisk.Fill] took.
func (d *SmallDisk) Empty() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		d.t.Error(err)
	}
}

// Remount mounts the disk anew with an option, rw or ro.
func (d *SmallDisk) Remount(how string) {
	d.t.Helper()
	out, err := exec.CommandContext(d.t.Context(), "mount", "-o", "remount,"+how, d.Dir).CombinedOutput()
	if err != nil {
		d.t.Fatalf("remount: %v %s", err, bytes.TrimSpace(out))
	}
}
