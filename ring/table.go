package ring

import "encoding/binary"

// Known is the table of known return addresses: TableSize bytes of an arena. A thread that
// returns to an address in it goes on without asking.
type Known []byte

// Add enters an address. If its set is full, the oldest address of the set goes; a thread that
// returns there asks for it again.
func (k Known) Add(ret uint64) {
	set := k.set(ret)
	for i := range Ways {
		if word := binary.LittleEndian.Uint64(set[8*i:]); word == ret || word == 0 {
			binary.LittleEndian.PutUint64(set[8*i:], ret)
			return
		}
	}
	for i := range Ways - 1 {
		binary.LittleEndian.PutUint64(set[8*i:], binary.LittleEndian.Uint64(set[8*i+8:]))
	}
	binary.LittleEndian.PutUint64(set[8*(Ways-1):], ret)
}

// Remove takes an address out.
func (k Known) Remove(ret uint64) {
	set := k.set(ret)
	for i := range Ways {
		if binary.LittleEndian.Uint64(set[8*i:]) == ret {
			binary.LittleEndian.PutUint64(set[8*i:], 0)
		}
	}
}

func (k Known) set(ret uint64) []byte { return k[SetOf(ret):][:SetSize] }
