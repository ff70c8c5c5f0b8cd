/* getppidloop N: N system calls, to be timed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 100000;

	for (int i = 0; i < n; i++)
		syscall(SYS_getppid);
	return 0;
}
