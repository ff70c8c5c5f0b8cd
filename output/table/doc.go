// Package table writes tables of numbers: as text in columns, as CSV (RFC 4180) or as
// JSON.
//
// It owns how numbers, times and lists of counts look in each form, and that no name,
// whatever bytes it has, can break a line or steer a terminal. It does not know what a
// table is about.
//
// # Adding a kind of cell
//
// Add a type with the three methods of Cell to cell.go.
package table
