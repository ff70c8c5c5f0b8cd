package event

// A Region reports what lies in a part of the process's memory. It comes only where it was
// asked for, before the first event with an address in that part. What was reported once
// holds until the process runs another program, also when the memory is given back: what
// was there may be shown later.
type Region struct {
	Head
	Kind       RegionKind
	Start, End uint64 // addresses, End excluded; equal if nothing lies there yet
	Base       uint64 // what offsets in it count from: where the file, the heap, the stack begins
	Path       string // of the file; "" if it is none
}

// A RegionKind says what lies in a region.
type RegionKind uint8

// The kinds of regions.
const (
	AnonymousRegion RegionKind = iota // memory without a file that has a name, or the kernel's own
	FileRegion                        // a file
	HeapRegion                        // what brk(2) moves the end of
	StackRegion                       // the first thread's stack
	ArgsRegion                        // the strings of arguments and environment, above it
)
