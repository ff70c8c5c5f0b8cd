// What depot runs.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	open("ledger.txt", O_RDONLY); /* there is none */
	usleep(500000);
	return 7;
}
