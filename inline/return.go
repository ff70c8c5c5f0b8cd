package inline

import "plait/ring"

// returnTemplate makes the code that records a call's end. It runs at the return address.
// The code there may be reached by a jump, too, from code with anything in its registers:
// then what it records is no return, and nobody takes it for one.
func returnTemplate(r ring.Return) *template {
	m := &maker{layout: r.Layout()}
	if r.Text {
		m.texts = []text{{from: area(keptRAX), slot: m.layout.Text}}
	}
	m.rare()

	m.start()
	m.op(&opStore, rdx, at(r11, ring.Result2))
	m.restore(rax)
	m.op(&opStore, rax, at(r11, ring.Result))
	m.op(&opStore, rsp, at(r11, ring.SP))
	m.op(&opLoad, rdx, at(rsp, -8))
	m.op(&opStore, rdx, at(r11, ring.Below))
	if r.Float {
		m.op(&opStoreLow, 0, at(r11, m.layout.Floats))
	}
	m.errno(r.ErrnoOffset)
	m.head(ring.Returned)
	for i := range m.texts {
		m.copyText(&m.texts[i])
	}
	m.commit()
	return m.template()
}
