// Package audit keeps the record of who asked what and what came of it: a row in the database for every request, each
// bound to the one before by its hash.
//
// Entries are numbered from 1 without a gap. An entry's hash is the SHA-256, in hexadecimal digits, of its line: the JSON
// object that [FormatJSON] writes, without the line feed. The line holds, in this order and without blanks, seq, time,
// ref, personId, email, space, command, site, code, via, decision, reason, outcome, calls, trackingId, mark, ms and prev;
// texts and marks that are empty are left out. Times are UTC as RFC 3339 has them, with up to three decimals and no zero
// at their end. In texts, a backslash stands before quotes and backslashes, characters below U+0020 are \u00xx, and all
// others stand as they are. Prev is the hash of the entry before; that of the first is empty. So the columns alone make the
// line, and whoever keeps the lines elsewhere can follow the chain with sha256sum.
//
// The newest entry's number and hash stand in a row of their own, the head, which is written in the same transaction.
// [Prune] removes the oldest entries and adds one that names the last of them with its hash; [Verify] accepts a record
// that begins right behind the entry that the newest such entry names, and no other beginning.
//
// Whoever can write the database can also write a whole new chain with its head. Therefore the bot logs [Head] at start
// and stop: whoever keeps the log elsewhere gives such a hash to [Verify].
package audit
