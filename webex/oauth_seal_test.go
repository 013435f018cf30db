package webex_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"trackbot/webex"
)

func TestSeal(t *testing.T) {
	s := sealOf(t, 1)
	plain := []byte("a pair of tokens")
	sealed := s.Close(plain)
	if got, err := s.Open(sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("Open = %q, %v, want what was sealed", got, err)
	}
	if bytes.Contains(sealed, plain) || bytes.Equal(sealed, s.Close(plain)) || len(sealed) != len(plain)+28 {
		t.Error("the sealed form shows the plain one, or is the same twice, or has another length")
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := s.Open(changed); err == nil {
			t.Errorf("byte %d can be changed", i)
		}
	}
	other, err := webex.NewSeal(bytes.Repeat([]byte{1}, webex.SealKeySize), "another purpose")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]*webex.Seal{"another key": sealOf(t, 2), "another purpose": other} {
		if _, err := x.Open(sealed); err == nil {
			t.Errorf("%s opens it", name)
		}
	}
	for _, b := range [][]byte{nil, {}, sealed[:11], sealed[:27], sealed[:len(sealed)-1]} {
		if _, err := s.Open(b); err == nil {
			t.Errorf("%d bytes can be opened", len(b))
		}
	}
	if _, err := webex.NewSeal(make([]byte, 16), "x"); err == nil {
		t.Error("a key of 16 bytes is taken")
	}
}

func TestParseSealKey(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb}, webex.SealKeySize)
	for _, text := range []string{
		hex.EncodeToString(key), strings.ToUpper(hex.EncodeToString(key)), " " + hex.EncodeToString(key) + "\n",
		base64.StdEncoding.EncodeToString(key), base64.RawStdEncoding.EncodeToString(key), base64.URLEncoding.EncodeToString(key),
	} {
		if got, err := webex.ParseSealKey(text); err != nil || !bytes.Equal(got, key) {
			t.Errorf("ParseSealKey(%q) = %x, %v, want the key", text, got, err)
		}
	}
	for _, text := range []string{"", "secret-secret-secret-secret-secr", hex.EncodeToString(key[:31]), hex.EncodeToString(key) + "00"} {
		if _, err := webex.ParseSealKey(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("ParseSealKey(%q) = %v, want an error without the text", text, err)
		}
	}
}

func TestSealKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.key")
	got := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			key, err := webex.SealKeyFile(path)
			if err != nil {
				t.Errorf("SealKeyFile: %v", err)
			}
			got[i] = key
		})
	}
	wg.Wait()
	for _, key := range got {
		if len(key) != webex.SealKeySize || !bytes.Equal(key, got[0]) {
			t.Fatal("several that start at once have several keys")
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v, want 0600", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left, want the key alone", len(left))
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := webex.SealKeyFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("error = %v, want that others may read it", err)
	}
	if err := os.WriteFile(path, []byte("half of a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := webex.SealKeyFile(path); err == nil || strings.Contains(err.Error(), "half of") {
		t.Errorf("error = %v, want that it is no key, without what it is", err)
	}
}
