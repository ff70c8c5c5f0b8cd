/* Coroutines on stacks of 10 KiB, side by side in one array, take turns inside
 * qsort(3). Sometimes the comparison throws. Prints how often qsort returned, and
 * how often it did not. */
#include <cstdio>
#include <cstdlib>
#include <ucontext.h>
enum { count = 6, size = 10240 };
static char stacks[count][size];
static ucontext_t home, worker[count];
static int current, calls;
static void yield() { swapcontext(&worker[current], &home); }
static int compare(const void *a, const void *b) { yield(); if (++calls % 5 == 0) throw 1; return *(const int *)a - *(const int *)b; }
static int done[count];
static void body()
{
	int me = current;
	for (int round = 0; round < 3; round++) {
		int v[4] = {3, 1, 2, 0};
		try { qsort(v, 4, sizeof v[0], compare); puts("sorted"); }
		catch (int) { puts("caught"); }
	}
	done[me] = 1;
	swapcontext(&worker[me], &home);
}
int main()
{
	for (int i = 0; i < count; i++) {
		getcontext(&worker[i]);
		worker[i].uc_stack.ss_sp = stacks[i];
		worker[i].uc_stack.ss_size = size;
		worker[i].uc_link = &home;
		makecontext(&worker[i], body, 0);
	}
	for (int left = count; left;) {
		left = 0;
		for (current = 0; current < count; current++)
			if (!done[current]) { left++; swapcontext(&home, &worker[current]); }
	}
	return 0;
}
