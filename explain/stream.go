package explain

import (
	"slices"
	"strconv"
	"strings"

	"plait/event"
)

// A stream is what stdio holds for one of a process's streams: bytes that calls wrote
// and that no write(2) has carried yet. Calls that are not traced may have added others,
// so it is a least bound.
type stream struct {
	name    string // "stdout"; "" for a file of the program's own
	fd      int    // -1 if not known
	runs    []run  // oldest first
	mode    string // why it is buffered as it is: a kind of file, a mode of setvbuf(3), or "" if that is not known
	decided bool   // stdio has looked at its file
	flushes int    // how many times it was emptied by others than the call that writes to it
}

// A run is calls of one function, one after the other.
type run struct {
	function string
	calls    int // 0: some, of which the first may be gone
	bytes    uint64
	head     string // how the first bytes begin; "" if that is not known
}

// A streamKey identifies a stream: standard ones by their names, for the program may
// refer to them without their addresses.
type streamKey struct {
	name string
	addr uint64
}

// Bounds on what is remembered of a process.
const (
	maxStreams = 256
	maxRuns    = 1024
)

// standard are the streams that each program has, and their descriptors.
var standard = map[string]int{"stdin": 0, "stdout": 1, "stderr": 2}

// stream returns a stream of the process, nil if there are too many.
func (p *process) stream(key streamKey) *stream {
	st := p.streams[key]
	if st == nil && len(p.streams) < maxStreams {
		st = &stream{name: key.name, fd: -1}
		if fd, ok := standard[key.name]; ok {
			st.fd = fd
		}
		if key.name == "stderr" {
			st.decided, st.mode = true, unbuffered
		}
		p.streams[key] = st
	}
	return st
}

// keyOf returns the stream that a value is.
func keyOf(v event.Value) (streamKey, bool) {
	p, ok := v.(event.Pointer)
	if _, std := standard[p.Symbol]; std {
		return streamKey{name: p.Symbol}, ok
	}
	return streamKey{addr: p.Addr}, ok && p.Addr != 0
}

// streamsOf returns the streams with a descriptor that hold something.
func (p *process) streamsOf(fd int) (all []*stream) {
	for _, st := range p.streams {
		if st.fd == fd && fd >= 0 && len(st.runs) > 0 {
			all = append(all, st)
		}
	}
	return all
}

// drop notes that nothing is known to be in the buffer any more.
func (st *stream) drop() {
	st.runs = nil
	st.flushes++
}

func (st *stream) total() (n uint64) {
	for _, r := range st.runs {
		n += r.bytes
	}
	return n
}

// add notes that a call has left n bytes, which begin with head.
func (st *stream) add(function, head string, n uint64) {
	if last := len(st.runs) - 1; last >= 0 && st.runs[last].function == function {
		r := &st.runs[last]
		if r.calls > 0 {
			r.calls++
		}
		r.bytes += n
		return
	}
	if len(st.runs) >= maxRuns {
		st.drop()
	}
	st.runs = append(st.runs, run{function, 1, n, head})
}

// take removes the oldest n bytes. Of how many calls the rest of a run is is not known
// then: all but one may be gone.
func (st *stream) take(n uint64) {
	for len(st.runs) > 0 && n >= st.runs[0].bytes {
		n -= st.runs[0].bytes
		st.runs = st.runs[1:]
	}
	if len(st.runs) > 0 && n > 0 {
		st.runs[0].bytes -= n
		st.runs[0].calls, st.runs[0].head = 0, ""
	}
}

// begins reports whether a text begins like what is held: known is false if one of them is
// not known.
func (st *stream) begins(text string) (same, known bool) {
	if len(st.runs) == 0 || text == "" || st.runs[0].head == "" {
		return false, false
	}
	head := st.runs[0].head
	n := min(len(head), len(text))
	return head[:n] == text[:n], true
}

// maxNames is how many functions are named.
const maxNames = 4

// names says which calls left the bytes: "puts ×3, putchar", with " ×" as times.
func (st *stream) names(times string) string {
	var list []string
	for i, r := range st.runs {
		if i == maxNames {
			list = append(list, "others")
			break
		}
		name := r.function
		if r.calls > 1 {
			name += times + strconv.Itoa(r.calls)
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// The modes of setvbuf(3).
const (
	unbuffered   = "_IONBF"
	lineBuffered = "_IOLBF"
	fullBuffered = "_IOFBF"
)

// hasLines reports whether the stream is known to be written before its buffer is full, or
// to have a buffer of any size.
func (st *stream) hasLines() bool {
	return st.mode == terminal || st.mode == lineBuffered || st.mode == unbuffered || st.mode == fullBuffered
}

// subject is how a sentence names the stream.
func (st *stream) subject() string {
	if st.name != "" {
		return st.name
	}
	return "fd " + strconv.Itoa(st.fd)
}

// writes says why all bytes of a call were written at once, if they were and it is known.
func (st *stream) writes(written bool) string {
	switch {
	case !written:
	case st.mode == terminal:
		return st.subject() + " is " + terminal + ", so stdio writes at each newline"
	case st.mode == lineBuffered:
		return "the program has asked stdio to write at each newline"
	case st.mode == unbuffered:
		return st.subject() + " has no buffer, so stdio writes at once"
	}
	return ""
}

// holds says that a stream holds bytes, and why; what is "it" or "the rest". What it was
// when stdio chose how to buffer is no reason any more where its descriptor is now of
// another kind, of which nothing is said.
func (st *stream) holds(what, kind string) string {
	const (
		full = "a full buffer, fflush or exit"
		line = "a newline, " + full
	)
	n := "at least " + bytes(st.total()) + plural(st.total(), " waits", " wait")
	why, until := "", " in the buffer"
	switch mode := st.mode; {
	case mode == "" || mode == unbuffered:
	case mode == lineBuffered:
		why, until = "as the program has asked, ", " for "+line
	case mode == fullBuffered:
		why, until = "as the program has asked, ", " for "+full
	case mode != kind:
	case mode == terminal:
		why, until = st.subject()+" is "+terminal+", so ", " for "+line
	default:
		why, until = st.subject()+" is "+mode+", so ", " for "+full
	}
	return "stdio holds " + what + ": " + why + n + until
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// cloneStreams copies what stdio holds, as fork(2) does.
func (p *process) cloneStreams() map[streamKey]*stream {
	all := make(map[streamKey]*stream, len(p.streams))
	for key, st := range p.streams {
		own := *st
		own.runs = slices.Clone(st.runs)
		all[key] = &own
	}
	return all
}
