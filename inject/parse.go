package inject

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"plait/syscalls"
)

// Bounds on the numbers in an injection, which are strace's.
const (
	maxErrno   = 4095
	maxSignal  = 64
	maxWhen    = 65535
	maxPokeArg = 7
	maxPoke    = 1024 // bytes
)

// Parse reads an injection in strace's grammar,
// SET:error=ERRNO:signal=SIG:…:when=EXPR. If fault is true, only error= and when= are
// allowed, and without error= the error is ENOSYS. SET chooses calls of t. The warnings are
// about values that are allowed but probably not intended.
//
// The wording of errors is strace's, because people search for it.
func Parse(text string, fault bool, t *syscalls.Table) (in Injection, warnings []string, err error) {
	set, rest, _ := strings.Cut(text, ":")
	p := parser{fault: fault, table: t, seen: map[string]bool{}}
	p.When = When{First: 1, Step: 1}
	valid := true
	for token := range strings.SplitSeq(rest, ":") {
		if token != "" && !p.token(token) {
			valid = false
		}
	}
	if fault && valid && !p.Replaced {
		p.setError(enosys)
	}
	warnings = p.warnings()
	if valid {
		calls, err := syscalls.ParseSet(set, t)
		if err != nil {
			return Injection{}, warnings, err
		}
		p.Calls = calls.HasCall
	}
	if !valid || !p.hasEffect() {
		kind := "inject"
		if fault {
			kind = "fault"
		}
		return Injection{}, warnings, fmt.Errorf("invalid %s argument '%s'", kind, text)
	}
	return p.Injection, warnings, nil
}

// enosys is ENOSYS (asm-generic/errno.h).
const enosys = 38

// A parser reads one Injection.
type parser struct {
	Injection
	fault bool
	table *syscalls.Table
	seen  map[string]bool // the words before "=" so far
}

// token reads WORD=VALUE and reports whether it is correct.
func (p *parser) token(token string) bool {
	word, value, _ := strings.Cut(token, "=")
	again := p.seen[word]
	p.seen[word] = true
	if word == "when" {
		return p.when(value)
	}
	if again || p.fault && word != "error" {
		return false
	}
	switch word {
	case "error":
		return p.error(value)
	case "retval":
		return p.result(value)
	case "signal":
		return p.signal(value)
	case "syscall":
		return p.instead(value)
	case "delay_enter":
		return delay(value, &p.DelayEnter)
	case "delay_exit":
		return delay(value, &p.DelayExit)
	case "poke_enter":
		return pokes(value, &p.PokeEnter)
	case "poke_exit":
		return pokes(value, &p.PokeExit)
	}
	return false
}

// hasEffect reports whether the injection does anything.
func (p *parser) hasEffect() bool {
	return p.Replaced || p.Signal != 0 || p.DelayEnter != 0 || p.DelayExit != 0 || p.PokeEnter != nil || p.PokeExit != nil
}

func (p *parser) setError(errno int) {
	p.Result, p.Replaced, p.Error = uint64(-errno), true, true
}

func (p *parser) error(value string) bool {
	n, ok := number(value, maxErrno)
	if !ok {
		n, ok = syscalls.ErrnoByName(value)
	}
	if !ok || n == 0 || p.Replaced {
		return false
	}
	p.setError(n)
	return true
}

// result reads a result in the syntax of strtoull(3) with base 0.
func (p *parser) result(value string) bool {
	value = strings.TrimLeft(value, " \t")
	digits, negative := strings.CutPrefix(value, "-")
	if !negative {
		digits = strings.TrimPrefix(value, "+")
	}
	n, err := strconv.ParseUint(digits, 0, 64)
	if err != nil || p.Replaced || isGoOnly(digits) {
		return false
	}
	if negative {
		n = -n
	}
	p.Result, p.Replaced = n, true
	return true
}

// isGoOnly reports whether a number is written in a way that Go has but C has not.
func isGoOnly(digits string) bool {
	return strings.Contains(digits, "_") || len(digits) > 1 && digits[0] == '0' && strings.IndexByte("bBoO", digits[1]) >= 0
}

func (p *parser) signal(value string) bool {
	n, ok := number(value, maxSignal)
	if !ok {
		n, ok = syscalls.SignalByName(value)
	}
	p.Signal = n
	return ok && n != 0
}

func (p *parser) instead(value string) bool {
	nr, ok := p.table.Number(value)
	p.Instead = value
	return ok && p.table.Class(nr)&syscalls.Pure != 0
}

// when reads FIRST[..LAST][+[STEP]].
func (p *parser) when(value string) bool {
	span, step, stepped := strings.Cut(strings.TrimPrefix(value, "+"), "+")
	first, last, ranged := strings.Cut(span, "..")
	w, ok := When{}, true
	if w.First, ok = number(first, maxWhen); !ok || w.First == 0 {
		return false
	}
	if ranged {
		if w.Last, ok = number(last, maxWhen-1); !ok || w.Last < w.First {
			return false
		}
	}
	switch {
	case stepped && step != "":
		if w.Step, ok = number(step, maxWhen); !ok || w.Step == 0 {
			return false
		}
	case stepped || ranged:
		w.Step = 1
	}
	p.When = w
	return true
}

// number reads a decimal number up to limit, in the syntax of strtoul(3).
func number(text string, limit int) (int, bool) {
	text = strings.TrimPrefix(strings.TrimLeft(text, " \t"), "+")
	n, err := strconv.ParseUint(text, 10, 32)
	return int(n), err == nil && n <= uint64(limit)
}

// delayUnits are the units of a delay. A number without a unit is in microseconds.
var delayUnits = []struct {
	suffix string
	unit   time.Duration
}{
	{"ms", time.Millisecond}, {"us", time.Microsecond}, {"ns", time.Nanosecond}, {"s", time.Second}, {"", time.Microsecond},
}

// delay reads a time. A delay of 0 becomes negative: the call is still reported as delayed.
func delay(text string, into *time.Duration) bool {
	text = strings.TrimLeft(text, " \t")
	for _, u := range delayUnits {
		digits, ok := strings.CutSuffix(text, u.suffix)
		if !ok {
			continue
		}
		if strings.Trim(digits, "0123456789.eE+-") != "" {
			return false
		}
		n, err := strconv.ParseFloat(digits, 64)
		if n *= float64(u.unit); err != nil || n < 0 || n >= math.MaxInt64 {
			return false
		}
		*into = time.Duration(n)
		if *into == 0 {
			*into = -1
		}
		return true
	}
	return false
}

// pokes reads @argN=HEX,@argN=HEX,….
func pokes(text string, into *[]Poke) bool {
	seen := 0
	for one := range strings.SplitSeq(text, ",") {
		if one == "" {
			continue
		}
		name, digits, _ := strings.Cut(one, "=")
		arg, ok := strings.CutPrefix(name, "@arg")
		if !ok || len(arg) != 1 || arg[0] < '1' || arg[0] > '0'+maxPokeArg {
			return false
		}
		n := int(arg[0] - '1')
		if digits, ok = strings.CutPrefix(digits, "0x"); ok && digits == "" {
			return false
		}
		data, err := hex.DecodeString(digits)
		if err != nil || len(data) == 0 || len(data) > maxPoke || seen>>n&1 != 0 {
			return false
		}
		seen |= 1 << n
		*into = append(*into, Poke{Arg: n, Data: data})
	}
	return seen != 0
}

// warnings say how an injected result may be misread.
func (in *Injection) warnings() []string {
	v := in.Result
	short := uint32(v)
	switch {
	case !in.Replaced || in.Error:
	case -v-1 < maxErrno:
		return []string{fmt.Sprintf("Inadvertent injection of error %d is possible for retval=%d", -v, v)}
	case -short-1 < maxErrno:
		return []string{fmt.Sprintf("Inadvertent injection of error %d is possible in compat personality for retval=%d", -short, v)}
	case uint64(short) != v:
		return []string{fmt.Sprintf("Injected return value %d will be clipped to %d in compat personality", v, short)}
	}
	return nil
}
