/* Ten library calls in a fixed order, to be found however a compiler and a linker
 * are told to make them: malloc memcpy strcpy free strlen pow getenv puts fflush
 * exit. -fno-builtin keeps all of them. memcpy and strlen are IFUNCs in glibc.
 * free's address is taken as well, so that GNU ld calls it by .plt.got. The program
 * exits with 3. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*volatile release)(void *);

int main(int argc, char **argv)
{
	char text[16];
	char *copy = malloc(16);

	release = free;
	memcpy(copy, "plait", 6);
	strcpy(text, copy);
	free(copy);
	if (strlen(text) != 5)
		return 1;
	if (pow(2, argc) != 2)
		return 1;
	if (getenv("PLAIT_IS_NOT_SET") != NULL)
		return 1;
	if (release == NULL)
		return 1;
	puts(text);
	fflush(stdout);
	exit(3);
}
