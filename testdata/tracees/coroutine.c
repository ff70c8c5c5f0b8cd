/* Two coroutines on stacks of their own (makecontext, swapcontext), each with a
 * library call open when it hands over. */
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static ucontext_t home, worker[2];
static char stack[2][64 * 1024];
static int switches;

static int compare(const void *a, const void *b)
{
	int me = *(const int *)a >= 10;

	switches++;
	swapcontext(&worker[me], &worker[!me]);
	return *(const int *)a - *(const int *)b;
}

static void work(int me)
{
	int numbers[3] = {3 + 10 * me, 1 + 10 * me, 2 + 10 * me};

	qsort(numbers, 3, sizeof numbers[0], compare);
	if (numbers[0] != 1 + 10 * me)
		abort();
	swapcontext(&worker[me], me ? &home : &worker[1]);
}

int main(void)
{
	for (int i = 0; i < 2; i++) {
		getcontext(&worker[i]);
		worker[i].uc_stack.ss_sp = stack[i];
		worker[i].uc_stack.ss_size = sizeof stack[i];
		worker[i].uc_link = &home;
		makecontext(&worker[i], (void (*)(void))work, 1, i);
	}
	swapcontext(&home, &worker[0]);
	printf("# qsort 2\n# swapcontext %d\n", switches + 3);
	return 0;
}
