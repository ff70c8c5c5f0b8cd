// How the lanes of the timeline are drawn. Calls that are narrower than a pixel are drawn as
// one, found by binary search: a frame takes as long for a million calls as for a thousand.
import { FAILED, EXIT, EXEC, SIGNAL } from "./model.js";
import { argumentsOf } from "./sentence.js";
import { crossingTop, firstIn, inLane, nextFrom, placeOf } from "./lanes.js";

const narrow = 2; // pixels; wider calls are drawn one by one
const character = 0.605; // its width, as a share of the height of the font

// A Pen draws in one frame.
export class Pen {
  constructor(context, colours, page, view) {
    Object.assign(this, { context, colours, view, trace: page.trace, details: page.details, state: page.store.state });
    this.folds = page.shown.folds;
    this.character = character * view.font;
    this.loaded = 0; // details that were asked for in this frame
  }

  x(time) {
    return ((time - this.view.from) / (this.view.to - this.view.from)) * this.view.width;
  }

  timeAt(x) {
    return this.view.from + (x / this.view.width) * (this.view.to - this.view.from);
  }

  // thread draws a thread's lanes. Positions are those of the layout, less scroll.
  thread(item, scroll) {
    const { context, colours } = this;
    const border = Math.round(item.border - scroll) + 0.5;
    context.strokeStyle = colours.kernel;
    context.globalAlpha = 0.45;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(0, border);
    context.lineTo(this.view.width, border);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    this.lastArrow = -Infinity;
    for (const lane of item.user) if (this.isInSight(lane.y - scroll)) this.lane(lane.rows, lane.y - scroll, sides.user);
    this.lane(item.kernel.rows, item.kernel.y - scroll, sides.kernel, (row, x) => this.crossing(item, scroll, row, x));
    if (this.folds) this.foldsOf(item, scroll);
    if (item.marks) this.marks(item.marks.rows, item.marks.y - scroll);
    this.outlines(item, scroll);
  }

  isInSight(y) {
    return y + this.view.box > 0 && y < this.view.height;
  }

  isChosen(row) {
    const { has } = this.state.filter;
    return !has || has[row] === 1;
  }

  // outlines marks the selected call, and those that use what it uses, however narrow.
  outlines(item, scroll) {
    const { state, colours } = this;
    for (const row of state.uses.keys()) this.outlineOf(item, scroll, row, colours.warn, 1.5);
    if (state.selected >= 0) this.outlineOf(item, scroll, state.selected, colours.accent, 2);
  }

  outlineOf(item, scroll, row, colour, thick) {
    const { trace, view, context } = this;
    if (trace.thread[row] !== item.thread.id || trace.isMark(row)) return;
    const fold = this.folds && trace.folded[row] ? trace.folds.find((fold) => fold.first <= row && row <= fold.last && trace.thread[fold.first] === item.thread.id) : undefined;
    const shown = inLane(trace, row);
    const left = Math.max(this.x(trace.begin[fold?.first ?? shown]), -3), right = Math.min(this.x(trace.end[fold?.last ?? shown]), view.width + 3);
    const y = placeOf(trace, item, shown) - scroll;
    if (right < 0 || left > view.width || !this.isInSight(y)) return;
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.strokeRect(left, y + 1, Math.max(right - left - 0.5, 3), view.box - 2);
    context.lineWidth = 1;
  }

  // lane draws the rows of a lane that are in sight, and tells about each thing drawn.
  lane(rows, y, side, drawn = () => {}) {
    const { trace, view } = this;
    let dense; // a run of narrow calls: {from, to}
    for (let i = firstIn(trace, rows, view.from); i < rows.length; ) {
      const row = rows[i];
      if (trace.begin[row] > view.to) break;
      const left = this.x(trace.begin[row]), right = this.x(trace.end[row]);
      if (this.folds && trace.folded[row]) i++;
      else if (right - left >= narrow) {
        dense = this.endRun(dense, y, side);
        this.call(row, left, right, y, side);
        if (this.isChosen(row)) drawn(row, left);
        i++;
      } else {
        let next = nextFrom(trace, rows, i + 1, this.timeAt(Math.floor(left) + 1));
        if (next - 1 > i && this.isWide(rows[next - 1])) next--; // only the last one can reach out of the pixel
        const shown = this.anyOf(rows, i, next);
        if (dense && dense.shown === shown && Math.floor(left) <= dense.to + 1) dense.to = Math.floor(left) + 1;
        else {
          this.endRun(dense, y, side);
          dense = { from: Math.floor(left), to: Math.floor(left) + 1, shown };
        }
        if (shown) drawn(row, left);
        i = next;
      }
    }
    this.endRun(dense, y, side);
  }

  isWide(row) {
    return this.x(this.trace.end[row]) - this.x(this.trace.begin[row]) >= narrow;
  }

  // anyOf reports whether the filter chooses any of rows[i:end].
  anyOf(rows, i, end) {
    for (; i < end; i++) if (this.isChosen(rows[i])) return true;
    return false;
  }

  endRun(dense, y, side) {
    if (!dense) return;
    this.context.fillStyle = dense.shown ? this.colours[side.strong] : this.colours.line;
    this.context.globalAlpha = dense.shown ? 0.75 : 1;
    this.context.fillRect(dense.from, y + 1, Math.max(dense.to - dense.from, 1), this.view.box - 2);
    this.context.globalAlpha = 1;
  }

  call(row, left, right, y, side) {
    const { context, colours } = this;
    const shown = this.isChosen(row);
    const x = Math.max(left, -2), width = Math.max(Math.min(right, this.view.width + 2) - x - 0.5, 1.5);
    context.fillStyle = shown ? colours[side.soft] : colours.line;
    context.globalAlpha = shown ? 1 : 0.5;
    context.beginPath();
    context.roundRect(x, y + 1, width, this.view.box - 2, Math.min(3, width / 3));
    context.fill();
    if (shown) this.edge(row, x, y, width, side);
    if (shown && width > 26) this.label(row, x, y, width, side);
    context.globalAlpha = 1;
  }

  // edge is the strong line at a call's begin. A call that failed has one below it, too.
  edge(row, x, y, width, side) {
    const { context, colours } = this;
    context.fillStyle = colours[side.strong];
    context.fillRect(x, y + 1, Math.min(2, width), this.view.box - 2);
    if (this.trace.bits[row] & FAILED) context.fillRect(x, y + this.view.box - 3, width, 2);
  }

  label(row, x, y, width, side) {
    const room = Math.floor((Math.min(x + width, this.view.width) - Math.max(x, 0) - 9) / this.character);
    if (room < 2) return;
    let text = this.trace.nameOf(row);
    if (room > text.length + 6) text += this.argumentsFor(row);
    this.context.fillStyle = this.colours[side.text];
    this.context.fillText(text.length > room ? text.slice(0, Math.max(room - 1, 1)) + "…" : text, Math.max(x, 0) + 6, y + this.view.box / 2 + 0.5);
  }

  // argumentsFor returns the arguments if they are here, and asks for some that are not.
  argumentsFor(row) {
    const detail = this.details.peek(row);
    if (detail) return "(" + argumentsOf(detail) + ")";
    if (this.loaded++ < 4) setTimeout(() => this.details.get(row).then(this.view.again));
    return "";
  }

  // crossing draws where a library call enters the kernel: from its box down to the system
  // call.
  crossing(item, scroll, row, x) {
    const { context, colours, trace } = this;
    if (x < 0) return;
    const top = crossingTop(trace, item, row, this.view.box);
    const bottom = item.kernel.y - scroll + 1;
    context.strokeStyle = context.fillStyle = colours.kernel;
    context.globalAlpha = trace.parent[row] >= 0 ? 0.8 : 0.4;
    context.beginPath();
    context.moveTo(x + 1, top - scroll);
    context.lineTo(x + 1, bottom);
    context.stroke();
    if (x - this.lastArrow > 9) {
      context.beginPath();
      context.moveTo(x - 2.5, bottom - 5);
      context.lineTo(x + 4.5, bottom - 5);
      context.lineTo(x + 1, bottom + 0.5);
      context.fill();
      this.lastArrow = x;
    }
    context.globalAlpha = 1;
  }

  // foldsOf draws what the loader did at the start of programs as one box each.
  foldsOf(item, scroll) {
    const { trace, context, colours } = this;
    for (const fold of trace.folds) {
      if (trace.thread[fold.first] !== item.thread.id) continue;
      const left = Math.max(this.x(trace.begin[fold.first]), -2), right = Math.min(this.x(trace.end[fold.last]), this.view.width + 2);
      if (right < 0 || left > this.view.width) continue;
      const y = item.kernel.y - scroll;
      context.fillStyle = colours.line;
      context.beginPath();
      context.roundRect(left, y + 1, Math.max(right - left, 2), this.view.box - 2, 3);
      context.fill();
      const room = Math.floor((right - Math.max(left, 0) - 12) / this.character);
      const text = `ld.so: ${fold.count} system calls`;
      context.fillStyle = colours.muted;
      if (room > 4) context.fillText(text.slice(0, room), Math.max(left, 0) + 6, y + this.view.box / 2 + 0.5);
    }
  }

  marks(rows, y) {
    const { trace, view, context, colours } = this;
    let free = -1; // where the next label may begin
    for (let i = firstIn(trace, rows, view.from); i < rows.length; ) {
      const row = rows[i];
      if (trace.begin[row] > view.to) break;
      const x = this.x(trace.begin[row]);
      const kind = trace.kindOf(row);
      context.fillStyle = kind === SIGNAL ? colours.warn : kind === EXEC ? colours.accent : colours.muted;
      this.shape(kind, x, y + 8);
      i = nextFrom(trace, rows, i + 1, this.timeAt(x + 3));
      const until = i < rows.length ? Math.min(this.x(trace.begin[rows[i]]) - 7, view.width) : view.width;
      free = this.markLabel(trace.nameOf(row), x, y + 8.5, free, until);
      if (row === this.state.selected) this.ring(x, y + 8);
    }
  }

  // ring marks the selected mark.
  ring(x, y) {
    const { context, colours } = this;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, 7.5, 0, 7);
    context.stroke();
    context.lineWidth = 1;
  }

  // markLabel writes a mark's name beside it, up to a place; on its left if there is no room on
  // the right. It returns where the next one may begin.
  markLabel(text, x, y, free, until) {
    const { context } = this;
    const width = text.length * this.character;
    const isLeft = x + 7 + width > until;
    const left = isLeft ? x - 8 - width : x + 7;
    if (left >= free) context.fillText(text, left, y);
    return isLeft ? Math.max(free, x + 7) : x + 14 + width;
  }

  shape(kind, x, y) {
    const { context } = this;
    context.beginPath();
    if (kind === SIGNAL) [[0, -5], [5, 4], [-5, 4]].forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx, y + dy));
    else if (kind === EXIT) context.rect(x - 4, y - 4, 8, 8);
    else context.arc(x, y, 4, 0, 7);
    context.fill();
  }
}

const sides = {
  user: { soft: "user-soft", strong: "user", text: "user-text" },
  kernel: { soft: "kernel-soft", strong: "kernel", text: "kernel-text" },
};
