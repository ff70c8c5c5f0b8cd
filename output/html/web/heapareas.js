// The live bytes of a few groups of places over time, as columns of pixels.

const every = 2048; // steps between two states that are remembered
export const shown = 6; // places with a colour of their own

// An Areas has groups of places: groups[i] is {site, name} of a place by itself; the last
// group is all others. With alone, only that place is by itself.
export class Areas {
  constructor(steps, alone) {
    this.steps = steps;
    const ranked = alone ? [alone] : [...steps.sites].sort((a, b) => b.peak - a.peak).slice(0, shown);
    this.groups = ranked.map((site) => ({ site }));
    if (steps.sites.length > ranked.length) this.groups.push({ site: undefined });
    this.groupOf = new Int32Array(steps.sites.reduce((most, site) => Math.max(most, site.number + 1), 0)).fill(ranked.length);
    ranked.forEach((site, group) => (this.groupOf[site.number] = group));
    this.remember();
  }

  // remember keeps the state before every so many steps.
  remember() {
    const { steps, groups } = this;
    const state = new Float64Array(groups.length);
    this.states = [];
    for (let i = 0; i < steps.row.length; i++) {
      if (i % every === 0) this.states.push(state.slice());
      this.apply(state, i);
    }
  }

  apply(state, i) {
    const { site, change } = this.steps;
    if (site[i] >= 0) state[this.groupOf[site[i]]] += change[i];
  }

  // before returns the state before a step.
  before(step) {
    if (this.states.length === 0) return new Float64Array(this.groups.length);
    const kept = Math.min(Math.floor(step / every), this.states.length - 1);
    const state = this.states[kept].slice();
    for (let i = kept * every; i < step; i++) this.apply(state, i);
    return state;
  }

  // sample returns, for each of so many pixels from one time to another, the most that there
  // was: live has the groups' bytes when all of them together had most, brk the break.
  sample(from, to, width) {
    const { steps, groups } = this;
    const live = new Float64Array(width * groups.length), brk = new Float64Array(width);
    let i = stepAfter(steps, from);
    const state = this.before(i);
    let above = i > 0 ? steps.brk[i - 1] : 0;
    for (let x = 0; x < width; x++) {
      const until = from + ((x + 1) * (to - from)) / width;
      let total = i > 0 ? steps.live[i - 1] : 0;
      live.set(state, x * groups.length);
      brk[x] = above;
      for (; i < steps.row.length && steps.time[i] < until; i++) {
        this.apply(state, i);
        above = steps.brk[i];
        brk[x] = Math.max(brk[x], above);
        if (steps.live[i] < total) continue;
        total = steps.live[i];
        live.set(state, x * groups.length);
      }
    }
    return { live, brk };
  }
}

// stepAfter returns the first step at a time or later.
export function stepAfter(steps, time) {
  let low = 0, high = steps.time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps.time[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

// nearestStep returns the step that is meant by a time: of those within a distance, the one
// that changed most, else the nearest; -1 if there is none. Only steps of the break count, or
// only the others, and of these only those that can be chosen.
export function nearestStep(steps, time, distance, ofBreak, canBe) {
  let best = -1, most = -1, nearest = -1;
  const isMeant = (i) => (steps.site[i] < 0) === ofBreak && canBe(i);
  for (let i = stepAfter(steps, time - distance); i < steps.row.length && steps.time[i] <= time + distance; i++) {
    const size = ofBreak ? Math.abs(steps.brk[i] - (steps.brk[i - 1] ?? 0)) : Math.abs(steps.change[i]);
    if (isMeant(i) && size > most) [best, most] = [i, size];
  }
  if (best >= 0) return best;
  for (const [start, by] of [[stepAfter(steps, time) - 1, -1], [stepAfter(steps, time), 1]]) {
    for (let i = start; i >= 0 && i < steps.row.length; i += by) {
      if (!isMeant(i)) continue;
      if (nearest < 0 || Math.abs(steps.time[i] - time) < Math.abs(steps.time[nearest] - time)) nearest = i;
      break;
    }
  }
  return nearest;
}
