// Package lens decodes the types of the prototype language that need Go code: structs,
// numbers and addresses of the kernel and the C library whose meaning no declaration can
// express.
//
// It owns the list of these types (Find) and their code, by family: file_*.go, net*.go,
// memory*.go, process*.go, kernel_*.go and time.go; values.go has what all use. Netlink
// messages are in plait/proto/lens/netlink, and what both rooms write alike is in
// plait/proto/lens/values. A lens looks at a call only through decode.Source. It does not
// know prototypes, the language, or how values are formatted.
//
// # Adding a type
//
// Flags, enums and plain structs need no code: see plait/proto. Otherwise write a struct
// in the file of its family, with the method Decode(s, bits), or DecodeSized(s, addr, n)
// for NAME[n]. Enter it in the list lenses (lenses.go), which says how wide the type is
// and whether the bits are the value itself or its address. Read memory with Source.Read,
// Word and Text. Decode names and plain structs with Named, At and From, which know the
// types in prototype files. Never trust n or the bytes: they come from the tracee, so
// loops ask Source.Spend and Items. If the end of a call needs a number from before it,
// the lens has a method Note; Source.Noted returns that number.
//
// The requests of ioctl(2) are in ioctl.tbl, made from the headers and ioctl.lst by
// gen_ioctl.go (make generate).
package lens
