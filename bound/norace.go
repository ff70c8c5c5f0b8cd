//go:build !race

package bound

// slowdown is for the race detector, which is not there.
const slowdown = 1
