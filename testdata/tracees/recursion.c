/* recursion [DEPTH]: library calls open inside each other, far deeper than any fixed
 * stack: each qsort's callback calls qsort. */
#include <stdio.h>
#include <stdlib.h>

static int depth, deepest;

static int compare(const void *a, const void *b)
{
	int pair[2] = {2, 1};

	if (deepest < depth) {
		deepest++;
		qsort(pair, 2, sizeof pair[0], compare);
	}
	return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
	int pair[2] = {2, 1};

	depth = argc > 1 ? atoi(argv[1]) : 80;
	qsort(pair, 2, sizeof pair[0], compare);
	if (pair[0] != 1)
		return 1;
	printf("# qsort %d\n", deepest + 1);
	return 0;
}
