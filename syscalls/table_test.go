package syscalls

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"plait/arch"
)

func TestNames(t *testing.T) {
	tests := []struct {
		audit uint32
		nr    uint64
		name  string
		abi   string
	}{
		{0, 0, "read", ""},
		{0, 59, "execve", ""},
		{0, 262, "newfstatat", ""},
		{0, 335, "uretprobe", ""},
		{0, 336, "", ""},
		{0, 423, "", ""},
		{0, 450, "set_mempolicy_home_node", ""},
		{0, 462, "mseal", ""},
		{0, 471, "rseq_slice_yield", ""},
		{0, 472, "", ""},
		{0, 1 << 40, "", ""},
		{0, x32Bit | 1, "write", "x32"},
		{0, x32Bit | 520, "execve", "x32"},
		{0, ^uint64(0), "", ""},
		{arch.I386.Audit, 4, "write", "32"},
		{arch.I386.Audit, 102, "socketcall", "32"},
		{arch.I386.Audit, 462, "mseal", "32"},
	}
	for _, tt := range tests {
		table := For(arch.AMD64, tt.audit)
		name, ok := table.Name(tt.nr)
		if name != tt.name || ok != (tt.name != "") || table.ABI(tt.nr) != tt.abi {
			t.Errorf("audit %#x, %d: %q, %t, ABI %q; want %q, ABI %q", tt.audit, tt.nr, name, ok, table.ABI(tt.nr), tt.name, tt.abi)
		}
	}
	if For(arch.AMD64, 0x12345) != nil {
		t.Error("a table for an unknown machine")
	}
}

func TestNumberIsTheInverseOfName(t *testing.T) {
	for _, audit := range []uint32{arch.AMD64.Audit, arch.I386.Audit} {
		table := For(arch.AMD64, audit)
		for nr := range uint64(table.Len()) {
			name, ok := table.Name(nr)
			if !ok {
				continue
			}
			if back, ok := table.Number(name); !ok || back != nr {
				t.Errorf("%#x: Number(%q) = %d, %t; want %d", audit, name, back, ok, nr)
			}
		}
	}
	if nr, ok := For(arch.AMD64, 0).Number("SYS_brk"); !ok || nr != 12 {
		t.Errorf(`Number("SYS_brk") = %d, %t`, nr, ok)
	}
	if _, ok := For(arch.AMD64, 0).Number("nosuch"); ok {
		t.Error("a number for a call that does not exist")
	}
}

// TestOneLinePerNumber: if a number had two lines, the later one would name
// it.
func TestOneLinePerNumber(t *testing.T) {
	for name, table := range map[string]string{"amd64": amd64Table, "386": i386Table, "x32": x32Table, "inner": innerTable, "errno": errnoTable, "signal": signalTable} {
		last := -1
		for line := range strings.Lines(table) {
			if r, ok := parseRow(line); ok {
				if r.nr <= last {
					t.Errorf("%s.tbl: %d %s comes after %d", name, r.nr, r.name, last)
				}
				last = r.nr
			}
		}
	}
}

func TestEveryNumberOfTheMachineHasAName(t *testing.T) {
	table := For(arch.AMD64, 0)
	for nr := range uint64(table.Len()) {
		// 336 to 423 were left free when numbers became common to all machines.
		if _, ok := table.Name(nr); ok == (nr >= 336 && nr < 424) {
			t.Errorf("%d: known: %t", nr, ok)
		}
	}
}

func TestClasses(t *testing.T) {
	table := For(arch.AMD64, 0)
	tests := map[string]string{
		"read":       "%desc",
		"openat":     "%file %desc",
		"newfstatat": "%file %desc %fstat %%stat",
		"stat":       "%file %stat %%stat",
		"lstat":      "%file %lstat %%stat",
		"statfs":     "%file %statfs %%statfs",
		"fstatfs":    "%desc %fstatfs %%statfs",
		"ustat":      "%%statfs",
		"mmap":       "%desc %memory",
		"shmat":      "%memory %ipc",
		"kill":       "%process %signal",
		"getuid":     "%creds %pure",
		"sendfile":   "%desc %network",
		"time":       "%clock",
		"getcwd":     "%file",
		"sync":       "",
		"mseal":      "%memory",
	}
	for name, want := range tests {
		nr, _ := table.Number(name)
		if got := strings.Join(ClassNames(table.Class(nr)), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if table.Class(9999) != 0 {
		t.Error("an unknown number has a class")
	}
}

func TestClassOf(t *testing.T) {
	for bit, name := range classNames {
		if c, ok := classNamed(name); !ok || c != Class(1)<<bit {
			t.Errorf("classNamed(%q) = %b, %t", name, c, ok)
		}
	}
	tests := []struct {
		name string
		want Class
	}{
		{"%net", Network}, {"file", File}, {"network", Network}, {"ipc", IPC},
		{"stat", 0}, {"creds", 0}, {"%nosuch", 0}, {"", 0},
	}
	for _, tt := range tests {
		if c, ok := classNamed(tt.name); c != tt.want || ok != (tt.want != 0) {
			t.Errorf("classNamed(%q) = %b, %t; want %b", tt.name, c, ok, tt.want)
		}
	}
}

// TestClassTableNamesCalls: every name in classes.tbl is a call of one of the tables,
// and every class has members, because a misspelt name would hide a call from its
// filter.
func TestClassTableNamesCalls(t *testing.T) {
	var seen Class
	inner := map[string]bool{}
	for _, r := range innerRows() {
		inner[r.name] = true
	}
	for name, class := range classes() {
		seen |= class
		_, native := amd64().Number(name)
		_, other := i386().Number(name)
		if !native && !other && !inner[name] {
			t.Errorf("classes.tbl: no call is named %q", name)
		}
	}
	if want := Class(1)<<len(classNames) - 1; seen != want {
		t.Errorf("classes with members: %v", ClassNames(seen))
	}
}

func TestErrno(t *testing.T) {
	tests := []struct {
		n          int
		name, text string
	}{
		{2, "ENOENT", "No such file or directory"},
		{11, "EAGAIN", "Resource temporarily unavailable"},
		{133, "EHWPOISON", "Memory page has hardware error"},
		{512, "ERESTARTSYS", "To be restarted if SA_RESTART is set"},
		{524, "ENOTSUPP", "Unknown error 524"},
		{520, "", ""}, {0, "", ""}, {-1, "", ""}, {maxErrno, "", ""},
	}
	for _, tt := range tests {
		if name, text := Errno(tt.n); name != tt.name || text != tt.text {
			t.Errorf("Errno(%d) = %q, %q; want %q, %q", tt.n, name, text, tt.name, tt.text)
		}
	}
	for name, want := range map[string]int{"ENOENT": 2, "enoent": 2, "EWOULDBLOCK": 11, "ENOTSUP": 95, "ERESTARTSYS": 512} {
		if n, ok := ErrnoByName(name); !ok || n != want {
			t.Errorf("ErrnoByName(%q) = %d, %t; want %d", name, n, ok, want)
		}
	}
	if _, ok := ErrnoByName("ENOSUCH"); ok {
		t.Error("ENOSUCH is known")
	}
	var restart []int
	for n := range maxErrno + 1 {
		if IsRestart(n) {
			restart = append(restart, n)
		}
	}
	if want := []int{512, 513, 514, 516}; !slices.Equal(restart, want) {
		t.Errorf("IsRestart holds for %v, want %v", restart, want)
	}
}

func TestSignals(t *testing.T) {
	tests := []struct {
		n          int
		name, text string
	}{
		{1, "SIGHUP", "Hangup"},
		{6, "SIGABRT", "Aborted"},
		{9, "SIGKILL", "Killed"},
		{17, "SIGCHLD", "Child exited"},
		{31, "SIGSYS", "Bad system call"},
		{32, "SIGRTMIN", "Unknown signal 32"},
		{33, "SIGRT_1", "Unknown signal 33"},
		{34, "SIGRT_2", "Real-time signal 0"},
		{64, "SIGRT_32", "Real-time signal 30"},
		{0, "", ""}, {65, "", ""}, {-3, "", ""},
	}
	for _, tt := range tests {
		if name, text := SignalName(tt.n); name != tt.name || text != tt.text {
			t.Errorf("SignalName(%d) = %q, %q; want %q, %q", tt.n, name, text, tt.name, tt.text)
		}
	}
	for name, want := range map[string]int{"SIGCHLD": 17, "chld": 17, "Usr1": 10, "SIGIOT": 6, "rt_5": 37, "SIGRTMIN": 32, "RTMAX": 64} {
		if n, ok := SignalByName(name); !ok || n != want {
			t.Errorf("SignalByName(%q) = %d, %t; want %d", name, n, ok, want)
		}
	}
}

// TestNumbersOfArch: the numbers that package arch has of its own are those of the
// tables.
func TestNumbersOfArch(t *testing.T) {
	for _, a := range []*arch.Arch{arch.AMD64, arch.I386} {
		table, numbers := For(a, 0), reflect.ValueOf(a.Calls)
		for i := range numbers.NumField() {
			nr, field := numbers.Field(i).Uint(), numbers.Type().Field(i).Name
			if nr == 0 && a == arch.I386 {
				continue // not used on that machine
			}
			if name, _ := table.Name(nr); strings.ReplaceAll(name, "_", "") != strings.ToLower(field) {
				t.Errorf("%s: %s is %d, which is %s", a.Name, field, nr, name)
			}
		}
	}
}

// Each start of plait makes a convention: it must cost no more than its rows. Classes and the
// calls of x32 are read when they are asked for.
func TestConventionCostsItsRows(t *testing.T) {
	allocs := testing.AllocsPerRun(10, func() {
		newConvention("", rows(amd64Table), x32Rows, nil)
	})
	if allocs > 2 {
		t.Errorf("%v allocations", allocs)
	}
}
