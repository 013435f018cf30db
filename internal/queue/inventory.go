package queue

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// count is what a stream held when it was last looked at.
type count struct {
	Messages uint64 `json:"messages"`
	Last     uint64 `json:"last_seq"`
}

// inventory is what the folder tells before the server starts.
type inventory struct {
	streams []string
	bytes   map[string]int64 // of the message blocks, by stream
	counts  map[string]count // of the last clean close; nil after a crash
}

func countsPath(dir string) string { return filepath.Join(dir, "counts.json") }

// lookStore reads the inventory and removes the counts: they hold for one start only.
func lookStore(o *Options) (*inventory, error) {
	names, err := storedStreams(o.Dir)
	if err != nil {
		return nil, err
	}
	inv := &inventory{bytes: map[string]int64{}}
	for _, n := range names {
		if unborn(o.Dir, n) {
			if err := os.RemoveAll(streamDir(o.Dir, n)); err != nil {
				return nil, fmt.Errorf("removing a stream that was never made: %w", err)
			}
			continue
		}
		inv.streams = append(inv.streams, n)
		if err := removeEmpty(o, n); err != nil {
			return nil, err
		}
		inv.bytes[n] = blockBytes(o.Dir, n)
	}
	b, err := os.ReadFile(countsPath(o.Dir))
	if err != nil {
		return inv, nil //nolint:nilerr // no counts: the last run did not end cleanly, or there was none
	}
	if json.Unmarshal(b, &inv.counts) != nil {
		inv.counts = nil
	}
	if err := os.Remove(countsPath(o.Dir)); err != nil && !isNoRoom(err) {
		return nil, fmt.Errorf("removing the old counts: %w", err)
	}
	return inv, nil
}

// unborn reports whether a process was killed while it made the stream: its folder is there without its meta data or
// their checksum, and without a byte of messages. Nothing was ever acknowledged into it.
func unborn(dir, stream string) bool {
	for _, name := range []string{"meta.inf", "meta.sum"} {
		if i, err := os.Stat(filepath.Join(streamDir(dir, stream), name)); err == nil && i.Size() > 0 {
			continue
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false
		}
		return blockBytes(dir, stream) == 0
	}
	return false
}

// blockBytes sums the sizes of a stream's message blocks.
func blockBytes(dir, stream string) int64 {
	var n int64
	es, err := os.ReadDir(filepath.Join(streamDir(dir, stream), "msgs"))
	if err != nil {
		return 0
	}
	for _, e := range es {
		if i, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), ".blk") {
			n += i.Size()
		}
	}
	return n
}

// report compares what was recovered with what there should be, logs the difference and keeps the sum for Unreadable.
// After a clean close the number is exact. After a crash only what the server itself noticed and the bytes that it cut
// off are known; the last message being written at the moment of a crash is not a loss, it was never acknowledged.
func (q *Queue) report(ctx context.Context, s *session, before *inventory) {
	total := 0
	for _, name := range before.streams {
		st, err := s.js.Stream(ctx, name)
		if err != nil {
			continue
		}
		state := st.CachedInfo().State
		missing := 0
		if state.Lost != nil {
			missing = len(state.Lost.Msgs)
		}
		// Buckets age by themselves; only work that waits may not shrink.
		if c, ok := before.counts[name]; ok && !strings.HasPrefix(name, "KV_") && c.Messages > state.Msgs {
			missing = max(missing, int(min(c.Messages-state.Msgs, 1<<31)))
		}
		cut := before.bytes[name] - blockBytes(q.o.Dir, name)
		if missing > 0 || (cut > 0 && before.counts == nil) {
			q.log.Error("part of the store can't be read", "stream", name, "messages_missing", missing, "bytes_cut", max(cut, 0),
				"messages_left", state.Msgs)
		}
		total += missing
	}
	q.mu.Lock()
	q.lost = total
	q.mu.Unlock()
}

// writeCounts notes at a clean close what each stream holds, so that the next start can tell what is missing.
func (q *Queue) writeCounts(ctx context.Context, s *session) {
	if !q.embedded() || q.isBroken() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	counts, err := q.countAll(ctx, s)
	// Acknowledgements are worked off behind the connection: wait until the numbers stand still.
	for same := false; err == nil && !same; {
		if !pause(ctx, 10*time.Millisecond) {
			return
		}
		var again map[string]count
		again, err = q.countAll(ctx, s)
		same = maps.Equal(counts, again)
		counts = again
	}
	if err == nil {
		var b []byte
		if b, err = json.Marshal(counts); err == nil {
			err = os.WriteFile(countsPath(q.o.Dir), b, filePerm)
		}
	}
	if err != nil {
		q.log.Warn("the counts of the store were not written", "error", err)
	}
}

func (q *Queue) countAll(ctx context.Context, s *session) (map[string]count, error) {
	names, err := storedStreams(q.o.Dir)
	if err != nil {
		return nil, err
	}
	counts := map[string]count{}
	for _, n := range names {
		st, err := s.js.Stream(ctx, n)
		if err != nil {
			return nil, fmt.Errorf("counting stream %s: %w", n, err)
		}
		counts[n] = count{Messages: st.CachedInfo().State.Msgs, Last: st.CachedInfo().State.LastSeq}
	}
	return counts, nil
}

// The server trusts the index that it wrote beside a stream's blocks and then never looks at what lies behind it: one
// flipped bit can hide thousands of messages, and be counted as waiting for ever. Without the index it reads the blocks
// and checks each record. So the index of what waits is set aside before a start, and comes back only if the start fails.

func indexPath(dir, stream string) string {
	return filepath.Join(streamDir(dir, stream), "msgs", "index.db")
}

func asidePath(dir, stream string) string { return filepath.Join(dir, "index-"+stream) }

// isWork reports whether a stream holds what waits, and not marks, buckets or failed items.
func (o *Options) isWork(stream string) bool {
	return strings.HasPrefix(stream, o.Name+"-") && stream != o.Name+"-"+failedName
}

// removeEmpty removes message blocks of no bytes whose key was not written: a process killed while it began a block leaves
// one, and the server then refuses the whole stream (seen with 2.15.2). There is nothing in them.
func removeEmpty(o *Options, stream string) error {
	dir := filepath.Join(streamDir(o.Dir, stream), "msgs")
	blocks, err := filepath.Glob(filepath.Join(dir, "*.blk"))
	if err != nil || len(o.Key) == 0 {
		return nil //nolint:nilerr // a folder that is no pattern has none
	}
	for _, b := range blocks {
		i, err := os.Stat(b)
		if err != nil || i.Size() > 0 {
			continue
		}
		if _, err := os.Stat(strings.TrimSuffix(b, ".blk") + ".key"); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Remove(b); err != nil {
			return fmt.Errorf("removing an empty block: %w", err)
		}
	}
	return nil
}

// setAside moves the indices away.
func setAside(o *Options, streams []string) error {
	for _, n := range streams {
		if !o.isWork(n) {
			continue
		}
		err := os.Rename(indexPath(o.Dir, n), asidePath(o.Dir, n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("setting an index aside: %w", err)
		}
	}
	return nil
}

// bringBack moves the indices back after a failed start, or removes them after a good one.
func bringBack(o *Options, streams []string, failed bool) error {
	for _, n := range streams {
		var err error
		if failed {
			err = os.Rename(asidePath(o.Dir, n), indexPath(o.Dir, n))
		} else {
			err = os.Remove(asidePath(o.Dir, n))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("bringing an index back: %w", err)
		}
	}
	return nil
}

func keyPath(dir string) string { return filepath.Join(dir, "key.check") }

// keyCheck is a fingerprint of the key that does not reveal it.
func keyCheck(key []byte) string {
	if len(key) == 0 {
		return "no key"
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte("trackbot queue store key check v1"))
	return hex.EncodeToString(m.Sum(nil))
}

// madePlain reports whether a store was made without a key.
func madePlain(dir string) bool {
	b, err := os.ReadFile(keyPath(dir))
	return err == nil && string(b) == keyCheck(nil)
}

// checkKey refuses another key than the one that the store was written with.
func checkKey(o *Options) error {
	b, err := os.ReadFile(keyPath(o.Dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the key's fingerprint: %w", err)
	}
	if hmac.Equal(b, []byte(keyCheck(o.Key))) || len(b) == 0 {
		return nil
	}
	return &DamagedError{Dir: o.Dir, What: "it was written with another key"}
}

func writeKeyCheck(o *Options) error {
	if _, err := os.Stat(keyPath(o.Dir)); err == nil {
		return nil
	}
	if err := os.WriteFile(keyPath(o.Dir), []byte(keyCheck(o.Key)), filePerm); err != nil {
		return fmt.Errorf("writing the key's fingerprint: %w", err)
	}
	return nil
}
