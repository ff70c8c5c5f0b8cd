package lens

import (
	_ "embed"
	"slices"
	"sort"
	"strconv"
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

//go:generate go run gen_ioctl.go

// ioctlTable has a line "HEXNUMBER NAME" for each request of ioctl(2), by number.
//
//go:embed ioctl.tbl
var ioctlTable string

// ioctlLens decodes the request of ioctl(2): its names, or the macro that makes it
// (asm-generic/ioctl.h).
type ioctlLens struct{}

func (ioctlLens) Decode(s *decode.Source, bits uint64) event.Value {
	r := ioctlRequest(bits)
	var names []string
	if family := r.family(s); family != "" {
		names = append(names, family)
	}
	names = append(names, driverNames(s, ioctlNames(r))...)
	if len(names) > 0 {
		return event.Name{Name: strings.Join(names, " or "), Int: event.Int{Bits: uint64(r), Size: 4, Base: event.Hex}}
	}
	dirs := [...]string{"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"}
	parts := []string{dirs[r.dir()], values.Hex(r.kind()), values.Hex(r.number()), values.Hex(r.size())}
	return event.Verbatim{Text: "_IOC(" + strings.Join(parts, ", ") + ")"}
}

// An ioctlRequest is a request number (linux/ioctl.h).
type ioctlRequest uint32

func (r ioctlRequest) dir() uint64    { return uint64(r >> 30) }
func (r ioctlRequest) size() uint64   { return uint64(r >> 16 & 0x3fff) }
func (r ioctlRequest) kind() uint64   { return uint64(r >> 8 & 0xff) }
func (r ioctlRequest) number() uint64 { return uint64(r & 0xff) }

// ioctlNames returns all names of a request. There may be several, because drivers choose
// their numbers independently.
func ioctlNames(r ioctlRequest) []string {
	const digits = 8
	key := strconv.FormatUint(uint64(r)|1<<32, 16)[1:]
	at := lineStart(sort.Search(len(ioctlTable), func(i int) bool {
		rest := ioctlTable[lineStart(i):]
		return rest == "" || rest[:digits] >= key
	}))
	var names []string
	for strings.HasPrefix(ioctlTable[at:], key) {
		line, _, _ := strings.Cut(ioctlTable[at:], "\n")
		names = append(names, line[digits+1:])
		at += len(line) + 1
	}
	return names
}

// driverNames returns the names that belong to the driver of the call's descriptor, if
// several drivers share the number: names of terminals begin with T, those of sound with
// S.
func driverNames(s *decode.Source, names []string) []string {
	if len(names) < 2 || s.Device == nil {
		return names
	}
	major, ok := s.Device(int(int32(s.Argument(0))))
	if !ok {
		return names
	}
	family := driverFamily(major)
	fit := func(name string) bool { return strings.HasPrefix(name, family) }
	if family == "" || !slices.ContainsFunc(names, fit) {
		return names
	}
	return slices.DeleteFunc(names, func(name string) bool { return !fit(name) })
}

// driverFamily returns what the request names of a character device begin with, by its
// major number (Documentation/admin-guide/devices.txt), or "" if that is unknown.
func driverFamily(major uint32) string {
	const (
		pty, console      = 2, 5 // from BSD's pseudo-terminals to /dev/tty and /dev/console
		ptyFirst, ptyLast = 128, 143
		acm, usbSerial    = 166, 188
		serial, serialOut = 204, 205
		oss, alsa         = 14, 116
	)
	switch {
	case major >= pty && major <= console, major >= ptyFirst && major <= ptyLast,
		major == acm, major == usbSerial, major == serial, major == serialOut:
		return "T"
	case major == oss, major == alsa:
		return "S"
	}
	return ""
}

// lineStart returns the offset of the first line of the table that begins at or after i.
func lineStart(i int) int {
	if i == 0 {
		return 0
	}
	next := strings.IndexByte(ioctlTable[i-1:], '\n')
	if next < 0 {
		return len(ioctlTable)
	}
	return i + next
}

// Directions of a request, as its user sees them (linux/ioctl.h).
const (
	ioctlWrite = 1
	ioctlRead  = 2
)

// ioctlFamilies are the requests whose number contains the length of a buffer.
var ioctlFamilies = []struct {
	dir, kind, number uint64
	name              string
}{
	{ioctlRead, 'E', 0x06, "EVIOCGNAME"},
	{ioctlRead, 'E', 0x07, "EVIOCGPHYS"},
	{ioctlRead, 'E', 0x08, "EVIOCGUNIQ"},
	{ioctlRead, 'E', 0x09, "EVIOCGPROP"},
	{ioctlRead, 'E', 0x0a, "EVIOCGMTSLOTS"},
	{ioctlRead, 'E', 0x18, "EVIOCGKEY"},
	{ioctlRead, 'E', 0x19, "EVIOCGLED"},
	{ioctlRead, 'E', 0x1a, "EVIOCGSND"},
	{ioctlRead, 'E', 0x1b, "EVIOCGSW"},
	{ioctlRead, 'H', 0x04, "HIDIOCGRAWNAME"},
	{ioctlRead, 'H', 0x05, "HIDIOCGRAWPHYS"},
	{ioctlRead | ioctlWrite, 'H', 0x06, "HIDIOCSFEATURE"},
	{ioctlRead | ioctlWrite, 'H', 0x07, "HIDIOCGFEATURE"},
	{ioctlRead, 'H', 0x08, "HIDIOCGRAWUNIQ"},
	{ioctlRead, 'H', 0x12, "HIDIOCGPHYS"},
	{ioctlRead, 'U', 0x2c, "UI_GET_SYSNAME"},
	{ioctlRead, 'j', 0x13, "JSIOCGNAME"},
	{ioctlWrite, 'k', 0x00, "SPI_IOC_MESSAGE"},
}

// family returns the request as a macro with an argument: the length of a buffer, or
// whatever else the number contains (linux/input.h, linux/soundcard.h).
func (r ioctlRequest) family(s *decode.Source) string {
	for _, f := range ioctlFamilies {
		if f.dir == r.dir() && f.kind == r.kind() && f.number == r.number() {
			return f.name + "(" + values.Decimal(r.size()) + ")"
		}
	}
	const bits, getAbs, setAbs, last = 0x20, 0x40, 0xc0, 0x40 // EVIOCGBIT, EVIOCGABS, EVIOCSABS
	n := r.number()
	switch {
	case r.kind() == 'M' && r.dir() == ioctlRead:
		return "MIXER_READ(" + values.Decimal(n) + ")"
	case r.kind() == 'M' && r.dir() == ioctlWrite:
		return "MIXER_WRITE(" + values.Decimal(n) + ")"
	case r.kind() != 'E':
	case r.dir() == ioctlRead && n >= bits && n < getAbs:
		return "EVIOCGBIT(" + eventType(s, n-bits) + ", " + values.Decimal(r.size()) + ")"
	case r.dir() == ioctlRead && n >= getAbs && n < getAbs+last:
		return "EVIOCGABS(" + enumArg(s, "input_abs", n-getAbs) + ")"
	case r.dir() == ioctlWrite && n >= setAbs && n < setAbs+last:
		return "EVIOCSABS(" + enumArg(s, "input_abs", n-setAbs) + ")"
	}
	return ""
}

// eventType returns the argument of EVIOCGBIT; 0 asks for the types.
func eventType(s *decode.Source, n uint64) string {
	if n == 0 {
		return "0"
	}
	return enumArg(s, "input_event", n)
}

// enumArg returns the name of n in an enum, for the argument of a macro.
func enumArg(s *decode.Source, enum string, n uint64) string {
	v, ok := s.Named(enum, n, 4).(event.Name)
	switch {
	case !ok:
		return values.Hex(n)
	case v.Name == "":
		return values.Hex(n) + " /* " + v.Want + " */"
	}
	return v.Name
}
