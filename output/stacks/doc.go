// Package stacks adds up calls by the calls that are open around them: the tree behind
// flame graphs and profiles.
//
// It owns the tree: a node for each stack of calls, below one for each program. It does
// not know how a tree is written. The time of a node is its own: what passed in calls
// nested in it is theirs.
//
// A hostile program may call what it likes: stacks beyond the bounds share the nodes
// OtherCalls and DeeperCalls.
//
// # Adding a number
//
// Add a field to Node, and add it up in Tree.enter or Tree.leave; what is summed over
// nested calls goes through open, as nested does.
package stacks
