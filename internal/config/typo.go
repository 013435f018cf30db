package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ownPrefix begins the names that belong to us in an environment.
const ownPrefix = "WEBEX_"

// warnUnknown warns of variables that nobody reads and somebody probably meant to set: a
// mistyped ALLOWED_SITES is an unset one. Those are all unknown names of the .env file,
// and in the environment, which others share, the ones with our prefix and those that
// differ from a known name in one letter.
func (l *loader) warnUnknown() {
	// Anything else may be a value that slipped into the place of a name.
	name := regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)
	names := slices.Concat(slices.Collect(maps.Keys(l.env)), slices.Collect(maps.Keys(l.file)))
	slices.Sort(names)
	for _, unknown := range slices.Compact(names) {
		if slices.Contains(l.known, unknown) || !name.MatchString(unknown) {
			continue
		}
		near, distance := nearest(unknown, l.known)
		_, inFile := l.file[unknown]
		if !inFile && !strings.HasPrefix(unknown, ownPrefix) && distance > 1 {
			continue
		}
		words := unknown + " is set, and nothing reads it"
		if distance <= 3 {
			words += "; did you mean " + near + "?"
		}
		l.warn(words)
	}
}

// nearest returns the known name that differs least, and in how many letters.
func nearest(unknown string, known []string) (name string, distance int) {
	distance = len(unknown) + 1
	for _, k := range known {
		if d := edits(unknown, k); d < distance {
			name, distance = k, d
		}
	}
	return name, distance
}

// edits counts the letters to insert, remove or change to make b of a (Levenshtein).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
