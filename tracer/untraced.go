package tracer

import (
	"encoding/binary"

	"plait/ptrace"
)

// Of a child that is made with CLONE_UNTRACED the kernel tells its tracer nothing.
// Where such a child would meet our breakpoints, or have our filter and no tracer, or
// is to be followed, the flag is taken out of the call, and given back before anybody
// can look: to the parent when the call is over, to the child at its first stop.

const cloneUntraced = 0x00800000 // CLONE_UNTRACED (clone(2))

// An untraced is a call from which the flag was taken.
type untraced struct {
	flags uint64 // as they were
	at    uint64 // where they lie; 0: in the call's first register
}

// takeUntracedFlag takes the flag from a call that begins.
func (t *Tracer) takeUntracedFlag(tr *tracee, info *ptrace.SyscallInfo) error {
	if info.Arch != t.arch.Audit || tr.untraced != nil || !t.mustTraceChildren(tr) {
		return nil
	}
	u := t.untracedClone(tr, info.Nr, info.Args)
	if u == nil {
		return nil
	}
	tr.untraced, tr.cloningUntraced = u, false
	return t.setFlags(tr, u, u.flags&^cloneUntraced)
}

// mustTraceChildren tells whether a thread's children must not be untraced.
func (t *Tracer) mustTraceChildren(tr *tracee) bool {
	return tr.hasSites() || tr.filtering != unfiltered || t.Follow && tr.shown && !t.ShowExec
}

// untracedClone is what a call says that makes an untraced child; nil if it makes none.
func (t *Tracer) untracedClone(tr *tracee, nr uint64, args [6]uint64) *untraced {
	u := &untraced{flags: args[0]}
	if nr == t.arch.Calls.Clone3 {
		var b [8]byte
		u.at = args[0]
		if _, err := t.Kernel.Read(tr.tid, u.at, b[:]); err != nil {
			return nil
		}
		u.flags = binary.NativeEndian.Uint64(b[:])
	}
	if nr != t.arch.Calls.Clone && nr != t.arch.Calls.Clone3 || u.flags&cloneUntraced == 0 {
		return nil
	}
	return u
}

func (t *Tracer) setFlags(tr *tracee, u *untraced, flags uint64) error {
	if u.at != 0 {
		_, err := t.Kernel.Write(tr.tid, u.at, binary.NativeEndian.AppendUint64(nil, flags))
		return err
	}
	if native, err := t.loadRegs(tr); err != nil || !native {
		return err
	}
	tr.regs.SetSyscallArg(0, flags)
	return t.storeRegs(tr)
}

// restoreFlags makes the flags what they were.
func (t *Tracer) restoreFlags(tr *tracee) error {
	u := tr.untraced
	if u == nil {
		return nil
	}
	tr.untraced = nil
	return t.setFlags(tr, u, u.flags)
}

// restoreFlagsInMemory makes the flags that lie in memory what they were, as soon as a child is
// made that may share it.
func (t *Tracer) restoreFlagsInMemory(tr *tracee) error {
	if u := tr.untraced; u != nil && u.at != 0 {
		return t.setFlags(tr, u, u.flags)
	}
	return nil
}
