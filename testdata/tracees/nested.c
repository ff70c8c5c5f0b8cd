/* Time spent in usleep below qsort's callback counts only for usleep. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int sleeps;

static int compare(const void *a, const void *b)
{
	sleeps++;
	usleep(20000);
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	int numbers[4] = {4, 3, 2, 1};

	qsort(numbers, 4, sizeof numbers[0], compare);
	printf("# qsort 1\n# usleep %d\n", sleeps);
	return 0;
}
