// Package objfile says what plait wants to know of an ELF file, each read once however
// many processes have it mapped: its slots, the functions and source lines around an
// address, and what a function takes, by debugging information or by its machine code.
//
// It owns the open files, the bounds on how many there are, and the store of what
// debugging information told earlier runs. It does not know processes: addresses are
// those at link time. Nor does it know what a call is.
//
// What takes long is done in the background, so that plait can be interrupted: then
// an answer is that there is none yet, and whoever asks again gets it.
//
// # Adding to it
//
// One more question about a file is a method of File; if answering it reads much of
// the file, its work goes through Read, and what it found is kept in the File.
package objfile
