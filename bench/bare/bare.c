/*
 * bare: what ptrace stops alone cost, as the floor for any tracer that uses them.
 *
 *	bare calls PROGRAM [ARG...]     breakpoints at PLT slots and return addresses
 *	bare syscalls PROGRAM [ARG...]  stops at entry and exit of system calls
 *	bare calls-spin, bare syscalls-spin
 *	                                the same, but it asks for the next stop again
 *	                                and again instead of sleeping
 *
 * It prints nothing and decodes nothing. For calls, the registers are read and
 * written at each stop. The slot's jump is made by setting the program counter;
 * the instruction displaced at a return address runs from a copy elsewhere in
 * the text: so there are two stops for a call, and no single-stepping (but once
 * for each return address, to learn the length of its instruction).
 *
 * PROGRAM must be amd64, not position-independent, bound at start (-no-pie
 * -Wl,-z,now), with section headers; malloc and free are traced, each from one
 * place in the program.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, COPY = 32, MAX_PLACES = 16 };

/* A place is an address with a breakpoint. */
struct place {
	uint64_t addr;   /* of the breakpoint */
	uint64_t got;    /* slot: the address of its GOT word; else 0 */
	uint64_t target; /* where the tracee goes on: the function, or the copy */
};

static struct place places[MAX_PLACES];
static int nplaces;
static uint64_t spare; /* text of the program that is used for nothing else */
static long stops;
static int spinning;

static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "bare: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	exit(125);
}

static long request(int op, pid_t pid, uint64_t addr, uint64_t data)
{
	long result;

	errno = 0;
	result = ptrace(op, pid, (void *)addr, (void *)data);
	if (errno != 0)
		die("ptrace request %d: %s", op, strerror(errno));
	return result;
}

static void put_bytes(pid_t pid, uint64_t addr, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t word = request(PTRACE_PEEKTEXT, pid, addr + i, 0);
		word = (word & ~0xffULL) | ((const uint8_t *)bytes)[i];
		request(PTRACE_POKETEXT, pid, addr + i, word);
	}
}

static void get_bytes(pid_t pid, uint64_t addr, void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)bytes)[i] = request(PTRACE_PEEKTEXT, pid, addr + i, 0);
}

static struct place *plant(pid_t pid, uint64_t addr, uint64_t got)
{
	struct place *p = &places[nplaces++];

	if (nplaces > MAX_PLACES)
		die("too many places");
	p->addr = addr;
	p->got = got;
	put_bytes(pid, addr, "\xcc", 1);
	return p;
}

static struct place *find(uint64_t addr)
{
	for (int i = 0; i < nplaces; i++)
		if (places[i].addr == addr)
			return &places[i];
	return NULL;
}

/* The program's file. */
static uint8_t *image;

static Elf64_Shdr *section(const char *name)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)image;
	Elf64_Shdr *table = (Elf64_Shdr *)(image + header->e_shoff);
	char *names = (char *)image + table[header->e_shstrndx].sh_offset;

	for (int i = 0; i < header->e_shnum; i++)
		if (strcmp(names + table[i].sh_name, name) == 0)
			return &table[i];
	die("no section %s", name);
	return NULL;
}

static void load(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) != 0)
		die("%s: %s", path, strerror(errno));
	image = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED || memcmp(image, ELFMAG, SELFMAG) != 0 || ((Elf64_Ehdr *)image)->e_type != ET_EXEC)
		die("%s: not a program built with -no-pie", path);
}

/* slot returns the address of the stub that jumps through a GOT word. */
static uint64_t slot(uint64_t got)
{
	Elf64_Shdr *plt = section(".plt");
	uint8_t *code = image + plt->sh_offset;

	for (uint64_t i = 0; i + 6 <= plt->sh_size; i++) {
		int32_t offset;
		memcpy(&offset, code + i + 2, sizeof offset);
		if (code[i] == 0xff && code[i + 1] == 0x25 && plt->sh_addr + i + 6 + offset == got)
			return plt->sh_addr + i;
	}
	die("no stub for GOT word %#lx", (long)got);
	return 0;
}

static void plant_slots(pid_t pid)
{
	Elf64_Shdr *relocations = section(".rela.plt");
	Elf64_Rela *rela = (Elf64_Rela *)(image + relocations->sh_offset);
	Elf64_Sym *symbols = (Elf64_Sym *)(image + section(".dynsym")->sh_offset);
	char *names = (char *)image + section(".dynstr")->sh_offset;
	int found = 0;

	for (size_t i = 0; i < relocations->sh_size / sizeof *rela; i++) {
		char *name = names + symbols[ELF64_R_SYM(rela[i].r_info)].st_name;
		if (strcmp(name, "malloc") == 0 || strcmp(name, "free") == 0) {
			plant(pid, slot(rela[i].r_offset), rela[i].r_offset);
			found++;
		}
	}
	if (found != 2)
		die("malloc and free are not both called by PLT slots");
}

/* find_spare takes the rest of the last page of the text, which is mapped with it. */
static void find_spare(void)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)image;
	Elf64_Phdr *table = (Elf64_Phdr *)(image + header->e_phoff);

	for (int i = 0; i < header->e_phnum; i++) {
		uint64_t end = table[i].p_vaddr + table[i].p_filesz;
		uint64_t page_end = (end + PAGE - 1) / PAGE * PAGE;
		if (table[i].p_type == PT_LOAD && (table[i].p_flags & PF_X) && page_end - end >= MAX_PLACES * COPY)
			spare = page_end - MAX_PLACES * COPY;
	}
	if (spare == 0)
		die("no spare room in the text");
}

static void wait_for_trap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
		die("the tracee did not stop as expected (status %#x)", status);
}

/* copy_displaced plants a breakpoint at a return address and puts its
 * instruction, followed by a jump back, into spare room. To learn its length it
 * is run once, ahead of time, with the registers restored afterwards; in the
 * loops that are measured it changes nothing else. */
static void copy_displaced(pid_t pid, uint64_t addr)
{
	struct user_regs_struct saved, regs;
	uint8_t code[COPY];
	int32_t back;
	uint64_t length;
	struct place *p;

	request(PTRACE_GETREGS, pid, 0, (uint64_t)&saved);
	regs = saved;
	regs.rip = addr;
	request(PTRACE_SETREGS, pid, 0, (uint64_t)&regs);
	request(PTRACE_SINGLESTEP, pid, 0, 0);
	wait_for_trap(pid);
	request(PTRACE_GETREGS, pid, 0, (uint64_t)&regs);
	request(PTRACE_SETREGS, pid, 0, (uint64_t)&saved);
	length = regs.rip - addr;
	if (length == 0 || length > 15)
		die("the instruction at the return address %#lx branches", (long)addr);
	get_bytes(pid, addr, code, length);
	back = addr + length - (spare + length + 5);
	code[length] = 0xe9;
	memcpy(code + length + 1, &back, sizeof back);
	put_bytes(pid, spare, code, length + 5);
	p = plant(pid, addr, 0);
	p->target = spare;
	spare += COPY;
}

/* hit lets the tracee go on behind a breakpoint. */
static void hit(pid_t pid)
{
	struct user_regs_struct regs;
	struct place *p;

	request(PTRACE_GETREGS, pid, 0, (uint64_t)&regs);
	p = find(regs.rip - 1);
	if (p == NULL)
		die("unexpected SIGTRAP at %#llx", regs.rip);
	if (p->target == 0) { /* a slot, for the first time */
		p->target = request(PTRACE_PEEKDATA, pid, p->got, 0);
		copy_displaced(pid, request(PTRACE_PEEKDATA, pid, regs.rsp, 0));
	}
	regs.rip = p->target;
	request(PTRACE_SETREGS, pid, 0, (uint64_t)&regs);
	stops++;
}

/* await waits for the next stop, or the end. */
static int await(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, spinning ? WNOHANG : 0);
	while (got == 0);
	if (got != pid)
		die("waitpid: %s", strerror(errno));
	return status;
}

static int trace_calls(pid_t pid)
{
	int status;

	find_spare();
	plant_slots(pid);
	for (;;) {
		request(PTRACE_CONT, pid, 0, 0);
		status = await(pid);
		if (!WIFSTOPPED(status))
			return status;
		if (WSTOPSIG(status) != SIGTRAP)
			die("unexpected signal %d", WSTOPSIG(status));
		hit(pid);
	}
}

static int trace_syscalls(pid_t pid)
{
	struct user_regs_struct regs;
	int status;

	request(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
	for (;;) {
		request(PTRACE_SYSCALL, pid, 0, 0);
		status = await(pid);
		if (!WIFSTOPPED(status))
			return status;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			die("unexpected signal %d", WSTOPSIG(status));
		request(PTRACE_GETREGS, pid, 0, (uint64_t)&regs);
		stops++;
	}
}

int main(int argc, char **argv)
{
	pid_t pid;
	int status, calls;

	if (argc < 3)
		die("usage: bare calls|syscalls|calls-spin|syscalls-spin PROGRAM [ARG...]");
	spinning = strstr(argv[1], "-spin") != NULL;
	calls = strncmp(argv[1], "calls", 5) == 0;
	if (calls)
		load(argv[2]);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[2], argv + 2);
		die("%s: %s", argv[2], strerror(errno));
	}
	wait_for_trap(pid);
	status = calls ? trace_calls(pid) : trace_syscalls(pid);
	if (getenv("BARE_STOPS") != NULL)
		fprintf(stderr, "%ld\n", stops);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}
