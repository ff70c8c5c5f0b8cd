/* Signal handlers that call library functions, on an alternate stack, one
 * inside the other, while the program itself is inside a library call. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int outer, inner;

static void on_usr2(int signo)
{
	inner += atoi("1");
}

static void on_usr1(int signo)
{
	raise(SIGUSR2);
	outer += atoi("1");
}

static int compare(const void *a, const void *b)
{
	raise(SIGUSR1);
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	stack_t alternate = {.ss_size = 64 * 1024};
	struct sigaction action = {.sa_flags = SA_ONSTACK};
	int pair[2] = {2, 1};

	alternate.ss_sp = malloc(alternate.ss_size);
	sigaltstack(&alternate, NULL);
	action.sa_handler = on_usr1;
	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = on_usr2;
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < 5; i++) {
		pair[0] = 2;
		pair[1] = 1;
		qsort(pair, 2, sizeof pair[0], compare);
	}
	printf("# qsort 5\n# raise %d\n# atoi %d\n", outer + inner, outer + inner);
	return outer == 5 && inner == 5 ? 0 : 1;
}
