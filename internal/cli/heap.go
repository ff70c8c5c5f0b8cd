package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// How far the heap may grow between two collections: a small one by so many percent,
// which lets it grow to 8 MiB before the first, a noticeable part of a start that most
// short programs then never see; a large one by less, so that plait needs little more
// memory than it uses.
const (
	growth      = 200     // percent
	leastGrowth = 25      // percent
	room        = 8 << 20 // bytes, if that is between the two
)

// TendHeap sets the limit of the heap's growth, now and after each collection.
func TendHeap() {
	debug.SetGCPercent(growth)
	afterCollection(growth)
}

// afterCollection sets the limit, that is now percent, when the next collection is over.
func afterCollection(percent int) {
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) {
		wanted := growthOf(liveHeap())
		if wanted != percent {
			debug.SetGCPercent(wanted)
		}
		afterCollection(wanted)
	})
}

// growthOf is by how many percent a heap of so many bytes may grow, roughly: the limit
// is not changed for little.
func growthOf(live uint64) int {
	percent := growth
	for percent > leastGrowth && live > room*100/uint64(percent) {
		percent /= 2
	}
	return percent
}

// liveHeap is how many bytes the last collection left.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
