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
	"plait/ring"
	"plait/syscalls"
)

// A Tracer runs the loop. It belongs to one goroutine, the one that made the Kernel;
// only Interrupt and DetachNow may be called from others.
type Tracer struct {
	Config
	arch       *arch.Arch
	table      *syscalls.Table
	foreign    *syscalls.Table // of the machine's other calling convention, once needed
	tracees    map[int]*tracee
	earlyStops map[int][]ptrace.Stop // of threads that no parent has reported yet
	files      *objfile.Files
	worker     *background.Worker
	namer      procinfo.Namer
	noticed    map[string]bool // notices that were emitted
	unknown    map[event.CallKind]*decode.Prototype
	lastCallID uint64
	launched   int
	status     Status
	cutShort   bool  // plait was interrupted in looking for what is to be traced
	exitKills  bool  // a command was launched: its processes die with this one
	detaching  bool  // detaching from attached processes has begun
	waiting    []int // tracees that have been restored and wait for Detach
	delayed    []*delayed
	calls      int           // counted for CallLimit
	now        time.Time     // when the current stop was reported
	cpu        time.Duration // CPU time of its process, if asked for

	interrupted, wakeSeen atomic.Bool // Interrupt was called; the loop has noticed
	dying                 atomic.Bool // DetachNow was called
	detachDeadline        time.Time   // when dying, how long to wait for tracees to stop
	needs                 map[*decode.Prototype]*needs
	clock                 ring.Clock
	ticking               bool          // the loop is woken every 10 ms
	rung                  atomic.Bool   // an engine has something to do
	ended                 atomic.Bool   // Run has returned
	current               []currentStop // the stops that are being handled, each within the one before
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
	table.ShareTypes(c.Prototypes.Types())
	table.PreferUser(c.Prototypes.LookupSystem)
	if c.Endings || c.Inline { // the last records need the memory of their process
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

// Launch starts a command and traces it. If the command can't be run, the error is the
// kernel's.
func (t *Tracer) Launch(c ptrace.Command) error {
	c.PreExec = t.ShowExec
	pid, err := t.Kernel.Launch(c)
	if pid != 0 {
		t.launched, t.exitKills = pid, true
		tr := t.adopt(pid, pid, nil)
		tr.shown = true
		tr.phase = launching
	}
	if errors.Is(err, ptrace.ErrGone) {
		return nil
	}
	return err
}

// Launched returns the process ID of the launched command, 0 if there is none.
func (t *Tracer) Launched() int { return t.launched }

// Status returns how the launched command ended. It is valid after Run.
func (t *Tracer) Status() Status { return t.status }

// Run traces until no tracee is left, or none but those that wait for Detach. After a fault
// of plait itself it detaches from everything and returns a *Fault.
func (t *Tracer) Run() (err error) {
	defer t.wakeSeen.Store(true)
	defer t.ended.Store(true)
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
		t.serveEngines()
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

// done reports whether everything has been detached from. Even then there may be
// something to wait for: the kernel can't detach from a first thread that has ended.
// When plait is about to die, it does not wait for what dies with it.
func (t *Tracer) done() bool {
	if t.detaching && t.dying.Load() {
		return t.doneDying()
	}
	return t.detaching && t.launched == 0 && len(t.tracees) == 0
}

// handle handles one stop and restarts the tracee. It is no error if the tracee has died
// meanwhile: its end will be reported.
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
	if own, err := t.settle(tr, stop); own || err != nil {
		return t.restart(tr, t.nextRestart(tr), err)
	}
	if tr.space.allStop != notStopping {
		return t.hold(tr, stop)
	}
	t.current = append(t.current, currentStop{tr, stop})
	if (len(tr.space.unplanted) > 0 || tr.space.linker.unread) && !(t.detaching && tr.attached) && (stop.Kind == ptrace.Syscall || stop.Signal == sigTrap) {
		t.plantRest(tr)
	}
	how, err := t.dispatch(tr, stop)
	if now := t.tracees[stop.TID]; now != nil { // another one, if a thread executed a program
		t.noteRestart(now)
	}
	t.current = t.current[:len(t.current)-1]
	return t.restart(tr, how, err)
}

// restart restarts a tracee unless err kept its stop from being handled.
func (t *Tracer) restart(tr *tracee, how ptrace.Restart, err error) error {
	if err == nil {
		err = t.Kernel.Restart(tr.tid, how)
	}
	if err != nil && t.died(tr, err) {
		return nil
	}
	return err
}

// died tells whether err means that its tracee has died, whatever was asked for.
func (t *Tracer) died(tr *tracee, err error) bool {
	if errors.Is(err, ptrace.ErrGone) {
		return true
	}
	_, err = t.Kernel.Regs(tr.tid, tr.regset)
	return errors.Is(err, ptrace.ErrGone)
}

// Save saves what was learned of files, for other runs of plait. It touches no tracee.
func (t *Tracer) Save() { t.files.Save() }

// finish tells the user what would otherwise go unnoticed.
func (t *Tracer) finish() error {
	if err := t.restartDelayed(true); err != nil { // nobody waits any more
		return err
	}
	for _, text := range t.Library.Unmatched(t.cutShort) {
		t.notice(nil, text)
	}
	return nil
}

// notice emits a remark about the trace, each text once.
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

// noticeMissing tells the user what is missing from the trace because something could
// not be read. It says nothing about a tracee that has died, or about work that was
// interrupted and may be done later.
func (t *Tracer) noticeMissing(tr *tracee, what string, err error) {
	if !errors.Is(err, ptrace.ErrGone) && !errors.Is(err, objfile.ErrInterrupted) {
		t.notice(tr, what+": "+cause(err))
	}
}

// cause is the text of err without the path in /proc, which means nothing to a user.
func cause(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	return err.Error()
}

// emit passes an event on. An output that cannot write tells its user so itself, and the
// tracees go on.
func (t *Tracer) emit(e event.Event) { _ = t.Sink.Emit(e) }
