/* The library that reload.c opens. It makes calls of its own, through its own slots.
 * -shared -fPIC */
#include <stdlib.h>
#include <string.h>

int plugin_work(const char *text)
{
	char *copy = malloc(strlen(text) + 1);
	int n = strcmp(strcpy(copy, text), text);

	free(copy);
	return n;
}
