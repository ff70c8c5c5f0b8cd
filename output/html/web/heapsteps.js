// How the heap went: which call changed the live bytes or the program break, and by how much.
// The rules are those of output/heap.

// stepsOf makes the steps from the columns of details.heap(). It returns columns with one
// entry for each step, in the order of time: row, time, site (-1: the break moved), change
// (of the site's live bytes), live and brk (after it, of all processes; brk is how far the
// breaks are above where they began); sites, {name, place, number, live, blocks, peak,
// allocations, bytes}; and peak, of all sites. A call that frees one block and allocates
// another makes two steps.
//
// With a column has, only blocks count that were allocated by rows that have 1 in it,
// whichever row frees them.
export function stepsOf(trace, heap, has) {
  const steps = new Steps(trace, heap, has);
  for (let i = 0; i < heap.row.length; i++) steps.add(i);
  return steps.finish();
}

class Steps {
  constructor(trace, heap, has) {
    this.trace = trace;
    this.heap = heap;
    this.has = has;
    this.sites = trace.sites.map((site, number) => ({ ...site, number, live: 0, blocks: 0, peak: 0, allocations: 0, bytes: 0 }));
    this.forked = new Set(trace.processes.filter(({ id, maker }) => maker && maker !== id).map(({ id }) => id));
    this.spaces = new Map(); // by process
    this.freed = new Map(); // by thread: what it freed last
    this.live = 0;
    this.brk = 0;
    this.peak = 0;
    this.lists = { row: [], time: [], site: [], change: [], live: [], brk: [] };
  }

  // add does what one call, or the end of a program, did.
  add(i) {
    const { heap, trace } = this;
    const row = heap.row[i];
    const space = this.spaceOf(trace.threadOf(row));
    if (heap.ends[i]) return this.end(row, space);
    if (heap.freed[i]) this.free(row, space, heap.freed[i]);
    if (heap.block[i]) this.allocate(row, space, heap.block[i], heap.size[i], heap.site[i]);
    if (heap.brk[i]) this.move(row, space, heap.brk[i]);
  }

  spaceOf({ process }) {
    let space = this.spaces.get(process);
    if (!space) {
      space = { ...fresh(process), isForked: this.forked.has(process) };
      this.spaces.set(process, space);
    }
    return space;
  }

  // free forgets a block. A call around the one that freed it frees nothing more.
  free(row, space, address) {
    const thread = this.trace.thread[row];
    const last = this.freed.get(thread);
    this.freed.set(thread, { address, row });
    if (last && last.address === address && last.row > row) return;
    const block = space.blocks.get(address);
    if (block) this.drop(row, space, address, block);
  }

  // allocate adds a block. If a call inside this one has allocated it, it becomes this one's.
  allocate(row, space, address, size, number) {
    const site = this.sites[number];
    const old = space.blocks.get(address);
    if (old) {
      this.drop(row, space, address, old);
      if (old.row > row && this.counts(old)) {
        old.site.allocations--;
        old.site.bytes -= old.size;
      }
    }
    const block = { site, number, size, row };
    space.blocks.set(address, block);
    if (!this.counts(block)) return;
    site.allocations++;
    site.bytes += size;
    this.change(row, number, size, 1);
    site.peak = Math.max(site.peak, site.live);
  }

  // counts says whether a block was allocated by a row that counts.
  counts({ row }) {
    return !this.has || this.has[row] === 1;
  }

  drop(row, space, address, block) {
    space.blocks.delete(address);
    if (this.counts(block)) this.change(row, block.number, -block.size, -1);
  }

  change(row, number, size, blocks) {
    const site = this.sites[number];
    site.live += size;
    site.blocks += blocks;
    this.live += size;
    this.peak = Math.max(this.peak, this.live);
    this.step(row, number, size);
  }

  // move moves the break. The first one that is seen may only have been asked for. What a
  // forked process does to its copy is not counted.
  move(row, space, to) {
    const was = space.brk;
    space.brk = to;
    if (was === 0) space.first = to;
    if (was === 0 || was === to || space.isForked) return;
    const above = Math.max(0, to - space.first);
    this.brk += above - space.above;
    space.above = above;
    this.step(row, -1, 0);
  }

  // end ends a heap: its process ended, or executes another program. Its blocks stay in the
  // sums of their sites, because nobody freed them.
  end(row, space) {
    const sums = new Map();
    for (const block of space.blocks.values()) {
      if (this.counts(block)) sums.set(block.number, (sums.get(block.number) ?? 0) + block.size);
    }
    this.brk -= space.above;
    if (sums.size === 0 && space.above > 0) this.step(row, -1, 0);
    for (const [number, size] of sums) {
      this.live -= size;
      this.step(row, number, -size);
    }
    this.spaces.set(space.process, fresh(space.process));
  }

  step(row, site, change) {
    const { lists, trace } = this;
    lists.row.push(row);
    lists.time.push(trace.end[row]);
    lists.site.push(site);
    lists.change.push(change);
    lists.live.push(this.live);
    lists.brk.push(this.brk);
  }

  finish() {
    const { row, site, ...numbers } = this.lists;
    const columns = { row: Uint32Array.from(row), site: Int32Array.from(site) };
    for (const [name, list] of Object.entries(numbers)) columns[name] = Float64Array.from(list);
    return { ...columns, sites: this.sites.filter((site) => site.allocations > 0), peak: this.peak };
  }
}

function fresh(process) {
  return { process, blocks: new Map(), isForked: false, first: 0, brk: 0, above: 0 };
}
