package proto

// A goLens is a type of the language that is decoded by Go code.
type goLens struct {
	name        string
	size, align int // in memory and registers
	signed      bool
	memory      bool // the bits are the address of a value of size bytes
	lens        Lens
	sized       SizedLens // of NAME[n]: the bits are the address of n bytes
}

// lenses are all of them. One line makes a type; the struct that it names has
// the code, in lens_NAME.go.
var lenses = []goLens{
	{name: "fd", size: 4, align: 4, signed: true, lens: fdLens{}},
	{name: "dirfd", size: 4, align: 4, signed: true, lens: fdLens{cwd: true}},
	{name: "dev_t", size: 8, align: 8, lens: devLens{}},
	{name: "uid", size: 4, align: 4, lens: idLens{}},
	{name: "gid", size: 4, align: 4, lens: idLens{}},
	{name: "stat", size: 144, align: 8, memory: true, lens: statLens{}},
}

func findLens(name string) *goLens {
	for i := range lenses {
		if lenses[i].name == name {
			return &lenses[i]
		}
	}
	return nil
}
