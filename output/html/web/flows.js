// Which system calls happen in which library calls: what the map shows.
import { nameTerm } from "./filter.js";
import { LOADER, SYSTEM } from "./model.js";

// flowsOf returns {lefts, rights, flows, entered, idle, calls, crossed, systems}.
//
// A left is what makes system calls: a function, the dynamic loader, or the program without
// a library call. It is {name, term, calls, crossed, count, time}: how often it was called,
// how many of these calls entered the kernel, by how many system calls, and how long these
// took. A right is a system call. A flow is {left, right, term, count, time}. A term is the
// filter that chooses the calls; of a left, inside is the one of what happens in it. entered are
// the lefts that have entered the kernel; idle are those that were called and never did.
//
// With a column has, only calls that have 1 in it count. A call has entered the kernel
// whether or not what it did there counts.
export function flowsOf(trace, has) {
  const sides = sidesOf(trace);
  const hasCrossed = new Uint8Array(trace.rows);
  for (let row = 0; row < trace.rows; row++) {
    const fn = trace.fn[row], kind = trace.functions[fn].kind;
    const counts = !has || has[row] === 1;
    if (kind < SYSTEM && counts) sides.leftOf[fn].calls++;
    if (kind !== SYSTEM) continue;
    const around = trace.parent[row];
    const left = around >= 0 ? sides.leftOf[trace.fn[around]] : trace.bits[row] & LOADER ? sides.loader : sides.alone;
    if (around >= 0 && !hasCrossed[around]) {
      hasCrossed[around] = 1;
      left.crossed += has ? has[around] : 1;
    }
    if (counts) count(left, sides.rightOf[fn], trace.end[row] - trace.begin[row]);
  }
  return summed(sides);
}

// sidesOf makes the lefts and the rights. Functions of one name are one, because a filter
// chooses them all. A system call can be a left, too: a signal interrupts it, and the
// handler makes calls.
function sidesOf({ functions }) {
  const names = (isSystem) => new Set(functions.filter(({ kind }) => (kind === SYSTEM) === isSystem).map(({ name }) => name));
  const libraries = names(false), systems = names(true);
  const lefts = new Map(), interrupted = new Map(), rights = new Map();
  const find = (map, name, others, kind, inside) => map.get(name) ?? map.set(name, makeEntry(name, nameTerm(name) + (others.has(name) ? kind : ""), inside)).get(name);
  return {
    leftOf: functions.map(({ name, kind }) => (kind === SYSTEM ? find(interrupted, name, libraries, " kind:system", "in:" + nameTerm(name)) : find(lefts, name, systems, " kind:library", "in:" + nameTerm(name)))),
    rightOf: functions.map(({ name }) => find(rights, name, libraries, " kind:system")),
    loader: { ...makeEntry("the loader", "alone loader kind:system", "alone loader"), unnamed: true },
    alone: { ...makeEntry("no library call", "alone !loader kind:system", "alone !loader"), unnamed: true },
  };
}

function makeEntry(name, term, inside) {
  return { name, term, inside, calls: 0, crossed: 0, count: 0, time: 0, flows: new Map() };
}

function count(left, right, time) {
  let flow = left.flows.get(right);
  if (!flow) left.flows.set(right, (flow = { left, right, term: right.term + " " + left.inside, count: 0, time: 0 }));
  for (const one of [left, right, flow]) {
    one.count++;
    one.time += time;
  }
}

function summed({ leftOf, rightOf, loader, alone }) {
  const lefts = [...new Set([...leftOf, loader, alone])];
  const sum = (key) => lefts.reduce((sum, left) => sum + left[key], 0);
  return {
    lefts: lefts.filter((left) => left.count > 0),
    rights: [...new Set(rightOf)].filter((right) => right.count > 0),
    flows: lefts.flatMap((left) => [...left.flows.values()]),
    entered: lefts.filter((left) => left.crossed > 0),
    idle: lefts.filter((left) => left.calls > 0 && left.crossed === 0).sort((a, b) => b.calls - a.calls),
    calls: sum("calls"),
    crossed: sum("crossed"),
    systems: sum("count"),
  };
}

// largest returns the flows between the lefts and rights that weigh most. All others become
// one left and one right, whose terms say which they are not; rest says so.
export function largest({ lefts, rights, flows }, most, weigh) {
  const left = joinLight(lefts, most, weigh, "functions", (names) => ({ term: `crossing ${names}`, inside: "in:" + names }));
  const right = joinLight(rights, most, weigh, "system calls", (names) => ({ term: `kind:system ${names}` }));
  const joined = new Map();
  for (const flow of flows) {
    const l = left.of.get(flow.left) ?? flow.left, r = right.of.get(flow.right) ?? flow.right;
    const term = `${r.term} ${l.inside}`;
    const of = joined.get(l) ?? joined.set(l, new Map()).get(l);
    const one = of.get(r) ?? of.set(r, { left: l, right: r, term, count: 0, time: 0 }).get(r);
    one.count += flow.count;
    one.time += flow.time;
  }
  return { lefts: left.list, rights: right.list, flows: [...joined.values()].flatMap((of) => [...of.values()]) };
}

// joinLight joins what is too light for an entry of its own. What has no name stays.
function joinLight(list, most, weigh, what, chosenBy) {
  const sorted = [...list].sort((a, b) => Boolean(a.unnamed) === Boolean(b.unnamed) ? weigh(b) - weigh(a) : a.unnamed ? -1 : 1);
  const shown = sorted.length > most ? sorted.slice(0, most - 1) : sorted, rest = sorted.slice(shown.length);
  if (rest.length === 0) return { of: new Map(), list };
  const names = shown.filter((one) => !one.unnamed).map((one) => nameTerm(one.name)).join(",");
  const other = { ...makeEntry(`${rest.length} other ${what}`), ...chosenBy("-" + names), rest: true };
  for (const one of rest) for (const key of ["calls", "crossed", "count", "time"]) other[key] += one[key];
  return { of: new Map(rest.map((one) => [one, other])), list: [...shown, other] };
}
