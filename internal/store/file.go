package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
	"lukechampine.com/adiantum"
)

// refuseOldStore refuses a folder with the queue of earlier versions, which kept it in a store of NATS.
func refuseOldStore(dir string) error {
	old := filepath.Join(dir, "store", "jetstream")
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%s is not a folder", dir)
	} else if err != nil {
		return err
	}
	return fmt.Errorf("the folder %s holds the queue of an older version of trackbot, which this one can't read: let that version answer what waits there, move its folder %s away, and sign in again with trackbot login; nothing was changed",
		dir, filepath.Dir(old))
}

// checkFileKey finds out whether the file was made with this key, or with none, before SQLite looks at it: with a wrong key
// that would take what waits in the write-ahead log for rubbish, and remove it. A file that is not there yet has any key.
func checkFileKey(file string, key []byte) error {
	page, err := firstPage(file)
	if err != nil || page == nil {
		return err
	}
	const magic = "SQLite format 3\x00"
	plain := bytes.HasPrefix(page, []byte(magic))
	switch {
	case plain && key != nil:
		return errNoKeyWanted
	case plain:
		return nil
	case key == nil:
		return errKeyWanted
	case bytes.HasPrefix(decrypt(page, key), []byte(magic)):
		return nil
	}
	// A power cut may have torn the page, which the log then holds: sqlite.org/fileformat.html#walformat
	page, err = firstPage(file + "-wal")
	if err != nil || page == nil || binary.BigEndian.Uint32(decrypt(page, key))&^1 != 0x377f0682 {
		return errors.Join(errWrongKey, err)
	}
	return nil
}

// firstPage reads the first 4096 bytes of a file, or returns nil for a shorter one, or none.
func firstPage(file string) ([]byte, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	page := make([]byte, 4096)
	n, err := io.ReadFull(f, page)
	if n < len(page) && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return nil, nil
	}
	return page, err
}

// decrypt is how the file layer adiantum of go-sqlite3 reads the first 4096 bytes of a file.
func decrypt(page, key []byte) []byte { return adiantum.New(key).Decrypt(page, make([]byte, 8)) }

// openFrozen opens the file for reading without changing anything in the folder.
func openFrozen(ctx context.Context, db *DB) (engine, error) {
	file := filepath.Join(db.o.Dir, fileName)
	_, err := os.Stat(file)
	if err = errors.Join(err, checkFileKey(file, db.o.Key)); err != nil {
		return nil, err
	}
	l, running, err := watchFolder(db.o.Dir)
	if err != nil {
		return nil, err
	}
	db.lock = l
	s := &frozen{sqlite: &sqlite{db: db, readers: newReaders()}}
	how := "mode=ro" // beside a bot, whose files SQLite needs
	if !running {
		how = "immutable=1"
		if file, err = s.copyTorn(file); err != nil {
			return nil, errors.Join(err, s.remove())
		}
		if s.dir != "" {
			how = "mode=ro"
		}
	}
	if s.read, err = db.connect(file, how); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	version, err := sqliteDialect.schema(ctx, s.read)
	if err == nil {
		err = readable(version)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// frozen is a database that is only read.
type frozen struct {
	*sqlite
	dir string // of a copy; "" for none
}

// watchFolder keeps a bot from starting on the folder, or tells that one runs there.
func watchFolder(dir string) (l *folderLock, running bool, err error) {
	f := flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_RDONLY))
	ok, err := f.TryRLock()
	if errors.Is(err, fs.ErrNotExist) { // no bot ever ran here
		return nil, false, nil
	}
	return &folderLock{f}, !ok, err
}

// copyTorn copies a file that a killed bot left with a write-ahead log, which SQLite could only read by writing beside it.
func (s *frozen) copyTorn(file string) (string, error) {
	log, err := os.Stat(file + "-wal")
	if errors.Is(err, fs.ErrNotExist) || err == nil && log.Size() == 0 {
		return file, nil
	}
	if err != nil {
		return "", err
	}
	if s.dir, err = os.MkdirTemp("", "trackbot-"); err != nil {
		return "", err
	}
	to := filepath.Join(s.dir, fileName)
	return to, errors.Join(copyFile(to, file), copyFile(to+"-wal", file+"-wal"))
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, filePerm)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func (s *frozen) close() error { return errors.Join(s.closeReaders(), s.remove()) }

func (s *frozen) remove() error {
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}
