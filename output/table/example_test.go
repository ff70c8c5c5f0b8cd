package table_test

import (
	"os"

	"plait/output/table"
)

// One table, as people and as programs read it.
func ExampleTable_Bytes() {
	t := table.Table{
		Columns: []table.Column{{Head: "call", Key: "function", Left: true}, {Head: "bytes", Key: "bytes"}},
		Rows:    [][]table.Cell{{table.Word("malloc"), table.Number(120000)}, {table.Word("strdup"), table.Number(5)}},
		Summary: "120,005 bytes",
	}
	os.Stdout.Write(t.Bytes(table.Text, table.Look{}))
	os.Stdout.Write(t.Bytes(table.CSV, table.Look{}))
	// Output:
	// call      bytes
	// malloc  120,000
	// strdup        5
	// 120,005 bytes
	// function,bytes
	// malloc,120000
	// strdup,5
}
