package lens

import (
	"fmt"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// perfLens decodes struct perf_event_attr (perf_event_open(2)), which contains its own
// size. Its flags are shown one by one: those that are set, or all if verbose.
type perfLens struct{}

// Offsets in struct perf_event_attr (linux/perf_event.h).
const (
	perfSize      = 4
	perfConfig    = 8
	perfPeriod    = 16
	perfSample    = 24
	perfFormat    = 32
	perfBits      = 40
	perfWakeup    = 48
	perfBreakType = 52
	perfConfig1   = 56
	perfConfig2   = 64
	perfBranch    = 72
	perfRegsUser  = 80
	perfStackUser = 88
	perfClock     = 92
	perfRegsIntr  = 96
	perfAux       = 104
	perfMaxStack  = 108
	perfFirst     = 64 // bytes of the first version
	perfAuxSample = 112
	perfSigData   = 120
	perfConfig3   = 128
	perfWhole     = 136
)

// Values and flags that decide how others are shown.
const (
	perfBreakpoint = 5 // PERF_TYPE_BREAKPOINT
	perfFreq       = 1 << 10
	perfWatermark  = 1 << 14
	perfClockBit   = 1 << 25
)

// perfFlags are the one-bit members in order. Only precise_ip has two bits.
var perfFlags = [...]string{
	"disabled", "inherit", "pinned", "exclusive", "exclude_user", "exclude_kernel", "exclude_hv", "exclude_idle", "mmap", "comm", "freq",
	"inherit_stat", "enable_on_exec", "task", "watermark", "precise_ip", "", "mmap_data", "sample_id_all", "exclude_host", "exclude_guest",
	"exclude_callchain_kernel", "exclude_callchain_user", "mmap2", "comm_exec", "use_clockid", "context_switch", "write_backward", "namespaces",
	"ksymbol", "bpf_event", "aux_output", "cgroup", "text_poke", "build_id", "inherit_thread", "remove_on_exec", "sigtrap",
}

// perfView is a struct perf_event_attr that is being decoded.
type perfView struct {
	s *decode.Source
	b []byte
	r event.Record

	was, now uint64 // the size
}

func (v *perfView) uint(off int) uint64 { return uint64(v.s.Arch.Order.Uint32(v.b[off:])) }
func (v *perfView) long(off int) uint64 { return v.s.Arch.Order.Uint64(v.b[off:]) }

func (v *perfView) add(name string, value event.Value) {
	v.r.Fields = append(v.r.Fields, event.Field{Name: name, Value: value})
}

// Note returns the size of the struct according to the tracee. A kernel that knows fewer
// members replaces it by its own and fails with E2BIG.
func (perfLens) Note(s *decode.Source, addr, _ uint64) uint64 {
	size, _ := s.Word(addr+perfSize, 4)
	return size
}

func (perfLens) DecodeSized(s *decode.Source, addr, _ uint64) event.Value {
	size, now := s.Noted(), uint64(0)
	if w, ok := s.Word(addr+perfSize, 4); ok {
		now = w
	} else {
		return event.Unreadable{Addr: addr}
	}
	if size > 0 && size < perfFirst {
		return event.Pointer{Addr: addr}
	}
	b := make([]byte, perfWhole)
	n := min(max(size, perfFirst), perfWhole)
	if uint64(s.Read(addr, b[:n])) < n {
		return event.Unreadable{Addr: addr}
	}
	v := perfView{s: s, b: b, was: size, now: now}
	v.head()
	v.flags(s.Limits.Verbose)
	if !s.Limits.Verbose {
		v.r.Cut = true
		return v.r
	}
	v.rest(int(n))
	v.r.Cut = size > perfWhole
	return v.r
}

// size returns the size of the struct, and the one that the kernel put there, if it
// differs.
func (v *perfView) size() event.Value {
	size := v.s.Named("perf_attr_size", v.was, 4)
	if v.was == v.now {
		return size
	}
	return event.Change{Before: size, After: v.s.Named("perf_attr_size", v.now, 4)}
}

// head adds the members that every event has.
func (v *perfView) head() {
	kind := v.uint(0)
	v.add("type", v.s.Named("perf_type", kind, 4))
	v.add("size", v.size())
	v.add("config", v.config(kind))
	period := "sample_period"
	if v.long(perfBits)&perfFreq != 0 {
		period = "sample_freq"
	}
	v.add(period, event.Int{Bits: v.long(perfPeriod), Size: 8})
	v.add("sample_type", v.s.Named("perf_sample", v.long(perfSample), 8))
	v.add("read_format", v.s.Named("perf_format", v.long(perfFormat), 8))
}

// config returns which event of its type is meant.
func (v *perfView) config(kind uint64) event.Value {
	const hardware, software, tracepoint, cache = 0, 1, 2, 3 // PERF_TYPE_*
	config := v.long(perfConfig)
	switch kind {
	case hardware:
		return v.s.Named("perf_hw_id", config, 8)
	case software:
		return v.s.Named("perf_sw_id", config, 8)
	case tracepoint:
		return event.Int{Bits: config, Size: 8}
	case cache:
		if config>>24 == 0 {
			return event.Verbatim{Text: shifted(v.s, "perf_cache_result", config>>16&0xff, 16, "PERF_COUNT_HW_CACHE_RESULT_???") + "|" +
				shifted(v.s, "perf_cache_op", config>>8&0xff, 8, "PERF_COUNT_HW_CACHE_OP_???") + "|" + v.cache(config&0xff)}
		}
	}
	return event.Int{Bits: config, Size: 8, Base: event.Hex}
}

func (v *perfView) cache(n uint64) string {
	if name := values.Name(v.s, "perf_cache", n); name != "" {
		return name
	}
	return values.Hex(n) + " /* PERF_COUNT_HW_CACHE_??? */"
}

// flags adds the flags that are set, or all.
func (v *perfView) flags(all bool) {
	bits := v.long(perfBits)
	for i, name := range perfFlags {
		switch {
		case name == "":
		case name == "precise_ip":
			skid := [...]string{"arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"}[bits>>i&3]
			v.add(name, event.Note{Value: event.Int{Bits: bits >> i & 3, Size: 8}, Text: skid})
		case all || bits>>i&1 != 0:
			v.add(name, event.Int{Bits: bits >> i & 1, Size: 8})
		}
	}
	if more := bits >> len(perfFlags); more != 0 {
		v.add("__reserved_1", event.Note{Value: event.Int{Bits: more, Size: 8, Base: event.Hex}, Text: fmt.Sprintf("Bits 63..%d", len(perfFlags))})
	}
}

// rest adds those members after the flags that lie in the first n bytes.
func (v *perfView) rest(n int) {
	bits := v.long(perfBits)
	wakeup := "wakeup_events"
	if bits&perfWatermark != 0 {
		wakeup = "wakeup_watermark"
	}
	v.add(wakeup, event.Int{Bits: v.uint(perfWakeup), Size: 4})
	if v.uint(0) == perfBreakpoint {
		v.add("bp_type", v.s.Named("perf_breakpoint", v.uint(perfBreakType), 4))
	}
	v.configs(n)
	if n >= perfRegsUser && v.long(perfSample)&(1<<11) != 0 { // PERF_SAMPLE_BRANCH_STACK
		v.add("branch_sample_type", v.s.Named("perf_branch", v.long(perfBranch), 8))
	}
	if n < perfRegsIntr {
		return
	}
	v.add("sample_regs_user", event.Int{Bits: v.long(perfRegsUser), Size: 8, Base: event.Hex})
	if v.long(perfSample)&(1<<13) != 0 { // PERF_SAMPLE_STACK_USER
		v.add("sample_stack_user", event.Int{Bits: v.uint(perfStackUser), Size: 4, Base: event.Hex})
	}
	if bits&perfClockBit != 0 {
		v.add("clockid", v.s.Named("clockid", v.uint(perfClock), 4))
	}
	if n >= perfAux {
		v.add("sample_regs_intr", event.Int{Bits: v.long(perfRegsIntr), Size: 8, Base: event.Hex})
	}
	if n >= perfAuxSample {
		v.add("aux_watermark", event.Int{Bits: v.uint(perfAux), Size: 4})
		v.add("sample_max_stack", event.Int{Bits: uint64(v.s.Arch.Order.Uint16(v.b[perfMaxStack:])), Size: 2})
	}
	v.newest(n)
}

// newest adds the members of the versions since the sixth.
func (v *perfView) newest(n int) {
	if n >= perfSigData {
		v.add("aux_sample_size", event.Int{Bits: v.uint(perfAuxSample), Size: 4})
	}
	if n >= perfConfig3 {
		v.add("sig_data", event.Int{Bits: v.long(perfSigData), Size: 8, Base: event.Hex})
	}
	if n >= perfWhole {
		v.add("config3", event.Int{Bits: v.long(perfConfig3), Size: 8, Base: event.Hex})
	}
}

// configs adds two more words that say which event is meant.
func (v *perfView) configs(n int) {
	if v.uint(0) == perfBreakpoint {
		v.add("bp_addr", event.Pointer{Addr: v.long(perfConfig1)})
	} else {
		v.add("config1", event.Int{Bits: v.long(perfConfig1), Size: 8, Base: event.Hex})
	}
	if n < perfBranch {
		return
	}
	if v.uint(0) == perfBreakpoint {
		v.add("bp_len", event.Int{Bits: v.long(perfConfig2), Size: 8})
	} else {
		v.add("config2", event.Int{Bits: v.long(perfConfig2), Size: 8, Base: event.Hex})
	}
}
