/* mallocloop N: N pairs of malloc and free, to be timed. -O1 -fno-builtin */
#include <stdlib.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 20000;

	for (int i = 0; i < n; i++)
		free(malloc(24));
	return 0;
}
