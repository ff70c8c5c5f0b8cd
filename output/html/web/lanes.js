// Where the timeline draws what: a pair of lanes for each thread, user space above the
// kernel, and the rows of each lane in order.
import { SYSTEM } from "./model.js";

const small = 20, large = 28; // heights of a call; large where there is room
const header = 28, crossing = 12, markHeight = 16, margin = 14;
const deepest = 16; // levels that have a lane; the last one has what is deeper

// A lane's rows do not overlap, but for the deepest level, so both their begins and their
// ends are in order.

// layout returns {items, height, box}; box is the height of a call. An item is a process's header or a thread: {y, height,
// process, thread, marks, user: [{y, rows}], kernel: {y, rows}, border: y}. Threads of closed
// processes have none.
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
  const item = { y, process, thread, user: [], marks: undefined };
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
    const counts = levels[thread.id];
    const column = counts.map((n) => ({ rows: new Uint32Array(n), n: 0 }));
    columns[thread.id] = column;
    index.set(thread.id, { marks: column[0].rows, kernel: column[1].rows, user: column.slice(2).map((c) => c.rows) });
  }
  for (let row = 0; row < trace.rows; row++) {
    const c = columns[trace.thread[row]][laneOf(trace, row)];
    c.rows[c.n++] = row;
  }
  return index;
}

// laneOf returns 0 for marks, 1 for the kernel, and from 2 the levels of user space.
function laneOf(trace, row) {
  const kind = trace.kindOf(row);
  return kind > SYSTEM ? 0 : kind === SYSTEM ? 1 : 2 + Math.min(trace.level[row], deepest - 1);
}

// levelsOf counts the rows of each lane, by thread. One level is always there.
function levelsOf(trace) {
  const levels = trace.threads.map(() => [0, 0, 0]);
  for (let row = 0; row < trace.rows; row++) {
    const counts = levels[trace.thread[row]];
    const lane = laneOf(trace, row);
    while (counts.length <= lane) counts.push(0);
    counts[lane]++;
  }
  return levels;
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
