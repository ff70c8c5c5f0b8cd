package recording

import (
	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
)

// A decoder reads the events of one block after the other. An event is valid until the
// next one is read.
type decoder struct {
	codec
	rest   []byte // of the block
	first  uint64 // number of the block's first event
	events int    // read from the block
	time   int64  // of the event before
	thread uint64 // number of its thread, plus one
	id     uint64 // of the call before

	open  map[uint64]*event.Call // calls that have begun in this block
	spare []*event.Call
	ended *event.Call // of the event before

	enterEvent  event.Enter
	returnEvent event.Return
}

// maxEvents bounds the events of a block: their calls are in memory at once.
const maxEvents = 1 << 15

func newDecoder() *decoder {
	return &decoder{codec: codec{tables: &tables{}}, open: map[uint64]*event.Call{}}
}

// beginBlock begins to read a block, which must stay as it is until the next begin.
func (d *decoder) beginBlock(b []byte) {
	d.tables.reset()
	d.rest, d.err, d.depth = b, nil, 0
	d.first, d.events, d.time, d.thread, d.id = 0, 0, 0, 0, 0
	d.recycle()
	for _, call := range d.open {
		d.spare = append(d.spare, call)
	}
	clear(d.open)
}

// next returns the next event of the block, or nil at its end. A kind of event that is
// not known is left out.
func (d *decoder) next() (event.Event, error) {
	d.recycle()
	for len(d.rest) > 0 && d.err == nil {
		num, typ, n := protowire.ConsumeField(d.rest)
		if n < 0 {
			d.fail(errWire)
			break
		}
		field := d.rest[:n]
		d.rest = d.rest[n:]
		if num != blockEvent || typ != protowire.BytesType {
			d.each(field, d.blockField)
			continue
		}
		_, _, tag := protowire.ConsumeTag(field)
		b, _ := protowire.ConsumeBytes(field[tag:])
		e := d.event(b)
		if d.err != nil {
			break
		}
		if d.events++; d.events > maxEvents {
			d.fail(errTooBig)
			break
		}
		if e != nil {
			return e, nil
		}
	}
	return nil, d.err
}

// recycle takes back the call of the event before, if it has ended.
func (d *decoder) recycle() {
	if d.ended != nil {
		d.spare = append(d.spare, d.ended)
		d.ended = nil
	}
}

// blockField reads a field of the block that is no event.
func (d *decoder) blockField() {
	switch {
	case d.isNumber(blockFirst):
		d.first = d.n
	case d.isNumber(blockStart):
		d.time = protowire.DecodeZigZag(d.n)
	default:
		d.entry()
	}
}

// event reads an event; nil means that its kind is not known.
func (d *decoder) event(b []byte) (e event.Event) {
	var h event.Head
	var delta int64
	usual := true
	d.each(b, func() {
		d.sint(1, &delta)
		d.uint(2, &d.thread)
		d.headFields(&h)
		if d.isNumber(eventIP) {
			h.IP, usual = d.addressAt(d.n), false
		}
		if d.num >= eventEnter && d.num <= eventRegion && d.typ == protowire.BytesType {
			e = d.body()
		}
	})
	t := d.threads.at(&d.codec, d.thread-1)
	d.time += delta
	h.Time, h.PID, h.TID = timeOf(d.time), t.pid, t.tid
	if d.err != nil || e == nil {
		return nil
	}
	if usual {
		h.IP = usualIP(e)
	}
	*e.Header() = h
	return e
}

// body reads what an event has beside its head.
func (d *decoder) body() event.Event {
	switch d.num {
	case eventEnter:
		return d.enter()
	case eventReturn:
		return d.returned()
	case eventSignal:
		return decodedEvent(d, &event.Signal{}, (*codec).signalFields)
	case eventStopped:
		return decodedEvent(d, &event.Stopped{}, (*codec).stoppedFields)
	case eventSpawn:
		return decodedEvent(d, &event.Spawn{}, (*codec).spawnFields)
	case eventExec:
		return decodedEvent(d, &event.Exec{}, (*codec).execFields)
	case eventExit:
		return decodedEvent(d, &event.Exit{}, (*codec).exitFields)
	case eventLoad:
		return decodedEvent(d, &event.Load{}, (*codec).loadFields)
	case eventRegion:
		return decodedEvent(d, &event.Region{}, (*codec).regionFields)
	case eventDetach:
		return &event.Detach{}
	case eventNotice:
		return decodedEvent(d, &event.Notice{}, (*codec).noticeFields)
	}
	return nil
}

func decodedEvent[T any](d *decoder, e *T, fields func(*codec, *T)) event.Event {
	d.each(d.b, func() { fields(&d.codec, e) })
	return any(e).(event.Event)
}

// enter reads the begin of a call.
func (d *decoder) enter() event.Event {
	call := d.newCall()
	d.each(d.b, func() {
		if d.isBytes(enterCall) {
			d.each(d.b, func() { d.callField(call) })
		}
	})
	if before := d.open[call.ID]; before != nil {
		d.spare = append(d.spare, before)
	}
	d.open[call.ID] = call
	d.enterEvent = event.Enter{Call: call}
	return &d.enterEvent
}

// newCall returns a call that is empty, but may have room for its lists.
func (d *decoder) newCall() *event.Call {
	n := len(d.spare)
	if n == 0 {
		return &event.Call{}
	}
	call := d.spare[n-1]
	d.spare = d.spare[:n-1]
	clear(call.Args)
	*call = event.Call{Args: call.Args[:0], Words: call.Words[:0], Stack: call.Stack[:0]}
	return call
}

// callField reads a field of a call.
func (d *decoder) callField(call *event.Call) {
	switch {
	case d.isNumber(callID):
		d.id += uint64(protowire.DecodeZigZag(d.n))
	case d.isNumber(callSite):
		s := d.sites.at(&d.codec, d.n)
		s.apply(call)
	case d.isBytes(callArg):
		if a := d.arg(call, len(call.Args)); a != nil {
			d.each(d.b, func() { d.argFields(a) })
		}
	default:
		d.callFields(call)
		d.addrs(callWords, &call.Words)
		d.codec.stack(callStack, &call.Stack)
	}
	call.ID = d.id
}

// arg returns argument i of a call to be read anew.
func (d *decoder) arg(call *event.Call, i int) *event.Arg {
	if i < 0 || i >= maxArgs {
		d.fail(errTooBig)
		return nil
	}
	for len(call.Args) <= i {
		call.Args = append(call.Args, event.Arg{})
	}
	call.Args[i] = event.Arg{}
	return &call.Args[i]
}

// returned reads the end of a call. What has changed since its begin is applied to the
// call that began.
func (d *decoder) returned() event.Event {
	r := &d.returnEvent
	*r = event.Return{}
	b := d.b
	r.Call = d.endedCall(b)
	d.ended = r.Call
	d.each(b, func() {
		switch {
		case d.isNumber(returnArgs):
			d.setArgs(r.Call, d.n-1)
		case d.isBytes(returnArg):
			d.changedArg(r.Call)
		default:
			d.returnFields(r)
		}
	})
	return r
}

// endedCall returns the call of a Return.
func (d *decoder) endedCall(b []byte) *event.Call {
	var fields []byte
	changes := false
	d.each(b, func() {
		d.bool(returnChanges, &changes)
		if d.isBytes(returnCall) {
			fields = d.b
		}
	})
	call := d.newCall()
	if changes {
		before := d.id
		d.each(fields, func() {
			if d.isNumber(callID) {
				d.id += uint64(protowire.DecodeZigZag(d.n))
			}
		})
		if began := d.open[d.id]; began != nil {
			d.spare = append(d.spare, call)
			call = began
			delete(d.open, d.id)
		} else {
			d.fail(errTable)
		}
		d.id = before
	}
	d.each(fields, func() { d.callField(call) })
	return call
}

// setArgs says how many arguments a call has.
func (d *decoder) setArgs(call *event.Call, n uint64) {
	switch {
	case n < uint64(len(call.Args)):
		call.Args = call.Args[:n]
	case n > 0 && n <= maxArgs:
		for uint64(len(call.Args)) < n {
			call.Args = append(call.Args, event.Arg{})
		}
	case n > maxArgs:
		d.fail(errTooBig)
	}
}

func (d *decoder) changedArg(call *event.Call) {
	i, arg := 0, []byte(nil)
	d.each(d.b, func() {
		d.int(1, &i)
		if d.isBytes(2) {
			arg = d.b
		}
	})
	if a := d.arg(call, i); a != nil {
		d.each(arg, func() { d.argFields(a) })
	}
}
