/* Calls by numbers that are in no table, and by the conventions of other tables. */
#include <sys/syscall.h>
#include <unistd.h>

static int old(int number)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number) : "memory");
	return result;
}

int main(void)
{
#ifdef MODES
	getppid();
	old(20); /* getpid */
	old(20);
	getppid();
#else
	syscall(500, 1, 2, 3, 4, 5, 6);
	syscall(100000, 0, 0, 0, 0, 0, 0);
	(void)old;
#endif
	return 0;
}
