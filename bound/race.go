//go:build race

package bound

// slowdown is how many times slower the race detector makes everything.
const slowdown = 8
