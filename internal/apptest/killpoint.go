package apptest

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
)

const (
	killBefore   = "KILL_BEFORE_STATEMENT" // the environment variable of KillBefore
	statementLog = "statement: "           // begins a line of the log for each statement that counts
)

// KillBefore makes a process of [Command] kill itself before a statement, one of
// [Statements], once an event was heard. With an empty one it logs them alone.
func KillBefore(statement string) string { return killBefore + "=" + statement }

// Statements are those, in a log, with which a process that was started with
// [KillBefore] changed or committed what is stored of a question.
func Statements(log string) (list []string) {
	for line := range strings.Lines(log) {
		s, found := strings.CutPrefix(strings.TrimSpace(line), statementLog)
		if found && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// ofQuestion finds the tables that a question writes to.
var ofQuestion = regexp.MustCompile(`\b(inbox|outbox|audit|audit_head)\b`)

// killPoint is the hook of the database of a process that is to kill itself; nil
// in others. What only reads does not count: a kill before it leaves what a kill
// before the next write leaves. Nor do transactions that have nothing to do with
// a question, such as those of leases.
func killPoint() func(statement string) {
	before, asked := os.LookupEnv(killBefore)
	if !asked {
		return nil
	}
	var mu sync.Mutex
	last := "" // the statement that counted last, until a commit
	heard := false
	return func(statement string) {
		mu.Lock()
		defer mu.Unlock()
		statement = strings.Join(strings.Fields(statement), " ")
		verb, _, _ := strings.Cut(statement, " ")
		heard = heard || strings.HasPrefix(statement, "INSERT INTO inbox ")
		switch {
		case !heard:
			return
		case verb == "COMMIT" && last != "":
			statement, last = "COMMIT after "+last, ""
		case (verb == "INSERT" || verb == "UPDATE") && (last != "" || ofQuestion.MatchString(statement)):
			last = statement
		default:
			return
		}
		fmt.Fprintln(os.Stderr, statementLog+statement)
		if statement == before {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // is not survived
			select {}
		}
	}
}
