// Numbers as people write them.

const steps = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];

// duration writes nanoseconds with three digits that count.
export function duration(ns) {
  if (ns === 0) return "0";
  for (const [size, unit] of steps) {
    if (Math.abs(ns) >= size) return short(ns / size) + " " + unit;
  }
  return ns + " ns";
}

function short(n) {
  const size = Math.abs(n);
  return size >= 100 ? n.toFixed(0) : size >= 10 ? n.toFixed(1).replace(/\.0$/, "") : n.toFixed(2).replace(/\.?0+$/, "");
}

// instant writes a time since the begin of the trace so exactly that times apart by step
// differ. All times up to most have the same unit.
export function instant(ns, step, most) {
  const [size, unit] = steps.find(([size]) => step * 1000 >= size && most >= size) ?? steps[3];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return (ns / size).toFixed(Math.min(digits, 9)) + " " + unit;
}

// count writes a whole number with its thousands apart.
export function count(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

// plural writes a count with its noun.
export function plural(n, one, many = one + "s") {
  return count(n) + " " + (n === 1 ? one : many);
}

// moment writes a time since the begin of the trace, to the microsecond.
export function moment(ns) {
  return (ns / 1e6).toFixed(3) + " ms";
}

// bytes writes a number of bytes with three digits that count.
export function bytes(n) {
  let unit = 0;
  for (; n >= 1024 && unit < sizes.length - 1; unit++) n /= 1024;
  return unit === 0 ? plural(n, "byte") : short(n) + " " + sizes[unit];
}

const sizes = ["bytes", "KiB", "MiB", "GiB", "TiB"];

// bytesStep returns a round step between 0 and most bytes, for so many lines at most.
export function bytesStep(most, lines) {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, most) / lines)));
  return step > most ? Math.max(1, step / 2) : step;
}
