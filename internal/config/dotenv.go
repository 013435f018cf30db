package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/joho/godotenv"
)

// maxDotenv is the largest .env file, in bytes: all variables together need less than
// one tenth of it.
const maxDotenv = 64 << 10

// maxStatement is the longest value in quotes, in lines.
const maxStatement = 100

// readDotenv returns the variables of the .env file at path; a missing file has none.
// The error is words for a [Problem]: the parser's own errors repeat the file, secrets
// included, so only the number of the line is told.
func readDotenv(path string) (map[string]string, error) {
	data, err := readFile(path, maxDotenv)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a nil map is an empty map
	}
	if err != nil {
		return nil, err
	}
	return parseDotenv(data)
}

func parseDotenv(data []byte) (map[string]string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if err := checkDotenv(data); err != nil {
		return nil, err
	}
	// At the end of a file without a newline the parser takes a line without "=".
	vars, err := godotenv.UnmarshalBytes(append(data, '\n'))
	if err != nil {
		return nil, errors.New("can't be read as lines of NAME=value")
	}
	return vars, nil
}

// dollar stands in the values of [dotenvCheck.statement] for a $ that the parser would
// look at.
const dollar = "\x01"

// dotenvCheck walks through a .env file statement by statement.
type dotenvCheck struct {
	name      *regexp.Regexp    // what a variable may be called
	reference *regexp.Regexp    // to another variable
	literal   *regexp.Regexp    // the beginning of a statement with a value in single quotes
	marker    *strings.Replacer // of each $ by [dollar]
	seen      map[string]bool
}

// checkDotenv finds the first statement that the parser refuses, or takes for something
// other than what it looks like: a name with a blank in it, and a reference to a variable
// that isn't there, which it would cut out of the value without a word.
func checkDotenv(data []byte) error {
	c := dotenvCheck{
		name:      regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`),
		reference: regexp.MustCompile(dollar + `\{?([A-Z0-9_]+)`),
		literal:   regexp.MustCompile(`^[^=:]*[=:]\s*'`),
		marker:    strings.NewReplacer(`\$`, "", "$", dollar),
		seen:      map[string]bool{},
	}
	lines := strings.SplitAfter(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	for at := 0; at < len(lines); {
		if text := strings.TrimSpace(lines[at]); text == "" || text[0] == '#' {
			at++
			continue
		}
		vars, length := c.statement(lines[at:])
		if length == 0 {
			return fmt.Errorf("line %d is not NAME=value, or its quotes are not closed", at+1)
		}
		if err := c.check(vars); err != nil {
			return fmt.Errorf("line %d %w", at+1, err)
		}
		at += length
	}
	return nil
}

// check looks at the variables of one statement.
func (c *dotenvCheck) check(vars map[string]string) error {
	for name := range vars {
		if !c.name.MatchString(name) {
			return errors.New("is not NAME=value")
		}
		c.seen[name] = true
	}
	for _, value := range vars {
		for _, found := range c.reference.FindAllStringSubmatch(value, -1) {
			if !c.seen[found[1]] {
				return errors.New("has a $ that stands for another variable of this file, and there is " +
					"none of that name above: put the value in single quotes")
			}
		}
	}
	return nil
}

// statement parses the statement that begins in the first line, and says how many lines
// it has: 0 where it can't be parsed.
func (c *dotenvCheck) statement(lines []string) (vars map[string]string, length int) {
	literal := c.literal.MatchString(lines[0])
	for length := 1; length <= min(len(lines), maxStatement); length++ {
		text := strings.Join(lines[:length], "") + "\n"
		if !literal {
			text = c.marker.Replace(text)
		}
		vars, err := godotenv.Unmarshal(text)
		if err == nil {
			return vars, length
		}
	}
	return nil, 0
}

// readFile returns what the file at path holds, at most limit bytes. The error leaves
// the path out: somebody may have put the secret itself there.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path) // before opening: a pipe would block
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a plain file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, unreadable(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("is larger than %d bytes", limit)
	}
	return data, nil
}

// unreadable keeps of err what the system said, such as "permission denied".
func unreadable(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("can't be read: %w", err)
}
