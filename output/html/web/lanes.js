// Where the timeline draws what: a pair of lanes for each thread, user space above the
// kernel, and the rows of each lane in order.
import { SYSTEM } from "./model.js";

const small = 20, large = 28; // heights of a call; large where there is room
const header = 28, crossing = 12, markHeight = 16, margin = 14;
export const deepest = 48; // levels that have a lane

// A lane's rows do not overlap, so both their begins and their ends are in order. What is
// deeper than the deepest level is in no lane.

// layout returns {items, height, box}; box is the height of a call. An item is a process's
// header or a thread: {y, height, process, thread, marks, user: [{y, rows}], kernel: {y, rows},
// border: y, hidden}. Threads of closed processes have none. hidden counts the rows that are
// in no lane.
export function layout(trace, index, closed, room = 0) {
  const roomy = layoutBy(trace, index, closed, large);
  return roomy.height <= room * 0.6 ? roomy : layoutBy(trace, index, closed, small);
}

function layoutBy(trace, index, closed, box) {
  const items = [];
  let y = 0;
  for (const process of trace.processes) {
    items.push({ y, height: header, process });
    y += header;
    if (closed.has(process.id)) continue;
    for (const thread of process.threads) {
      const item = place(y, process, thread, index.get(thread.id), box);
      items.push(item);
      y += item.height;
    }
  }
  return { items, height: y, box };
}

function place(top, process, thread, lanes, box) {
  let y = top;
  const item = { y, process, thread, user: [], marks: undefined, hidden: lanes.hidden };
  if (lanes.marks.length > 0) {
    item.marks = { y, rows: lanes.marks };
    y += markHeight;
  }
  for (const rows of lanes.user) {
    item.user.push({ y, rows });
    y += box;
  }
  item.border = y + crossing / 2;
  y += crossing;
  item.kernel = { y, rows: lanes.kernel };
  item.height = y + box + margin - top;
  return item;
}

// indexLanes returns the rows of the lanes of each thread, by its ID.
export function indexLanes(trace) {
  const levels = levelsOf(trace);
  const index = new Map();
  const columns = [];
  for (const thread of trace.threads) {
    if (!thread) continue;
    const [hidden, ...counts] = levels[thread.id];
    const column = counts.map((n) => ({ rows: new Uint32Array(n), n: 0 }));
    columns[thread.id] = column;
    index.set(thread.id, { hidden, marks: column[0].rows, kernel: column[1].rows, user: column.slice(2).map((c) => c.rows) });
  }
  for (let row = 0; row < trace.rows; row++) {
    const c = columns[trace.thread[row]][laneOf(trace, row)];
    if (c) c.rows[c.n++] = row;
  }
  return index;
}

// laneOf returns 0 for marks, 1 for the kernel, and from 2 the levels of user space; -1 for
// what is deeper.
function laneOf(trace, row) {
  const kind = trace.kindOf(row);
  if (kind >= SYSTEM) return kind > SYSTEM ? 0 : 1;
  return trace.level[row] < deepest ? 2 + trace.level[row] : -1;
}

// levelsOf counts the rows of each lane, by thread, from the lane -1. One level of user space
// is always there.
function levelsOf(trace) {
  const levels = trace.threads.map(() => [0, 0, 0, 0]);
  for (let row = 0; row < trace.rows; row++) {
    const counts = levels[trace.thread[row]];
    const lane = laneOf(trace, row) + 1;
    while (counts.length <= lane) counts.push(0);
    counts[lane]++;
  }
  return levels;
}

// inLane returns the row that stands for one in its lane: itself, or the one around it that
// has a lane.
export function inLane(trace, row) {
  while (laneOf(trace, row) < 0) row = trace.parent[row];
  return row;
}

// placeOf returns where a thread's row is drawn, from the top of the layout.
export function placeOf(trace, item, row) {
  const lane = laneOf(trace, row);
  return lane === 0 ? item.marks.y : lane === 1 ? item.kernel.y : item.user[lane - 2].y;
}

// crossingTop returns where the crossing of a system call begins: at the lower edge of the
// call around it.
export function crossingTop(trace, item, row, box) {
  const around = trace.parent[row];
  return around < 0 || trace.isSystem(around) ? item.border - 4 : placeOf(trace, item, inLane(trace, around)) + box - 1;
}

// firstIn returns the index of the first of a lane's rows that ends after a time.
export function firstIn(trace, rows, time) {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trace.end[rows[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

// nextFrom returns the index of the first row from i on that begins at a time or later. It
// is near, most often.
export function nextFrom(trace, rows, i, time) {
  let step = 1, low = i;
  while (low + step < rows.length && trace.begin[rows[low + step]] < time) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, rows.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (trace.begin[rows[middle]] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
