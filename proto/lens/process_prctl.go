package lens

import (
	"fmt"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// taskNameLens decodes the name of a thread (prctl(2), PR_SET_NAME), of which only the
// first 15 bytes count.
type taskNameLens struct{}

func (taskNameLens) Decode(s *decode.Source, addr uint64) event.Value {
	const size = 15 // TASK_COMM_LEN without the NUL
	if addr == 0 {
		return event.Pointer{}
	}
	b, ended, _ := s.Fetch(addr, size+1, 1, true)
	if len(b) == 0 && !ended {
		return event.Unreadable{Addr: addr}
	}
	return event.Str{Text: string(b[:min(len(b), size)]), Cut: !ended}
}

// ptracerLens decodes the process that may trace the caller (prctl(2), PR_SET_PTRACER).
type ptracerLens struct{}

func (ptracerLens) Decode(s *decode.Source, bits uint64) event.Value {
	if bits == ^uint64(0) {
		return event.Name{Name: "PR_SET_PTRACER_ANY", Int: event.Int{Bits: bits, Size: 8, Base: event.Hex}}
	}
	return pidLens{}.Decode(s, bits)
}

// pidTypeLens decodes the kind of process ID that PR_SCHED_CORE of prctl(2) takes: a
// number, with the kernel's name for it.
type pidTypeLens struct{}

func (pidTypeLens) Decode(_ *decode.Source, bits uint64) event.Value {
	name := "PIDTYPE_???"
	if names := [...]string{"PIDTYPE_PID", "PIDTYPE_TGID", "PIDTYPE_PGID", "PIDTYPE_SID"}; bits < uint64(len(names)) {
		name = names[bits]
	}
	return event.Note{Value: event.Int{Bits: bits, Size: 8, Base: event.Hex}, Text: name}
}

// ipcModeLens decodes flags with the permissions of a new object in the low bits
// (shmget(2)), which are shown last, in octal.
type ipcModeLens struct{ flags string }

func (l ipcModeLens) Decode(s *decode.Source, bits uint64) event.Value {
	const permissions = 0o777
	word := uint64(uint32(bits))
	mode := event.Int{Bits: word & permissions, Size: 4, Base: event.Octal}
	f, ok := s.Named(l.flags, word&^permissions, 4).(event.Flags)
	if !ok || word&^permissions == 0 {
		return mode
	}
	if f.Rest != 0 {
		f.Names = append(f.Names, values.Hex(f.Rest))
	}
	f.Names, f.Rest, f.Bits = append(f.Names, fmt.Sprintf("%#03o", mode.Bits)), 0, word
	return f
}
