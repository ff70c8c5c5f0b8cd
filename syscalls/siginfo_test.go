package syscalls

import (
	"encoding/binary"
	"testing"
)

// TestSiginfo has siginfo_t as words of 4 bytes and what strace 6.1 shows for each,
// taken from its traces of real signals.
func TestSiginfo(t *testing.T) {
	tests := []struct {
		words []int32
		want  string
	}{
		{[]int32{10, 0, 0, 0, 77, 1000}, "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=77, si_uid=1000}"},
		{[]int32{10, 0, -6, 0, 77, 0}, "{si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=77, si_uid=0}"},
		{[]int32{10, 0, -1, 0, 77, 0, 5, 0}, "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=77, si_uid=0, si_int=5, si_ptr=0x5}"},
		{[]int32{34, 0, -1, 0, 77, 0}, "{si_signo=SIGRT_2, si_code=SI_QUEUE, si_pid=77, si_uid=0}"},
		{[]int32{14, 0, -2, 0, 0, 0, 7, 0}, "{si_signo=SIGALRM, si_code=SI_TIMER, si_timerid=0, si_overrun=0, si_int=7, si_ptr=0x7}"},
		{[]int32{14, 0, 0x80}, "{si_signo=SIGALRM, si_code=SI_KERNEL}"},
		{[]int32{17, 0, 1, 0, 12, 0, 3}, "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=12, si_uid=0, si_status=3, si_utime=0, si_stime=0}"},
		{[]int32{17, 0, 2, 0, 12, 0, 6}, "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=12, si_uid=0, si_status=SIGABRT, si_utime=0, si_stime=0}"},
		{[]int32{11, 0, 1, 0, 0, 0}, "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}"},
		{[]int32{11, 0, 4, 0, 0x1000, 0, 0, 0, 2}, "{si_signo=SIGSEGV, si_code=SEGV_PKUERR, si_addr=0x1000, si_pkey=2}"},
		{[]int32{7, 0, 4, 0, 0x1000, 0, 12}, "{si_signo=SIGBUS, si_code=BUS_MCEERR_AR, si_addr=0x1000, si_addr_lsb=0xc}"},
		{[]int32{4, 0, 0x80}, "{si_signo=SIGILL, si_code=SI_KERNEL, si_addr=NULL}"},
		{[]int32{8, 0, 1, 0, 0x1000, 0}, "{si_signo=SIGFPE, si_code=FPE_INTDIV, si_addr=0x1000}"},
		{[]int32{29, 0, 1, 0, 65, 0, 3}, "{si_signo=SIGIO, si_code=POLL_IN, si_band=65, si_fd=3}"},
		{[]int32{31, 0, 1, 0, 0x1000, 0, 39, -1073741762}, "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x1000, si_syscall=__NR_getpid, si_arch=AUDIT_ARCH_X86_64}"},
		{[]int32{15, 0, 99}, "{si_signo=SIGTERM, si_code=0x63}"},
		{[]int32{99, 2, 0, 0, 1, -1}, "{si_signo=99, si_code=SI_USER, si_errno=ENOENT, si_pid=1, si_uid=-1}"},
	}
	for _, tt := range tests {
		raw := make([]byte, 128)
		for i, w := range tt.words {
			binary.LittleEndian.PutUint32(raw[4*i:], uint32(w))
		}
		if got := text(Siginfo(raw, nil)); got != tt.want {
			t.Errorf("%v\n got %s\nwant %s", tt.words, got, tt.want)
		}
	}
	if Siginfo(make([]byte, 12), nil) != nil {
		t.Error("a siginfo_t of 12 bytes was decoded")
	}
}
