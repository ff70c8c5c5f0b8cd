/* Signal handlers that look at the registers. A fault's program counter is in the
 * program's own function, and the handler repairs it there. A timer's is in a file's
 * code wherever the timer strikes, and that mapping is as it was before main. Prints
 * what differed. */
#define _GNU_SOURCE
#include <errno.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

static struct range { unsigned long from, to; } code[64];
static int ranges;
static volatile int faults, strange, ticks;
static volatile unsigned long where;
static char *page;

static int note(struct dl_phdr_info *info, size_t size, void *arg)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		if (p->p_type == PT_LOAD && p->p_flags & PF_X && ranges < 64)
			code[ranges++] = (struct range){info->dlpi_addr + p->p_vaddr,
							info->dlpi_addr + p->p_vaddr + p->p_memsz};
	}
	return 0;
}

static int in_a_file(unsigned long pc)
{
	for (int i = 0; i < ranges; i++)
		if (pc >= code[i].from && pc < code[i].to)
			return 1;
	return 0;
}

/* store is where the fault must be seen: 4 bytes of code before its return */
extern char store_begin[], store_end[];
__asm__(".text\n.globl store\nstore:\nstore_begin:\n\tmovb $7, (%rdi)\nstore_end:\n\tret\n");
void store(char *);

static void on_fault(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	unsigned long pc = u->uc_mcontext.gregs[REG_RIP];

	faults++;
	if (info->si_addr != page || info->si_code != SEGV_ACCERR || pc != (unsigned long)store_begin ||
	    (char *)u->uc_mcontext.gregs[REG_RDI] != page || u->uc_mcontext.gregs[REG_TRAPNO] != 14)
		strange++;
	if (faults % 2)
		mprotect(page, 4096, PROT_READ | PROT_WRITE);
	else
		u->uc_mcontext.gregs[REG_RIP] = (unsigned long)store_end;
	free(malloc(16));
}

static void on_tick(int signo, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	unsigned long pc = u->uc_mcontext.gregs[REG_RIP];
	int saved = errno;

	ticks++;
	if (!in_a_file(pc)) {
		strange++;
		where = pc;
	}
	getppid();
	errno = saved;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char **)a, *(char **)b);
}

int main(int argc, char **argv)
{
	struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
	struct sigaction tick = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
	int sorted = 0, want = argc > 1 ? atoi(argv[1]) : 50;

	dl_iterate_phdr(note, NULL);
	sigaction(SIGSEGV, &fault, NULL);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 20; i++) {
		mprotect(page, 4096, PROT_READ);
		store(page);
	}
	sigaction(SIGALRM, &tick, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	while (ticks < want && strange == 0) {
		char *words[] = {"d", "b", "a", "c"};
		qsort(words, 4, sizeof words[0], compare);
		sorted += strcmp(words[0], "a") == 0 && strcmp(words[3], "d") == 0 ? 0 : 1;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("faults %d strange %d at %lx wrong %d\n", faults, strange, where, sorted);
	return strange != 0 || sorted != 0;
}
