package ptrace

import "testing"

// TestClassify has every row of ptrace(2) for a seized tracee.
func TestClassify(t *testing.T) {
	stop := func(sig, event uint32) uint32 { return event<<16 | sig<<8 | 0x7f }
	tests := []struct {
		name   string
		status uint32
		want   Stop
	}{
		{"exit 0", 0, Stop{Kind: Exited}},
		{"exit 3", 3 << 8, Stop{Kind: Exited, Status: 3}},
		{"killed by SIGKILL", 9, Stop{Kind: Killed, Signal: 9}},
		{"killed by SIGSEGV, core", 11 | 0x80, Stop{Kind: Killed, Signal: 11, Core: true}},
		{"signal-delivery-stop of SIGTRAP", stop(5, 0), Stop{Kind: SignalDelivery, Signal: 5}},
		{"signal-delivery-stop of SIGSTOP", stop(19, 0), Stop{Kind: SignalDelivery, Signal: 19}},
		{"signal-delivery-stop of a real-time signal", stop(64, 0), Stop{Kind: SignalDelivery, Signal: 64}},
		{"syscall-stop", stop(5|0x80, 0), Stop{Kind: Syscall}},
		{"group-stop", stop(19, 128), Stop{Kind: Group, Signal: 19}},
		{"group-stop by SIGTSTP", stop(20, 128), Stop{Kind: Group, Signal: 20}},
		{"PTRACE_INTERRUPT, new thread", stop(5, 128), Stop{Kind: Interrupted}},
		{"fork", stop(5, 1), Stop{Kind: Fork}},
		{"vfork", stop(5, 2), Stop{Kind: VFork}},
		{"clone", stop(5, 3), Stop{Kind: Clone}},
		{"exec", stop(5, 4), Stop{Kind: Exec}},
		{"vfork done", stop(5, 5), Stop{Kind: VForkDone}},
		{"exit event", stop(5, 6), Stop{Kind: Exiting}},
		{"seccomp", stop(5, 7), Stop{Kind: Seccomp}},
		{"an event of a later kernel", stop(5, 99), Stop{Kind: Interrupted}},
	}
	for _, test := range tests {
		test.want.TID = 7
		if got := classify(7, test.status); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}
