package perfetto

import (
	"plait/output/timeline"
	"plait/wire"
)

// Numbers of fields: protos/perfetto/trace/trace.proto, trace_packet.proto,
// interned_data/interned_data.proto.
const (
	tracePacket      wire.Number = 1
	packetTime       wire.Number = 8
	packetSequence   wire.Number = 10
	packetEvent      wire.Number = 11
	packetInterned   wire.Number = 12
	packetFlags      wire.Number = 13
	packetDescriptor wire.Number = 60
	internedNames    wire.Number = 2
	internedID       wire.Number = 1
	internedName     wire.Number = 2
)

// Bits of packetFlags.
const (
	stateCleared = 1
	needsState   = 2
)

// Numbers of fields: protos/perfetto/trace/track_event/track_descriptor.proto,
// process_descriptor.proto, thread_descriptor.proto, counter_descriptor.proto.
const (
	descriptorUUID    wire.Number = 1
	descriptorName    wire.Number = 2
	descriptorProcess wire.Number = 3
	descriptorThread  wire.Number = 4
	descriptorParent  wire.Number = 5
	descriptorCounter wire.Number = 8
	processPID        wire.Number = 1
	processName       wire.Number = 6
	threadPID         wire.Number = 1
	threadTID         wire.Number = 2
	threadName        wire.Number = 5
	counterUnit       wire.Number = 3
)

// unitBytes is a value of counterUnit.
const unitBytes = 3

// Numbers of fields: protos/perfetto/trace/track_event/track_event.proto,
// debug_annotation.proto.
const (
	eventCategory   wire.Number = 22
	eventAnnotation wire.Number = 4
	eventType       wire.Number = 9
	eventNameID     wire.Number = 10
	eventTrack      wire.Number = 11
	eventName       wire.Number = 23
	eventCounter    wire.Number = 30
	eventFlow       wire.Number = 47
	eventFlowEnd    wire.Number = 48
	annotationName  wire.Number = 10
	annotationText  wire.Number = 6
)

// Values of eventType.
const (
	sliceBegin   = 1
	sliceEnd     = 2
	instant      = 3
	counterValue = 4
)

func varint(b []byte, field wire.Number, n uint64) []byte {
	return wire.AppendVarint(wire.AppendTag(b, field, wire.VarintType), n)
}

func str(b []byte, field wire.Number, s string) []byte {
	return wire.AppendString(wire.AppendTag(b, field, wire.BytesType), s)
}

func bytesField(b []byte, field wire.Number, m []byte) []byte {
	return wire.AppendBytes(wire.AppendTag(b, field, wire.BytesType), m)
}

// message appends a message that fill makes.
func message(b []byte, field wire.Number, fill func([]byte) []byte) []byte {
	return bytesField(b, field, fill(nil))
}

// stamped begins a packet with its time.
func stamped(at int64) []byte { return varint(nil, packetTime, uint64(at)) }

// annotate adds arguments to an event.
func annotate(e []byte, pairs timeline.Pairs) []byte {
	for _, p := range pairs {
		e = message(e, eventAnnotation, func(b []byte) []byte {
			return str(str(b, annotationName, p.Name), annotationText, p.Value)
		})
	}
	return e
}
