/* A signal's handler on an alternate stack that is an array local to main, within
 * the thread's own stack. It calls qsort and returns; or its qsort jumps out of it
 * and of what the signal has interrupted. The argument is the number of calls below. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static sigjmp_buf out;
static int jump, raised;

static int leave(const void *a, const void *b)
{
	if (jump)
		siglongjmp(out, 1);
	return *(const int *)a - *(const int *)b;
}

static void handler(int signal)
{
	int v[] = {3, 1, 2};

	qsort(v, 3, sizeof v[0], leave);
	puts("handled");
}

static int compare(const void *a, const void *b)
{
	if (!raised++)
		raise(SIGUSR1);
	return *(const int *)a - *(const int *)b;
}

__attribute__((noipa)) static void work(int below)
{
	volatile int v[] = {3, 1, 2, 0};

	if (below > 0)
		work(below - 1);
	else
		qsort((int *)v, 4, sizeof v[0], compare);
	v[0] = 0;
}

int main(int argc, char **argv)
{
	char alternate[64 << 10];
	stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};

	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &action, NULL);
	work(atoi(argv[1]));
	puts("sorted");
	jump = 1;
	raised = 0;
	if (!sigsetjmp(out, 1))
		work(atoi(argv[1]));
	puts("jumped");
	return 0;
}
