// Makes calls as an i386 program, without any library:
// cc -m32 -nostdlib -static.
static long call(long nr, long a, long b, long c, long d, long e)
{
	long result;
	asm volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return result;
}

static void nothing(int signal) { (void)signal; }

void _start(void)
{
	char path[] = "/etc/passwd";
	long times[4] = { 0, 1000 }, action[5] = { (long)nothing, 2, 0, 0, 0 }, result[4];
	char buffer[256];
	long fd = call(5, (long)path, 0, 0, 0, 0);     // open
	call(3, fd, (long)buffer, 16, 0, 0);           // read
	call(140, fd, 1, 4, (long)result, 0);          // _llseek
	call(197, 1, (long)0x5000, 0, 0, 0);           // fstat64
	call(195, (long)"/dev/null", (long)buffer, 0, 0, 0); // stat64
	call(162, (long)times, 0, 0, 0, 0);            // nanosleep
	call(67, 10, (long)action, 0, 0, 0);           // sigaction
	call(37, call(20, 0, 0, 0, 0, 0), 10, 0, 0, 0); // kill, getpid
	action[1] = 4;                                 // now it is SA_SIGINFO
	action[2] = action[3] = 0;
	call(174, 10, (long)action, 0, 8, 0);          // rt_sigaction
	call(37, call(20, 0, 0, 0, 0, 0), 10, 0, 0, 0);
	call(192, 0, 8192, 3, 0x22, -1);               // mmap2
	call(403, 1, (long)0x5000, 0, 0, 0);           // clock_gettime64
	call(191, 7, (long)result, 0, 0, 0);           // ugetrlimit
	call(102, 1, (long)times, 0, 0, 0);            // socketcall
	call(1, 3, 0, 0, 0, 0);                        // exit
}
