// What else used what a call used. A number, an address or a descriptor, is used again and
// again for other things: one thing lives from the call that made it (its result) to the one
// that gave it back (free, close).

const most = 1000; // uses of one thing that are shown

// Bits of a use.
const isResult = 1, isLast = 2, isArgument = 4;

// sharedUses returns the other uses of what a row uses, {uses: [{row, what}], more}, in order.
// more counts those that are left out: of a thing with very many uses the farthest. rows and
// words have an entry for each use, in the order of returns; those of one row are neighbours.
// The bits of a word are those of output/html/doc.go.
export function sharedUses(trace, rows, words, row) {
  const found = new Map();
  let more = 0;
  for (const [key, uses] of usesAlike(trace, rows, words, row)) {
    for (const life of livesOf(trace, uses, isDescriptor(key))) {
      const at = life.indexOf(row);
      if (at < 0) continue;
      const shown = nearest(life, at);
      more += life.length - shown.size;
      for (const use of shown) if (use !== row) found.set(use, (found.get(use) ?? new Set()).add(nameOf(key)));
    }
  }
  return { uses: [...found].map(([row, what]) => ({ row, what: [...what] })).sort((a, b) => a.row - b.row), more };
}

// nearest returns the uses of a life that are nearest to one of them, and its first and last.
function nearest(life, at) {
  const from = Math.max(0, Math.min(at - most / 2, life.length - most));
  return new Set([life[0], ...life.slice(from, from + most), life.at(-1)]);
}

// usesAlike returns the uses of each number that a row uses, in its process: by the number,
// columns of rows and of bits, with one entry for each row.
function usesAlike(trace, rows, words, row) {
  const alike = new Map();
  for (let i = 0; i < rows.length; i++) if (rows[i] === row) alike.set(keyOf(words[i]), { rows: [], bits: [] });
  const { process } = trace.threadOf(row);
  for (let i = 0; i < rows.length && alike.size > 0; i++) {
    const uses = alike.get(keyOf(words[i]));
    if (!uses || trace.threadOf(rows[i]).process !== process) continue;
    if (uses.rows.at(-1) !== rows[i]) {
      uses.rows.push(rows[i]);
      uses.bits.push(0);
    }
    uses.bits[uses.bits.length - 1] |= (words[i] % 2 === 1 ? isResult : isArgument) | (words[i] % 8 >= 4 ? isLast : 0);
  }
  return alike;
}

// keyOf returns the number of a word, and whether it is a descriptor.
function keyOf(word) {
  return word - (word % 8) + ((word % 8) & 2);
}

function isDescriptor(key) {
  return key % 8 === 2;
}

function nameOf(key) {
  const number = Math.floor(key / 8);
  return isDescriptor(key) ? "descriptor " + number : "address 0x" + number.toString(16);
}

// livesOf divides the uses of a number by what it stood for: lists of rows.
function livesOf(trace, { rows, bits }, isDescriptor) {
  const lives = [];
  let maker = -1, ended = -1; // of the last life
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i], makes = (bits[i] & isResult) !== 0, takes = (bits[i] & isArgument) !== 0;
    const isOver = lives.length === 0 || (ended >= 0 && !holds(trace, row, ended)) || (!isDescriptor && executes(trace, lives.at(-1).at(-1), row));
    if (!isOver && isBefore(trace, row, maker)) {
      lives.at(-2)?.push(row);
      continue;
    }
    const isSame = !isOver && (!makes || (takes && !isDescriptor) || holds(trace, row, maker));
    if (!isOver && !isSame && takes) lives.at(-1).push(row); // dup2 closes what it makes anew
    if (isSame) lives.at(-1).push(row);
    else {
      lives.push([row]);
      [maker, ended] = [makes ? row : -1, -1];
    }
    if (bits[i] & isLast && !makes) ended = row;
  }
  return lives;
}

// holds reports whether a row is another one or around it: open returns what openat in it has
// made.
function holds(trace, row, other) {
  return row === other || (other > row && trace.thread[row] === trace.thread[other] && trace.end[other] <= trace.end[row]);
}

// isBefore reports whether a row cannot mean what another has made, because it had begun
// before: another thread's malloc may return what free gives back before free itself returns.
function isBefore(trace, row, maker) {
  return maker >= 0 && trace.begin[row] < trace.end[maker] && !holds(trace, row, maker) && !holds(trace, maker, row);
}

// executes reports whether the process executed another program between two rows.
function executes(trace, from, to) {
  const { process } = trace.threadOf(to);
  return trace.execs.some((row) => row > from && row < to && trace.threadOf(row).process === process);
}
