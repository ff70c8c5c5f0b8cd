// The expressions that choose rows. Terms are apart by blanks, and a row must satisfy all:
//
//   read,write-readdir@libc*   plait's filters of calls: names with * ? [set], + adds,
//                              - removes, @ names the library; /regular expressions/ too
//   kind:system                library, system, signal, exit, notice, mark (all but calls)
//   failed   unfinished        calls that report an error; that did not return
//   loader   alone             made by the dynamic loader; that no call is around
//   crossing                   in which, directly, a system call happens
//   thread:7  process:7        by number
//   in:malloc                  directly within a call that a filter chooses
//   within:malloc              anywhere within one
//   >1ms  <10us                by time
//   "text"                     whatever contains the text: arguments, results
//   !TERM                      whatever does not satisfy the term
import { EXIT, FAILED, LOADER, NOTICE, SIGNAL, SYSTEM, UNFINISHED } from "./model.js";

// parse returns {tests, texts}: functions (trace) → (row) → bool, and the texts that details
// must be searched for, with "not" if they must not be there. It throws an Error that says
// what is wrong.
export function parse(expression) {
  const tests = [], texts = [];
  for (const term of termsOf(expression)) {
    const not = term.startsWith("!") && term.length > 1;
    const bare = not ? term.slice(1) : term;
    if (bare.startsWith('"')) texts.push({ text: bare.replace(/^"|"$/g, ""), not });
    else {
      const test = testOf(bare);
      tests.push(not ? (trace) => negated(test(trace)) : test);
    }
  }
  return { tests, texts };
}

function negated(test) {
  return (row) => !test(row);
}

// termsOf splits an expression at blanks outside of quotes. A backslash takes its meaning from
// what follows it.
function termsOf(expression) {
  return expression.match(/!?"[^"]*"?|(?:\\.|[^\s"])+/g) ?? [];
}

// both returns the filter of what two filters choose, of which the first one may end in the
// middle of a term.
export function both(first, second) {
  const last = termsOf(first).at(-1) ?? "";
  const end = /^!?"[^"]*$/.test(last) ? '"' : /(?<!\\)(\\\\)*\\$/.test(last) ? "\\" : "";
  return `${first}${end} ${second}`;
}

const kinds = {
  library: (kind) => kind < SYSTEM,
  system: (kind) => kind === SYSTEM,
  signal: (kind) => kind === SIGNAL,
  exit: (kind) => kind === EXIT,
  notice: (kind) => kind === NOTICE,
  mark: (kind) => kind > SYSTEM,
};

const words = {
  failed: (trace) => (row) => (trace.bits[row] & FAILED) !== 0,
  loader: (trace) => (row) => (trace.bits[row] & LOADER) !== 0,
  alone: (trace) => (row) => trace.parent[row] < 0,
  crossing(trace) {
    const crosses = new Uint8Array(trace.rows);
    for (let row = 0; row < trace.rows; row++) if (trace.parent[row] >= 0 && trace.isSystem(row)) crosses[trace.parent[row]] = 1;
    return (row) => crosses[row] === 1;
  },
  unfinished: (trace) => (row) => (trace.bits[row] & UNFINISHED) !== 0,
};

const keys = {
  kind(value) {
    const is = kinds[value];
    if (!is) throw new Error("kind: is one of " + Object.keys(kinds).join(", "));
    return (trace) => (row) => is(trace.kindOf(row));
  },
  thread: (value) => (trace) => (row) => String(trace.threadOf(row).tid) === value,
  process: (value) => (trace) => (row) => String(trace.threadOf(row).pid) === value,
  in(value) {
    const named = callsNamed(value);
    return (trace) => {
      const chosen = named(trace);
      return (row) => trace.parent[row] >= 0 && chosen(trace.parent[row]);
    };
  },
  within(value) {
    const named = callsNamed(value);
    return (trace) => {
      const chosen = named(trace);
      const inside = new Uint8Array(trace.rows); // a parent has a smaller number than its children
      for (let row = 0; row < trace.rows; row++) {
        const parent = trace.parent[row];
        if (parent >= 0 && (inside[parent] || chosen(parent))) inside[row] = 1;
      }
      return (row) => inside[row] === 1;
    };
  },
};

function testOf(term) {
  if (words[term]) return words[term];
  const time = /^([<>])(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(term);
  if (time) return lasting(time[1], Number(time[2]) * { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 }[time[3]]);
  const colon = term.indexOf(":");
  const key = term.slice(0, colon);
  if (colon > 0 && Object.hasOwn(keys, key) && term[colon + 1] !== ":") return keys[key](term.slice(colon + 1));
  return callsNamed(term);
}

function lasting(sign, limit) {
  return (trace) => (row) => {
    const time = trace.end[row] - trace.begin[row];
    return sign === "<" ? time < limit : time > limit;
  };
}

// callsNamed returns a test by a filter of calls. Each function is matched once.
export function callsNamed(filter) {
  const rules = rulesOf(filter);
  return (trace) => {
    const chosen = trace.functions.map((f) => matches(rules, f));
    return (row) => chosen[trace.fn[row]];
  };
}

// rulesOf parses rules such as +read@libc.so.6-readdir. A "-" removes from what the rules
// before it chose; before the first rule that is everything. A comma is the sign before it.
function rulesOf(filter) {
  const rules = [];
  const pattern = /([+,-]?)(?:((?:\\.|[^@+,\\-])+)->)?(\/(?:[^/\\]|\\.)*\/|(?:\\.|\[[^\]]+\]|[^@+,-]|(?<=\w)-(?=\d))*)(?:@(\/[^,+]*|(?:\\.|[^,+-]|-(?=[\d.]))*))?/y;
  for (let at = 0; at < filter.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const [whole, sign, before, name, after] = pattern.exec(filter);
    const object = before ?? after;
    if (whole === "") throw new Error("not a filter: " + filter);
    if (name.startsWith("%")) throw new Error(name + ": the page does not know classes of system calls");
    if (object === "MAIN") throw new Error("@MAIN: the page knows where a function is, not who calls it");
    const add = sign === "," ? rules.at(-1)?.add ?? true : sign !== "-";
    rules.push({ add, name: matcher(name), object: matcher(object ?? "") });
  }
  return rules;
}

// matcher returns a test of whole names by a glob (glob(7)) or a /regular expression/; "" is any.
function matcher(text) {
  if (text === "") return () => true;
  const regular = /^\/(.+)\/$/.exec(text);
  if (regular) {
    try {
      const expression = new RegExp("^(?:" + regular[1] + ")$", "u");
      return (name) => expression.test(name);
    } catch {
      throw new Error("not a regular expression: " + regular[1]);
    }
  }
  const source = text.replace(/\\(.)|\[([!^]?)(\]?[^\]]+)\]|[.*+?^${}()|[\]\\/]/g, (special, escaped, not, set) => {
    if (set) return "[" + (not ? "^" : "") + set.replace(/[\\\][^&|~]/g, "\\$&") + "]";
    return escaped ? escapeOne(escaped) : special === "*" ? ".*" : special === "?" ? "." : "\\" + special;
  });
  const expression = new RegExp("^" + source + "$", "su");
  return (name) => expression.test(name);
}

function escapeOne(character) {
  return character.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}

function matches(rules, f) {
  let chosen = rules.length > 0 && !rules[0].add;
  for (const rule of rules) {
    const named = rule.name(f.name) || (f.kind === SYSTEM && rule.name("SYS_" + f.name));
    if (named && rule.object(f.object ?? "")) chosen = rule.add;
  }
  return chosen;
}

// nameTerm returns the filter that chooses the calls of one name.
export function nameTerm(name) {
  const escaped = name.replace(/[\\*?[\]@+,\-/:!<>\s"]/g, "\\$&");
  return Object.hasOwn(words, escaped) ? "\\" + escaped : escaped;
}

// rowsOf promises the rows that an expression chooses, as {rows, has}: their numbers in
// order, and a column that has 1 for each of them.
export async function rowsOf(expression, trace, details) {
  const { tests, texts } = parse(expression);
  const has = new Uint8Array(trace.rows).fill(1);
  for (const { text, not } of texts) {
    const found = new Uint8Array(trace.rows);
    for (const row of await details.search(text)) found[row] = 1;
    for (let row = 0; row < has.length; row++) has[row] &= not ? 1 - found[row] : found[row];
  }
  for (const test of tests) {
    const satisfies = test(trace);
    for (let row = 0; row < has.length; row++) if (has[row] && !satisfies(row)) has[row] = 0;
  }
  const rows = new Uint32Array(has.reduce((sum, one) => sum + one, 0));
  for (let row = 0, n = 0; row < has.length; row++) if (has[row]) rows[n++] = row;
  return { rows, has };
}
