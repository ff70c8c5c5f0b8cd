// Package netlink decodes the messages of netlink(7).
//
// It owns their headers (messages.go), their attributes (attributes.go), what each
// protocol has of its own (route.go, diag.go, filter.go), and the types that only
// attributes have (Types). It does not know the system calls that carry messages: it gets
// an address and a length.
//
// # Adding the contents of an attribute
//
// Add one member, TYPE NAME;, to the union of its table in proto/abi/netlink.in. The
// first member of the union is the enum that names the attributes. A member that is
// itself such a union holds nested attributes. If the type needs Go code, embed
// inAttribute in a struct, give it the method payload, which gets contents of any length,
// and enter it in Types.
//
// # Adding a message
//
// Add its struct and the union of its attributes to proto/abi/netlink.in, and a line to
// routeForms (messages.go) or diagForms (diag.go), or for another protocol a case to kind
// and body. Then run "make generate".
package netlink
