// What a filter chooses of the heap: the steps that its calls made, and what they allocated.
import { stepsOf } from "./heapsteps.js";

// A Chosen has the steps of whole that a filter chooses; without a filter all. steps are those
// of the blocks that the chosen calls allocated.
export class Chosen {
  constructor(trace, columns, whole, { has }) {
    Object.assign(this, { whole, has, isPart: has !== null });
    this.steps = this.isPart ? stepsOf(trace, columns, has) : whole;
    this.count = whole.row.reduce((sum, _, i) => sum + (this.includes(i) ? 1 : 0), 0);
  }

  // includes says whether a chosen call made a step.
  includes(step) {
    return !this.isPart || this.has[this.whole.row[step]] === 1;
  }

  // next returns the chosen step after one, or before one if by is -1; -1 if there is none.
  next(step, by) {
    for (let i = step + by; i >= 0 && i < this.whole.row.length; i += by) if (this.includes(i)) return i;
    return -1;
  }
}
