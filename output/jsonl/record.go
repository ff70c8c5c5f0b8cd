package jsonl

// Schema is the number of the schema. It changes when a field changes its meaning
// or goes away.
const Schema = 1

// meta is the first record.
type meta struct {
	T      string   `json:"t"` // "meta"
	Schema int      `json:"schema"`
	Plait  string   `json:"plait,omitempty"` // version
	Argv   []string `json:"argv,omitempty"`  // of plait
	Start  string   `json:"start"`           // RFC 3339, of the first event
}

// head is what all other records begin with.
type head struct {
	T   string `json:"t"`
	TS  int64  `json:"ts"` // nanoseconds since the first event
	PID int    `json:"pid,omitempty"`
	TID int    `json:"tid,omitempty"`
}

// call is a call that has ended.
type call struct {
	head
	ID      uint64   `json:"id"`
	Parent  uint64   `json:"parent,omitempty"` // the call around it in its thread
	Depth   int      `json:"depth"`
	Dur     int64    `json:"dur"`             // nanoseconds
	Plait   int64    `json:"plait,omitempty"` // of them, what the tracer took at stops inside the call
	Kind    string   `json:"kind"`            // "library", "function", "system"
	Name    string   `json:"name"`
	Version string   `json:"version,omitempty"` // of the symbol
	Object  string   `json:"object,omitempty"`  // soname of the callee
	From    string   `json:"from,omitempty"`    // the calling object
	NR      *int     `json:"nr,omitempty"`      // of a system call
	ABI     string   `json:"abi,omitempty"`
	Caller  string   `json:"caller,omitempty"` // hexadecimal
	Args    []arg    `json:"args"`
	Words   []string `json:"words,omitempty"` // hexadecimal, where asked for
	Ret     any      `json:"ret"`
	RetPtr  string   `json:"ret_ptr,omitempty"` // the result itself, where Ret is what it points to
	Errno   string   `json:"errno,omitempty"`
	Failed  bool     `json:"failed,omitempty"`
	Outcome string   `json:"outcome"`         // "returned", "longjmp", "unwound", "noreturn", "detached", "unavailable"
	Guess   bool     `json:"guess,omitempty"` // no prototype is known
	More    bool     `json:"more,omitempty"`  // of a guess: there may be more arguments
	Stack   []frame  `json:"stack,omitempty"`
}

type arg struct {
	Name  string `json:"name,omitempty"`
	Value any    `json:"value"`
	Ptr   string `json:"ptr,omitempty"` // the argument itself, where Value is what it points to
}

// frame is one frame of a stack, innermost first.
type frame struct {
	Addr   string `json:"addr"`
	Object string `json:"object,omitempty"`
	Symbol string `json:"symbol,omitempty"`
	Offset uint64 `json:"offset,omitempty"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
}

type signal struct {
	head
	Signal string  `json:"signal"`
	Number int     `json:"number"`
	Info   any     `json:"info,omitempty"`
	Stack  []frame `json:"stack,omitempty"`
}

type spawn struct {
	head
	How      string `json:"how"` // "launched", "attached", "forked", "threaded"
	ChildPID int    `json:"child_pid"`
	ChildTID int    `json:"child_tid"`
}

type exec struct {
	head
	Path      string `json:"path"`
	FormerTID int    `json:"former_tid,omitempty"`
}

type exit struct {
	head
	Process bool   `json:"process"` // the whole process ended
	Status  *int   `json:"status,omitempty"`
	Signal  string `json:"signal,omitempty"`
	Core    bool   `json:"core,omitempty"`
}

type notice struct {
	head
	Text string `json:"text"`
}
