// Package netlink decodes the messages of netlink(7).
//
// It owns their heads (messages.go), their attributes (attributes.go), what the
// protocols have of their own (route.go, diag.go, filter.go), and the types that only
// attributes have (Types). It does not know the system calls that carry messages:
// whoever decodes those hands it an address and a length.
//
// # Adding the contents of an attribute
//
// One member, TYPE NAME;, in the union of its table in proto/data/abi/netlink.conf. The
// first member of the union is the enum that names the attributes; a member that is such
// a union holds nested ones. If the type needs Go code, embed inAttribute in a struct,
// give it the method payload, which gets contents of any length, and enter it in Types.
//
// # Adding a message
//
// Its struct and the union of its attributes in proto/data/abi/netlink.conf, then a line
// in routeForms (messages.go) or diagForms (diag.go); of another protocol, a case in
// kind and body.
package netlink
