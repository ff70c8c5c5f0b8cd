/* Asks for its CPU affinity again and again between library calls, and changes it.
 * What it gets and what it sets must be its own. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static int differs(const cpu_set_t *want)
{
	int bad = 0;
	for (int i = 0; i < 800; i++) {
		cpu_set_t now;
		free(malloc(16));
		sched_getaffinity(0, sizeof now, &now);
		bad += !CPU_EQUAL(&now, want);
	}
	return bad;
}

int main(void)
{
	cpu_set_t all, one;
	sched_getaffinity(0, sizeof all, &all);
	int bad = differs(&all);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof one, &one);
		bad += differs(&one);
		if (sched_getcpu() != cpu)
			bad++;
	}
	sched_setaffinity(0, sizeof all, &all);
	bad += differs(&all);
	printf("affinity differed %d times\n", bad);
	return bad != 0;
}
