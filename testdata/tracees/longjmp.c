/* longjmp(3) out of open library calls, and siglongjmp(3) out of a signal handler.
 * For the trace's nesting, setjmp does not return twice. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf out;
static sigjmp_buf restart;

static int leave(const void *a, const void *b)
{
	longjmp(out, 1);
}

static void handler(int signo)
{
	siglongjmp(restart, signo);
}

static volatile int jumps, caught;

int main(void)
{
	for (volatile int i = 0; i < 3; i++) {
		int pair[2] = {2, 1};
		if (setjmp(out) == 0)
			qsort(pair, 2, sizeof pair[0], leave);
		else
			jumps++;
	}
	signal(SIGUSR1, handler);
	for (volatile int i = 0; i < 3; i++) {
		if (sigsetjmp(restart, 1) == 0)
			raise(SIGUSR1);
		else
			caught++;
	}
	printf("# qsort 3\n# raise 3\n# atoi 1\njumps=%d caught=%d\n", jumps, caught);
	return jumps + caught == 6 && atoi("6") == 6 ? 0 : 1;
}
