/* The program of a shell cookbook's chapter on tracing (build: gcc -w). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int print(char *str)
{
	printf("%s\n", str);
}

main()
{
	char *tmp;

	tmp = malloc(100);
	strcat(tmp, "testing");
	print(tmp);
	free(tmp);
	exit(0);
}
