package ptrace

// A Command is a program to launch.
type Command struct {
	Path string   // the file to execute; PATH is not searched
	Argv []string // Argv[0] included
	Env  []string
	User *User // nil: plait's

	// Terminal is the descriptor of a terminal for the command: its controlling terminal, in
	// a session of its own, and its descriptors 0, 1 and 2. If it is 0, the command has
	// plait's session and descriptors.
	Terminal int

	// PreExec stops the process before its execve(2) of Path, which is the first thing that
	// it does. If that call fails, the process exits with status 1.
	PreExec bool

	// PID, if not 0, is an existing process that becomes the command; PreExec is implied.
	// When it is seized, Ready is called. Then its first thread must execute
	// /proc/self/exe.
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
	Inode      uint64 // of the file, 0 if there is none
	Path       string
}

// A Layout says where things are in an address space.
type Layout struct {
	Mappings []Mapping
	Stack    uint64 // where the stack of the first thread began, downwards
	Args     uint64 // strings of the arguments, behind which those of the environment are
	Heap     uint64 // where brk(2) began
}

// An Identity distinguishes one state of one file from all others.
type Identity struct {
	Dev, Ino uint64
	Size     int64
	Changed  int64 // mtime, in nanoseconds
	Trusted  bool  // only root and plait's user can change it
}
