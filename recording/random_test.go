package recording

import (
	"math"
	"math/rand/v2"
	"reflect"
	"time"

	"plait/event"
)

// A maker makes events at random, with every field that there is.
type maker struct {
	*rand.Rand
	depth int
	full  bool // no field is empty
}

// valueTypes are all values.
var valueTypes = []reflect.Type{
	reflect.TypeFor[event.Int](), reflect.TypeFor[event.Float](), reflect.TypeFor[event.Pointer](), reflect.TypeFor[event.Str](),
	reflect.TypeFor[event.Name](), reflect.TypeFor[event.Flags](), reflect.TypeFor[event.List](), reflect.TypeFor[event.Record](),
	reflect.TypeFor[event.Unreadable](), reflect.TypeFor[event.Pointee](), reflect.TypeFor[event.Void](), reflect.TypeFor[event.Errno](),
	reflect.TypeFor[event.FD](), reflect.TypeFor[event.PID](), reflect.TypeFor[event.Change](), reflect.TypeFor[event.Note](),
	reflect.TypeFor[event.Verbatim](), reflect.TypeFor[event.Pending](),
}

// eventTypes are all events.
var eventTypes = []reflect.Type{
	reflect.TypeFor[event.Enter](), reflect.TypeFor[event.Return](), reflect.TypeFor[event.Signal](), reflect.TypeFor[event.Stopped](),
	reflect.TypeFor[event.Spawn](), reflect.TypeFor[event.Exec](), reflect.TypeFor[event.Exit](), reflect.TypeFor[event.Detach](), reflect.TypeFor[event.Notice](), reflect.TypeFor[event.Load](),
	reflect.TypeFor[event.Region](),
}

// enums are types with few values, and how many.
var enums = map[reflect.Type]uint64{
	reflect.TypeFor[event.CallKind](): 3, reflect.TypeFor[event.Outcome](): 6, reflect.TypeFor[event.SpawnKind](): 4,
	reflect.TypeFor[event.NoticeKind](): 3, reflect.TypeFor[event.RegionKind](): 5, reflect.TypeFor[event.Base](): 8, reflect.TypeFor[event.Tamper](): 16,
}

// anEvent makes an event of one kind.
func (m *maker) anEvent(kind reflect.Type) event.Event {
	v := reflect.New(kind)
	m.fill(v.Elem())
	return v.Interface().(event.Event)
}

func (m *maker) some() bool { return m.full || m.IntN(2) == 0 }

// fill gives a variable some value of its type.
func (m *maker) fill(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(0, int64(m.Uint64()>>(2+m.IntN(20))))))
		return
	case reflect.TypeFor[event.Value]():
		if m.depth < 3 && m.some() {
			m.depth++
			v.Set(m.value())
			m.depth--
		}
		return
	case reflect.TypeFor[event.Explanation](): // is not recorded: a replay makes its own
		return
	case reflect.TypeFor[*event.Call]():
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(v.Elem())
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			m.fill(v.Field(i))
		}
	case reflect.Slice:
		m.fillSlice(v)
	case reflect.Pointer:
		if m.some() {
			v.Set(reflect.New(v.Type().Elem()))
			m.fill(v.Elem())
		}
	default:
		m.fillScalar(v)
	}
}

func (m *maker) fillSlice(v reflect.Value) {
	n := m.IntN(4)
	if m.full {
		n = 2
	}
	for range n { // an empty one stays nil
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		m.fill(v.Index(v.Len() - 1))
	}
}

func (m *maker) value() reflect.Value {
	v := reflect.New(valueTypes[m.IntN(len(valueTypes))]).Elem()
	m.fill(v)
	return v
}

func (m *maker) fillScalar(v reflect.Value) {
	bits := m.Uint64() >> m.IntN(64)
	if m.full {
		bits |= 1
	} else if m.some() {
		bits = 0
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(bits != 0)
	case reflect.String:
		if bits != 0 {
			v.SetString([]string{"malloc", "\xff\x00\x1b[31m", "/etc/passwd", "é", "x"}[m.IntN(5)])
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(bits))
	case reflect.Uint8:
		if n, ok := enums[v.Type()]; ok {
			bits %= n
		}
		v.SetUint(uint64(uint8(bits)))
	case reflect.Uint64:
		v.SetUint(bits)
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(bits))
		if math.IsNaN(v.Float()) { // equal to nothing
			v.SetFloat(math.Inf(-1))
		}
	default:
		panic("no value of " + v.Type().String())
	}
}
