package ptrace

// Ticks returns the processor's time stamp counter. On processors on which it counts at one rate
// always, and alike on all, it tells when something was recorded.
func (l *Linux) Ticks() uint64 { return ticks() }
