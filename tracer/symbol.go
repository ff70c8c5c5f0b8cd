package tracer

import "strconv"

// symbol names the function that addr lies in, "main" or "main+0x12"; it is
// empty if none is known.
func (t *Tracer) symbol(s *space, addr uint64) string {
	o := s.objectAt(addr)
	if o == nil || o.file == nil {
		return ""
	}
	if name, ok := o.file.names[addr-o.base]; ok {
		return name
	}
	name := o.file.nameAt(addr - o.base)
	if len(o.file.names) >= maxNames {
		clear(o.file.names)
	}
	o.file.names[addr-o.base] = name
	return name
}

// maxNames bounds the names that are remembered of a file.
const maxNames = 1 << 12

// nameAt names a link-time address.
func (f *file) nameAt(addr uint64) string {
	s, ok := f.Around(addr)
	if !ok {
		return ""
	}
	if off := addr - s.Value; off != 0 {
		return s.Name + "+0x" + strconv.FormatUint(off, 16)
	}
	return s.Name
}
