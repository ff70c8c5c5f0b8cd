package explain

import (
	"slices"
	"strconv"
	"strings"

	"plait/event"
	"plait/output/calls"
	"plait/proto"
	"plait/proto/syntax"
)

// A stream is what stdio holds for one of a process's streams: bytes that calls wrote
// and that no write(2) has carried yet. Calls that are not traced may have added others,
// so it is a least bound.
type stream struct {
	name string // "stdout"; "" for a file of the program's own
	fd   int    // -1 if not known
	runs []run  // oldest first
	set  bool   // setvbuf(3) or the like was called: how it is buffered is not known
}

// A run is calls of one function, one after the other.
type run struct {
	function string
	calls    int
	bytes    uint64
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
		if p.streams == nil {
			p.streams = map[streamKey]*stream{}
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

// written returns the stream that a call writes to, by its sentences.
func written(about *proto.Explanation, c *event.Call) (streamKey, bool) {
	if about == nil || about.Writes == nil || about.Writes.Stream.Op != syntax.OpName {
		return streamKey{}, false
	}
	if about.Writes.Stream.Text == proto.FactStdout {
		return streamKey{name: proto.FactStdout}, true
	}
	for i := range c.Args {
		if c.Args[i].Name == about.Writes.Stream.Text {
			return keyOf(c.Args[i].Value)
		}
	}
	return streamKey{}, false
}

// buffered notes what a call that has ended means for stdio's buffers, and returns what
// there is to say about it.
func (x *subject) buffered() string {
	switch c := x.e.Call; {
	case !x.s.o.Kernel || !x.succeeded():
	case isSystem(c, "write", "writev"):
		return x.flushed()
	case x.frame.system:
	case x.frame.writes && x.whole:
		return x.held()
	default:
		x.managed()
	}
	return ""
}

// flushed notes that bytes of a stream were written, and says whose they are if they are
// all that earlier calls left.
func (x *subject) flushed() string {
	st := x.process.streamOf(descriptorIn(x.e, 0))
	n, known := numberOf(settled(x.e.Result))
	around := innermost(x.t)
	if st == nil || !known || around != nil && around.name == x.e.Call.Name { // the program's own write
		return ""
	}
	earlier := st.total()
	names := st.names(x.times())
	if n < earlier {
		st.take(n)
		return ""
	}
	st.runs = nil
	own := around != nil && around.writes && x.process.streams[around.stream] == st
	if own {
		around.wrote += n - earlier
	}
	if earlier == 0 || n > earlier && !own {
		return ""
	}
	if own && n > earlier {
		return "the bytes are those of " + names + ", and of this " + around.name
	}
	return "the bytes are those of " + names
}

func (x *subject) times() string {
	if x.s.o.Look.UTF8 {
		return " ×"
	}
	return " x"
}

// innermost returns the innermost library call; nil if there is none.
func innermost(t *calls.Thread[frame]) *frame {
	for i := t.Len() - 1; i >= max(0, t.Len()-maxAround); i-- {
		if f := t.At(i); !f.system {
			return f
		}
	}
	return nil
}

// held notes what a call has left in a stream's buffer, and says so.
func (x *subject) held() string {
	st := x.process.stream(x.frame.stream)
	n, known := x.number(x.about.Writes.Bytes)
	if st == nil || st.fd < 0 || !known || int64(n) <= 0 { // a stream of unknown origin may be one in memory
		return ""
	}
	if x.frame.wrote >= n {
		if x.frame.wrote > 0 && st.name != "" && !st.set && x.process.files[st.fd].kind == terminal {
			return st.name + " is a terminal, so stdio writes at each newline"
		}
		return ""
	}
	st.add(x.e.Call.Name, n-x.frame.wrote)
	return st.holds(x.process.files[st.fd].kind)
}

// holds says that a stream holds bytes, and why.
func (st *stream) holds(kind string) string {
	until := "a full buffer, a flush or the end"
	why := "stdio holds it: "
	if st.name != "" && kind != "" && !st.set {
		if kind == terminal {
			until = "a newline, " + until
		}
		why += st.name + " is " + kind + ", so "
	}
	return why + "at least " + bytes(st.total()) + plural(st.total(), " waits", " wait") + " for " + until
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// managed notes that a stream was opened or closed, or is buffered in another way.
func (x *subject) managed() {
	c := x.e.Call
	switch strings.TrimSuffix(c.Name, "64") {
	case "fopen", "fdopen", "freopen", "popen", "tmpfile":
		if key, ok := keyOf(settled(x.e.Result)); ok {
			if st := x.process.stream(key); st != nil {
				st.fd, st.runs = max(x.frame.opened-1, descriptorIn(x.e, 0)), nil
			}
		}
	case "fclose", "pclose":
		if key, ok := x.firstStream(); ok {
			delete(x.process.streams, key)
		}
	case "setvbuf", "setbuf", "setbuffer", "setlinebuf":
		if key, ok := x.firstStream(); ok {
			if st := x.process.stream(key); st != nil {
				st.set = true
			}
		}
	}
}

// firstStream returns the stream that is the first argument of a call.
func (x *subject) firstStream() (streamKey, bool) {
	if len(x.e.Call.Args) == 0 {
		return streamKey{}, false
	}
	return keyOf(x.e.Call.Args[0].Value)
}

// streamOf returns the stream with a descriptor; nil if there is none.
func (p *process) streamOf(fd int) *stream {
	if fd < 0 {
		return nil
	}
	for _, st := range p.streams {
		if st.fd == fd {
			return st
		}
	}
	return nil
}

func (st *stream) total() (n uint64) {
	for _, r := range st.runs {
		n += r.bytes
	}
	return n
}

// add notes that a call has left n bytes.
func (st *stream) add(function string, n uint64) {
	if last := len(st.runs) - 1; last >= 0 && st.runs[last].function == function {
		st.runs[last].calls++
		st.runs[last].bytes += n
		return
	}
	if len(st.runs) < maxRuns {
		st.runs = append(st.runs, run{function, 1, n})
	}
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
		st.runs[0].calls = 0
	}
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
