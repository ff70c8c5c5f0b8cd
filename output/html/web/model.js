// The trace in memory: columns of numbers with one entry for each row. Rows are calls and
// marks, numbered in the order of their begins.
import { Numbers, inflate } from "./parts.js";

// Kinds of functions. The numbers are those of output/html/html.go.
export const LIBRARY = 0, FUNCTION = 1, SYSTEM = 2, SIGNAL = 3, EXIT = 4, EXEC = 5, OTHER = 6, NOTICE = 7;

// Bits of rows. The numbers are those of output/html/html.go.
export const FAILED = 1, UNFINISHED = 2, INHERITED = 4, LOADER = 8, GUESSED = 16;

// A Trace has the columns. They are longer than there are rows; so use trace.rows.
export class Trace {
  constructor(about) {
    this.about = about;
    this.functions = []; // {name, kind, object}
    this.sites = []; // {name, place}: who allocates memory
    this.threads = []; // by ID, from 1: {id, process, pid, tid, program, name, maker}
    this.rows = 0;
    this.execs = []; // rows of programs that begin to be executed
    this.ends = 0; // rows that have ended, in all blocks
    this.duration = 0;
    this.complete = true;
    this.grow(1 << 14);
    this.open = []; // by thread: the innermost open row, or -1
  }

  // grow makes room for n rows. An open row ends nowhere and has no details.
  grow(n) {
    const copy = (Type, old) => {
      const column = new Type(n);
      if (old) column.set(old);
      return column;
    };
    this.fn = copy(Uint32Array, this.fn);
    this.thread = copy(Uint32Array, this.thread);
    this.begin = copy(Float64Array, this.begin);
    this.end = copy(Float64Array, this.end);
    this.parent = copy(Int32Array, this.parent);
    this.level = copy(Uint16Array, this.level);
    this.bits = copy(Uint8Array, this.bits);
    this.ordinal = copy(Int32Array, this.ordinal);
    this.rowOf = copy(Uint32Array, this.rowOf); // by ordinal
  }

  kindOf(row) {
    return this.functions[this.fn[row]].kind;
  }

  nameOf(row) {
    return this.functions[this.fn[row]].name;
  }

  isSystem(row) {
    return this.kindOf(row) === SYSTEM;
  }

  isMark(row) {
    return this.kindOf(row) > SYSTEM;
  }

  isCall(row) {
    return this.kindOf(row) <= SYSTEM;
  }

  threadOf(row) {
    return this.threads[this.thread[row]];
  }

  // after returns the first row that begins at a time or later.
  after(time) {
    let low = 0, high = this.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.begin[middle] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // add adds the rows of a block.
  add(bytes) {
    const newline = bytes.indexOf(10);
    this.addTables(JSON.parse(new TextDecoder().decode(bytes.subarray(0, newline))));
    const numbers = new Numbers(bytes, newline + 1);
    let now = this.duration;
    while (numbers.more) {
      now += numbers.next();
      const code = numbers.next();
      const thread = numbers.next();
      if (code > 0) this.addBegin(now, code - 1, thread);
      else this.addEnd(now, thread, numbers.next());
    }
    this.duration = now;
  }

  addTables({ functions = [], threads = [], makers = [], sites = [] }) {
    this.functions.push(...functions);
    this.sites.push(...sites);
    for (const thread of threads) {
      this.threads[thread.id] = Object.assign(this.threads[thread.id] ?? { maker: 0 }, thread);
      this.open[thread.id] ??= -1;
    }
    for (const [thread, maker] of makers) this.threads[thread].maker = maker;
  }

  addBegin(now, fn, thread) {
    const row = this.rows++;
    if (row === this.fn.length) this.grow(2 * row);
    const parent = this.open[thread];
    this.fn[row] = fn;
    this.thread[row] = thread;
    this.begin[row] = now;
    this.end[row] = -1;
    this.parent[row] = parent;
    this.level[row] = parent < 0 ? 0 : Math.min(this.level[parent] + (this.isSystem(parent) ? 0 : 1), 0xffff);
    this.ordinal[row] = -1;
    if (this.functions[fn].kind === EXEC) this.execs.push(row);
    this.open[thread] = row;
  }

  addEnd(now, thread, bits) {
    const row = this.open[thread];
    if (!(row >= 0)) throw new Error("an end without a begin");
    this.end[row] = now;
    this.bits[row] = bits;
    this.rowOf[this.ends] = row;
    this.ordinal[row] = this.ends++;
    this.open[thread] = this.parent[row];
  }

  // finish ends the rows that are open still, and groups threads by process.
  finish() {
    for (let row = 0; row < this.rows; row++) {
      if (this.end[row] < 0) {
        this.end[row] = this.duration;
        this.bits[row] |= UNFINISHED;
      }
    }
    this.processes = processesOf(this.threads);
    this.foldLoader();
  }

  // foldLoader finds what the dynamic loader does at the start of programs: system calls that
  // no library call is around. folds has a {first, last, count} for each start; the column
  // folded has 1 for its rows, 2 for the first of them.
  foldLoader() {
    this.folds = [];
    this.folded = new Uint8Array(this.rows);
    const last = new Map(); // by thread: the fold that may go on, and rows since its last one
    for (let row = 0; row < this.rows; row++) {
      const thread = this.thread[row];
      const state = last.get(thread);
      if (this.parent[row] >= 0 || !this.isSystem(row)) {
        if (state && !this.isSystem(row)) last.delete(thread);
      } else if (!(this.bits[row] & LOADER)) {
        state?.between.push(row);
      } else if (state) {
        for (const one of [...state.between, row]) this.addToFold(state.fold, one);
        state.between = [];
      } else {
        const fold = { first: row, last: row, count: 0 };
        this.folds.push(fold);
        this.addToFold(fold, row);
        last.set(thread, { fold, between: [] });
      }
    }
  }

  addToFold(fold, row) {
    fold.last = row;
    fold.count++;
    this.folded[row] = row === fold.first ? 2 : 1;
  }
}

// processesOf returns the processes, each after its maker, in the order of their first
// threads.
function processesOf(threads) {
  const byID = new Map();
  for (const thread of threads) {
    if (!thread) continue;
    let process = byID.get(thread.process);
    if (!process) {
      const maker = thread.maker ? threads[thread.maker].process : 0;
      process = { id: thread.process, pid: thread.pid, maker, depth: (byID.get(maker)?.depth ?? -1) + 1, threads: [] };
      byID.set(thread.process, process);
    }
    process.program = thread.program;
    process.threads.push(thread);
  }
  const children = Map.groupBy(byID.values(), (p) => (p.maker === p.id ? 0 : p.maker));
  const order = [], waiting = [...(children.get(0) ?? [])].reverse();
  while (waiting.length > 0) {
    const process = waiting.pop();
    order.push(process);
    waiting.push(...(children.get(process.id) ?? []).reverse());
  }
  return order;
}

// readTrace reads the trace that is in a document, up to where its file was cut off.
export async function readTrace(doc) {
  const trace = new Trace(JSON.parse(doc.getElementById("about").textContent));
  const parts = [...doc.querySelectorAll('script[type="plait/rows"]')].map((part) => part.textContent);
  const pending = parts.map((text) => inflate(text).catch(() => undefined));
  trace.firstEnd = []; // by block: the ordinal of its first end
  for (const block of pending) {
    const bytes = await block;
    if (!bytes) {
      trace.complete = false;
      break;
    }
    trace.firstEnd.push(trace.ends);
    trace.add(bytes);
  }
  trace.complete &&= doc.querySelector('script[type="plait/end"]') !== null;
  trace.finish();
  return trace;
}
