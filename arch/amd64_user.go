package arch

// struct user of amd64 (sys/user.h).
var amd64User = User{
	Size: 912,
	Registers: []string{
		"R15", "R14", "R13", "R12", "RBP", "RBX", "R11", "R10", "R9", "R8", "RAX", "RCX", "RDX", "RSI", "RDI", "ORIG_RAX", "RIP", "CS",
		"EFLAGS", "RSP", "SS",
	},
	Members: []UserMember{
		{848, "u_debugreg"}, {840, "error_code"}, {808, "u_comm"}, {800, "magic"}, {792, "u_fpstate"}, {784, "u_ar0"}, {776, "reserved"},
		{768, "signal"}, {760, "start_stack"}, {752, "start_code"}, {744, "u_ssize"}, {736, "u_dsize"}, {728, "u_tsize"}, {224, "i387"},
		{216, "u_fpvalid"}, {208, "regs.gs"}, {200, "regs.fs"}, {192, "regs.es"}, {184, "regs.ds"}, {176, "regs.gs_base"}, {168, "regs.fs_base"},
	},
}
