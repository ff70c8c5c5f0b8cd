package lens

import (
	"encoding/binary"
	"slices"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// siginfoLens decodes siginfo_t (sigaction(2)). If waited is set, waitid(2) filled it in,
// which stores no times: what lies there is not shown.
type siginfoLens struct{ waited bool }

// siginfoBytes is the size of a siginfo_t on every processor (asm-generic/siginfo.h).
const siginfoBytes = 128

func (l siginfoLens) Decode(s *decode.Source, addr uint64) event.Value {
	var raw [siginfoBytes]byte
	if addr == 0 {
		return event.Pointer{}
	}
	if s.Read(addr, raw[:]) < len(raw) {
		return event.Unreadable{Addr: addr}
	}
	if s.Arch.PtrSize == 4 {
		raw = widenSiginfo(raw, s.Arch.Order)
	}
	v := Siginfo(raw[:], s.Arch, signalNames(s), s.PID)
	if r, ok := v.(event.Record); ok && l.waited {
		r.Fields = slices.DeleteFunc(r.Fields, func(f event.Field) bool { return f.Name == "si_utime" || f.Name == "si_stime" })
		return r
	}
	return v
}

// signalNames returns the names that are in the types that s knows.
func signalNames(s *decode.Source) *SignalNames {
	return &SignalNames{
		Signal: func(n int) string { return values.Name(s, "signum", uint64(n)) },
		Errno:  func(n int) string { return values.Name(s, "errnum", uint64(n)) },
		Arch:   func(audit uint32) string { return values.Name(s, "audit_arch", uint64(audit)) },
		Call: func(audit uint32, nr int) string {
			if s.Call == nil {
				return ""
			}
			return s.Call(audit, nr)
		},
	}
}

// SignalNames has functions for the names of the numbers in a siginfo_t. They return ""
// for numbers without a name.
type SignalNames struct {
	Signal func(n int) string
	Errno  func(n int) string
	Arch   func(audit uint32) string         // AUDIT_ARCH_* (linux/audit.h)
	Call   func(audit uint32, nr int) string // a system call
}

// Siginfo decodes the siginfo_t of a 64-bit process in raw. It returns an event.Record,
// or nil if raw is too short. pid describes process IDs (Source.PID).
func Siginfo(raw []byte, a *arch.Arch, names *SignalNames, pid func(int) event.PID) event.Value {
	if len(raw) < 48 {
		return nil
	}
	v := siginfoView{raw, a, names, pid, &event.Record{}}
	if v.signo() == 0 {
		return *v.r // waitid(2): no child had changed
	}
	v.signal("si_signo", v.signo())
	v.add("si_code", event.Name{Name: siCode(v.signo(), v.code()), Int: v.hex(8), Negative: v.code() < 0})
	if errno := v.int(4); errno != 0 {
		v.add("si_errno", event.Name{Name: names.Errno(int(errno)), Int: plainSigned(int64(errno))})
	}
	v.origin()
	return *v.r
}

// siginfoView is a siginfo_t that is being decoded. Its members lie as in a
// 64-bit process: three ints, a hole, and from offset 16 a union by si_code.
type siginfoView struct {
	raw   []byte
	arch  *arch.Arch
	names *SignalNames
	pid   func(int) event.PID
	r     *event.Record
}

func (v siginfoView) signo() int        { return int(v.int(0)) }
func (v siginfoView) code() int         { return int(v.int(8)) }
func (v siginfoView) int(off int) int32 { return int32(v.arch.Order.Uint32(v.raw[off:])) }
func (v siginfoView) long(off int) uint64 {
	return v.arch.Order.Uint64(v.raw[off:])
}

func (v siginfoView) hex(off int) event.Int {
	return event.Int{Bits: uint64(uint32(v.int(off))), Size: 4, Base: event.Hex}
}

func (v siginfoView) add(name string, value event.Value) {
	v.r.Fields = append(v.r.Fields, event.Field{Name: name, Value: value})
}

func (v siginfoView) number(name string, off int) {
	v.add(name, plainSigned(int64(v.int(off))))
}

func (v siginfoView) signal(field string, sig int) {
	v.add(field, event.Name{Name: v.names.Signal(sig), Int: plainSigned(int64(sig))})
}

// si_code values that hold for every signal (asm-generic/siginfo.h).
const (
	siUser     = 0
	siKernel   = 0x80
	siQueue    = -1
	siTimer    = -2
	siMesgq    = -3
	siAsyncIO  = -4
	siSigIO    = -5
	siTkill    = -6
	siDethread = -7
	siAsyncNL  = -60
)

// Numbers of the signals whose siginfo_t has members of its own (asm/signal.h).
const (
	sigILL  = 4
	sigTRAP = 5
	sigBUS  = 7
	sigFPE  = 8
	sigSEGV = 11
	sigCHLD = 17
	sigPOLL = 29
	sigSYS  = 31
)

// origin adds the members of the union: who sent the signal, or what caused it.
func (v siginfoView) origin() {
	switch v.code() {
	case siUser, siTkill:
		v.sender()
	case siTimer:
		v.add("si_timerid", v.hex(16))
		v.number("si_overrun", 20)
		v.payload()
	case siSigIO:
		v.band()
	case siQueue, siMesgq, siAsyncIO:
		v.sender()
		v.value()
	default:
		v.cause()
	}
}

func (v siginfoView) sender() {
	v.add("si_pid", pidLens{}.Decode(&decode.Source{PID: v.pid}, uint64(v.int(16))))
	v.add("si_uid", idLens{}.Decode(nil, uint64(uint32(v.int(20)))))
}

// value adds the int or pointer that sigqueue(3) or timer_create(2) sent along, unless it
// is zero.
func (v siginfoView) value() {
	if v.long(24) != 0 {
		v.payload()
	}
}

func (v siginfoView) payload() {
	v.number("si_int", 24)
	v.add("si_ptr", event.Pointer{Addr: v.long(24)})
}

// cause adds the members of the signals that the kernel sends for a reason.
func (v siginfoView) cause() {
	switch v.signo() {
	case sigCHLD:
		v.child()
	case sigILL, sigFPE, sigTRAP, sigSEGV, sigBUS:
		v.add("si_addr", event.Pointer{Addr: v.long(16)})
		v.bounds()
	case sigPOLL:
		if code := v.code(); code > 0 && code <= len(siCodes[sigPOLL]) {
			v.band()
		}
	case sigSYS:
		v.add("si_call_addr", event.Pointer{Addr: v.long(16)})
		v.refused()
	default:
		v.other()
	}
}

// refused adds the system call that a filter refused.
func (v siginfoView) refused() {
	audit, nr := uint32(v.int(28)), int(v.int(24))
	v.add("si_syscall", v.names.number(v.arch, audit, nr))
	v.add("si_arch", event.Name{Name: v.names.Arch(audit), Want: "AUDIT_ARCH_???", Int: v.hex(28)})
}

// number returns the number or name of a system call of the architecture audit, as seen
// on a.
func (names *SignalNames) number(a *arch.Arch, audit uint32, nr int) event.Value {
	number := plainSigned(int64(nr))
	switch name := names.Call(audit, nr); {
	case name == "":
		return number
	case audit == a.Audit:
		return event.Verbatim{Text: "__NR_" + name}
	default:
		return event.Note{Value: number, Text: name}
	}
}

// other adds what the kernel left in the members that most signals have.
func (v siginfoView) other() {
	if v.long(16) != 0 {
		v.sender()
	}
	v.value()
}

func (v siginfoView) child() {
	const exited = 1 // CLD_EXITED
	v.sender()
	if v.code() == exited {
		v.number("si_status", 24)
	} else {
		v.signal("si_status", int(v.int(24)))
	}
	v.add("si_utime", ticks(v.long(32)))
	v.add("si_stime", ticks(v.long(40)))
}

// bounds adds what some faults report besides the address.
func (v siginfoView) bounds() {
	const (
		bndErr, pkuErr = 3, 4 // SEGV_BNDERR, SEGV_PKUERR
		mceAR, mceAO   = 4, 5 // BUS_MCEERR_AR, BUS_MCEERR_AO
	)
	switch {
	case v.signo() == sigSEGV && v.code() == bndErr:
		v.add("si_lower", event.Pointer{Addr: v.long(32)})
		v.add("si_upper", event.Pointer{Addr: v.long(40)})
	case v.signo() == sigSEGV && v.code() == pkuErr:
		v.number("si_pkey", 32)
	case v.signo() == sigBUS && (v.code() == mceAR || v.code() == mceAO):
		v.add("si_addr_lsb", v.hex(24))
	}
}

func (v siginfoView) band() {
	v.add("si_band", event.Int{Bits: v.long(16), Size: 8, Signed: true})
	v.number("si_fd", 24)
}

func plainSigned(n int64) event.Int {
	return event.Int{Bits: uint64(n), Size: 4, Signed: true}
}

// siCodes are the names of the positive codes of a signal, from 1
// (asm-generic/siginfo.h).
var siCodes = map[int][]string{
	sigILL: {"ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG", "ILL_COPROC", "ILL_BADSTK", "ILL_BADIADDR"},
	sigFPE: {"FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV", "FPE_FLTSUB",
		"", "", "", "", "", "FPE_FLTUNK", "FPE_CONDTRAP"},
	sigSEGV: {"SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR", "SEGV_ACCADI", "SEGV_ADIDERR", "SEGV_ADIPERR",
		"SEGV_MTEAERR", "SEGV_MTESERR", "SEGV_CPERR"},
	sigBUS:  {"BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR", "BUS_MCEERR_AR", "BUS_MCEERR_AO"},
	sigTRAP: {"TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT", "TRAP_UNK", "TRAP_PERF"},
	sigCHLD: {"CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED", "CLD_CONTINUED"},
	sigPOLL: {"POLL_IN", "POLL_OUT", "POLL_MSG", "POLL_ERR", "POLL_PRI", "POLL_HUP"},
	sigSYS:  {"SYS_SECCOMP", "SYS_USER_DISPATCH"},
}

// siCode returns the name of a code, or "" if it has none.
func siCode(sig, code int) string {
	switch code {
	case siUser:
		return "SI_USER"
	case siKernel:
		return "SI_KERNEL"
	case siQueue:
		return "SI_QUEUE"
	case siTimer:
		return "SI_TIMER"
	case siMesgq:
		return "SI_MESGQ"
	case siAsyncIO:
		return "SI_ASYNCIO"
	case siSigIO:
		return "SI_SIGIO"
	case siTkill:
		return "SI_TKILL"
	case siDethread:
		return "SI_DETHREAD"
	case siAsyncNL:
		return "SI_ASYNCNL"
	}
	if names := siCodes[sig]; code > 0 && code <= len(names) {
		return names[code-1]
	}
	return ""
}

// widenSiginfo puts the members of a 32-bit program's siginfo_t where a 64-bit
// program has them. The union begins at offset 12 there, and at 16 here.
func widenSiginfo(raw [siginfoBytes]byte, order binary.ByteOrder) [siginfoBytes]byte {
	var whole [siginfoBytes]byte
	copy(whole[:12], raw[:12])
	word := func(off int) uint64 { return uint64(order.Uint32(raw[off:])) }
	put := func(off int, v uint64) { order.PutUint32(whole[off:], uint32(v)) }
	put64 := func(off int, v uint64) { order.PutUint64(whole[off:], v) }
	switch signo, code := int(word(0)), int32(word(8)); {
	case code <= 0 || code == siKernel && signo != sigSYS:
		put(16, word(12))
		put(20, word(16))
		put64(24, word(20))
	case signo == sigCHLD:
		put(16, word(12))
		put(20, word(16))
		put(24, word(20))
		put64(32, word(24))
		put64(40, word(28))
	case signo == sigILL || signo == sigFPE || signo == sigTRAP || signo == sigSEGV || signo == sigBUS:
		put64(16, word(12))
		put(24, word(16))
		put64(32, word(20))
		put64(40, word(24))
	case signo == sigSYS || signo == sigPOLL:
		put64(16, word(12))
		put(24, word(16))
		put(28, word(20))
	default:
		put(16, word(12))
		put(20, word(16))
		put64(24, word(20))
	}
	return whole
}
