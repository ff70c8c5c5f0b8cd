/* In a statically linked program there are no library calls to trace. -static */
#include <stdio.h>

int main(void)
{
	puts("static");
	return 4;
}
