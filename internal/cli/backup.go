package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"trackbot/internal/config"
	"trackbot/internal/signin"
)

type backupCmd struct {
	File string `arg:"" help:"The file to make. It must not exist yet."`
}

// backup copies the SQLite database to a new file, also while the bot runs.
// Nothing is written to the database or its folder.
func (p Program) backup(ctx context.Context, cmd backupCmd) error {
	c, err := p.load(config.ForQueue)
	if err != nil {
		return err
	}
	db, err := openStore(ctx, c, true)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database in %s (DATA_DIR)", c.DataDir)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(db.Backup(ctx, cmd.File), db.Close()); err != nil {
		return err
	}
	info, err := os.Stat(cmd.File)
	if err != nil {
		return err
	}
	say(p.Stdout, "Copied the database to %s (%.1f MB).\n", cmd.File, float64(info.Size())/1e6)
	key := signin.KeyFile(c)
	if !c.TokenKey.IsZero() {
		say(p.Stdout, "It is encrypted. Keep TOKEN_KEY as well, in another place.\n")
	} else if _, err := os.Stat(key); err == nil {
		say(p.Stdout, "It is not encrypted, except for the sign-in's tokens. Keep %s as well, in another place.\n", key)
	}
	return nil
}
