package explain

import (
	"strings"

	"plait/event"
	"plait/output/calls"
	"plait/proto"
	"plait/proto/syntax"
)

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

// begins notes which stream of stdio a call writes to.
func (f *frame) begins(s *Sink, p *process, c *event.Call) {
	if f.system {
		return
	}
	for _, a := range c.Args {
		f.direct = f.direct || isDescriptor(a.Value)
	}
	f.direct = f.direct || f.name == "syscall"
	if f.stream, f.writes = written(s.about(c), c); f.writes {
		if st := p.stream(f.stream); st != nil {
			f.flushes = st.flushes
		}
	}
}

// buffered notes what a call that has ended means for stdio's buffers, and returns what
// there is to say about it.
func (x *subject) buffered() string {
	switch c := x.e.Call; {
	case !x.s.o.Writes:
	case isSystem(c, "write", "writev"):
		return x.flushed()
	case x.frame.system || !x.succeeded():
	case x.frame.writes && x.whole:
		return x.held()
	default:
		x.managed()
	}
	return ""
}

// flushed notes that bytes of a stream were written, and says whose they are. stdio drops
// what it can't write.
func (x *subject) flushed() string {
	around := innermost(x.t)
	if around != nil && around.direct { // the program's own write
		return ""
	}
	n, known := numberOf(settled(x.e.Result))
	own := x.ownStream(around)
	if own != nil && x.succeeded() && known {
		return x.flushedBy(around, own, n)
	}
	all := x.process.streamsOf(descriptorIn(x.e, 0))
	if len(all) != 1 || !x.succeeded() || !known {
		for _, st := range all {
			st.drop()
		}
		return ""
	}
	return x.flushedLater(all[0], n)
}

// ownStream returns the stream that the call around a write writes to, if it is the one
// with the descriptor; else nil.
func (x *subject) ownStream(around *frame) *stream {
	if around == nil || !around.writes {
		return nil
	}
	if st := x.process.streams[around.stream]; st != nil && st.fd >= 0 && st.fd == descriptorIn(x.e, 0) {
		return st
	}
	return nil
}

// leastBlock divides the sizes that buffers have by themselves (stat(2), st_blksize).
const leastBlock = 512

// flushedBy notes that a call which writes to the stream has caused n bytes to be written:
// first those of earlier calls, then its own.
func (x *subject) flushedBy(around *frame, st *stream, n uint64) string {
	earlier := st.total()
	names := st.names(x.times())
	st.take(n)
	if st.flushes++; around.flushes+1 == st.flushes {
		around.flushes++
	}
	if n <= earlier {
		return ""
	}
	around.wrote += n - earlier
	if n%leastBlock != 0 && !st.hasLines() { // no full buffer: something has changed how it is buffered
		st.mode = ""
	}
	if earlier == 0 {
		return ""
	}
	return "the bytes of " + names + " are among them"
}

// flushedLater notes that n bytes were written, but not by a call that writes to the
// stream. They are those of earlier calls if they are as many, begin alike, and libc
// writes them.
func (x *subject) flushedLater(st *stream, n uint64) string {
	same, known := st.begins(x.data())
	if known && !same {
		return ""
	}
	earlier, names := st.total(), st.names(x.times())
	st.take(n)
	st.flushes++
	if !same || n != earlier || !x.s.seesWrite || !isLibc(x.e.Call.From) {
		return ""
	}
	return "the bytes are those of " + names
}

// data returns the text that a write(2) has written, or how it begins; "" if it is not known.
func (x *subject) data() string {
	if len(x.e.Call.Args) < 2 {
		return ""
	}
	s, _ := settled(x.e.Call.Args[1].Value).(event.Str)
	return s.Text
}

// maxHead is how many bytes of a text are kept to compare.
const maxHead = 64

// head returns how the bytes begin that a call writes to a stream, "" if that is not known.
func (x *subject) head() string {
	for _, a := range x.e.Call.Args {
		switch v := settled(a.Value).(type) {
		case event.Str:
			text := v.Text[:min(len(v.Text), maxHead)]
			if a.Name == "fmt" || a.Name == "format" {
				text, _, _ = strings.Cut(text, "%")
			}
			return text
		case event.Int:
			if v.Base == event.Char {
				return string([]byte{byte(v.Bits)})
			}
		}
	}
	return ""
}

func (x *subject) times() string {
	if x.s.o.Look.UTF8 {
		return " ×"
	}
	return " x"
}

// isLibc reports whether an object is a C library, in which stdio is.
func isLibc(object string) bool {
	return strings.HasPrefix(object, "libc.so.") || strings.HasPrefix(object, "ld-musl-")
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

// held notes what a call has left in a stream's buffer, and says so. Where another thread
// has emptied the buffer meanwhile, its bytes may be gone, too.
func (x *subject) held() string {
	st := x.process.stream(x.frame.stream)
	n, known := x.number(x.about.Writes.Bytes)
	if st == nil || st.fd < 0 || !known || int64(n) <= 0 { // a stream of unknown origin may be one in memory
		return ""
	}
	if !st.decided {
		st.decided, st.mode = true, x.kindOf(st.fd)
	}
	x.include(st, n)
	if x.frame.flushes != st.flushes {
		return ""
	}
	done := x.frame.wrote + x.frame.inner
	if done >= n {
		return st.writes(x.frame.wrote > 0)
	}
	head := ""
	if done == 0 {
		head = x.head()
	}
	st.add(x.e.Call.Name, head, n-done)
	if x.frame.wrote > 0 {
		return st.holds("the rest", x.kindOf(st.fd))
	}
	return st.holds("it", x.kindOf(st.fd))
}

// include notes in the call around this one that its bytes are counted, if it writes to the
// same stream.
func (x *subject) include(st *stream, n uint64) {
	if around := innermost(x.t); around != nil && around.writes && x.process.streams[around.stream] == st {
		around.inner += n
	}
}

// kindOf says what a descriptor is, "" if that is not known, or if stdio may buffer its
// stream in another way than the descriptor suggests.
func (x *subject) kindOf(fd int) string {
	if x.process.attached || x.process.preset || !x.s.seesModes {
		return ""
	}
	x.refine(fd)
	kind := x.process.files[fd].kind
	if kind == device { // which may be a terminal
		kind = ""
	}
	if kind != "" || x.s.o.Kind == nil {
		return kind
	}
	return x.s.o.Kind(x.e.PID, fd)
}

// refine finds out whether a device is a terminal.
func (x *subject) refine(fd int) {
	if f := x.process.files[fd]; f.kind == device && x.s.o.Kind != nil && x.s.o.Kind(x.e.PID, fd) == terminal {
		x.process.set(fd, file{f.name, terminal})
	}
}

// managed notes that a stream was opened or closed, or is buffered in another way.
func (x *subject) managed() {
	switch name := strings.TrimSuffix(x.e.Call.Name, "64"); name {
	case "fopen", "fdopen", "freopen", "popen", "tmpfile":
		key, ok := keyOf(settled(x.e.Result))
		if st := x.process.stream(key); ok && st != nil {
			fd := max(x.frame.opened-1, descriptorIn(x.e, 0))
			*st = stream{name: key.name, fd: fd, flushes: st.flushes + 1, decided: name == "freopen" && st.decided}
		}
	case "fclose", "pclose":
		if key, ok := x.firstStream(); ok {
			delete(x.process.streams, key)
		}
	case "__fpurge", "fpurge":
		if st := x.streamArgument(); st != nil {
			st.drop()
		}
	case "setvbuf", "setbuf", "setbuffer", "setlinebuf":
		if st := x.streamArgument(); st != nil {
			st.decided, st.mode = true, x.asked(name)
		}
	}
}

// asked returns how the program wants a stream to be buffered, "" if that is not known.
func (x *subject) asked(function string) string {
	args := x.e.Call.Args
	switch {
	case function == "setlinebuf":
		return lineBuffered
	case function == "setvbuf" && len(args) > 2:
		mode, _ := word(args[2].Value)
		return mode
	case len(args) > 1:
		if buf, known := numberOf(args[1].Value); known && buf != 0 {
			return fullBuffered
		} else if known {
			return unbuffered
		}
	}
	return ""
}

// firstStream returns the stream that is the first argument of a call.
func (x *subject) firstStream() (streamKey, bool) {
	if len(x.e.Call.Args) == 0 {
		return streamKey{}, false
	}
	return keyOf(x.e.Call.Args[0].Value)
}

// streamArgument returns what is known of that stream; nil if there is none.
func (x *subject) streamArgument() *stream {
	if key, ok := x.firstStream(); ok {
		return x.process.stream(key)
	}
	return nil
}
