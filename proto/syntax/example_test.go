package syntax_test

import (
	"fmt"

	"plait/proto/syntax"
)

// ExampleFormat shows a declaration as somebody wrote it, and in canonical form.
func ExampleFormat() {
	fmt.Print(syntax.Format("ssize_t read(fd f,+buffer[retval]  data, size_t n)fails(-1) ; a comment"))
	// Output:
	// ssize_t read(fd f, +buffer[retval] data, size_t n) fails(-1);
}

// ExampleParse shows that each item of a file is parsed separately.
func ExampleParse() {
	for _, chunk := range syntax.Split("int close(fd f) errno;\nint (;\n") {
		d, err := syntax.Parse("example.conf", chunk)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s %s takes a %s and returns %s\n", d.Kind, d.Name, d.Params[0].Type, d.Type)
	}
	// Output:
	// prototype close takes a fd and returns int
	// example.conf:2:6: ";" where a type should be
}
