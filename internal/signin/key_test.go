package signin_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"

	"trackbot/internal/config"
	"trackbot/internal/signin"
	"trackbot/internal/store/storetest"
)

func TestKeyFile(t *testing.T) {
	e := storetest.SQLite(t)
	f := newOffice(t, newSimulator(t), e)
	f.o.Config.TokenKey, f.o.Config.DataDir = config.Secret{}, t.TempDir()
	path := signin.KeyFile(f.o.Config)
	var wg sync.WaitGroup
	all := make([]*signin.Tokens, 8)
	for i := range all {
		wg.Go(func() { all[i] = f.tokens() })
	}
	wg.Wait()
	good := f.token(all[0])
	for _, k := range all[1:] {
		if token, err := k.Token(t.Context()); token != good || err != nil {
			t.Errorf("%v: several that start at once have several keys", err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v, want 0600", info.Mode(), err)
	}
	if left, _ := os.ReadDir(f.o.Config.DataDir); len(left) != 1 {
		t.Errorf("%d files are left, want the key alone", len(left))
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := signin.New(f.o); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("error = %v, want that others may read it", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("half of a k"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := signin.New(f.o); err == nil || strings.Contains(err.Error(), "half of") {
		t.Errorf("error = %v, want that it is no key, without what it is", err)
	}
}

// TestThePairIsSealed looks for the tokens in what is stored, and changes each byte of the sealed pair's text.
func TestThePairIsSealed(t *testing.T) {
	f := newOffice(t, newSimulator(t), storetest.SQLite(t))
	f.o.Config.AdminRefreshToken = config.Secret{}
	p := signin.Pair{AccessToken: "the-access-token", RefreshToken: "the-refresh-token"}
	for range 2 {
		if err := f.tokens().Adopt(context.Background(), p); err != nil {
			t.Fatal(err)
		}
	}
	stored := f.stored()
	if bytes.Contains(stored, []byte("the-")) {
		t.Errorf("the tokens show in %s", stored)
	}
	begin := bytes.Index(stored, []byte(`"pair":"`)) + len(`"pair":"`)
	for i := begin; i < len(stored)-4; i++ {
		changed := bytes.Clone(stored)
		if changed[i] >= 'A' && changed[i] <= 'P' { // those of the first two bits clear; the last four of the last digit count for nothing
			changed[i] = 'w'
		} else {
			changed[i] = 'A'
		}
		f.exec("UPDATE signin SET body = $1", changed)
		if err := f.tokens().Load(t.Context()); err == nil {
			t.Errorf("byte %d can be changed", i)
		}
	}
	f.exec("UPDATE signin SET body = $1", stored)
	if err := f.tokens().Load(t.Context()); err != nil {
		t.Errorf("Load = %v, want what was sealed", err)
	}
}
