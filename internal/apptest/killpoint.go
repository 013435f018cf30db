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
	killFile     = "KILL_FILE"   // the environment variable of KillFile
	statementLog = "statement: " // begins a line of the log for each statement that counts
)

// KillFile makes a process of [Command] kill itself before the statement, one of
// [Statements], that stands in a file. It reads the file when it stores what it
// heard: from the first time on that the file is there it logs its statements.
func KillFile(name string) string { return killFile + "=" + name }

// Statements are those that a process logged for [KillFile]: with them it changed
// or committed what is stored of a question.
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
var ofQuestion = regexp.MustCompile(`\b(inbox|outbox|audit|audit_head|plan)\b`)

// killPoint is the hook of the database of a process that is to kill itself; nil
// in others. What only reads does not count: a kill before it leaves what a kill
// before the next write leaves. Nor do transactions that have nothing to do with
// a question, such as those of leases.
func killPoint() func(statement string) {
	file, asked := os.LookupEnv(killFile)
	if !asked {
		return nil
	}
	var mu sync.Mutex
	armed, before := false, ""
	last := "" // what was changed of the question last, until a commit
	return func(statement string) {
		mu.Lock()
		defer mu.Unlock()
		statement = strings.Join(strings.Fields(statement), " ")
		if !armed && strings.HasPrefix(statement, "INSERT INTO inbox ") {
			content, err := os.ReadFile(file)
			armed, before = err == nil, string(content)
		}
		verb, _, _ := strings.Cut(statement, " ")
		switch {
		case !armed:
			return
		case verb == "COMMIT" && last != "":
			statement, last = "COMMIT after "+last, ""
		case verb != "INSERT" && verb != "UPDATE":
			return
		case ofQuestion.MatchString(statement):
			last = statement
		case last == "": // such as a note; others share a commit with the question
			return
		}
		fmt.Fprintln(os.Stderr, statementLog+statement)
		if statement == before {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // is not survived
			select {}
		}
	}
}
