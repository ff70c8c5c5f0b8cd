package cli

import (
	"runtime"
	"runtime/debug"
)

// How much the heap may grow between two collections. A small heap grows by a large
// percentage, up to 8 MiB before its first collection: that is a noticeable part of
// the start, and most short programs then never see one. A large heap grows by less,
// so that plait needs little more memory than it uses.
const (
	growth    = 200     // percent
	minGrowth = 25      // percent
	slack     = 8 << 20 // bytes, if that is between the two
)

// TuneHeap limits the growth of the heap, now and after each collection.
func TuneHeap() {
	debug.SetGCPercent(growth)
	afterCollection(growth)
}

// afterCollection adjusts the limit, now percent, after the next collection.
func afterCollection(percent int) {
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) {
		wanted := growthOf(liveHeap(percent))
		if wanted != percent {
			debug.SetGCPercent(wanted)
		}
		afterCollection(wanted)
	})
}

// growthOf returns by how many percent a heap with so many live bytes may grow. It is
// coarse, so that small changes of the heap do not change it.
func growthOf(live uint64) int {
	percent := growth
	for percent > minGrowth && live > slack*100/uint64(percent) {
		percent /= 2
	}
	return percent
}

// liveHeap returns about how many bytes were live at the last collection, when the heap
// might grow by so many percent. Package runtime/metrics would know it, at the price of
// being initialized at every start.
func liveHeap(percent int) uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NextGC / uint64(100+percent) * 100
}
