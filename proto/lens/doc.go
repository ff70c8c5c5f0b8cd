// Package lens has the types of the prototype language that need Go code: what the
// kernel and the C library share of structs, numbers and addresses whose meaning no
// declaration can say.
//
// It owns the list of these types (Find) and their code, by family: file_*.go, net*.go,
// memory*.go, process*.go, kernel_*.go and time.go, and in values.go what all use.
// Netlink's messages are in plait/proto/lens/netlink, what it writes as other lenses do
// in plait/proto/lens/values. It looks at a call through decode.Source alone. It does not
// know prototypes, the language, or how values look in the end.
//
// # Adding a type
//
// Where flags, enums and plain structs suffice, no code is needed: see plait/proto.
// Else write a struct in the file of its family with Decode(s, bits), or, of NAME[n],
// DecodeSized(s, addr, n), and enter it in the list lenses (lenses.go), which says how
// wide it is and whether the bits are the value itself or the address of one. Read
// memory by Source.Read, Word and Text; have names and plain structs decoded by Named,
// At and From, which know the types of the files. Loops ask Source.Spend and Items.
// What n bytes hold is whatever the tracee said. An out-argument that must know at the
// end of a call what was there before has Note, whose number Source.Noted gives back.
//
// The requests of ioctl(2) are in ioctl.tbl, made from the headers and ioctl.lst by
// gen_ioctl.go (make generate).
package lens
