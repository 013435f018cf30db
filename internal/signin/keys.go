// Package signin keeps the tokens of an administrator who signed in.
package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// TokenStore keeps the admin's tokens in a bucket that all replicas share. A
// running bot lends it to other commands of this machine.
type TokenStore struct{ Manager queue.Manager }

const (
	tokenBucket = "tokens"
	tokenEntry  = "admin"
)

// Load implements [webex.TokenStore].
func (s TokenStore) Load(ctx context.Context) ([]byte, uint64, error) {
	sealed, rev, err := s.Manager.Value(ctx, tokenBucket, tokenEntry)
	if errors.Is(err, queue.ErrNotFound) {
		return nil, 0, nil
	}
	return sealed, rev, err
}

// Save implements [webex.TokenStore].
func (s TokenStore) Save(ctx context.Context, sealed []byte, rev uint64) (uint64, error) {
	rev, err := s.Manager.SetValue(ctx, tokenBucket, tokenEntry, sealed, rev)
	if errors.Is(err, queue.ErrChanged) {
		err = errors.Join(webex.ErrChanged, err)
	}
	return rev, err
}

// NewKeys makes the keys of the admin's sign-in; nil where the configuration
// has a token instead. warn may be nil.
func NewKeys(c config.Config, m queue.Manager, log *slog.Logger, warn func(context.Context, string) error) (*webex.Keys, error) {
	if c.AdminClientID == "" {
		return nil, nil //nolint:nilnil // nil is the answer
	}
	seal, err := newSeal(c)
	if err != nil {
		return nil, err
	}
	return webex.NewKeys(webex.OAuthOptions{
		BaseURL: c.APIURL, ClientID: c.AdminClientID, ClientSecret: c.AdminClientSecret.Reveal,
		RefreshToken: c.AdminRefreshToken.Reveal, Store: TokenStore{m}, Seal: seal, Logger: log, Warn: warn,
	}), nil
}

// KeyFile is where the key is that stands in for TOKEN_KEY.
func KeyFile(c config.Config) string { return filepath.Join(c.DataDir, "token.key") }

// newSeal makes what the stored tokens are encrypted with.
func newSeal(c config.Config) (*webex.Seal, error) {
	key := []byte(c.TokenKey.Reveal())
	if len(key) == 0 {
		var err error
		if key, err = webex.SealKeyFile(KeyFile(c)); err != nil {
			return nil, fmt.Errorf("TOKEN_KEY is not set, and its place is taken by a file in DATA_DIR: %w", err)
		}
	}
	return webex.NewSeal(key, "admin tokens")
}
