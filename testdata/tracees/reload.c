/* reload LIBRARY: opens and closes a library three times. Each time its calls
 * are there to be traced, and none of the breakpoints in it outlives it. -ldl */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	for (int i = 0; i < 3; i++) {
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
	}
	printf("# dlopen 3\n# dlsym 3\n# dlclose 3\n# malloc 3\n# free 3\n");
	return 0;
}
