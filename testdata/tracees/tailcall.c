/* Library calls in tail position: the callee returns to the caller's caller.
 * -O2 -fno-builtin */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static size_t length(const char *text)
{
	return strlen(text);
}

__attribute__((noinline)) static void *get(size_t n)
{
	return malloc(n);
}

__attribute__((noinline)) static void drop(void *p)
{
	free(p);
}

int main(void)
{
	size_t sum = 0;

	for (int i = 0; i < 10; i++) {
		void *p = get(i + 1);
		sum += length("tail");
		drop(p);
	}
	printf("# strlen 10\n# malloc 10\n# free 10\n");
	return sum != 40;
}
