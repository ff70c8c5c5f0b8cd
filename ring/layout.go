package ring

// Offsets in the arena. It begins with a page of words that all threads share.
const (
	Owner    = 0                    // u32: thread ID of the tracer; with OwnerMask 0: it has ended
	Doorbell = 4                    // u32, futex: a thread adds 1 when there is something to do for plait
	Waiting  = 8                    // u32: not 0 if plait sleeps, so that whoever rings must wake Doorbell
	Table    = pageSize             // known return addresses
	Rings    = Table + TableSize    // ring i is at Rings + i*RingSize
	Size     = Rings + Max*RingSize // of the arena; pages nobody touches take no memory

	// OwnerMask is FUTEX_TID_MASK (linux/futex.h). The kernel makes these bits of Owner 0 when the
	// thread ends.
	OwnerMask = 0x3fff_ffff

	pageSize = 4096
)

// Max is how many rings an arena has.
const Max = 256

// The table of known return addresses has Sets sets of Ways addresses. The set of an address is
// (addr ^ addr>>SetShift) & (Sets-1).
const (
	Ways      = 4
	Sets      = 16384
	SetShift  = 12
	SetSize   = 8 * Ways
	TableSize = SetSize * Sets

	// TextKey is set in the table, and in a Request, for a return address whose record has a
	// text. The function that was called decides whether it has to.
	TextKey = 1 << 62
)

// Offsets in a ring. It begins with a page of words, of 8 bytes but for Turn.
const (
	End0          = 0  // address behind the last record of half 0, which waits for plait; otherwise 0
	End1          = 8  // the same of half 1
	Request       = 16 // return address that the thread asks for; otherwise 0
	CommandNr     = 24 // system call that the thread has to make, + 1; otherwise 0
	CommandArgs   = 32 // its six arguments
	CommandResult = 80
	Turn          = 88 // u32, futex: what a waiting thread waits on
	Half0         = pageSize
	Half1         = Half0 + HalfSize
	RingSize      = Half1 + HalfSize

	HalfSize = 128 << 10

	// Room is what a half keeps free behind its limit, so that every record fits.
	Room = 8 * MaxWords
)

// Offsets in a thread's area. All words have 8 bytes.
const (
	AreaPos       = 0  // address of the next record; 0: nothing is recorded
	AreaLimit     = 8  // a record may begin only at pos < limit
	AreaResume    = 16 // where the hand-over routine goes when it is done
	AreaRequest   = 24 // return address that is asked for; otherwise 0
	AreaRing      = 32 // address of the ring
	AreaTable     = 40 // address of the table of known return addresses
	AreaSaved     = 48 // 4 registers that a thunk saves
	AreaRoutine   = 80 // address of the hand-over routine
	AreaSavedMore = 88 // 6 registers that the hand-over routine saves
	AreaSize      = 256

	// SilentArea is the offset of one more area behind those of the rings. Its pos and limit are
	// always 0. Threads that share the memory and are not recorded have it.
	SilentArea = Max * AreaSize
	Areas      = SilentArea + pageSize // what one mapping for all threads has
)

// SetOf returns where the set of a return address begins in the table.
func SetOf(ret uint64) int {
	return int((ret^ret>>SetShift)&(Sets-1)) * SetSize
}

// HalfOf returns which half of the ring at base pos is in, or -1. The address behind the last
// byte of a half is not in it.
func HalfOf(base, pos uint64) int {
	switch off := pos - base; {
	case off >= Half0 && off < Half1:
		return 0
	case off >= Half1 && off < RingSize:
		return 1
	}
	return -1
}

// HalfStart returns the address where half 0 or 1 of the ring at base begins.
func HalfStart(base uint64, half int) uint64 {
	return base + Half0 + uint64(half)*HalfSize
}

// HalfLimit returns the limit of half 0 or 1 of the ring at base.
func HalfLimit(base uint64, half int) uint64 {
	return HalfStart(base, half) + HalfSize - Room
}

// EndOf returns the offset of the End of half 0 or 1 in a ring.
func EndOf(half int) int { return End0 + half*(End1-End0) }
