/* scale calls|syscalls ROUNDS: does the same thing over and over, and says whether
 * the memory of its tracer, if it has one, has not grown since a tenth of that.
 * scale deep ROUNDS: nests that many calls, and says how much memory an open call
 * took. -fno-builtin */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* field returns a number in a file of /proc, -1 if it is missing. */
static long field(const char *path, const char *name)
{
	char line[256];
	long value = -1;
	FILE *f = fopen(path, "r");

	while (f != NULL && value < 0 && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = atol(line + strlen(name));
	if (f != NULL)
		fclose(f);
	return value;
}

/* peak returns the peak of the tracer's memory, in KiB, 0 without a tracer. */
static long peak(void)
{
	char path[64];
	long pid = field("/proc/self/status", "TracerPid:");

	if (pid <= 0)
		return 0;
	snprintf(path, sizeof path, "/proc/%ld/status", pid);
	return field(path, "VmHWM:");
}

static void work(int calls, int rounds)
{
	for (int i = 0; i < rounds; i++)
		if (calls)
			free(malloc(24));
		else
			syscall(SYS_getppid);
}

static long deepest;

/* deeper calls itself n times, in frames of about 100 bytes. */
__attribute__((noinline)) long deeper(const char *text, long n)
{
	volatile char frame[32] = {0};

	if (n == 0)
		deepest = peak();
	return n == 0 ? 0 : 1 + deeper(text, n - 1) + frame[0];
}

static int deep(int rounds)
{
	long before, each;

	deeper("as deep", rounds / 10);
	before = peak();
	if (deeper("as deep", rounds) != rounds)
		return 1;
	each = (deepest - before) * 1024 / (rounds - rounds / 10);
	if (each >= 280)
		printf("the tracer took %ld bytes for an open call\n", each);
	else
		printf("the tracer took little for an open call\n");
	return 0;
}

int main(int argc, char **argv)
{
	int calls = strcmp(argv[1], "calls") == 0, rounds = atoi(argv[2]);
	long before, after;

	if (strcmp(argv[1], "deep") == 0)
		return deep(rounds);
	work(calls, rounds / 10);
	before = peak();
	work(calls, rounds - rounds / 10);
	after = peak();
	if (before < 0 || after >= 64 << 10 || after - before >= 4 << 10)
		printf("the tracer had %ld KiB, then %ld KiB\n", before, after);
	else
		printf("the tracer stayed small\n");
	return 0;
}
