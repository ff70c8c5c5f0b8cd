package tracer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"plait/arch"
	"plait/background"
	"plait/event"
	"plait/objfile"
	"plait/procinfo"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// A Tracer runs the loop. It is used from one goroutine, the one that made the
// Kernel; Forward alone may be called from others.
type Tracer struct {
	Config
	arch       *arch.Arch
	table      *syscalls.Table
	foreign    *syscalls.Table // of the machine's other calling convention, once met
	tracees    map[int]*tracee
	earlyStops map[int][]ptrace.Stop // of threads that no parent has announced yet
	files      *objfile.Files
	worker     *background.Worker
	namer      procinfo.Namer
	noticed    map[string]bool // notices given
	unknown    map[event.CallKind]*decode.Prototype
	lastCallID uint64
	launched   int
	status     Status
	detaching  bool // attached processes are being let go
	delayed    []*delayed
	calls      int           // counted for CallLimit
	now        time.Time     // when the current stop was reported
	cpu        time.Duration // CPU time of its process, if asked for

	interrupted, wakeSeen atomic.Bool   // Interrupt was called; the loop knows
	dying                 atomic.Bool   // DetachNow was called
	detachDeadline        time.Time     // so long what is to be let go of is waited for, once doomed
	current               []currentStop // the stops that are being handled, the last within the others
}

// A Status says how the launched command ended: by exit status or by signal.
type Status struct {
	Exit   int
	Signal int
}

// New returns a tracer that follows c.
func New(c Config) *Tracer {
	if c.Now == nil {
		c.Now = time.Now
	}
	table := syscalls.For(arch.Native, arch.Native.Audit)
	table.Share(c.Prototypes.Types())
	table.Prefer(c.Prototypes.LookupSystem)
	if c.Endings {
		c.Kernel.TraceExit()
	}
	if c.CPU {
		c.Kernel.MeasureCPU()
	}
	t := &Tracer{
		Config:     c,
		arch:       arch.Native,
		table:      table,
		tracees:    map[int]*tracee{},
		earlyStops: map[int][]ptrace.Stop{},
		worker:     background.New(),
		noticed:    map[string]bool{},
		unknown:    map[event.CallKind]*decode.Prototype{},
	}
	t.namer = procinfo.Namer{Proc: c.Kernel, Descriptors: c.Descriptors, PIDs: c.PIDs}
	t.files = objfile.New(t.worker, t.openOther, c.Prototypes, c.Descriptions)
	return t
}

// openOther opens a file that an ELF file leads to.
func (t *Tracer) openOther(path string) (*os.File, error) {
	f, _, err := t.Kernel.Open(path)
	return f, err
}

// Launch starts a command under observation. The error of a command that could
// not be run is the kernel's.
func (t *Tracer) Launch(c ptrace.Command) error {
	c.Staged = t.ShowExec
	pid, err := t.Kernel.Launch(c)
	if pid != 0 {
		t.launched = pid
		tr := t.adopt(pid, pid, nil)
		tr.shown = true
		tr.phase = launching
	}
	if errors.Is(err, ptrace.ErrGone) {
		return nil
	}
	return err
}

// Launched is the process ID of the launched command, 0 if there is none.
func (t *Tracer) Launched() int { return t.launched }

// Status tells how the launched command ended, once Run is back.
func (t *Tracer) Status() Status { return t.status }

// Run follows the tracees until none is left. A fault of this program on the way is
// returned as a *Fault, when all has been let go of.
func (t *Tracer) Run() (err error) {
	defer t.wakeSeen.Store(true)
	defer func() {
		if fault := recover(); fault != nil {
			err = t.detachAfterFault(fault)
		}
	}()
	return t.run()
}

func (t *Tracer) run() error {
	for {
		t.worker.Reset()
		if t.interrupted.Load() && !t.detaching || t.dying.Load() && t.detachDeadline.IsZero() {
			if err := t.detachAll(); err != nil {
				return err
			}
		}
		stop, err := t.Kernel.Wait()
		switch {
		case errors.Is(err, ptrace.ErrWoken):
			if err := errors.Join(t.recheckAllStops(), t.restartDelayed(false)); err != nil {
				return err
			}
			if t.done() {
				return t.finish()
			}
			continue
		case errors.Is(err, ptrace.ErrNone):
			return t.finish()
		case err != nil:
			return fmt.Errorf("wait for a tracee: %w", err)
		}
		t.now, t.cpu = t.Now(), stop.CPU
		if err := t.handle(stop); err != nil {
			return err
		}
		if err := t.restartDelayed(false); err != nil {
			return err
		}
		if t.done() {
			return t.finish()
		}
	}
}

// done reports whether all was let go of. There may be something to wait for
// even so: a first thread that ended can't be detached from. When plait is to die,
// what can't live without a tracer dies too.
func (t *Tracer) done() bool {
	if t.detaching && t.dying.Load() {
		return t.doneDying()
	}
	return t.detaching && t.launched == 0 && len(t.tracees) == 0
}

// handle lets the one tracee that stopped go on. A tracee that died meanwhile
// is no error: its end will be reported.
func (t *Tracer) handle(stop ptrace.Stop) error {
	tr := t.tracees[stop.TID]
	if tr == nil {
		tr = t.execThreadOf(stop)
	}
	if tr == nil {
		return t.unknownThread(stop)
	}
	if stop.Kind != ptrace.Exited && stop.Kind != ptrace.Killed {
		tr.space.tid = tr.tid // it surely has memory still
	}
	if tr.space.allStop != notStopping {
		return t.hold(tr, stop)
	}
	t.current = append(t.current, currentStop{tr, stop})
	if len(tr.space.unplanted) > 0 && !(t.detaching && tr.attached) && (stop.Kind == ptrace.Syscall || stop.Signal == sigTrap) {
		t.plantRest(tr)
	}
	how, err := t.dispatch(tr, stop)
	if now := t.tracees[stop.TID]; now != nil { // another one, if a thread executed a program
		t.noteRestart(now)
	}
	t.current = t.current[:len(t.current)-1]
	if err == nil {
		err = t.Kernel.Restart(tr.tid, how)
	}
	if err != nil && t.died(tr, err) {
		return nil
	}
	return err
}

// died tells whether err is because its tracee died meanwhile, whatever of it was
// asked for then.
func (t *Tracer) died(tr *tracee, err error) bool {
	if errors.Is(err, ptrace.ErrGone) {
		return true
	}
	_, err = t.Kernel.Regs(tr.tid, tr.regset)
	return errors.Is(err, ptrace.ErrGone)
}

// finish says what the user would miss otherwise.
func (t *Tracer) finish() error {
	t.files.Keep()
	if err := t.restartDelayed(true); err != nil { // nobody waits any more
		return err
	}
	for _, text := range t.Library.Unmatched() {
		t.notice(nil, text)
	}
	return nil
}

// notice emits a remark about the trace, once.
func (t *Tracer) notice(tr *tracee, text string) {
	if t.noticed[text] {
		return
	}
	t.noticed[text] = true
	n := &event.Notice{Text: text}
	n.Time = t.now
	if tr != nil {
		n.PID, n.TID = tr.pid, tr.tid
	}
	t.emit(n)
}

// noticeMissing says what is not in the trace because something could not be read, which
// of a tracee that is gone is no news. What was left off may be there later.
func (t *Tracer) noticeMissing(tr *tracee, what string, err error) {
	if !errors.Is(err, ptrace.ErrGone) && !errors.Is(err, objfile.ErrInterrupted) {
		t.notice(tr, what+": "+cause(err))
	}
}

// cause is what err says without the path in /proc by which it was met.
func cause(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return err.Error()
}

// emit passes an event on. An output that cannot write tells its user itself;
// the tracees go on.
func (t *Tracer) emit(e event.Event) { _ = t.Sink.Emit(e) }
