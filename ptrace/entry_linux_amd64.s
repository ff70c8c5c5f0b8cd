#include "textflag.h"
#include "go_asm.h"

// Linux amd64: system call numbers, and the size of a signal set.
#define SYS_rt_sigaction 13
#define SYS_rt_sigprocmask 14
#define SYS_fcntl 72
#define SIGSET_SIZE 8
#define F_GETFD 1

#define SIG_IGN 1
#define LAST_SIGNAL 64

// plait_start is where the kernel begins a plait that was linked with
// -E plait_start (see entry_linux.go). Nothing is set up yet: no thread-local
// storage, no stack but the kernel's, on which argc is at SP.
//
// The kernel's struct sigaction is read to R12, its first word the handler.
// R14 counts the signals down, R13 collects a bit for each that is ignored.
TEXT plait_start(SB),NOSPLIT|NOFRAME|TOPFRAME,$0
	LEAQ	-128(SP), R12
	XORL	R13, R13
	MOVL	$LAST_SIGNAL, R14
next:
	MOVQ	R14, DI
	XORL	SI, SI
	MOVQ	R12, DX
	MOVL	$SIGSET_SIZE, R10
	MOVL	$SYS_rt_sigaction, AX
	SYSCALL
	ADDQ	R13, R13
	TESTQ	AX, AX
	JNZ	not
	CMPQ	(R12), $SIG_IGN
	JNE	not
	INCQ	R13
not:
	DECQ	R14
	JNZ	next
	MOVQ	R13, ·inherited+inheritance_ignored(SB)

	// In R13 a bit for each of the three standard descriptors that is closed.
	XORL	R13, R13
	MOVL	$2, R14
descriptor:
	MOVQ	R14, DI
	MOVL	$F_GETFD, SI
	MOVL	$SYS_fcntl, AX
	SYSCALL
	SHRQ	$63, AX
	LEAQ	(AX)(R13*2), R13
	DECQ	R14
	JGE	descriptor
	MOVQ	R13, ·inherited+inheritance_closed(SB)

	XORL	DI, DI
	XORL	SI, SI
	LEAQ	·inherited+inheritance_blocked(SB), DX
	MOVL	$SIGSET_SIZE, R10
	MOVL	$SYS_rt_sigprocmask, AX
	SYSCALL
	TESTQ	AX, AX
	JNZ	go
	MOVB	$1, ·inherited+inheritance_known(SB)
go:
	XORL	DX, DX // as the kernel left it
	JMP	_rt0_amd64_linux(SB)
