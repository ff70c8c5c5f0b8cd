// What is read of a row only when somebody looks at it. A worker reads it, block by block.
// Times that matter: a block of some 8,000 rows takes about 20 ms.
import { sharedUses } from "./uses.js";
import source from "./worker.js?text";

const kept = 48; // blocks whose details are remembered

export class Details {
  constructor(trace, doc) {
    this.trace = trace;
    this.blocks = new Map(); // by block: its details, or a promise of them
    this.waiting = new Map(); // by ID of a question: what to do with the answer
    this.questions = 0;
    this.worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    this.worker.onmessage = ({ data }) => this.answered(data);
    this.document = doc;
  }

  // start gives the worker its parts, when it is first asked something: not before the first
  // picture.
  start() {
    const { trace, document } = this;
    const parts = {};
    for (const name of ["details", "uses", "heap"]) {
      parts[name] = [...document.querySelectorAll(`script[type="plait/${name}"]`)].map((part) => part.textContent);
    }
    const fn = trace.rowOf.subarray(0, trace.ends).map((row) => trace.fn[row]);
    this.worker.postMessage({ id: 0, ask: "start", parts, firstEnd: trace.firstEnd, names: { list: trace.functions.map((f) => f.name), fn } });
    this.document = undefined;
  }

  // ask asks the worker, and promises its answer.
  ask(ask, more) {
    if (this.document) this.start();
    const id = ++this.questions;
    this.worker.postMessage({ id, ask, ...more });
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  answered({ id, error, ...answer }) {
    if (id === 0) return;
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  }

  // peek returns a row's details if they are here, else undefined.
  peek(row) {
    const at = this.placeOf(row);
    const block = at && this.blocks.get(at.block);
    return at ? block?.details?.[at.index] : nothing;
  }

  // get promises a row's details.
  async get(row) {
    const at = this.placeOf(row);
    return at ? (await this.load(at.block))[at.index] ?? nothing : nothing;
  }

  placeOf(row) {
    const ordinal = this.trace.ordinal[row];
    if (ordinal < 0) return undefined;
    const block = blockOf(this.trace.firstEnd, ordinal);
    return { block, index: ordinal - this.trace.firstEnd[block] };
  }

  // load promises the details of a block.
  load(block) {
    let entry = this.blocks.get(block);
    if (!entry) {
      entry = {};
      entry.promise = this.ask("block", { block }).then(({ details }) => (entry.details = details));
      if (this.blocks.size >= kept) this.blocks.delete(this.blocks.keys().next().value);
      this.blocks.set(block, entry);
    }
    return entry.promise;
  }

  // search promises the rows whose text contains something, in order.
  async search(text) {
    const { found } = await this.ask("search", { text });
    return found.map((ordinal) => this.trace.rowOf[ordinal]).sort();
  }

  // heap promises the changes of the heap, in columns; row has the rows.
  heap() {
    this.heapColumns ??= this.ask("heap").then(({ ordinals, ...columns }) => ({ row: ordinals.map((o) => this.trace.rowOf[o]), ...columns }));
    return this.heapColumns;
  }

  // uses promises the other uses of what a row uses: {uses: [{row, what}], more}.
  async uses(row) {
    this.useColumns ??= this.ask("uses").then(({ ordinals, words }) => ({ rows: ordinals.map((o) => this.trace.rowOf[o]), words }));
    const { rows, words } = await this.useColumns;
    return sharedUses(this.trace, rows, words, row);
  }
}

const nothing = Object.freeze({});

function blockOf(firstEnd, ordinal) {
  let low = 0, high = firstEnd.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (firstEnd[middle] <= ordinal) low = middle;
    else high = middle - 1;
  }
  return low;
}
