/* free is called and its address is taken: with GNU ld its calls go through
 * .plt.got, without a relocation of their own. */
#include <stdio.h>
#include <stdlib.h>

static void (*volatile release)(void *);

int main(void)
{
	release = free;
	for (int i = 0; i < 4; i++)
		free(malloc(10 + i));
	if (release != free)
		return 1;
	printf("# malloc 4\n# free 4\n");
	return 0;
}
