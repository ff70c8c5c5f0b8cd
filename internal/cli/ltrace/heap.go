package ltrace

import (
	"plait/filter"
	"plait/output"
	"plait/proto"
)

// showsHeap reports whether the table of the heap is written.
func (o *options) showsHeap() bool { return o.heap || o.format == output.Heap }

// heapSyscalls are the system calls that the table of the heap needs.
var heapSyscalls = []string{"brk,mmap,munmap,mremap"}

// tracesHeapOnly reports whether only the calls are traced that the table of the heap
// needs: nothing else is shown, and no option chooses calls.
func (o *options) tracesHeapOnly() bool {
	return o.showsHeap() && o.record == "" && !o.noMain && len(o.calls)+len(o.libraries) == 0
}

// needsBlocks reports whether it is needed which blocks of memory calls allocate and free.
func (o *options) needsBlocks() bool {
	return o.record != "" || o.writesOne(func(f output.Format) bool { return f.Blocks })
}

// heapFunctions returns what chooses the functions that allocate or free, whoever calls
// them.
func heapFunctions(database *proto.Database) func(filter.Object) filter.Selector {
	return func(obj filter.Object) filter.Selector {
		names := map[string]bool{}
		for _, name := range database.HeapFunctions(obj.Soname) {
			names[name] = true
		}
		if len(names) == 0 {
			return nil
		}
		return func(symbol string) bool { return names[symbol] }
	}
}
