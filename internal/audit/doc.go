// Package audit keeps the record of who asked what and what came of it: one
// JSON line for every request, in one file a day, each line bound to the one
// before by its hash.
//
// # Files
//
// The folder (0700) holds audit-YYYY-MM-DD.jsonl (0600), by the day in UTC on
// which a line was written. Beside them stand "lock", which keeps a second
// writer out, and "reserve", a piece of disk that is given up when the disk is
// full, so that calls already made still find room for their lines.
//
// # The chain
//
// A line's "prev" is the SHA-256, in hexadecimal, of the bytes of the line
// before without its line feed, whichever file that stands in; "seq" counts the
// lines from 1. The first line of all has an empty prev. [Verify] walks the
// chain and names each line that was changed, removed, inserted or moved.
//
// What ends in the middle of a line (a crash, a full disk) is kept: a record
// separator (0x1E), a line of the log's own that says so, and a line feed are
// put behind it, and the chain goes on. Files that are too old are removed after
// a line was written that names the file and the hash of its last line; so
// Verify can tell a file removed for its age from one that somebody took away.
//
// # What the chain can't show
//
// Nothing follows the last line, so nothing vouches for it: that the last lines
// were changed or cut off can't be seen, and who can write the folder can also
// write a whole new chain. Therefore [Log.Head] gives the hash and the number of
// the last line, [Open] and [Log.Close] log them, and whoever keeps the log
// elsewhere can compare.
package audit
