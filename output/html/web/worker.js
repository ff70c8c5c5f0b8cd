// The worker has what is read of rows only when somebody looks at it: arguments, results,
// uses of addresses, changes of the heap. It answers {id, ask, …} with {id, …}.
import { Numbers, inflate } from "./parts.js";
import { textOf } from "./sentence.js";

let parts; // {details, uses, heap}: the parts of all blocks
let firstEnd; // by block: the ordinal of its first end
let names; // by ordinal: what its row is called
const cache = new Map(); // the lines of blocks that were read last
const kept = 64;

const answers = {
  start(message) {
    ({ parts, firstEnd, names } = message);
    return {};
  },

  // details of a block: all of them, for they are wanted together.
  async block({ block }) {
    return { details: (await lines(block)).map((line) => JSON.parse(line)) };
  },

  // search finds the ordinals of rows whose text contains something.
  async search({ text }) {
    const wanted = text.toLowerCase();
    const found = [];
    for (let block = 0; block < firstEnd.length; block++) {
      const all = await lines(block);
      for (let i = 0; i < all.length; i++) {
        const ordinal = firstEnd[block] + i;
        if (textOf(names.list[names.fn[ordinal]], JSON.parse(all[i])).toLowerCase().includes(wanted)) found.push(ordinal);
      }
    }
    return { found: Uint32Array.from(found) };
  },

  // uses finds the uses of every call, as pairs of columns.
  async uses() {
    const ordinals = [], words = [];
    for (let block = 0; block < firstEnd.length; block++) {
      const numbers = new Numbers(await inflate(parts.uses[block]));
      for (let ordinal = firstEnd[block]; numbers.more; ordinal++) {
        for (let n = numbers.next(); n > 0; n--) {
          ordinals.push(ordinal);
          words.push(numbers.next());
        }
      }
    }
    return { ordinals: Uint32Array.from(ordinals), words: Float64Array.from(words) };
  },

  // heap finds the changes of the heap. What a change does not say is 0.
  async heap() {
    const columns = { ordinals: [], freed: [], block: [], size: [], site: [], brk: [], ends: [] };
    for (let block = 0; block < firstEnd.length; block++) {
      const numbers = new Numbers(await inflate(parts.heap[block]));
      for (let ordinal = firstEnd[block]; numbers.more; ) {
        ordinal += numbers.next();
        const bits = numbers.next();
        columns.ordinals.push(ordinal);
        columns.freed.push(bits & 1 ? numbers.next() : 0);
        columns.block.push(bits & 2 ? numbers.next() : 0);
        columns.size.push(bits & 2 ? numbers.next() : 0);
        columns.site.push(bits & 2 ? numbers.next() : 0);
        columns.brk.push(bits & 4 ? numbers.next() : 0);
        columns.ends.push(bits & 8 ? 1 : 0);
      }
    }
    return {
      ordinals: Uint32Array.from(columns.ordinals),
      freed: Float64Array.from(columns.freed),
      block: Float64Array.from(columns.block),
      size: Float64Array.from(columns.size),
      site: Uint32Array.from(columns.site),
      ends: Uint8Array.from(columns.ends),
      brk: Float64Array.from(columns.brk),
    };
  },
};

// lines returns the lines of JSON of a block.
async function lines(block) {
  let all = cache.get(block);
  if (!all) {
    const text = new TextDecoder().decode(await inflate(parts.details[block]));
    all = text.split("\n");
    all.pop();
    if (cache.size >= kept) cache.delete(cache.keys().next().value);
    cache.set(block, all);
  }
  return all;
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ id: data.id, ...(await answers[data.ask](data)) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
};
