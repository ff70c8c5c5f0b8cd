/* status N: exits with N; status -N: is killed by signal N; status wait: waits
 * for a signal. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0;

	if (argc > 1 && strcmp(argv[1], "wait") == 0) {
		puts("waiting");
		fflush(stdout);
		pause();
	}
	if (n >= 0)
		exit(n);
	signal(-n, SIG_DFL);
	raise(-n);
	return 1;
}
