// Calls from a virtual function of a namespace, a signal's handler and a callback.
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace app {
struct Walker { virtual void go(int left); };
void Walker::go(int left)
{
	if (left == 0)
		raise(SIGUSR1);
	else
		go(left - 1);
	write(1, "x", 1);
}
}

static void handler(int) { write(1, "h", 1); }

static int compare(const void *a, const void *b)
{
	write(1, "c", 1);
	return *(const int *)a - *(const int *)b;
}

int main()
{
	signal(SIGUSR1, handler);
	app::Walker().go(3);
	int numbers[] = {2, 1};
	qsort(numbers, 2, sizeof *numbers, compare);
	void *volatile block = malloc(1 << 20);
	free(block);
}
