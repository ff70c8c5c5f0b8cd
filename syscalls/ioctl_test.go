package syscalls

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// onlyStrace matches names that strace 6.1 has from headers that Debian does not
// package, or packages in another version (libdrm), and HIDIOCSFEATURE with the wrong
// direction.
var onlyStrace = regexp.MustCompile(`^(DRM_|ZFS_|KSTAT_|IOCTL_VMCI_|IOCTL_XENBUS_|KYRO_|BC_|BR_|BT819_|SAA6588_|ADV7842_|S5P_FIMC_|MEYEIOC_|` +
	`CROS_EC_DEV_IOCEVENTMASK|SG_GET_ACCESS_COUNT|SCSI_IOCTL_GET_PCI|MFB_|DMA_MAP_BENCHMARK|HIDIOCSFEATURE\(24\)$)`)

// onlyHere matches names in Debian's headers that strace 6.1 lacks.
var onlyHere = regexp.MustCompile(`^(DRM_|IOCTL_GNTALLOC_|SNDRV_SEQ_IOCTL_USER_PVERSION|SCSI_IOCTL_TAGGED_)`)

// newerIoctls returns the names that no header of that time has.
func newerIoctls(t *testing.T) map[string]bool {
	names := map[string]bool{}
	for _, line := range fileLines(t, "../proto/lens/ioctl_newer.lst") {
		if number, name, ok := strings.Cut(line, " "); ok && number != "//" {
			names[name] = true
		}
	}
	return names
}

// TestIoctlNames compares the names of requests with those of the installed strace: all
// requests that have a name here, their neighbours, and the families of requests whose
// number contains a length.
func TestIoctlNames(t *testing.T) {
	needTools(t)
	numbers := ioctlNumbers(t)
	want := stracedIoctls(t, numbers)
	if len(want) != len(numbers) {
		t.Fatalf("strace shows %d of %d requests", len(want), len(numbers))
	}
	newer := newerIoctls(t)
	for i, got := range decodedIoctls(t, numbers) {
		here := func(name string) bool {
			return onlyHere.MatchString(name) || newer[name] && !slices.Contains(strings.Split(want[i], " or "), name)
		}
		if a, b := without(got, here), without(want[i], onlyStrace.MatchString); a != b {
			t.Errorf("%#x\n plait  %s\n strace %s", numbers[i], got, want[i])
		}
	}
}

// decodedIoctls returns the requests as they are named here.
func decodedIoctls(t *testing.T, numbers []uint32) []string {
	table := For(arch.AMD64, 0)
	nr, _ := table.Number("ioctl")
	p := table.Prototype(nr)
	if p == nil {
		t.Fatal("ioctl has no prototype")
	}
	words := [3]uint64{}
	s := &decode.Source{Arch: arch.AMD64, Kind: event.System, Int: func(i int) uint64 { return words[i] }}
	var requests []string
	for _, n := range numbers {
		words[1] = uint64(n)
		args, _ := p.Enter(s)
		requests = append(requests, text(args[1].Value))
	}
	return requests
}

func ioctlNumbers(t *testing.T) []uint32 {
	var numbers []uint32
	for _, line := range fileLines(t, "../proto/lens/ioctl.tbl") {
		number, _, ok := strings.Cut(line, " ")
		if n, err := strconv.ParseUint(number, 16, 32); ok && err == nil {
			numbers = append(numbers, uint32(n), uint32(n)^1)
		}
	}
	for _, kind := range "EHUjkM" {
		for n := range uint32(0x80) {
			for dir := range uint32(3) {
				numbers = append(numbers, dir<<30|24<<16|uint32(kind)<<8|n)
			}
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// without removes some of the names in a request. It returns "" if the macro for a
// request without a name is left.
func without(request string, some func(string) bool) string {
	if strings.HasPrefix(request, "_IOC(") {
		return "" // as if all names were removed
	}
	return strings.Join(slices.DeleteFunc(strings.Split(request, " or "), some), " or ")
}

// secondArg matches the second argument in a line about ioctl.
var secondArg = regexp.MustCompile(`^ioctl\(-1, ((?:\w+\([^()]*\)|[^(,)])*)`)

func requestIn(line string) string {
	return secondArg.FindStringSubmatch(line)[1]
}

// stracedIoctls makes the requests under strace and returns the names that strace gives
// them.
func stracedIoctls(t *testing.T, numbers []uint32) []string {
	t.Helper()
	const source = `
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) { for (unsigned n; scanf("%u", &n) == 1; ) syscall(SYS_ioctl, -1L, (unsigned long)n, 0L); }
`
	dir := t.TempDir()
	program, log := filepath.Join(dir, "ioctls"), filepath.Join(dir, "log")
	cmd := exec.Command("gcc", "-x", "c", "-w", "-o", program, "-")
	cmd.Stdin = strings.NewReader(source)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	cmd = exec.Command("strace", "--seccomp-bpf", "-f", "-q", "-a1", "-e", "trace=ioctl", "-o", log, program)
	cmd.Stdin = strings.NewReader(strings.Trim(fmt.Sprint(numbers), "[]"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v\n%s", err, out)
	}
	raw, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var requests []string
	for line := range strings.Lines(string(raw)) {
		if i := strings.Index(line, "ioctl("); i >= 0 {
			requests = append(requests, requestIn(line[i:]))
		}
	}
	return requests
}

// TestIoctlOfDevice: if several drivers have a request, it has the name from the driver
// behind the descriptor, if that is known.
func TestIoctlOfDevice(t *testing.T) {
	table := For(arch.AMD64, 0)
	nr, _ := table.Number("ioctl")
	p := table.Prototype(nr)
	majors := map[uint64]uint32{1: 136, 2: 4, 3: 14, 4: 116, 5: 1}
	for _, test := range []struct {
		fd, request uint64
		want        string
	}{
		{1, 0x5402, "TCSETS"}, {2, 0x5403, "TCSETSW"}, {3, 0x5404, "SNDCTL_TMR_CONTINUE"}, {4, 0x5402, "SNDCTL_TMR_START"},
		{5, 0x5402, "SNDCTL_TMR_START or TCSETS"}, {9, 0x5402, "SNDCTL_TMR_START or TCSETS"},
		{1, 0x8b00, "SIOCIWFIRST or SIOCSIWCOMMIT"}, {1, 0x802c542a, "TCGETS2"},
	} {
		words := [3]uint64{test.fd, test.request}
		s := &decode.Source{Arch: arch.AMD64, Kind: event.System, Int: func(i int) uint64 { return words[i] },
			Device: func(fd int) (uint32, bool) { m, ok := majors[uint64(fd)]; return m, ok }}
		args, _ := p.Enter(s)
		if got := text(args[1].Value); got != test.want {
			t.Errorf("%d: %#x is %s, not %s", test.fd, test.request, got, test.want)
		}
	}
}
