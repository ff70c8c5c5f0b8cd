// Which rows are shown, in order: those that the filter chooses; without a filter all, but of
// what the loader does at the start of a program only the first row, which stands for it.
export class Shown {
  constructor(trace, { filter, loader }) {
    this.trace = trace;
    this.folds = !filter.rows && !loader && trace.folds.length > 0;
    this.rows = filter.rows ?? (this.folds ? unfolded(trace) : null);
    this.has = filter.has;
    this.length = this.rows ? this.rows.length : trace.rows;
  }

  rowAt(index) {
    return this.rows ? this.rows[index] : index;
  }

  shows(row) {
    return this.has ? this.has[row] === 1 : !this.folds || this.trace.folded[row] !== 1;
  }

  // after returns the index of the first row after one, shown or not.
  after(row) {
    if (!this.rows) return row + 1;
    let low = 0, high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rows[middle] <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // indexOf returns where a row is; of a row that is not shown, where the one before it is.
  indexOf(row) {
    return Math.max(0, this.after(row) - 1);
  }
}

function unfolded(trace) {
  const rows = new Uint32Array(trace.rows);
  let n = 0;
  for (let row = 0; row < trace.rows; row++) if (trace.folded[row] !== 1) rows[n++] = row;
  return rows.subarray(0, n);
}
