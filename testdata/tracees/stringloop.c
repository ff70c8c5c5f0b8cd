/* stringloop N: N calls each of strcmp and strlen, whose arguments are texts. */
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	volatile long sum = 0;

	for (int n = atoi(argv[1]); n > 0; n--) {
		sum += strcmp("the first of two texts", "the second of two texts");
		sum += strlen("a third text, longer");
	}
	return 0;
}
