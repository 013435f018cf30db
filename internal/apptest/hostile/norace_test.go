//go:build !race

package hostile

// underRace says that the race detector runs, which multiplies memory.
const underRace = false
