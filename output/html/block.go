package html

import (
	"encoding/binary"
	"encoding/json"
)

// A block is a part of the trace, as doc.go describes it.
type block struct {
	tables
	functions int    // made known so far, in all blocks
	sites     int    // the same
	records   int    // in rows
	rows      []byte // begins and ends
	details   []byte // a line for each end
	uses      []byte
	heap      []byte
	ended     int // rows that have ended in this block
	heapAt    int // the one of them that was the last to change the heap
}

// tables are what a block makes known.
type tables struct {
	Functions []function `json:"functions,omitempty"`
	Threads   []thread   `json:"threads,omitempty"`
	Makers    [][2]int   `json:"makers,omitempty"` // a thread and the one that made it
	Sites     []site     `json:"sites,omitempty"`
}

type thread struct {
	ID        int    `json:"id"`
	ProcessID int    `json:"process"`
	PID       int    `json:"pid"`
	TID       int    `json:"tid"`
	Process   string `json:"program"`
	Name      string `json:"name"`
}

// A limit is how much a block may hold.
type limit struct{ records, bytes int }

// enough is a block that is worth compressing; a reader takes it apart in a moment.
var (
	enough  = limit{1 << 14, 1 << 20}
	nothing = limit{-1, -1}
)

func (b *block) has(more limit) bool {
	return b.records > more.records || len(b.details)+len(b.uses) > more.bytes
}

// reset empties the block.
func (b *block) reset() {
	*b = block{functions: b.functions, sites: b.sites, rows: b.rows[:0], details: b.details[:0], uses: b.uses[:0], heap: b.heap[:0]}
}

func (b *block) addFunction(k function) int {
	b.Functions = append(b.Functions, k)
	b.functions++
	return b.functions - 1
}

func (b *block) addSite(s site) int {
	b.Sites = append(b.Sites, s)
	b.sites++
	return b.sites - 1
}

// Records of rows: the time since the record before, then 0 and the thread for an end, or
// 1 plus the function and the thread for a begin.

func (b *block) begin(since uint64, function, thread int) {
	b.records++
	b.rows = appendNumbers(b.rows, since, uint64(function)+1, uint64(thread))
}

// end ends the innermost row of a thread.
func (b *block) end(since uint64, thread, bits int, d detail, uses []use) {
	b.records++
	b.ended++
	b.rows = appendNumbers(b.rows, since, 0, uint64(thread), uint64(bits))
	b.details = append(d.append(b.details), '\n')
	b.uses = appendNumbers(b.uses, uint64(len(uses)))
	for _, u := range uses {
		b.uses = appendNumbers(b.uses, u.word())
	}
}

// moveHeap adds a record of the heap, of the row that has just ended.
func (b *block) moveHeap(bits uint64, numbers []uint64) {
	at := b.ended - 1
	b.heap = appendNumbers(b.heap, uint64(at-b.heapAt), bits)
	b.heap = appendNumbers(b.heap, numbers...)
	b.heapAt = at
}

func appendNumbers(b []byte, numbers ...uint64) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

// parts returns the block's parts by their names.
func (b *block) parts() ([]part, error) {
	tables, err := json.Marshal(&b.tables)
	if err != nil {
		return nil, err
	}
	rows := append(append(tables, '\n'), b.rows...)
	return []part{{"rows", rows}, {"details", b.details}, {"uses", b.uses}, {"heap", b.heap}}, nil
}
