/* Library calls from a chain of functions, a callback and a signal's handler. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t deep(const char *s) { return strlen(s) + 1; }
size_t deeper(const char *s) { return deep(s) + 1; }
int compare(const void *a, const void *b) { return strlen("callback") + *(const int *)a - *(const int *)b; }
volatile size_t length;
void handler(int sig) { length = strlen("handler") + sig; }

int main(void)
{
	int numbers[] = {2, 1};
	size_t n = deeper("deep");
	qsort(numbers, 2, sizeof *numbers, compare);
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
	printf("%zu\n", n);
	return 0;
}
