// The moments of one thread, in order: a call begins, a call returns. A library call with
// nothing in it has one moment, for nothing can be seen between the two. So has a mark. Only
// rows that are shown have moments: the others are as if they were not there.

export class Walk {
  constructor(page) {
    this.page = page;
    this.trace = page.trace;
  }

  // first returns the first moment of a thread, or undefined.
  first(thread) {
    const row = this.after(-1, thread, -1);
    return row < 0 ? undefined : this.normal({ row, returned: false });
  }

  // normal returns the moment that stands for one.
  normal({ row, returned }) {
    return { row, returned: returned || !this.isTwo(row) };
  }

  // isTwo reports whether begin and return of a row are two moments.
  isTwo(row) {
    if (this.page.isFold(row) || this.trace.isMark(row)) return false;
    return this.trace.isSystem(row) || this.hasChild(row);
  }

  hasChild(row) {
    return this.child(row) >= 0;
  }

  // child returns the first row in a row, or -1.
  child(row) {
    return this.after(row, this.trace.thread[row], row);
  }

  // parent returns the innermost row around a row, or -1.
  parent(row) {
    let at = this.trace.parent[row];
    while (at >= 0 && !this.page.shown.shows(at)) at = this.trace.parent[at];
    return at;
  }

  // after returns the next row of a thread directly in a parent (-1: in none), or -1. Rows of
  // other threads may be between.
  after(row, thread, parent) {
    const { trace, page } = this;
    const end = parent < 0 ? Infinity : trace.end[parent];
    for (let i = page.shown.after(row); i < page.shown.length; i++) {
      const at = page.shown.rowAt(i);
      if (trace.begin[at] > end) return -1;
      if (trace.thread[at] !== thread) continue;
      const around = this.parent(at);
      if (around === parent) return at;
      if (around < parent) return -1;
    }
    return -1;
  }

  // beside returns the next row in the same parent, or -1.
  beside(row) {
    return this.after(row, this.trace.thread[row], this.parent(row));
  }

  // before returns the row before one in the same parent, or -1.
  before(row) {
    const { trace, page } = this;
    const parent = this.parent(row);
    for (let i = page.shown.after(row - 1) - 1; i >= 0; i--) {
      const at = page.shown.rowAt(i);
      if (at <= parent) return -1;
      if (trace.thread[at] === trace.thread[row] && this.parent(at) === parent) return at;
    }
    return -1;
  }

  // next returns the moment after one, or undefined.
  next(moment) {
    const { row, returned } = this.normal(moment);
    if (row < 0) return undefined;
    if (!returned) {
      const child = this.child(row);
      return child >= 0 ? this.normal({ row: child, returned: false }) : { row, returned: true };
    }
    const sibling = this.beside(row);
    if (sibling >= 0) return this.normal({ row: sibling, returned: false });
    const around = this.parent(row);
    return around >= 0 ? { row: around, returned: true } : undefined;
  }

  // previous returns the moment before one, or undefined.
  previous(moment) {
    const { row, returned } = this.normal(moment);
    if (row < 0) return undefined;
    if (returned && this.isTwo(row)) {
      const last = this.lastChild(row);
      return last >= 0 ? { row: last, returned: true } : { row, returned: false };
    }
    const sibling = this.before(row);
    if (sibling >= 0) return { row: sibling, returned: true };
    const around = this.parent(row);
    return around >= 0 ? { row: around, returned: false } : undefined;
  }

  lastChild(row) {
    let last = -1;
    for (let at = this.child(row); at >= 0; at = this.after(at, this.trace.thread[row], row)) last = at;
    return last;
  }

  // chain returns a row with those around it, shown or not, outermost first; of deep recursion
  // the innermost.
  chain(row) {
    const rows = [];
    for (let at = row; at >= 0 && rows.length < 12; at = this.trace.parent[at]) rows.unshift(at);
    return rows;
  }

  // recent returns the last moments up to one, oldest first.
  recent(moment, most) {
    const all = [];
    for (let m = this.normal(moment); m && all.length < most; m = this.previous(m)) all.unshift(m);
    return all;
  }
}
