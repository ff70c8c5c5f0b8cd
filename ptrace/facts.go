package ptrace

// A Command is a program to launch.
type Command struct {
	Path string   // the file to run; no search
	Argv []string // Argv[0] included
	Env  []string
	User *User // nil: ours

	// Staged leaves the process before the execve(2) of Path, which is the first
	// thing that it does. If that fails, the process ends with status 1.
	Staged bool

	// PID, if not 0, is a process that will be the command, and Staged is
	// understood. When it is seized Ready is called, upon which it has to run
	// /proc/self/exe in its first thread.
	PID   int
	Ready func()
}

// A User is the identity that a command runs under.
type User struct {
	UID, GID uint32
	Groups   []uint32
}

// An Auxv holds the entries of a process's auxiliary vector that a tracer needs
// (getauxval(3)).
type Auxv struct {
	Base  uint64 // AT_BASE: load address of the dynamic loader, 0 if none
	Entry uint64 // AT_ENTRY
	PHdr  uint64 // AT_PHDR
	VDSO  uint64 // AT_SYSINFO_EHDR
}

// A Mapping is one line of /proc/PID/maps (proc_pid_maps(5)).
type Mapping struct {
	Start, End uint64
	Exec       bool
	Write      bool
	Offset     uint64
	Inode      uint64 // of the file
	Path       string
}

// An Identity tells one state of one file from all others.
type Identity struct {
	Dev, Ino uint64
	Size     int64
	Changed  int64 // mtime, in nanoseconds
	Trusted  bool  // nobody but root and us can change it
}
