// Makes the calls of an i386 program that other calls contain, and some that only such
// programs have: cc -m32 -nostdlib -static -fno-pic -no-pie. None of them changes
// anything beyond the process.
long call(long nr, long a, long b, long c, long d, long e, long f);

asm(".text\n.globl call\ncall: push %ebp; push %ebx; push %esi; push %edi\n"
	"mov 20(%esp), %eax; mov 24(%esp), %ebx; mov 28(%esp), %ecx; mov 32(%esp), %edx\n"
	"mov 36(%esp), %esi; mov 40(%esp), %edi; mov 44(%esp), %ebp\n"
	"int $0x80; pop %edi; pop %esi; pop %ebx; pop %ebp; ret");

static long words[6], pair[2], buffer[1024];

// socketcall makes a call whose words are in an array.
static long socketcall(long op, long a, long b, long c, long d, long e)
{
	words[0] = a, words[1] = b, words[2] = c, words[3] = d, words[4] = e, words[5] = 0;
	return call(102, op, (long)words, 0, 0, 0, 0);
}

static long ipc(long op, long first, long second, long third, void *ptr, long fifth)
{
	return call(117, op, first, second, third, (long)ptr, fifth);
}

static void sockets(void)
{
	long length = 4, vector[2] = { (long)buffer, 3 }, message[7] = { 0, 0, (long)vector, 1, 0, 0, 0 };

	socketcall(1, 1, 1, 0, 0, 0);
	socketcall(8, 1, 1, 0, (long)pair, 0);
	socketcall(9, pair[0], (long)"hello", 5, 0x4000, 0);
	socketcall(10, pair[1], (long)buffer, 64, 0x40, 0);
	socketcall(10, pair[1], (long)buffer, 64, 0x40, 0);
	socketcall(11, pair[0], (long)"hello", 5, 0x4000, 0);
	socketcall(12, pair[1], (long)buffer, 64, 0x40, 0);
	socketcall(16, pair[0], (long)message, 0x4000, 0, 0);
	socketcall(17, pair[1], (long)message, 0x40, 0, 0);
	socketcall(15, pair[0], 1, 3, (long)buffer, (long)&length);
	socketcall(14, pair[0], 1, 2, (long)buffer, 4);
	socketcall(5, pair[0], 0, 0, 0, 0);
	socketcall(18, pair[0], 0, 0, 0x800, 0);
	socketcall(13, pair[0], 2, 0, 0, 0);
	socketcall(0, 1, 2, 3, 4, 5);
	socketcall(21, 1, 2, 3, 4, 5);
	call(102, 1, 0, 0, 0, 0, 0);
	call(102, 9, 16, 0, 0, 0, 0);
}

static void queues(void)
{
	struct { long type; char text[8]; } message = { 5, "abc" };
	struct { void *message; long type; } both = { buffer, 5 };
	short operation[3] = { 0, 1, 0 };
	long value = 5, id = ipc(2, 0, 1, 01600, 0, 0);

	ipc(1, id, 1, 0, operation, 0);
	ipc(3, id, 0, 0x110, &value, 0);
	ipc(3, id, 0, 0x10c, &value, 0);
	value = (long)buffer;
	ipc(3, id, 0, 0x102, &value, 0);
	ipc(3, id, 0, 0x103, &value, 0);
	ipc(3, id, 0, 0x100, &value, 0);
	ipc(3, id, 0, 0x102, &value, 0);
	id = ipc(13, 0, 01600, 0, 0, 0);
	ipc(11, id, 3, 0, &message, 0);
	ipc(12, id, 3, 0x800, &both, 0);
	ipc(0x1000c, id, 3, 0x800, buffer, 5);
	ipc(14, id, 0x102, 0, buffer, 0);
	ipc(14, id, 0x100, 0, 0, 0);
	id = ipc(23, 0, 4096, 01600, 0, 0);
	ipc(21, id, 0, (long)&value, 0, 0);
	ipc(22, 0, 0, 0, (void *)value, 0);
	ipc(24, id, 0x102, 0, buffer, 0);
	ipc(24, id, 0x100, 0, 0, 0);
	ipc(5, 1, 2, 3, 0, 5);
}

static void arrays(void)
{
	long map[6] = { 0, 4096, 3, 0x22, -1, 0 }, set[32] = { 1 }, time[2] = { 0, 0 };
	long choice[5] = { 0, 0, 0, 0, (long)time };

	call(90, (long)map, 0, 0, 0, 0, 0);
	map[3] = 0x2f;
	call(90, (long)map, 0, 0, 0, 0, 0);
	call(90, 16, 0, 0, 0, 0, 0);
	call(82, (long)choice, 0, 0, 0, 0, 0);
	call(82, 0, 0, 0, 0, 0, 0);
	call(142, 1, 0, (long)set, 0, (long)time, 0);
}

static void files(void)
{
	long fd = call(5, (long)"/proc/self/task", 0x10000, 0, 0, 0, 0);

	call(141, fd, (long)buffer, 4096, 0, 0, 0);
	call(18, (long)"/etc/hostname", (long)buffer, 0, 0, 0, 0);
	call(84, (long)"/dev/null", (long)buffer, 0, 0, 0, 0);
	call(18, (long)"/etc/hostname", 0, 0, 0, 0, 0);
	call(99, (long)"/proc", (long)buffer, 0, 0, 0, 0);
	call(268, (long)"/proc", 84, (long)buffer, 0, 0, 0);
	call(268, (long)"/proc", 88, (long)buffer, 0, 0, 0);
}

void _start(void)
{
	sockets();
	queues();
	arrays();
	files();
	call(1, 0, 0, 0, 0, 0, 0);
}
