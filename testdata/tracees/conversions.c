/* conversions FILE: calls of printf and scanf in which an argument is easily lost.
 * FILE gets, as regular expressions, the lines that a trace must have for them, with
 * the real results. -fno-builtin -w */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

static FILE *want;

/* Calls printf and writes what the trace must say about its arguments. */
#define CHECK(call, args) do { int n = call; fprintf(want, "%s%s\\) = %d\n", strstr(#call, "scanf") ? "(__isoc99_)?" : "", args, n); } while (0)

static int by_list(const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vprintf(format, list);
	va_end(list);
	return n;
}

static void outputs(void)
{
	int written;

	CHECK(printf("a format that is longer than thirty-two bytes %d %s %Lf\n", 11, "tail", 2.5L),
	      "printf\\(\"a format that is longer than thi\"\\.\\.\\., 11, \"tail\", 2\\.5");
	CHECK(printf("%Lf %Le %Lg %d\n", 2.5L, -1.25e100L, 1e-3L, 7),
	      "printf\\(\"%Lf %Le %Lg %d\\\\n\", 2\\.5, -1\\.25e\\+100, 0\\.001, 7");
	CHECK(printf("%La %La %a\n", 1.0L, -0.1L, 0.5),
	      "printf\\(\"%La %La %a\\\\n\", 0x8p-3, -0xc\\.ccccccccccccccdp-7, 0x1p-1");
	CHECK(printf("%3$s %1$d %2$*4$d\n", 5, 6, "third", 3),
	      "printf\\(\"%3\\$s %1\\$d %2\\$\\*4\\$d\\\\n\", 5, 6, \"third\", 3");
	CHECK(printf("%2$Lf %1$s\n", "first", 0.5L),
	      "printf\\(\"%2\\$Lf %1\\$s\\\\n\", \"first\", 0\\.5");
	CHECK(printf("%*d|%-*d|%.*s|%*.*f\n", 4, 42, 3, 7, 2, "precise", 8, 2, 3.25),
	      "printf\\(\"%\\*d\\|%-\\*d\\|%\\.\\*s\\|%\\*\\.\\*f\\\\n\", 4, 42, 3, 7, 2, \"pr\", 8, 2, 3\\.25(0*)");
	CHECK(printf("%jd %td %zd %hhu %hu\n", (intmax_t)-1, (ptrdiff_t)2, (size_t)-3, 300, 65537),
	      "printf\\(\"%jd %td %zd %hhu %hu\\\\n\", -1, 2, -3, 44, 1");
	CHECK(printf("%f%f%f%f%f%f%f%f%f%d%Lf%d\n", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10, 11.5L, 12),
	      "printf\\(\"%f%f%f%f%f%f%f%f%f%d%Lf%d\\\\n\", 1\\.0+, 2\\.0+, 3\\.0+, 4\\.0+, 5\\.0+, 6\\.0+, 7\\.0+, 8\\.0+, 9\\.0+, 10, 11\\.5, 12");
	CHECK(printf("%ls %lc %m %n%%\n", L"wide", L'w', &written),
	      "printf\\(\"%ls %lc %m %n%%\\\\n\", \"wide\", 'w', 0x[0-9a-f]+");
	CHECK(by_list("%d %Lf %s %f\n", 1, 2.5L, "three", 4.5),
	      "vprintf\\(\"%d %Lf %s %f\\\\n\", 1, 2\\.5, \"three\", 4\\.50*");
}

static void inputs(void)
{
	char text[16];
	int a, b;
	double d;
	long double ld;

	CHECK(sscanf("4 x 5", "%d %9s %d", &a, text, &b), "sscanf\\(\"4 x 5\", \"%d %9s %d\", 4, \"x\", 5");
	CHECK(sscanf("4 x 5", "%*d %9s %d", text, &b), "sscanf\\(\"4 x 5\", \"%\\*d %9s %d\", \"x\", 5");
	CHECK(sscanf("2.5 3", "%Lf %lf", &ld, &d), "sscanf\\(\"2\\.5 3\", \"%Lf %lf\", 2\\.5, 3\\.0+");
	CHECK(sscanf("7 x", "%d %d", &a, &b), "sscanf\\(\"7 x\", \"%d %d\", 7");
}

int main(int argc, char **argv)
{
	want = fopen(argv[1], "w");
	if (want == NULL)
		return 1;
	outputs();
	inputs();
	fclose(want);
	return 0;
}
