/* Reads a block of its own file argv[1] times: calls that do some work. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static char block[4096];
	int file = open(argv[0], O_RDONLY);
	for (long n = atol(argv[1]); n > 0; n--)
		if (pread(file, block, sizeof block, 0) < 0)
			return 1;
	return 0;
}
