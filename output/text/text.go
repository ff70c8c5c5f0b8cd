package text

import (
	"io"

	"plait/event"
	"plait/output/calls"
)

// Options say how a trace looks. The zero value is ltrace's look with the
// result right behind the call.
type Options struct {
	Style     Style  // whose habits the lines follow
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
	UTF8      bool   // the reader's terminal shows UTF-8: write printable text as it is
	Color     bool   // use the terminal's colours

	// What follows is for Style Strace.

	Number      bool      // lines begin with the number of the last system call: "[   0] "
	ArgNames    bool      // arguments are preceded by their names: "fd=3"
	Hex         HexForm   // which strings are written in hexadecimal
	Constants   ConstForm // how numbers that have names are written
	Delta       bool      // lines tell the time since the line before, beside what Clock says
	ClockDigits Digits    // of Seconds and UnixEpoch
	DeltaDigits Digits    // of Delta
	TimeDigits  Digits    // of Elapsed
	NoExits     bool      // leave out the ends of threads that exited

	// ShowKilledBy tells whether the end of a thread by the signal of that name is
	// shown; nil means that each is.
	ShowKilledBy func(signal string) bool

	NoSuperseded bool           // leave out that an execve(2) ended a thread, and that one goes on with another number
	NoABI        bool           // leave out that a process runs in another mode
	Hide         event.Statuses // calls that end so are left out; if not 0, a call is shown when it ends
	Colors       string         // for Color, as in STRACE_COLORS; what it does not tell is as usual
}

// A Style says whose habits lines follow.
type Style uint8

// The styles. In Strace's, notices and spawns show nothing: strace writes its
// messages to standard error, in the middle of whatever line is open there.
const (
	Ltrace Style = iota
	Strace
)

// A Naming says when lines begin with the number of their thread.
type Naming uint8

// The ways to name threads. In style Strace "there is a second" means that there
// is one now, else that one was ever seen; and its numbers have five columns. A line
// of Separate does not depend on those before it.
const (
	Unnamed   Naming = iota
	Bracketed        // "[pid 12] ", if there is a second thread
	Numbered         // "12 ", always
	Separate         // "12 ", if it is not the process's first thread; there is a Printer for each process
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
	UnixEpoch       // "1136214245.000000"; in style Strace with as many decimals as ClockDigits tells
)

// Digits is how many decimals a time in seconds has: 0, 3, 6 or 9.
type Digits uint8

// A HexForm says which strings are written in hexadecimal.
type HexForm uint8

// The forms of strings, strace's --strings-in-hex.
const (
	HexNone          HexForm = iota // none: what is not printable is octal
	HexNonASCIIChars                // as HexNone, but bytes above 0x7e are hexadecimal
	HexNonASCII                     // all of a string that has a byte which is not printable
	HexAll                          // all of every string
)

// A ConstForm says how numbers that have names are written.
type ConstForm uint8

// The forms of constants, strace's -X.
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
	// progress is how much of a call was written when its line was broken; calls
	// that showed all are not here.
	progress    calls.Open[progress]
	interrupted map[int]callKey           // by thread: the call whose line another thread's has broken, with none of its own since
	buffered    calls.Open[*bufferedCall] // for Hide: the calls that have not ended
	stacks      map[int][]event.Caller    // of threads that end inside a call
	names       names
	threads     threadCounter
	clock       clock
}

// New returns a Printer that writes to w, once for each event that shows. It
// does not buffer: an open line is visible while the call lasts.
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
	if o.Style == Ltrace {
		p.line.names = &p.names
	}
	return p
}

// Emit writes what the event shows. Errors are the writer's.
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
	return p.flush()
}

// flush hands on what was written, in one piece. What could not be written is
// dropped: it must not grow without bound, nor come out later, out of order.
func (p *Printer) flush() error {
	if len(p.line.b) == 0 {
		return nil
	}
	p.line.carry()
	_, err := p.w.Write(p.line.b)
	p.line.reset()
	return err
}
