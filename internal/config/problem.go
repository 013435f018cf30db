package config

import "strings"

// Problem is one thing that is wrong with one variable.
type Problem struct {
	// Variable is the name of the variable, or the path of the .env file.
	Variable string
	// Words say what is wrong and what to do. They never hold the value.
	Words string
}

// String returns the problem as one line without its end.
func (p Problem) String() string {
	return p.Variable + ": " + p.Words
}

// InvalidError says that a configuration can't be used. It holds no value of any
// variable and may be printed and logged.
type InvalidError struct {
	// Problems is what is wrong: at least one, and each variable at most once.
	Problems []Problem
}

// Error returns one line for each variable that has a problem.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
