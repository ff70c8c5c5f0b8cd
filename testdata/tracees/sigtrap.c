/* A program with SIGTRAPs of its own: an int3 in its code, raise(SIGTRAP), and
 * single-stepping by the trap flag. All of them must reach its handler. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static volatile int traps, steps, kernel;

static void handler(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	if (info->si_code == SI_TKILL)
		kernel++;
	if (u->uc_mcontext.gregs[REG_EFL] & 0x100) {
		steps++;
		if (steps == 3)
			u->uc_mcontext.gregs[REG_EFL] &= ~0x100LL;
		return;
	}
	traps++;
}

int main(void)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};

	sigaction(SIGTRAP, &action, NULL);
	__asm__ volatile("int3");
	raise(SIGTRAP);
	__asm__ volatile("int3");
	/* the first step is reported after the nop that follows popf */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushf\n\torl $0x100, (%%rsp)\n\tpopf\n\t"
			 "nop\n\tnop\n\tnop\n\tnop\n\tlea 128(%%rsp), %%rsp" ::: "cc", "memory");
	printf("# raise 1\ntraps=%d raised=%d steps=%d\n", traps, kernel, steps);
	return traps == 3 && kernel == 1 && steps == 3 ? 0 : 1;
}
