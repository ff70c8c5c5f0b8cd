package arch

// displaceAMD64 is replaced below.
func displaceAMD64(code []byte, from, to uint64) (Step, error) { return Step{}, nil }
