/* Format strings whose arguments are easily lost: longer than -s, with a long
 * double, with positions, with widths from arguments. -fno-builtin -w */
#include <stdio.h>
#include <wchar.h>

int main(void)
{
	char out[100];

	printf("this is a rather long format string: %d %s %c %ld\n", 1, "two", '3', 4L);
	printf("%Lf %d\n", 2.5L, 7);
	printf("%2$s %1$d\n", 5, "position");
	printf("%*d|%-*d|%.*s\n", 4, 42, 3, 7, 2, "precise");
	printf("%hhd %hd %lld %zu %x %o %#x\n", 300, 70000, 1LL << 40, (size_t)9, 255, 8, 16);
	printf("%f %e %g %a\n", 1.5, 2.5, 3.5, 1.0);
	printf("%d %d %d %d %d %d %d %f\n", 1, 2, 3, 4, 5, 6, 7, 8.0);
	printf("%s %p %%\n", NULL, (void *)0);
	snprintf(out, sizeof out, "quote \" backslash \\ tab \t UTF-8 é %s", "end");
	puts(out);
	return 0;
}
