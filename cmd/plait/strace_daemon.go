package main

import (
	"math"

	"plait/ptrace"
)

// daemonOption is how the process that goes on to be the command starts the one
// that traces it.
const daemonOption = "plait-launcher"

func (o *straceOptions) launchedBy(g given) error { return g.number(&o.launcher, math.MaxInt32) }

// daemonized makes this process the command, traced by another.
func (o *straceOptions) daemonized(command ptrace.Command) error {
	return straceDie("-D/--daemonize is not available")
}
