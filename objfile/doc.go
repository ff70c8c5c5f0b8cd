// Package objfile answers plait's questions about ELF files: the slots of a file, the
// function and the source line at an address, and what arguments a function takes, by
// debugging information or by its machine code. Each file is read once, however many
// processes have it mapped.
//
// It owns the open files, the bound on their number, and the store of answers that
// debugging information gave to earlier runs. It does not know processes: addresses are
// link-time addresses. It does not know what a call is.
//
// Long work is done in the background, so that plait can be interrupted. Then there is no
// answer yet. A later call gets it.
//
// # Adding to it
//
// Another question about a file is a method of File. If answering it reads much of the
// file, the work goes through Read, and the answer is kept in the File.
package objfile
