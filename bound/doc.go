// Package bound bounds what a fuzz test may spend on one input. Whoever made the
// input wanted plait to take long, or all memory.
//
// It owns the two bounds, how time and memory are measured, and what is forgiven
// on a busy machine. It does not know what is tested, and only tests import it.
//
// # Bounding a test
//
// Call Input around all that the fuzz test does with its input. A test that by its
// nature costs more calls Within and says there why. For another resource, measure
// it before and after do in Within.
package bound
