package text

import (
	"io"

	"plait/event"
	"plait/output/calls"
)

// Options say how a trace looks. The zero value is ltrace's look, with the result
// directly after the call.
type Options struct {
	Style     Style  // which tool's lines it writes
	Align     int    // column of the "=" before a result, from 1; results of longer calls follow at once
	Indent    int    // blanks for each call that is open around an event
	Threads   Naming // whether lines begin with the thread's number
	Clock     Clock  // which time lines begin with
	IP        bool   // lines begin with the address, see event.Head
	Elapsed   bool   // a result is followed by the time from begin to end of the call
	From      bool   // library calls are preceded by the caller: "ls->malloc"
	Demangle  bool   // show C++, Rust and D names as they are in the source,
	FullNames bool   // with the types of parameters and all template arguments (see shortName)
	Versions  bool   // show the versions of symbols: "memcpy@GLIBC_2.14"
	NoErrno   bool   // leave out why library calls failed
	NoSignals bool   // leave out signals and stops
	NoTimes   bool   // in style Tree: leave out how long calls took
	UTF8      bool   // the reader's terminal shows UTF-8: write printable text as it is
	Color     bool   // use the terminal's colours
	Colors    string // which: as in STRACE_COLORS; what it does not tell is as usual

	// What follows is for Style Strace.

	Number      bool      // lines begin with the number of the last system call: "[   0] "
	ArgNames    bool      // arguments are preceded by their names: "fd=3"
	Hex         HexForm   // which strings are written in hexadecimal
	Constants   ConstForm // the form of numbers that have names
	Delta       bool      // lines show the time since the line before, beside the Clock
	ClockDigits Digits    // of Seconds and UnixEpoch
	DeltaDigits Digits    // of Delta
	TimeDigits  Digits    // of Elapsed
	NoExits     bool      // leave out the ends of threads that exited

	// ShowKilledBy reports whether the end of a thread by the named signal is shown. If
	// it is nil, every such end is.
	ShowKilledBy func(signal string) bool

	NoSuperseded bool           // leave out that an execve(2) ended a thread, and that one goes on with another number
	NoABI        bool           // leave out that a process runs in another mode
	Hide         event.Statuses // calls that end in one of these ways are left out; if not 0, a call is shown when it ends
}

// A Style says which tool's lines a Printer writes.
type Style uint8

// The styles. In style Strace, notices and spawns show nothing. strace writes its
// messages to standard error, even in the middle of an open line.
const (
	Ltrace Style = iota
	Strace
	Tree // not of another program: calls with others in them have braces around these
)

// A Naming says when lines begin with the number of their thread.
type Naming uint8

// The ways to name threads. "There is a second thread" means in style Strace that there
// is one now, otherwise that one was ever seen. Numbers in style Strace have five
// columns. A line of Separate does not depend on those before it.
const (
	Unnamed   Naming = iota
	Bracketed        // "[pid 12] ", if there is a second thread
	Numbered         // "12 ", always
	Separate         // "12 ", if it is not the process's first thread; each process has a Printer
	Labelled         // "[pid 12] ", always
)

// A Clock is a form of time at the beginning of lines.
type Clock uint8

// The clocks. Times of day are local.
const (
	NoClock   Clock = iota
	Relative        // "  0.000123", seconds since the line before
	Seconds         // "15:04:05"
	Micros          // "15:04:05.000000"
	UnixEpoch       // "1136214245.000000"; in style Strace, ClockDigits is the number of decimals
)

// Digits is how many decimals a time in seconds has: 0, 3, 6 or 9.
type Digits uint8

// A HexForm says which strings are written in hexadecimal.
type HexForm uint8

// The forms of strings (strace(1), --strings-in-hex).
const (
	HexNone          HexForm = iota // none: bytes that are not printable are octal
	HexNonASCIIChars                // as HexNone, but bytes above 0x7e are hexadecimal
	HexNonASCII                     // every string that has a byte which is not printable
	HexAll                          // every string
)

// A ConstForm is a form of numbers that have names.
type ConstForm uint8

// The forms of constants (strace(1), -X).
const (
	ConstAbbrev  ConstForm = iota // "O_RDONLY"
	ConstRaw                      // "0"
	ConstVerbose                  // "0 /* O_RDONLY */"
)

// A Printer is an event.Sink that writes lines. It is not safe for concurrent
// use.
type Printer struct {
	w     io.Writer
	o     Options
	style *style
	line  line
	open  openCall
	// progress says how much of a call was written when its line was interrupted. A call
	// of which all was written is not in it.
	progress    calls.Open[progress]
	interrupted map[int]callKey           // by thread: the call whose line another thread interrupted, if the thread has had no line since
	buffered    calls.Open[*bufferedCall] // for Hide: the calls that have not ended
	stacks      map[int][]event.Caller    // by thread, if it ends inside a call
	told        told
	names       names
	threads     threadCounter
	clock       clock
	margin      int // columns of time and address in the last line that has them
}

// New returns a Printer that writes to w, once for each event that is shown. It does not
// buffer, so that the line of a call is visible while the call lasts.
func New(w io.Writer, o Options) *Printer {
	p := &Printer{
		w: w, o: o,
		style:       styles[o.Style],
		line:        newLine(o),
		interrupted: map[int]callKey{},
		stacks:      map[int][]event.Caller{},
		names:       newNames(o),
		threads:     threadCounter{onlyLive: o.Style == Strace},
	}
	if o.Style != Strace {
		p.line.names = &p.names
	}
	return p
}

// Emit writes what is shown of the event. It returns the writer's error.
func (p *Printer) Emit(e event.Event) error {
	p.threads.add(e)
	p.event(e)
	p.threads.removeEnded(e)
	return p.flush()
}

func (p *Printer) event(e event.Event) {
	switch e := e.(type) {
	case *event.Enter:
		p.callEnter(e)
	case *event.Return:
		p.callReturn(e)
	case *event.Signal:
		p.signal(e)
	case *event.Stopped:
		p.stopped(e)
	case *event.Exec:
		p.exec(e)
	case *event.Exit:
		if e.NewTID == 0 {
			p.style.exit(p, e)
		}
		p.threadEnded(e)
	case *event.Notice:
		p.style.notice(p, e)
	case *event.Spawn:
		p.spawn(e)
	case *event.Detach:
		p.threadEnded(e) // ltrace does not show it
	}
}

// Close ends an open line. It does not close the writer.
func (p *Printer) Close() error {
	p.interrupt(p.open.tid)
	p.endRepeats()
	return p.flush()
}

// flush writes the line's text to w in one piece. Text that can't be written is dropped,
// so that it neither grows without bound nor appears later, out of order.
func (p *Printer) flush() error {
	if len(p.line.b) == 0 {
		return nil
	}
	p.line.carry()
	_, err := p.w.Write(p.line.b)
	p.line.reset()
	return err
}
