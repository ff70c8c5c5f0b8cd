package lens

import (
	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// statLens decodes struct stat of amd64 (asm/stat.h), which the C library shares. Unless
// verbose, only the mode is shown, with the size or the device.
type statLens struct{}

// Offsets in struct stat of amd64.
const (
	statDev     = 0
	statIno     = 8
	statNlink   = 16
	statMode    = 24
	statUID     = 28
	statGID     = 32
	statRdev    = 40
	statSize    = 48
	statBlksize = 56
	statBlocks  = 64
	statAtime   = 72
	statMtime   = 88
	statCtime   = 104
	statBytes   = 144
)

func (statLens) Decode(s *decode.Source, addr uint64) event.Value {
	var raw [statBytes]byte
	if addr == 0 || s.Arch != arch.Native {
		return event.Pointer{Addr: addr}
	}
	if s.Read(addr, raw[:]) < len(raw) {
		return event.Unreadable{Addr: addr}
	}
	st := statView{s, raw[:]}
	if s.Limits.Verbose {
		return event.Record{Fields: st.whole()}
	}
	fields := make([]event.Field, 0, 2)
	return event.Record{Fields: append(fields, st.mode(), st.sizeOrDevice()), Cut: true}
}

// statView is a struct stat that has been read.
type statView struct {
	s   *decode.Source
	raw []byte
}

func (v statView) long(off int) uint64 { return v.s.Arch.Order.Uint64(v.raw[off:]) }

func (v statView) uint(off int) uint64 { return uint64(v.s.Arch.Order.Uint32(v.raw[off:])) }

func (v statView) number(name string, off int) event.Field {
	return event.Field{Name: name, Value: event.Int{Bits: v.long(off), Size: 8, Signed: true}}
}

// time returns the seconds at off, with the date that they and the nanoseconds after them
// make.
func (v statView) time(name string, off int) event.Field {
	f := v.number(name, off)
	if nsec := v.long(off + 8); nsec < 1e9 {
		f.Value = stampLens{nanos: 1}.dated(f.Value, int64(v.long(off)), int64(nsec))
	}
	return f
}

func (v statView) device(name string, off int) event.Field {
	return event.Field{Name: name, Value: devLens{}.Decode(v.s, v.long(off))}
}

func (v statView) mode() event.Field {
	return event.Field{Name: "st_mode", Value: modeLens{}.Decode(v.s, v.uint(statMode))}
}

// sizeOrDevice returns the member that says most about a file: the number of a device, or
// the size of any other file.
func (v statView) sizeOrDevice() event.Field {
	const typeMask, charDevice, blockDevice = 0170000, 020000, 060000 // S_IFMT, S_IFCHR, S_IFBLK
	if t := v.uint(statMode) & typeMask; t == charDevice || t == blockDevice {
		return v.device("st_rdev", statRdev)
	}
	return v.number("st_size", statSize)
}

func (v statView) whole() []event.Field {
	return []event.Field{
		v.device("st_dev", statDev),
		v.number("st_ino", statIno),
		v.mode(),
		v.number("st_nlink", statNlink),
		{Name: "st_uid", Value: idLens{}.Decode(v.s, v.uint(statUID))},
		{Name: "st_gid", Value: idLens{}.Decode(v.s, v.uint(statGID))},
		v.number("st_blksize", statBlksize),
		v.number("st_blocks", statBlocks),
		v.sizeOrDevice(),
		v.time("st_atime", statAtime),
		v.number("st_atime_nsec", statAtime+8),
		v.time("st_mtime", statMtime),
		v.number("st_mtime_nsec", statMtime+8),
		v.time("st_ctime", statCtime),
		v.number("st_ctime_nsec", statCtime+8),
	}
}

// modeLens decodes mode_t: the type of a file, and its permissions in octal even if there
// are none. If the type is not known, the mode is shown as a number.
type modeLens struct{}

func (modeLens) Decode(s *decode.Source, bits uint64) event.Value {
	const typeMask = 0170000 // S_IFMT
	v, ok := s.Named("mode_bits", bits, 4).(event.Flags)
	if !ok || v.Rest&typeMask != 0 {
		return event.Int{Bits: bits, Size: 4, Base: event.Octal}
	}
	if v.Rest == 0 && len(v.Names) > 0 {
		v.Names = append(v.Names, "000")
	}
	return v
}
