/* Instructions that raise a signal, at each kind of place whose instruction a tracer
 * may execute elsewhere: where a call through the PLT, or through the GOT, returns;
 * at the beginning of a function; in the PLT's stub and the call itself. Prints all
 * that the handler is told about the place, relative to it. Built with
 * -Wl,-z,now,-z,norelro. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/ucontext.h>
#include <unistd.h>

/* Each fault at three places. R12 is an address, RBX is 0; the call returns 400. */
#define PLACE(kind, name, before, call, insn) \
	".globl " kind "_" name "\n.type " kind "_" name ", @function\n" \
	kind "_" name ":\n" before call \
	"fault_" kind "_" name ":\n" insn "\n" \
	"resume_" kind "_" name ":\n"
#define FRAME "push %rbx\n mov $400, %edi\n"
#define FAULT(name, insn) \
	PLACE("plt", name, FRAME, "call abs@PLT\n", insn) "pop %rbx\n ret\n" \
	PLACE("got", name, FRAME, "call *abs@GOTPCREL(%rip)\n", insn) "pop %rbx\n ret\n" \
	PLACE("entry", name, "", "", insn) "ret\n"
#define FAULTS(_) \
	_(ud2, "ud2") _(ud1, "ud1 %eax, %eax") _(hlt, "hlt") _(cli, "cli") _(in, "in (%dx), %al") \
	_(int3, "int3") _(int3long, ".byte 0xcd, 3") _(icebp, ".byte 0xf1") _(int4, ".byte 0xcd, 4") \
	_(divide, "divl %ebx") _(divss, "divss %xmm1, %xmm0") _(fdiv, "fdivp\n fwait") \
	_(load, "mov (%r12), %eax") _(store, "movl $1, (%r12)") _(aligned, "movaps (%r12), %xmm2") \
	_(callreg, "call *%r12") _(callmem, "call *(%r12)") _(jumpreg, "jmp *%r12") _(pushmem, "push (%r12)") \
	_(sys, "syscall")

#define ASM(name, insn) FAULT(#name, insn)
__asm__(".text\n" FAULTS(ASM));
#define DECLARE(kind, name) extern char kind##_##name[], fault_##kind##_##name[], resume_##kind##_##name[];
#define DECLARE3(name, insn) DECLARE(plt, name) DECLARE(got, name) DECLARE(entry, name)
FAULTS(DECLARE3)

static struct place {
	const char *name;
	char *code, *fault, *resume;
} places[] = {
#define ROW(kind, name) {#kind " " #name, kind##_##name, fault_##kind##_##name, resume_##kind##_##name},
#define ROW3(name, insn) ROW(plt, name) ROW(got, name) ROW(entry, name)
	FAULTS(ROW3)
};

/* Calls that fault themselves: stub_labs is in the PLT; its caller and the call
 * through the GOT are here. */
__asm__(".globl call_stub, call_got, after_stub, after_got, at_got\n"
	"call_stub: push %rbx\n call labs@PLT\nafter_stub: pop %rbx\n ret\n"
	"call_got: push %rbx\nat_got: call *labs@GOTPCREL(%rip)\nafter_got: pop %rbx\n ret\n");
extern char call_stub[], call_got[], after_stub[], after_got[], at_got[];

/* invoke(code, address, flags, stack): R12 is address, RBX 0, flags are set. */
__asm__(".globl invoke, resume_far\n"
	"invoke: push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n"
	"mov %rsp, saved_sp(%rip)\n mov %rsi, %r12\n xor %ebx, %ebx\n xor %ebp, %ebp\n mov %rdi, %r13\n"
	"test %rcx, %rcx\n jz 1f\n mov %rcx, %rsp\n1:\n"
	"fninit\n fldz\n fld1\n fldcw x87_control(%rip)\n ldmxcsr sse_control(%rip)\n xorps %xmm1, %xmm1\n movss one(%rip), %xmm0\n"
	"mov $400, %eax\n test %rdx, %rdx\n jz 2f\n pushf\n or %rdx, (%rsp)\n popf\n2:\n"
	"call *%r13\n"
	"mov %rcx, rcx_after(%rip)\n"
	"resume_far: mov saved_sp(%rip), %rsp\n"
	"pushf\n andq $~0x40100, (%rsp)\n popf\n fninit\n ldmxcsr sse_normal(%rip)\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n");
int invoke(void *code, void *address, long flags, void *stack);
extern char resume_far[];
uint64_t saved_sp, rcx_after;
float one = 1;
unsigned short x87_control = 0x37f;
unsigned sse_control = 0x1f80, sse_normal = 0x1f80;
static const char constant[64] = "read only";

static struct place *now;
static struct {
	int raised;
	siginfo_t info;
	greg_t regs[NGREG];
	uint64_t fip;
} seen;
static char *page;

static void handler(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	/* no alignment checks here */
	__asm__ volatile("pushf\n\tandq $~0x40000, (%%rsp)\n\tpopf" ::: "cc", "memory");
	if (seen.raised++ > 5)
		_exit(3);
	seen.info = *info;
	for (int i = 0; i < NGREG; i++)
		seen.regs[i] = u->uc_mcontext.gregs[i];
	seen.fip = u->uc_mcontext.fpregs->rip;
	u->uc_mcontext.fpregs->cwd = 0x37f;
	u->uc_mcontext.fpregs->swd = 0;
	u->uc_mcontext.fpregs->mxcsr = 0x1f80;
	u->uc_mcontext.gregs[REG_RSP] = saved_sp;
	u->uc_mcontext.gregs[REG_RIP] = (greg_t)resume_far;
	u->uc_mcontext.gregs[REG_EFL] &= ~0x40100;
}

/* relative prints an address by what it is close to. */
static void relative(const char *what, uint64_t addr)
{
	if (addr - (uint64_t)now->fault + 32 < 64)
		printf(" %s=fault%+d", what, (int)(addr - (uint64_t)now->fault));
	else if (addr - saved_sp + 4096 < 8192)
		printf(" %s=sp%+d", what, (int)(addr - saved_sp));
	else if (page && addr - (uint64_t)page + 4096 < 16384)
		printf(" %s=page%+d", what, (int)(addr - (uint64_t)page));
	else if (addr - (uint64_t)constant < sizeof constant)
		printf(" %s=constant%+d", what, (int)(addr - (uint64_t)constant));
	else if (addr >> 44 == 5 || addr >> 44 == 6 || addr >> 44 == 7)
		printf(" %s=elsewhere", what);
	else
		printf(" %s=%#llx", what, (unsigned long long)addr);
}

static void report(void)
{
	printf("%s: raised=%d", now->name, seen.raised);
	if (seen.raised == 0) {
		relative("rcx", rcx_after);
		puts("");
		return;
	}
	printf(" signo=%d errno=%d code=%d", seen.info.si_signo, seen.info.si_errno, seen.info.si_code);
	relative("addr", (uint64_t)seen.info.si_addr);
	if (seen.info.si_signo == SIGSYS)
		printf(" syscall=%d arch=%x", seen.info.si_syscall, seen.info.si_arch);
	relative("rip", seen.regs[REG_RIP]);
	relative("rsp", seen.regs[REG_RSP]);
	if (seen.info.si_signo == SIGSYS)
		relative("rcx", seen.regs[REG_RCX]);
	relative("fip", seen.fip);
	if (seen.info.si_signo == SIGSYS) /* no trap: the number is the last one's */
		seen.regs[REG_TRAPNO] = seen.regs[REG_ERR] = 0;
	printf(" trapno=%lld err=%#llx flags=%#llx", seen.regs[REG_TRAPNO], seen.regs[REG_ERR], seen.regs[REG_EFL] & 0x40100);
	if (seen.regs[REG_TRAPNO] == 14)
		relative("cr2", seen.regs[REG_CR2]);
	puts("");
}

static void try(struct place *p, void *address, long flags, void *stack)
{
	now = p;
	memset(&seen, 0, sizeof seen);
	invoke(p->code, address, flags, stack);
	report();
}

/* slot finds the GOT word of labs's stub. */
static void **slot(char **jump)
{
	unsigned char *p;

	__asm__("lea labs@PLT(%%rip), %0" : "=r"(p));
	for (int i = 0; i < 16; i++)
		if (p[i] == 0xff && p[i + 1] == 0x25) {
			int d;
			memcpy(&d, p + i + 2, 4);
			*jump = (char *)p + i;
			return (void **)(p + i + 6 + d);
		} else if (p[i] == 0xcc && p[i + 1] == 0x25) { /* a debugger's breakpoint */
			int d;
			memcpy(&d, p + i + 2, 4);
			*jump = (char *)p + i;
			return (void **)(p + i + 6 + d);
		}
	return NULL;
}

/* calls makes the calls themselves fault: by the value of the GOT word, or because
 * there is no stack. */
static void calls(void)
{
	static struct place stub = {"stub", call_stub, 0, after_stub}, got = {"got call", call_got, at_got, after_got};
	void **words[2], *bad[] = {NULL, (void *)0x1234, (void *)0x800000000000ul, (void *)0xffffffff81000000ul};

	words[0] = slot(&stub.fault);
	__asm__("lea labs@GOTPCREL(%%rip), %0" : "=r"(words[1]));
	for (int i = 0; i < 2; i++) {
		struct place *p = i ? &got : &stub;
		void *good = *words[i];
		for (size_t n = 0; n < sizeof bad / sizeof *bad; n++) {
			*words[i] = bad[n];
			try(p, NULL, 0, NULL);
		}
		*words[i] = page + 64; /* not executable */
		try(p, NULL, 0, NULL);
		*words[i] = good;
		/* The pushes of this many bytes fill the page. */
		try(p, NULL, 0, page + 4096 + 8);
		try(p, NULL, 0, page + 4096 + 16);
		try(p, NULL, 0, page + 4096 + 24);
		if (!i) /* as a function's first push would do */
			try(p, NULL, 0, page + 4096 + 32);
	}
}

static void alternate(void)
{
	static char stack[65536];
	stack_t s = {.ss_sp = stack, .ss_size = sizeof stack};

	sigaltstack(&s, NULL);
}

/* trap400 installs a filter that raises SIGSYS for system call 400. */
static void trap400(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 400, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP | 7),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {4, code};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		perror("seccomp");
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	int signals[] = {SIGILL, SIGTRAP, SIGFPE, SIGSEGV, SIGBUS, SIGSYS};
	FILE *empty = tmpfile();
	char *file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(empty), 0);

	if (argc > 1) /* until plait is attached */
		getchar();
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	page = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(page, 4096, PROT_NONE);
	alternate();
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
	for (int blocked = 0; blocked < 2; blocked++) {
		for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
			struct place *p = &places[i];
			if (strstr(p->name, " sys")) {
				try(p, NULL, 0, NULL); /* at first ENOSYS, with RCX set */
				continue;
			}
			if (strstr(p->name, "fdiv") || strstr(p->name, "divss")) {
				x87_control = 0x37b; /* division by zero traps */
				sse_control = 0x1d80;
				try(p, NULL, 0, NULL);
				x87_control = 0x37f;
				sse_control = 0x1f80;
				continue;
			}
			try(p, NULL, 0, NULL);
			try(p, page, 0, NULL);
			try(p, (void *)0x800000000000ul, 0, NULL);
			try(p, (void *)constant, 0, NULL);
			try(p, file, 0, NULL);
			try(p, page + 4097, 0, NULL);
			try(p, page + 4097, 0x40000, NULL);
		}
		if (!blocked)
			trap400();
	}
	calls();
	return 0;
}
