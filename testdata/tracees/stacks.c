/* stacks [COROUTINES [ROUNDS]]: coroutines on malloc'ed stacks that lie side by
 * side. Each has nested library calls open when it hands over to the next. Some are
 * abandoned in the middle, and new ones run on the same stacks. Prints how many
 * calls returned, and how many began. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { size = 24 * 1024, most = 64 };

static ucontext_t home, worker[most];
static char *stack[most];
static int count, current, sorts, searches, found, finished;
static long switches;

/* hands over to the coroutine that main chooses next */
static void yield(void)
{
	switches++;
	swapcontext(&worker[current], &home);
}

static int find(const void *key, const void *element)
{
	yield();
	return *(const int *)key - *(const int *)element;
}

static int compare(const void *a, const void *b)
{
	int numbers[] = {1, 2, 3};

	yield();
	searches++;
	if (bsearch(a, numbers, 3, sizeof numbers[0], find) == NULL)
		abort();
	found++;
	return *(const int *)a - *(const int *)b;
}

static void work(void)
{
	int numbers[3] = {3, 1, 2};

	sorts++;
	qsort(numbers, 3, sizeof numbers[0], compare);
	if (numbers[0] != 1 || numbers[2] != 3)
		abort();
	finished++;
	for (;;)
		yield();
}

static void start(int i)
{
	getcontext(&worker[i]);
	worker[i].uc_stack.ss_sp = stack[i];
	worker[i].uc_stack.ss_size = size;
	worker[i].uc_link = &home;
	makecontext(&worker[i], work, 0);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 40;
	long resumed = 0;

	count = argc > 1 ? atoi(argv[1]) : 8;
	for (int i = 0; i < count; i++) {
		stack[i] = malloc(size);
		start(i);
	}
	for (int r = 0; r < rounds; r++) {
		for (int i = 0; i < count; i++) {
			current = (i * 5 + r) % count;
			resumed++;
			swapcontext(&home, &worker[current]);
		}
		if (r % 5 == 4)
			start(r % count); /* whatever it was in the middle of */
	}
	printf("qsort %d\nbsearch %d\n# qsort %d\n# bsearch %d\n# swapcontext %ld\n", finished, found, sorts, searches, switches + resumed);
	return finished == 0;
}
