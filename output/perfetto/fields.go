package perfetto

import (
	"google.golang.org/protobuf/encoding/protowire"

	"plait/output/timeline"
)

// Numbers of fields: protos/perfetto/trace/trace.proto, trace_packet.proto,
// interned_data/interned_data.proto.
const (
	tracePacket      protowire.Number = 1
	packetTime       protowire.Number = 8
	packetSequence   protowire.Number = 10
	packetEvent      protowire.Number = 11
	packetInterned   protowire.Number = 12
	packetFlags      protowire.Number = 13
	packetDescriptor protowire.Number = 60
	internedNames    protowire.Number = 2
	internedID       protowire.Number = 1
	internedName     protowire.Number = 2
)

// Bits of packetFlags.
const (
	stateCleared = 1
	needsState   = 2
)

// Numbers of fields: protos/perfetto/trace/track_event/track_descriptor.proto,
// process_descriptor.proto, thread_descriptor.proto, counter_descriptor.proto.
const (
	descriptorUUID    protowire.Number = 1
	descriptorName    protowire.Number = 2
	descriptorProcess protowire.Number = 3
	descriptorThread  protowire.Number = 4
	descriptorParent  protowire.Number = 5
	descriptorCounter protowire.Number = 8
	processPID        protowire.Number = 1
	processName       protowire.Number = 6
	threadPID         protowire.Number = 1
	threadTID         protowire.Number = 2
	threadName        protowire.Number = 5
	counterUnit       protowire.Number = 3
)

// unitBytes is a value of counterUnit.
const unitBytes = 3

// Numbers of fields: protos/perfetto/trace/track_event/track_event.proto,
// debug_annotation.proto.
const (
	eventCategory   protowire.Number = 22
	eventAnnotation protowire.Number = 4
	eventType       protowire.Number = 9
	eventNameID     protowire.Number = 10
	eventTrack      protowire.Number = 11
	eventName       protowire.Number = 23
	eventCounter    protowire.Number = 30
	eventFlow       protowire.Number = 47
	eventFlowEnd    protowire.Number = 48
	annotationName  protowire.Number = 10
	annotationText  protowire.Number = 6
)

// Values of eventType.
const (
	sliceBegin   = 1
	sliceEnd     = 2
	instant      = 3
	counterValue = 4
)

func varint(b []byte, field protowire.Number, n uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), n)
}

func str(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func bytesField(b []byte, field protowire.Number, m []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), m)
}

// message appends a message that fill makes.
func message(b []byte, field protowire.Number, fill func([]byte) []byte) []byte {
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
