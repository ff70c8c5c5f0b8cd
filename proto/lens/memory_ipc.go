package lens

import (
	"strings"

	"plait/event"
	"plait/proto/decode"
)

// ipcLens decodes a struct msqid_ds, semid_ds or shmid_ds of 64-bit programs
// (asm-generic/msgbuf.h and the like), in strace's order. If set is true, it shows only
// members that can be set.
type ipcLens struct {
	perm    string // name of the first member
	bytes   uint64
	members []ipcMember
	set     bool
}

// An ipcMember is a number at an offset.
type ipcMember struct {
	name     string
	off      int
	size     int
	settable bool
}

var msgMembers = []ipcMember{
	{"msg_stime", 48, 8, false}, {"msg_rtime", 56, 8, false}, {"msg_ctime", 64, 8, false}, {"msg_qnum", 80, 8, false},
	{"msg_qbytes", 88, 8, true}, {"msg_lspid", 96, 4, false}, {"msg_lrpid", 100, 4, false},
}

var semMembers = []ipcMember{{"sem_otime", 48, 8, false}, {"sem_ctime", 64, 8, false}, {"sem_nsems", 80, 8, false}}

var shmMembers = []ipcMember{
	{"shm_segsz", 48, 8, false}, {"shm_cpid", 80, 4, false}, {"shm_lpid", 84, 4, false}, {"shm_nattch", 88, 8, false},
	{"shm_atime", 56, 8, false}, {"shm_dtime", 64, 8, false}, {"shm_ctime", 72, 8, false},
}

func (l ipcLens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, l.bytes)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	r := event.Record{Fields: []event.Field{{Name: l.perm, Value: l.permissions(s, b)}}}
	for _, m := range l.members {
		if m.settable || !l.set {
			bits := s.Number(b[m.off : m.off+m.size])
			r.Fields = append(r.Fields, event.Field{Name: m.name, Value: m.value(s, bits)})
		}
	}
	return r
}

// value returns the member as a number, or as the process that the number means.
func (m ipcMember) value(s *decode.Source, bits uint64) event.Value {
	if strings.HasSuffix(m.name, "pid") {
		return pidLens{}.Decode(s, bits)
	}
	return event.Int{Bits: bits, Size: uint8(m.size)}
}

// permissions decodes the struct ipc64_perm at the beginning of b.
func (l ipcLens) permissions(s *decode.Source, b []byte) event.Value {
	word := func(i int) uint64 { return uint64(s.Arch.Order.Uint32(b[4*i:])) }
	id := func(name string, i int) event.Field {
		return event.Field{Name: name, Value: idLens{}.Decode(s, word(i))}
	}
	fields := []event.Field{id("uid", 1), id("gid", 2), {Name: "mode", Value: event.Int{Bits: word(5), Size: 4, Base: event.Octal}}}
	if !l.set {
		key := event.Field{Name: "key", Value: event.Int{Bits: word(0), Size: 4}}
		fields = append(fields, key, id("cuid", 3), id("cgid", 4))
	}
	return event.Record{Fields: fields}
}
