package lens

import (
	"plait/event"
	"plait/proto/decode"
)

// stat32Lens decodes a struct stat of i386 programs (asm/stat.h), abbreviated like that
// of amd64.
type stat32Lens struct{ *statLayout }

// A statLayout says where the members of a struct stat lie.
type statLayout struct {
	bytes                                                 int
	dev, ino, mode, nlink, uid, gid, rdev, size, blksize  statMember
	blocks, atime, atimeNsec, mtime, mtimeNsec, ctime, cn statMember
}

// A statMember is an offset and a size.
type statMember struct{ off, size int }

var statOf386 = statLayout{
	bytes: 64, dev: statMember{0, 4}, ino: statMember{4, 4}, mode: statMember{8, 2}, nlink: statMember{10, 2},
	uid: statMember{12, 2}, gid: statMember{14, 2}, rdev: statMember{16, 4}, size: statMember{20, 4}, blksize: statMember{24, 4},
	blocks: statMember{28, 4}, atime: statMember{32, 4}, atimeNsec: statMember{36, 4}, mtime: statMember{40, 4},
	mtimeNsec: statMember{44, 4}, ctime: statMember{48, 4}, cn: statMember{52, 4},
}

// Members that struct __old_kernel_stat lacks have size 0.
var oldstatOf386 = statLayout{
	bytes: 32, dev: statMember{0, 2}, ino: statMember{2, 2}, mode: statMember{4, 2}, nlink: statMember{6, 2},
	uid: statMember{8, 2}, gid: statMember{10, 2}, rdev: statMember{12, 2}, size: statMember{16, 4},
	atime: statMember{20, 4}, mtime: statMember{24, 4}, ctime: statMember{28, 4},
}

var stat64Of386 = statLayout{
	bytes: 96, dev: statMember{0, 8}, ino: statMember{88, 8}, mode: statMember{16, 4}, nlink: statMember{20, 4},
	uid: statMember{24, 4}, gid: statMember{28, 4}, rdev: statMember{32, 8}, size: statMember{44, 8}, blksize: statMember{52, 4},
	blocks: statMember{56, 8}, atime: statMember{64, 4}, atimeNsec: statMember{68, 4}, mtime: statMember{72, 4},
	mtimeNsec: statMember{76, 4}, ctime: statMember{80, 4}, cn: statMember{84, 4},
}

func (l stat32Lens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, uint64(l.bytes))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	v := stat32View{s, b, l.statLayout}
	if s.Limits.Verbose {
		return event.Record{Fields: v.whole()}
	}
	return event.Record{Fields: []event.Field{v.mode(), v.sizeOrDevice()}, Cut: true}
}

// stat32View is a struct stat that has been read.
type stat32View struct {
	s *decode.Source
	b []byte
	*statLayout
}

func (v stat32View) bits(m statMember) uint64 {
	return v.s.Number(v.b[m.off : m.off+m.size])
}

func (v stat32View) number(name string, m statMember) event.Field {
	return event.Field{Name: name, Value: event.Int{Bits: v.bits(m), Size: 8}}
}

func (v stat32View) mode() event.Field {
	return event.Field{Name: "st_mode", Value: modeLens{}.Decode(v.s, v.bits(v.statLayout.mode))}
}

func (v stat32View) device(name string, m statMember) event.Field {
	return event.Field{Name: name, Value: devLens{}.Decode(v.s, v.bits(m))}
}

func (v stat32View) sizeOrDevice() event.Field {
	const typeMask, charDevice, blockDevice = 0170000, 020000, 060000 // S_IFMT, S_IFCHR, S_IFBLK
	if t := v.bits(v.statLayout.mode) & typeMask; t == charDevice || t == blockDevice {
		return v.device("st_rdev", v.rdev)
	}
	return v.number("st_size", v.size)
}

func (v stat32View) stamp(name string, sec, nsec statMember) []event.Field {
	seconds := v.bits(sec)
	fields := []event.Field{{Name: name,
		Value: dated(event.Int{Bits: seconds, Size: 8, Signed: true}, int64(int32(seconds)), int64(v.bits(nsec)))}}
	if nsec.size == 0 {
		return fields
	}
	return append(fields, v.number(name+"_nsec", nsec))
}

func (v stat32View) whole() []event.Field {
	fields := []event.Field{
		v.device("st_dev", v.dev), v.number("st_ino", v.ino), v.mode(), v.number("st_nlink", v.nlink),
		{Name: "st_uid", Value: idLens{}.Decode(v.s, v.bits(v.uid))}, {Name: "st_gid", Value: idLens{}.Decode(v.s, v.bits(v.gid))},
		v.number("st_blksize", v.blksize), v.number("st_blocks", v.blocks), v.sizeOrDevice(),
	}
	fields = append(fields, v.stamp("st_atime", v.atime, v.atimeNsec)...)
	fields = append(fields, v.stamp("st_mtime", v.mtime, v.mtimeNsec)...)
	return append(fields, v.stamp("st_ctime", v.ctime, v.cn)...)
}
