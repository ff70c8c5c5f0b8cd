// Which time is in sight, in the timeline and in the heap.

const shortest = 20; // nanoseconds in sight at most closely

// A Look changes the time in sight.
export class Look {
  constructor({ store, trace }) {
    Object.assign(this, { store, trace });
  }

  // at shows a time, as far as there is a trace.
  at(from, to) {
    const most = Math.max(this.trace.duration, shortest);
    const span = Math.min(Math.max(to - from, shortest), most * 1.05);
    const middle = (from + to) / 2;
    const low = Math.max(-most * 0.02, Math.min(middle - span / 2, most * 1.02 - span));
    this.store.set({ from: low, to: low + span });
  }

  // zoom shows so many times as much; a time stays where it is, by default the middle.
  zoom(by, at) {
    const { from, to } = this.now();
    const fixed = at ?? (from + to) / 2;
    this.at(fixed - (fixed - from) * by, fixed + (to - fixed) * by);
  }

  // pan moves by a share of what is in sight.
  pan(by) {
    const { from, to } = this.now();
    this.at(from + (to - from) * by, to + (to - from) * by);
  }

  all() {
    this.at(0, this.trace.duration);
  }

  now() {
    const { from, to } = this.store.state;
    return { from, to: Math.max(to, from + shortest) };
  }

  // wheel zooms around a time, or moves with Shift or sideways. width is that of what is in
  // sight.
  wheel(event, at, width) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(((event.deltaX || event.deltaY) * unit) / width);
    else this.zoom(1.0015 ** (event.deltaY * unit), at);
  }
}
