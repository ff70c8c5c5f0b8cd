/* Coroutines on stacks of 10 KiB, side by side in one array. Each hands over to the
 * next inside qsort(3), and ends with a setcontext(3). */
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

enum { count = 8, size = 10240 };
static char stacks[count][size];
static ucontext_t home, worker[count];
static int current, done[count];

static int next(int from)
{
	for (int i = 1; i <= count; i++)
		if (!done[(from + i) % count])
			return (from + i) % count;
	return -1;
}

static int compare(const void *a, const void *b)
{
	int me = current;

	current = next(me);
	if (current != me)
		swapcontext(&worker[me], &worker[current]);
	return *(const int *)a - *(const int *)b;
}

static void body(int me)
{
	int v[] = {3, 1, 2, 0};

	qsort(v, 4, sizeof v[0], compare);
	printf("%d: %d%d%d%d\n", me, v[0], v[1], v[2], v[3]);
	done[me] = 1;
	current = next(me);
	setcontext(current < 0 ? &home : &worker[current]);
}

int main(void)
{
	for (int i = 0; i < count; i++) {
		getcontext(&worker[i]);
		worker[i].uc_stack.ss_sp = stacks[i];
		worker[i].uc_stack.ss_size = size;
		makecontext(&worker[i], (void (*)(void))body, 1, i);
	}
	swapcontext(&home, &worker[0]);
	puts("# qsort 8");
	return 0;
}
