/* Statically linked, there are no library calls to see. -static */
#include <stdio.h>

int main(void)
{
	puts("static");
	return 4;
}
