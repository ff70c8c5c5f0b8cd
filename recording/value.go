package recording

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
)

// maxDepth is how deep values may lie in each other. What is deeper is recorded as a
// list that is cut.
const maxDepth = 500

// The fields of a value: one of them is there. A value that is nil has none.
const (
	valueInt protowire.Number = 1 + iota
	valueFloat
	valuePointer
	valueStr
	valueName
	valueFlags
	valueList
	valueRecord
	valueUnreadable
	valuePointee
	valueVoid
	valueErrno
	valueFD
	valuePID
	valueChange
	valueNote
	valueVerbatim
	valuePending
)

// value is a field that is a value. It is left out if that is nil.
func (c *codec) value(num protowire.Number, p *event.Value) {
	if c.encoding {
		if *p != nil {
			c.putValue(num, *p)
		}
	} else if c.isBytes(num) {
		c.readValue(p)
	}
}

// putValue writes a value, even nil.
func (c *codec) putValue(num protowire.Number, v event.Value) {
	at := c.begin(num)
	if c.depth++; c.depth > maxDepth {
		v = event.List{Cut: true}
	}
	c.write(v)
	c.depth--
	c.end(at)
}

func (c *codec) readValue(p *event.Value) {
	*p = nil
	if c.depth++; c.depth > maxDepth+1 {
		c.fail(errTooBig)
	}
	c.each(c.b, func() { c.read(p) })
	c.depth--
}

// write writes the field of a value.
func (c *codec) write(v event.Value) {
	switch v := v.(type) {
	case event.Int:
		at := c.begin(valueInt)
		c.intFields(&v)
		c.end(at)
	case event.Float:
		at := c.begin(valueFloat)
		c.floatFields(&v)
		c.end(at)
	case event.Pointer:
		at := c.begin(valuePointer)
		c.pointerFields(&v)
		c.end(at)
	case event.Str:
		at := c.begin(valueStr)
		c.strFields(&v)
		c.end(at)
	case event.Name:
		at := c.begin(valueName)
		c.nameFields(&v)
		c.end(at)
	case event.Flags:
		at := c.begin(valueFlags)
		c.flagsFields(&v)
		c.end(at)
	case event.List:
		at := c.begin(valueList)
		c.listFields(&v)
		c.end(at)
	case event.Record:
		at := c.begin(valueRecord)
		c.recordFields(&v)
		c.end(at)
	case event.Errno:
		at := c.begin(valueErrno)
		c.errnoFields(&v)
		c.end(at)
	case event.FD:
		at := c.begin(valueFD)
		c.fdFields(&v)
		c.end(at)
	case event.PID:
		at := c.begin(valuePID)
		c.pidFields(&v)
		c.end(at)
	default:
		c.writeRest(v)
	}
}

// writeRest is write for the values that are rarer.
func (c *codec) writeRest(v event.Value) {
	switch v := v.(type) {
	case *event.Record:
		c.write(*v)
	case event.Unreadable:
		at := c.begin(valueUnreadable)
		c.unreadableFields(&v)
		c.end(at)
	case event.Pointee:
		at := c.begin(valuePointee)
		c.pointeeFields(&v)
		c.end(at)
	case event.Void:
		c.end(c.begin(valueVoid))
	case event.Change:
		at := c.begin(valueChange)
		c.changeFields(&v)
		c.end(at)
	case event.Note:
		at := c.begin(valueNote)
		c.noteFields(&v)
		c.end(at)
	case event.Verbatim:
		at := c.begin(valueVerbatim)
		c.verbatimFields(&v)
		c.end(at)
	case event.Pending:
		at := c.begin(valuePending)
		c.pendingFields(&v)
		c.end(at)
	}
}

// read reads the field of a value. One of a number that is not known leaves the value
// as it is.
func (c *codec) read(p *event.Value) {
	if c.typ != protowire.BytesType {
		return
	}
	switch c.num {
	case valueInt:
		*p = decoded(c, (*codec).intFields)
	case valueFloat:
		*p = decoded(c, (*codec).floatFields)
	case valuePointer:
		*p = decoded(c, (*codec).pointerFields)
	case valueStr:
		*p = decoded(c, (*codec).strFields)
	case valueName:
		*p = decoded(c, (*codec).nameFields)
	case valueFlags:
		*p = decoded(c, (*codec).flagsFields)
	case valueList:
		var v event.List
		if n := count(c.b, listItem); n > 0 {
			v.Items = make([]event.Value, 0, n)
		}
		c.each(c.b, func() { c.listFields(&v) })
		*p = v
	case valueRecord:
		var v event.Record
		if n := count(c.b, recordField); n > 0 {
			v.Fields = make([]event.Field, 0, n)
		}
		c.each(c.b, func() { c.recordFields(&v) })
		*p = v
	case valueUnreadable:
		*p = decoded(c, (*codec).unreadableFields)
	case valuePointee:
		*p = decoded(c, (*codec).pointeeFields)
	case valueVoid:
		*p = event.Void{}
	case valueErrno:
		*p = decoded(c, (*codec).errnoFields)
	case valueFD:
		*p = decoded(c, (*codec).fdFields)
	case valuePID:
		*p = decoded(c, (*codec).pidFields)
	case valueChange:
		*p = decoded(c, (*codec).changeFields)
	case valueNote:
		*p = decoded(c, (*codec).noteFields)
	case valueVerbatim:
		*p = decoded(c, (*codec).verbatimFields)
	case valuePending:
		*p = decoded(c, (*codec).pendingFields)
	}
}

// decoded returns the message that is being read.
func decoded[T event.Value](c *codec, fields func(*codec, *T)) event.Value {
	var v T
	c.each(c.b, func() { fields(c, &v) })
	return v
}

func (c *codec) intFields(v *event.Int) {
	c.bits(1, &v.Bits)
	enum(c, 2, &v.Size, math.MaxUint8)
	c.bool(3, &v.Signed)
	enum(c, 4, &v.Base, event.Bool)
}

func (c *codec) floatFields(v *event.Float) {
	bits := math.Float64bits(v.F)
	c.uint(1, &bits)
	v.F = math.Float64frombits(bits)
	c.str(2, &v.Text)
	enum(c, 3, &v.Size, math.MaxUint8)
	c.bool(4, &v.Hex)
}

func (c *codec) pointerFields(v *event.Pointer) {
	c.addr(1, &v.Addr)
	c.str(2, &v.Symbol)
	c.str(3, &v.Region)
	c.bool(4, &v.Numeric)
	if !c.encoding && c.isBytes(5) {
		v.Stream = &event.FD{}
	}
	c.message(5, v.Stream != nil, func() { c.fdFields(v.Stream) })
}

func (c *codec) strFields(v *event.Str) {
	c.str(1, &v.Text)
	c.bool(2, &v.Cut)
	c.bool(3, &v.Path)
	c.bool(4, &v.Wide)
	c.bool(5, &v.Hex)
}

func (c *codec) nameFields(v *event.Name) {
	c.str(1, &v.Name)
	c.str(2, &v.Want)
	c.message(3, true, func() { c.intFields(&v.Int) })
	c.bool(4, &v.Negative)
}

func (c *codec) flagsFields(v *event.Flags) {
	c.strs(1, &v.Names)
	c.uint(2, &v.Rest)
	enum(c, 3, &v.Base, event.Bool)
	c.str(4, &v.Want)
	c.uint(5, &v.Bits)
	enum(c, 6, &v.Size, math.MaxUint8)
	if !c.encoding && c.isBytes(7) {
		v.Enum = &event.Name{}
	}
	c.message(7, v.Enum != nil, func() { c.nameFields(v.Enum) })
}

// The repeated fields of lists and structs.
const (
	listItem    = 1
	recordField = 1
)

func (c *codec) listFields(v *event.List) {
	if c.encoding {
		for _, item := range v.Items {
			c.putValue(listItem, item)
		}
	} else if c.isBytes(listItem) {
		v.Items = append(v.Items, nil)
		c.readValue(&v.Items[len(v.Items)-1])
		return
	}
	c.bool(2, &v.Cut)
	c.bool(3, &v.Set)
	c.bool(4, &v.Bits)
	c.bool(5, &v.Not)
	c.addr(6, &v.Rest)
}

func (c *codec) recordFields(v *event.Record) {
	if c.encoding {
		for i := range v.Fields {
			at := c.begin(recordField)
			c.fieldFields(&v.Fields[i])
			c.end(at)
		}
	} else if c.isBytes(recordField) {
		v.Fields = append(v.Fields, event.Field{})
		f := &v.Fields[len(v.Fields)-1]
		c.each(c.b, func() { c.fieldFields(f) })
		return
	}
	c.bool(2, &v.Cut)
}

func (c *codec) fieldFields(v *event.Field) {
	c.str(1, &v.Name)
	c.value(2, &v.Value)
}

func (c *codec) unreadableFields(v *event.Unreadable) { c.addr(1, &v.Addr) }

func (c *codec) pointeeFields(v *event.Pointee) {
	c.addr(1, &v.Addr)
	c.value(2, &v.Value)
	c.bool(3, &v.Shown)
}

func (c *codec) errnoFields(v *event.Errno) {
	c.int(1, &v.Num)
	c.str(2, &v.Name)
	c.str(3, &v.Text)
	c.bool(4, &v.Restart)
}

func (c *codec) fdFields(v *event.FD) {
	c.int(1, &v.Num)
	c.str(2, &v.Path)
	c.str(3, &v.Device)
	c.bool(4, &v.Deleted)
	c.bool(5, &v.Cwd)
	c.str(6, &v.Description)
}

func (c *codec) pidFields(v *event.PID) {
	c.int(1, &v.Num)
	c.str(2, &v.Comm)
	c.int(3, &v.Outer)
}

func (c *codec) changeFields(v *event.Change) {
	c.value(1, &v.Before)
	c.value(2, &v.After)
}

func (c *codec) noteFields(v *event.Note) {
	c.value(1, &v.Value)
	c.str(2, &v.Text)
	c.value(3, &v.Extra)
	c.str(4, &v.Brief)
	c.value(5, &v.Remaining)
}

func (c *codec) verbatimFields(v *event.Verbatim) {
	c.str(1, &v.Text)
	c.str(2, &v.Data)
	c.str(3, &v.Into)
}

func (c *codec) pendingFields(v *event.Pending) { c.addr(1, &v.Was) }
