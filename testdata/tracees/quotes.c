/* quotes FILE: calls with text that is easily shown wrong. FILE, which becomes
 * descriptor 3, gets the text written and then, as regular expressions, lines that a
 * trace must have. -fno-builtin */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static volatile long sink;

static const char want[] =
	"strlen\\(\"a\\\\\"b\\\\\\\\c\\\\td\\\\33e\\\\1f\"\\) = 11\n"
	"strlen\\(\"\\\\377\\\\376broken\\\\303\"\\) = 9\n"
	"strlen\\(\"\\\\0012 \\\\18\"\\) = 5\n"
	"write\\(3, \"a\\\\0b\\\\n\", 4\\) = 4\n"
	"write\\(3, \"\", 0\\) = 0\n"
	"strchr\\(\"x\", '\\\\''\\) = nil\n"
	"strchr\\(\"x\", '\\\\\\\\'\\) = nil\n";

int main(int argc, char **argv)
{
	int fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd != 3)
		return 1;
	sink = strlen("a\"b\\c\td\033e\1f");
	sink = strlen("\377\376broken\303");
	sink = strlen("\0012 \0018");
	write(fd, "a\0b\n", 4);
	write(fd, "", 0);
	sink = (long)strchr("x", '\'');
	sink = (long)strchr("x", '\\');
	sink = strlen("caf\303\251 \342\202\254");
	sink = wcslen(L"wide \u00e9\U0001F600");
	sink = strlen("exact");
	sink = strlen("longer");
	write(fd, "exact", 5);
	write(fd, "a\"b\\c\td\033e\1", 10);
	ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
	write(fd, want, strlen(want));
	return 0;
}
