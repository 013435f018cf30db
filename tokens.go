package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"trackbot/bot"
	"trackbot/cards"
	"trackbot/internal/config"
	"trackbot/internal/queue"
	"trackbot/webex"
)

// tokenStore keeps the admin's tokens in a bucket that all replicas share. A
// running bot lends it to other commands of this machine.
type tokenStore struct{ m queue.Manager }

const (
	tokenBucket = "tokens"
	tokenEntry  = "admin"
)

// Load implements [webex.TokenStore].
func (s tokenStore) Load(ctx context.Context) ([]byte, uint64, error) {
	sealed, rev, err := s.m.Value(ctx, tokenBucket, tokenEntry)
	if errors.Is(err, queue.ErrNotFound) {
		return nil, 0, nil
	}
	return sealed, rev, err
}

// Save implements [webex.TokenStore].
func (s tokenStore) Save(ctx context.Context, sealed []byte, rev uint64) (uint64, error) {
	rev, err := s.m.SetValue(ctx, tokenBucket, tokenEntry, sealed, rev)
	if errors.Is(err, queue.ErrChanged) {
		err = errors.Join(webex.ErrChanged, err)
	}
	return rev, err
}

// newKeys makes the keys of the admin's sign-in; nil where the configuration
// has a token instead. warn may be nil.
func newKeys(c config.Config, m queue.Manager, log *slog.Logger, warn func(context.Context, string) error) (*webex.Keys, error) {
	if c.AdminClientID == "" {
		return nil, nil //nolint:nilnil // nil is the answer
	}
	seal, err := newSeal(c)
	if err != nil {
		return nil, err
	}
	return webex.NewKeys(webex.OAuthOptions{
		BaseURL: c.APIURL, ClientID: c.AdminClientID, ClientSecret: c.AdminClientSecret.Reveal,
		RefreshToken: c.AdminRefreshToken.Reveal, Store: tokenStore{m}, Seal: seal, Logger: log, Warn: warn,
	}), nil
}

// keyFile is where the key is that stands in for TOKEN_KEY.
func keyFile(c config.Config) string { return filepath.Join(c.DataDir, "token.key") }

// newSeal makes what the stored tokens are encrypted with.
func newSeal(c config.Config) (*webex.Seal, error) {
	key := []byte(c.TokenKey.Reveal())
	if len(key) == 0 {
		var err error
		if key, err = webex.SealKeyFile(keyFile(c)); err != nil {
			return nil, fmt.Errorf("TOKEN_KEY is not set, and its place is taken by a file in DATA_DIR: %w", err)
		}
	}
	return webex.NewSeal(key, "admin tokens")
}

// adminOptions are those of the admin's client, with its token or its keys.
func adminOptions(c config.Config, keys *webex.Keys) webex.Options {
	o := clientOptions(c.APIURL, c.AdminToken)
	if keys != nil {
		o.Token, o.Renew = keys.Token, keys.Renew
	}
	return o
}

// withStore lends the store to f, as the one process that has it open or
// through the bot that does. The store is made where it is missing.
func withStore(ctx context.Context, c config.Config, f func(queue.Manager) error) error {
	o := queueOptions(c, slog.New(slog.DiscardHandler))
	m, err := queue.Attach(ctx, o)
	if errors.Is(err, fs.ErrNotExist) {
		m, err = queue.Open(ctx, o)
	}
	if err != nil {
		return fmt.Errorf("reach the store of the tokens: %w", storeError(err))
	}
	return errors.Join(f(m), m.Close(context.WithoutCancel(ctx)))
}

// warnAdmin says in the log, and in the space for it, that the admin's sign-in
// needs somebody.
func (a *app) warnAdmin(ctx context.Context, words string) error {
	now := time.Now().UTC()
	key := "admin " + bot.Ref(words) + " " + now.Format("2006-01-02T15")
	ref := bot.Ref(key)
	a.log.Error("the admin sign-in needs somebody", "words", words, "ref", ref)
	if a.c.AdminRoom == "" {
		return nil
	}
	n := cards.Notice{Title: "The sign-in behind this bot", Tone: cards.Attention, Ref: ref, Lines: []string{
		words, "Whoever runs this bot can mend it, on the machine where it runs; “trackbot check” shows more.",
	}}
	return a.tell(ctx, bot.Outgoing{Key: key, Ref: ref, RoomID: a.c.AdminRoom, Markdown: n.Markdown(), Asked: now})
}
