package decode

import (
	"math/big"

	"plait/event"
)

// int128Node is __int128. It is passed as two words.
type int128Node struct {
	signed bool
	base   event.Base
}

func (n *int128Node) shape() shape { return shape{16, 16, n.signed, compound} }

func (n *int128Node) based(b event.Base) Node { return &int128Node{n.signed, b} }

// word shows the lower half, all that one register holds.
func (n *int128Node) word(_ *call, bits uint64) event.Value {
	return event.Int{Bits: bits, Size: 8, Signed: n.signed, Base: n.base}
}

func (n *int128Node) load(c *call, b []byte, _ uint64) event.Value {
	order := c.s.Arch.Order
	low, high := order.Uint64(b), order.Uint64(b[8:])
	negative := n.signed && int64(high) < 0
	if !negative && high == 0 && (!n.signed || int64(low) >= 0) || negative && high == ^uint64(0) && int64(low) < 0 {
		return n.word(c, low)
	}
	if n.base == event.Hex {
		negative = false
	}
	x := new(big.Int).SetUint64(high)
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(low))
	if negative {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return event.Verbatim{Text: n.digits(x)}
}

func (n *int128Node) digits(x *big.Int) string {
	switch n.base {
	case event.Hex:
		return "0x" + x.Text(16)
	case event.Octal:
		return "0" + x.Text(8)
	case event.Binary:
		return "0b" + x.Text(2)
	}
	return x.Text(10)
}
