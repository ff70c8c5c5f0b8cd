package inline

import "encoding/binary"

// IslandSize is how many bytes an island has.
const IslandSize = jumpSize

// Island makes code that is only a jump to other code, which is for the same site. A punned jump
// may lead to one place alone: an island fits where the other code does not. It will be at addr.
func Island(leads *Code, addr uint64) (*Code, error) {
	d := int64(leads.Entry - addr - jumpSize)
	if !isOffset(d) {
		return nil, errReach
	}
	c := &Code{ID: leads.ID, Addr: addr, Entry: addr, Site: leads.Site, Call: leads.Call, Leads: leads}
	c.Bytes = binary.LittleEndian.AppendUint32([]byte{jumpOp}, uint32(d))
	c.template = &template{bytes: c.Bytes, marks: []mark{{}}}
	return c, nil
}
