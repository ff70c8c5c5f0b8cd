/* Pointers to nowhere, as strings and as buffers. The calls fail, and the trace
 * shows the pointers, not invented contents. -w */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int n = 0;

	n += open((char *)0x10, O_RDONLY) == -1 && errno == EFAULT;
	n += write(1, (void *)0x20, 8) == -1 && errno == EFAULT;
	n += access((char *)-1L, R_OK) == -1 && errno == EFAULT;
	n += read(99, (void *)0x30, 8) == -1 && errno == EBADF;
	n += open("/nonexistent", O_RDONLY | O_CLOEXEC) == -1 && errno == ENOENT;
	printf("failed %d\n", n);
	return n != 5;
}
