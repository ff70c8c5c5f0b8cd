package main

// A kind is a kind of C type.
type kind byte

const (
	unknown kind = iota
	void
	boolean
	integer // with a size and a sign
	floating
	complexNumber
	pointer
	array
	function
	structure
	union
	enumeration
	vaList
)

// A ctype is a C type. A typedef is a type of its own, so that its name is kept.
type ctype struct {
	kind     kind
	name     string // typedef name, tag, or the word of a base type
	typedef  bool   // name stands for elem
	constant bool
	signed   bool
	char     bool // plain char
	size     int  // bytes of base types; elements of an array, -1 if it says none; also of a parameter written as an array
	elem     *ctype
	function *signature
	body     *body // of a structure, union or enumeration; all types of a tag share it
}

// A body is what a tag stands for.
type body struct {
	tag     string
	defined bool
	packed  bool
	odd     bool // has bit-fields, or something that is not understood
	members []member
	names   []constant // of an enumeration
}

type member struct {
	name string
	typ  *ctype
}

type constant struct {
	name  string
	value int64
}

// A signature is the type of a function.
type signature struct {
	result   *ctype
	params   []param
	variadic bool
}

type param struct {
	name string
	typ  *ctype
}

// strip follows typedefs.
func (t *ctype) strip() *ctype {
	for t.typedef {
		t = t.elem
	}
	return t
}

// isConst reports whether t is const, itself or by a typedef.
func (t *ctype) isConst() bool {
	for ; t.typedef; t = t.elem {
		if t.constant {
			return true
		}
	}
	return t.constant
}

// has reports whether name is one of the typedef names of t.
func (t *ctype) has(name string) bool {
	for ; t.typedef; t = t.elem {
		if t.name == name {
			return true
		}
	}
	return false
}

// pointee returns what t points to, nil if it is not a pointer.
func (t *ctype) pointee() *ctype {
	if s := t.strip(); s.kind == pointer || s.kind == array {
		return s.elem
	}
	return nil
}

// decay returns the type that a parameter of type t has: arrays and functions become
// pointers.
func decay(t *ctype) *ctype {
	switch s := t.strip(); s.kind {
	case array:
		elem := s.elem
		if t.isConst() && !elem.isConst() {
			c := *elem
			c.constant = true
			elem = &c
		}
		return &ctype{kind: pointer, elem: elem, size: s.size}
	case function:
		return &ctype{kind: pointer, elem: t}
	}
	return t
}

func base(name string, k kind, size int, signed bool) *ctype {
	return &ctype{kind: k, name: name, size: size, signed: signed}
}
