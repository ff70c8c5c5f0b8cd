package decode

// newComplex returns the type of a complex number whose parts have size bytes each.
func newComplex(size int) *Struct {
	return complexOf(&floatNode{size: size})
}

// complexOf returns the type of a complex number with parts of the given type.
func complexOf(part Node) *Struct {
	size := part.shape().size
	return &Struct{
		Members: []Member{{Node: part}, {Node: part, Off: size}},
		Size:    2 * size, align: part.shape().align, done: true, complex: true,
	}
}
