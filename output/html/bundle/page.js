(() => {
  // web/dom.js
  function el(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value === void 0 || value === null) continue;
      if (typeof value === "function") element.addEventListener(name, value);
      else if (name === "class" || name === "role" || name === "for" || name.includes("-")) element.setAttribute(name, value);
      else element[name] = value;
    }
    element.append(...children.filter((child) => child !== void 0 && child !== null));
    return element;
  }
  function svg(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  function palette() {
    const style = getComputedStyle(document.documentElement);
    const colours = {};
    for (const name of ["bg", "surface", "line", "text", "muted", "user", "user-soft", "user-text", "kernel", "kernel-soft", "kernel-text", "accent", "warn", "mono", "sans"]) {
      colours[name] = style.getPropertyValue("--" + name).trim();
    }
    return colours;
  }
  function fit(canvas) {
    const scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height2 = canvas.clientHeight;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height2 * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height2 * scale);
    }
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    return { context, width, height: height2 };
  }

  // web/parts.js
  async function inflate(base64) {
    const packed = bytesOf(base64);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64);
    const bytes2 = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes2[i] = text.charCodeAt(i);
    return bytes2;
  }
  var Numbers = class {
    constructor(bytes2, at = 0) {
      this.bytes = bytes2;
      this.at = at;
    }
    get more() {
      return this.at < this.bytes.length;
    }
    next() {
      const { bytes: bytes2 } = this;
      let byte = bytes2[this.at++];
      if (byte < 128) return byte;
      let n = byte & 127, scale = 128;
      do {
        byte = bytes2[this.at++];
        n += (byte & 127) * scale;
        scale *= 128;
      } while (byte >= 128);
      return n;
    }
  };

  // web/model.js
  var FUNCTION = 1;
  var SYSTEM = 2;
  var SIGNAL = 3;
  var EXIT = 4;
  var EXEC = 5;
  var FAILED = 1;
  var UNFINISHED = 2;
  var INHERITED = 4;
  var LOADER = 8;
  var GUESSED = 16;
  var Trace = class {
    constructor(about) {
      this.about = about;
      this.functions = [];
      this.sites = [];
      this.threads = [];
      this.rows = 0;
      this.ends = 0;
      this.duration = 0;
      this.complete = true;
      this.grow(1 << 14);
      this.open = [];
    }
    // grow makes room for n rows. An open row ends nowhere and has no details.
    grow(n) {
      const copy = (Type, old) => {
        const column2 = new Type(n);
        if (old) column2.set(old);
        return column2;
      };
      this.fn = copy(Uint32Array, this.fn);
      this.thread = copy(Uint32Array, this.thread);
      this.begin = copy(Float64Array, this.begin);
      this.end = copy(Float64Array, this.end);
      this.parent = copy(Int32Array, this.parent);
      this.level = copy(Uint16Array, this.level);
      this.bits = copy(Uint8Array, this.bits);
      this.ordinal = copy(Int32Array, this.ordinal);
      this.rowOf = copy(Uint32Array, this.rowOf);
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
        const middle2 = low + high >>> 1;
        if (this.begin[middle2] < time) low = middle2 + 1;
        else high = middle2;
      }
      return low;
    }
    // add adds the rows of a block.
    add(bytes2) {
      const newline = bytes2.indexOf(10);
      this.addTables(JSON.parse(new TextDecoder().decode(bytes2.subarray(0, newline))));
      const numbers = new Numbers(bytes2, newline + 1);
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
      this.level[row] = parent < 0 ? 0 : this.level[parent] + (this.isSystem(parent) ? 0 : 1);
      this.ordinal[row] = -1;
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
      const last = /* @__PURE__ */ new Map();
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
  };
  function processesOf(threads) {
    const byID = /* @__PURE__ */ new Map();
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
    const children = Map.groupBy(byID.values(), (p) => p.maker === p.id ? 0 : p.maker);
    const order = [], waiting = [...children.get(0) ?? []].reverse();
    while (waiting.length > 0) {
      const process = waiting.pop();
      order.push(process);
      waiting.push(...(children.get(process.id) ?? []).reverse());
    }
    return order;
  }
  async function readTrace(doc) {
    const trace = new Trace(JSON.parse(doc.getElementById("about").textContent));
    const parts = [...doc.querySelectorAll('script[type="plait/rows"]')].map((part) => part.textContent);
    const pending = parts.map((text) => inflate(text).catch(() => void 0));
    trace.firstEnd = [];
    for (const block of pending) {
      const bytes2 = await block;
      if (!bytes2) {
        trace.complete = false;
        break;
      }
      trace.firstEnd.push(trace.ends);
      trace.add(bytes2);
    }
    trace.complete &&= doc.querySelector('script[type="plait/end"]') !== null;
    trace.finish();
    return trace;
  }

  // web/sentence.js
  function argumentsOf(detail) {
    const values = [];
    for (let i = 1; i < (detail.args?.length ?? 0); i += 2) values.push(detail.args[i]);
    return values.join(", ");
  }
  function resultOf(detail) {
    if (detail.outcome) return "<" + detail.outcome + ">";
    if (!detail.result) return "";
    return detail.errno ? detail.result + " " + detail.errno : detail.result;
  }
  function textOf(name, detail) {
    const result = resultOf(detail);
    return name + "(" + argumentsOf(detail) + ")" + (result ? " = " + result : "");
  }

  // web/units.js
  var steps = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
  function duration(ns) {
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
  function instant(ns, step2) {
    const [size, unit] = steps.find(([size2]) => Math.max(step2, Math.abs(ns) / 1e3) >= size2) ?? steps[3];
    const digits = Math.max(0, Math.ceil(-Math.log10(step2 / size) - 1e-9));
    return (ns / size).toFixed(Math.min(digits, 9)) + " " + unit;
  }
  function count(n) {
    return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  }
  function plural(n, one, many = one + "s") {
    return count(n) + " " + (n === 1 ? one : many);
  }
  function moment(ns) {
    return (ns / 1e6).toFixed(3) + " ms";
  }
  function bytes(n) {
    let unit = 0;
    for (; n >= 1024 && unit < sizes.length - 1; unit++) n /= 1024;
    return unit === 0 ? plural(n, "byte") : short(n) + " " + sizes[unit];
  }
  var sizes = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  function bytesStep(most4, lines2) {
    return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, most4) / lines2)));
  }

  // web/call.js
  var most = 12;
  function callPanel(page, element) {
    const { trace, details, store } = page;
    let shown2 = -1;
    async function show(row) {
      shown2 = row;
      if (row < 0) {
        element.replaceChildren(el("p", { class: "hint" }, "Click a call, or press ↓, to see what it did."));
        return;
      }
      const detail = details.peek(row) ?? await details.get(row);
      if (shown2 !== row) return;
      if (page.isFold(row)) {
        const { count: count3 } = trace.folds.find((fold) => fold.first === row);
        element.replaceChildren(el("p", { class: "kind kernel" }, "folded"), el("h2", { class: "kernel" }, "ld.so"), el("p", { class: "explanation" }, `The dynamic loader maps the program and its libraries, with ${plural(count3, "system call")}. The key l shows them.`));
        return;
      }
      element.replaceChildren(...heading(row, detail), ...facts(row, detail), ...around(row), ...stack2(detail), usesOf());
    }
    function heading(row, detail) {
      const { name, kind, object } = trace.functions[trace.fn[row]];
      const side = kind === SYSTEM ? "kernel" : kind > SYSTEM ? "mark" : "user";
      const what = kind === SYSTEM ? "system call" : kind > SYSTEM ? "event" : kind === FUNCTION ? "function" : "library call";
      return [
        el("p", { class: "kind " + side }, kind === SYSTEM ? what + ": enters the kernel" : object ? what + " into " + object : what),
        el("h2", { class: side }, name),
        detail.explanation ? el("p", { class: "explanation" }, detail.explanation) : void 0,
        detail.manual ? el("p", { class: "manual" }, "Manual: ", el("code", {}, manualCommand(detail.manual))) : void 0
      ].filter(Boolean);
    }
    function facts(row, detail) {
      const list2 = el("dl", { class: "facts" });
      const add = (name, value, properties) => list2.append(el("dt", {}, name), el("dd", properties ?? {}, value));
      for (let i = 0; i < (detail.args?.length ?? 0); i += 2) add(detail.args[i] || "argument " + (i / 2 + 1), detail.args[i + 1]);
      if (detail.result) add("result", detail.result, { class: trace.bits[row] & FAILED ? "failed" : "result" });
      if (detail.errno) add("errno", detail.errno, { class: "failed" });
      if (detail.outcome) add("end", detail.outcome);
      const notes = notesOf(row);
      if (notes.length > 0) add("note", notes.join("; "));
      add("at", moment(trace.begin[row]));
      if (trace.isCall(row)) add("lasts", lasting2(row, detail));
      const thread = trace.threadOf(row);
      add("thread", `${thread.name} of ${thread.program} (process ${thread.pid})`);
      return [list2];
    }
    function notesOf(row) {
      const notes = [];
      if (trace.bits[row] & GUESSED) notes.push("no prototype is known: arguments are guesses");
      if (trace.bits[row] & INHERITED) notes.push("fork copied this call from the parent");
      if (trace.bits[row] & UNFINISHED) notes.push("it did not return");
      return notes;
    }
    function lasting2(row, detail) {
      const all = duration(trace.end[row] - trace.begin[row]);
      return detail.elapsed ? `${duration(detail.elapsed)} (${all} with the tracer's work)` : all;
    }
    function around(row) {
      const callers = [];
      for (let at = trace.parent[row]; at >= 0 && callers.length < most; at = trace.parent[at]) callers.unshift(at);
      const [children, count3] = childrenOf(row);
      const sections2 = [];
      if (callers.length > 0) sections2.push(el("h3", {}, "within"), links(callers));
      if (count3 > 0) sections2.push(el("h3", {}, plural(count3, "call") + " in it"), links(children));
      if (count3 > children.length) sections2.push(el("p", { class: "hint" }, `and ${plural(count3 - children.length, "more", "more")}`));
      if (count3 === 0 && trace.kindOf(row) < SYSTEM) sections2.push(el("p", { class: "hint" }, "No call was seen in it: it did not enter the kernel, or system calls were not traced."));
      return sections2;
    }
    function childrenOf(row) {
      const children = [];
      let count3 = 0;
      const end = trace.end[row];
      for (let at = row + 1; at < trace.rows && trace.begin[at] <= end; at++) {
        if (trace.parent[at] !== row) continue;
        if (++count3 <= most) children.push(at);
      }
      return [children, count3];
    }
    function links(rows) {
      return el("ul", { class: "links" }, ...rows.map((row) => el("li", {}, link(row))));
    }
    function link(row) {
      const side = trace.isSystem(row) ? "kernel" : trace.isMark(row) ? "mark" : "user";
      const button = el("button", { class: "link " + side, type: "button", "data-row": row, click: () => page.select(row) }, trace.nameOf(row));
      details.get(row).then((detail) => {
        if (trace.isCall(row)) button.textContent = textOf(trace.nameOf(row), detail);
      });
      return button;
    }
    function stack2(detail) {
      if (!detail.stack?.length) return [];
      return [el("h3", {}, "called from"), el("ol", { class: "stack" }, ...detail.stack.map((frame3) => el("li", {}, frame3)))];
    }
    function usesOf() {
      const section = el("div", { class: "uses" });
      const byThing = /* @__PURE__ */ new Map();
      for (const [row, things] of store.state.uses) for (const thing of things) byThing.set(thing, [...byThing.get(thing) ?? [], row]);
      for (const [thing, rows] of byThing) {
        section.append(el("h3", {}, "other uses of " + thing), links(rows.slice(0, most)));
        if (rows.length > most) section.append(el("p", { class: "hint" }, `and ${plural(rows.length - most, "more", "more")}, marked in the list`));
      }
      return section;
    }
    show(-1);
    return {
      update(state, changed) {
        if (changed.has("selected") || changed.has("shown")) show(state.selected);
        else if (changed.has("uses") && shown2 >= 0) element.querySelector(".uses")?.replaceWith(usesOf());
      }
    };
  }
  function manualCommand(section) {
    const [, name, number] = /^(.*)\((\w+)\)$/.exec(section) ?? [];
    return name ? `man ${number} ${name}` : section;
  }

  // text:web/worker.js
  var worker_default = '(() => {\n  // web/parts.js\n  async function inflate(base64) {\n    const packed = bytesOf(base64);\n    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));\n    return new Uint8Array(await new Response(stream).arrayBuffer());\n  }\n  function bytesOf(base64) {\n    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);\n    const text = atob(base64);\n    const bytes = new Uint8Array(text.length);\n    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);\n    return bytes;\n  }\n  var Numbers = class {\n    constructor(bytes, at = 0) {\n      this.bytes = bytes;\n      this.at = at;\n    }\n    get more() {\n      return this.at < this.bytes.length;\n    }\n    next() {\n      const { bytes } = this;\n      let byte = bytes[this.at++];\n      if (byte < 128) return byte;\n      let n = byte & 127, scale = 128;\n      do {\n        byte = bytes[this.at++];\n        n += (byte & 127) * scale;\n        scale *= 128;\n      } while (byte >= 128);\n      return n;\n    }\n  };\n\n  // web/sentence.js\n  function argumentsOf(detail) {\n    const values = [];\n    for (let i = 1; i < (detail.args?.length ?? 0); i += 2) values.push(detail.args[i]);\n    return values.join(", ");\n  }\n  function resultOf(detail) {\n    if (detail.outcome) return "<" + detail.outcome + ">";\n    if (!detail.result) return "";\n    return detail.errno ? detail.result + " " + detail.errno : detail.result;\n  }\n  function textOf(name, detail) {\n    const result = resultOf(detail);\n    return name + "(" + argumentsOf(detail) + ")" + (result ? " = " + result : "");\n  }\n\n  // web/worker.js\n  var parts;\n  var firstEnd;\n  var names;\n  var cache = /* @__PURE__ */ new Map();\n  var kept = 64;\n  var answers = {\n    start(message) {\n      ({ parts, firstEnd, names } = message);\n      return {};\n    },\n    // details of a block: all of them, for they are wanted together.\n    async block({ block }) {\n      return { details: (await lines(block)).map((line) => JSON.parse(line)) };\n    },\n    // search finds the ordinals of rows whose text contains something.\n    async search({ text }) {\n      const wanted = text.toLowerCase();\n      const found = [];\n      for (let block = 0; block < firstEnd.length; block++) {\n        const all = await lines(block);\n        for (let i = 0; i < all.length; i++) {\n          const ordinal = firstEnd[block] + i;\n          if (textOf(names.list[names.fn[ordinal]], JSON.parse(all[i])).toLowerCase().includes(wanted)) found.push(ordinal);\n        }\n      }\n      return { found: Uint32Array.from(found) };\n    },\n    // uses finds the uses of every call, as pairs of columns.\n    async uses() {\n      const ordinals = [], words = [];\n      for (let block = 0; block < firstEnd.length; block++) {\n        const numbers = new Numbers(await inflate(parts.uses[block]));\n        for (let ordinal = firstEnd[block]; numbers.more; ordinal++) {\n          for (let n = numbers.next(); n > 0; n--) {\n            ordinals.push(ordinal);\n            words.push(numbers.next());\n          }\n        }\n      }\n      return { ordinals: Uint32Array.from(ordinals), words: Float64Array.from(words) };\n    },\n    // heap finds the changes of the heap. What a change does not say is 0.\n    async heap() {\n      const columns = { ordinals: [], freed: [], block: [], size: [], site: [], brk: [], ends: [] };\n      for (let block = 0; block < firstEnd.length; block++) {\n        const numbers = new Numbers(await inflate(parts.heap[block]));\n        for (let ordinal = firstEnd[block]; numbers.more; ) {\n          ordinal += numbers.next();\n          const bits = numbers.next();\n          columns.ordinals.push(ordinal);\n          columns.freed.push(bits & 1 ? numbers.next() : 0);\n          columns.block.push(bits & 2 ? numbers.next() : 0);\n          columns.size.push(bits & 2 ? numbers.next() : 0);\n          columns.site.push(bits & 2 ? numbers.next() : 0);\n          columns.brk.push(bits & 4 ? numbers.next() : 0);\n          columns.ends.push(bits & 8 ? 1 : 0);\n        }\n      }\n      return {\n        ordinals: Uint32Array.from(columns.ordinals),\n        freed: Float64Array.from(columns.freed),\n        block: Float64Array.from(columns.block),\n        size: Float64Array.from(columns.size),\n        site: Uint32Array.from(columns.site),\n        ends: Uint8Array.from(columns.ends),\n        brk: Float64Array.from(columns.brk)\n      };\n    }\n  };\n  async function lines(block) {\n    let all = cache.get(block);\n    if (!all) {\n      const text = new TextDecoder().decode(await inflate(parts.details[block]));\n      all = text.split("\\n");\n      all.pop();\n      if (cache.size >= kept) cache.delete(cache.keys().next().value);\n      cache.set(block, all);\n    }\n    return all;\n  }\n  self.onmessage = async ({ data }) => {\n    try {\n      self.postMessage({ id: data.id, ...await answers[data.ask](data) });\n    } catch (error) {\n      self.postMessage({ id: data.id, error: String(error) });\n    }\n  };\n})();\n';

  // web/details.js
  var kept = 48;
  var Details = class {
    constructor(trace, doc) {
      this.trace = trace;
      this.blocks = /* @__PURE__ */ new Map();
      this.waiting = /* @__PURE__ */ new Map();
      this.questions = 0;
      this.worker = new Worker(URL.createObjectURL(new Blob([worker_default], { type: "text/javascript" })));
      this.worker.onmessage = ({ data }) => this.answered(data);
      this.document = doc;
    }
    // start gives the worker its parts, when it is first asked something: not before the first
    // picture.
    start() {
      const { trace, document: document2 } = this;
      const parts = {};
      for (const name of ["details", "uses", "heap"]) {
        parts[name] = [...document2.querySelectorAll(`script[type="plait/${name}"]`)].map((part) => part.textContent);
      }
      const fn = trace.rowOf.subarray(0, trace.ends).map((row) => trace.fn[row]);
      this.worker.postMessage({ id: 0, ask: "start", parts, firstEnd: trace.firstEnd, names: { list: trace.functions.map((f) => f.name), fn } });
      this.document = void 0;
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
      if (ordinal < 0) return void 0;
      const block = blockOf(this.trace.firstEnd, ordinal);
      return { block, index: ordinal - this.trace.firstEnd[block] };
    }
    // load promises the details of a block.
    load(block) {
      let entry = this.blocks.get(block);
      if (!entry) {
        entry = {};
        entry.promise = this.ask("block", { block }).then(({ details }) => entry.details = details);
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
    // uses promises the other uses of what a row uses: [{row, what}], in order. A use is of the
    // same thing if no call made another of its number in between: a call makes an address or
    // a descriptor if it is its result.
    async uses(row) {
      this.useColumns ??= this.ask("uses").then(({ ordinals, words: words3 }) => ({ rows: ordinals.map((o) => this.trace.rowOf[o]), words: words3 }));
      const { rows, words: words2 } = await this.useColumns;
      return sharedUses(this.trace, rows, words2, row);
    }
  };
  var nothing = Object.freeze({});
  function blockOf(firstEnd, ordinal) {
    let low = 0, high = firstEnd.length - 1;
    while (low < high) {
      const middle2 = low + high + 1 >>> 1;
      if (firstEnd[middle2] <= ordinal) low = middle2;
      else high = middle2 - 1;
    }
    return low;
  }
  var most2 = 1e3;
  function sharedUses(trace, rows, words2, row) {
    const mine = /* @__PURE__ */ new Set();
    for (let i = 0; i < rows.length; i++) if (rows[i] === row) mine.add(Math.floor(words2[i] / 2));
    const process = trace.threadOf(row).process;
    const found = /* @__PURE__ */ new Map();
    for (const word of mine) {
      for (const use of lifeOf(word)) if (use !== row) found.set(use, (found.get(use) ?? []).concat(nameOfUse(word)));
    }
    return [...found].map(([row2, what]) => ({ row: row2, what })).sort((a, b) => a.row - b.row).slice(0, most2);
    function holds(row2, other) {
      return row2 === other || other > row2 && trace.thread[row2] === trace.thread[other] && trace.end[other] <= trace.end[row2];
    }
    function lifeOf(word) {
      let life = [], hasMine = false;
      for (let i = 0; i < rows.length; i++) {
        if (words2[i] - words2[i] % 2 !== word * 2 || trace.threadOf(rows[i]).process !== process) continue;
        if (words2[i] % 2 === 1 && !holds(rows[i], life.at(-1))) {
          if (hasMine) break;
          life = [];
        }
        if (rows[i] !== life.at(-1)) life.push(rows[i]);
        hasMine ||= rows[i] === row;
      }
      return hasMine ? life : [];
    }
  }
  function nameOfUse(word) {
    return word % 2 === 1 ? "descriptor " + (word - 1) / 2 : "address 0x" + (word / 2).toString(16);
  }

  // web/heapareas.js
  var every = 2048;
  var shown = 6;
  var Areas = class {
    constructor(steps2, alone) {
      this.steps = steps2;
      const ranked = alone ? [alone] : [...steps2.sites].sort((a, b) => b.peak - a.peak).slice(0, shown);
      this.groups = ranked.map((site) => ({ site }));
      if (steps2.sites.length > ranked.length) this.groups.push({ site: void 0 });
      this.groupOf = new Int32Array(steps2.sites.reduce((most4, site) => Math.max(most4, site.number + 1), 0)).fill(ranked.length);
      ranked.forEach((site, group) => this.groupOf[site.number] = group);
      this.remember();
    }
    // remember keeps the state before every so many steps.
    remember() {
      const { steps: steps2, groups } = this;
      const state = new Float64Array(groups.length);
      this.states = [];
      for (let i = 0; i < steps2.row.length; i++) {
        if (i % every === 0) this.states.push(state.slice());
        this.apply(state, i);
      }
    }
    apply(state, i) {
      const { site, change } = this.steps;
      if (site[i] >= 0) state[this.groupOf[site[i]]] += change[i];
    }
    // before returns the state before a step.
    before(step2) {
      if (this.states.length === 0) return new Float64Array(this.groups.length);
      const kept2 = Math.min(Math.floor(step2 / every), this.states.length - 1);
      const state = this.states[kept2].slice();
      for (let i = kept2 * every; i < step2; i++) this.apply(state, i);
      return state;
    }
    // sample returns, for each of so many pixels from one time to another, the most that there
    // was: live has the groups' bytes when all of them together had most, brk the break.
    sample(from, to, width) {
      const { steps: steps2, groups } = this;
      const live = new Float64Array(width * groups.length), brk = new Float64Array(width);
      let i = stepAfter(steps2, from);
      const state = this.before(i);
      let above = i > 0 ? steps2.brk[i - 1] : 0;
      for (let x = 0; x < width; x++) {
        const until = from + (x + 1) * (to - from) / width;
        let total = i > 0 ? steps2.live[i - 1] : 0;
        live.set(state, x * groups.length);
        brk[x] = above;
        for (; i < steps2.row.length && steps2.time[i] < until; i++) {
          this.apply(state, i);
          above = steps2.brk[i];
          brk[x] = Math.max(brk[x], above);
          if (steps2.live[i] < total) continue;
          total = steps2.live[i];
          live.set(state, x * groups.length);
        }
      }
      return { live, brk };
    }
  };
  function stepAfter(steps2, time) {
    let low = 0, high = steps2.time.length;
    while (low < high) {
      const middle2 = low + high >>> 1;
      if (steps2.time[middle2] < time) low = middle2 + 1;
      else high = middle2;
    }
    return low;
  }
  function nearestStep(steps2, time, distance, ofBreak) {
    let best = -1, most4 = -1, nearest = -1;
    const isMeant = (i) => steps2.site[i] < 0 === ofBreak;
    for (let i = stepAfter(steps2, time - distance); i < steps2.row.length && steps2.time[i] <= time + distance; i++) {
      const size = ofBreak ? Math.abs(steps2.brk[i] - (steps2.brk[i - 1] ?? 0)) : Math.abs(steps2.change[i]);
      if (isMeant(i) && size > most4) [best, most4] = [i, size];
    }
    if (best >= 0) return best;
    for (const [start2, by] of [[stepAfter(steps2, time) - 1, -1], [stepAfter(steps2, time), 1]]) {
      for (let i = start2; i >= 0 && i < steps2.row.length; i += by) {
        if (!isMeant(i)) continue;
        if (nearest < 0 || Math.abs(steps2.time[i] - time) < Math.abs(steps2.time[nearest] - time)) nearest = i;
        break;
      }
    }
    return nearest;
  }

  // web/heapsteps.js
  function stepsOf(trace, heap2) {
    const steps2 = new Steps(trace, heap2);
    for (let i = 0; i < heap2.row.length; i++) steps2.add(i);
    return steps2.finish();
  }
  var Steps = class {
    constructor(trace, heap2) {
      this.trace = trace;
      this.heap = heap2;
      this.sites = trace.sites.map((site, number) => ({ ...site, number, live: 0, blocks: 0, peak: 0, allocations: 0, bytes: 0 }));
      this.forked = new Set(trace.processes.filter(({ id, maker }) => maker && maker !== id).map(({ id }) => id));
      this.spaces = /* @__PURE__ */ new Map();
      this.freed = /* @__PURE__ */ new Map();
      this.live = 0;
      this.brk = 0;
      this.peak = 0;
      this.lists = { row: [], time: [], site: [], change: [], live: [], brk: [] };
    }
    // add does what one call, or the end of a program, did.
    add(i) {
      const { heap: heap2, trace } = this;
      const row = heap2.row[i];
      const space = this.spaceOf(trace.threadOf(row));
      if (heap2.ends[i]) return this.end(row, space);
      if (heap2.freed[i]) this.free(row, space, heap2.freed[i]);
      if (heap2.block[i]) this.allocate(row, space, heap2.block[i], heap2.size[i], heap2.site[i]);
      if (heap2.brk[i]) this.move(row, space, heap2.brk[i]);
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
        if (old.row > row) {
          old.site.allocations--;
          old.site.bytes -= old.size;
        }
      }
      space.blocks.set(address, { site, number, size, row });
      site.allocations++;
      site.bytes += size;
      this.change(row, number, size, 1);
      site.peak = Math.max(site.peak, site.live);
    }
    drop(row, space, address, { number, size }) {
      space.blocks.delete(address);
      this.change(row, number, -size, -1);
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
      const sums = /* @__PURE__ */ new Map();
      for (const { number, size } of space.blocks.values()) sums.set(number, (sums.get(number) ?? 0) + size);
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
      for (const [name, list2] of Object.entries(numbers)) columns[name] = Float64Array.from(list2);
      return { ...columns, sites: this.sites.filter((site2) => site2.allocations > 0), peak: this.peak };
    }
  };
  function fresh(process) {
    return { process, blocks: /* @__PURE__ */ new Map(), isForked: false, first: 0, brk: 0, above: 0 };
  }

  // web/ruler.js
  var overview = 30;
  var ruler = 24;
  var bins = 1200;
  function ticksOf(from, to, width, apart = 110) {
    const least = (to - from) * apart / Math.max(width, 1);
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
    const step2 = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least) ?? 10 * power;
    const ticks = [];
    for (let at = Math.ceil(from / step2) * step2; at <= to && ticks.length < 200; at += step2) ticks.push(at);
    return { ticks, step: step2 };
  }
  function drawRuler(context, colours, { from, to, width, height: height2, x }) {
    const { ticks, step: step2 } = ticksOf(from, to, width);
    context.font = "11px " + colours.sans;
    context.textBaseline = "middle";
    for (const at of ticks) {
      const left = Math.round(x(at)) + 0.5;
      context.strokeStyle = colours.line;
      context.beginPath();
      context.moveTo(left, overview + ruler - 5);
      context.lineTo(left, height2);
      context.stroke();
      context.fillStyle = colours.muted;
      context.fillText(instant(at, step2), left + 5, overview + ruler / 2);
    }
  }
  function densityOf(trace) {
    const user = new Float32Array(bins), kernel = new Float32Array(bins);
    const scale = bins / Math.max(trace.duration, 1);
    for (let row = 0; row < trace.rows; row++) {
      const kind = trace.kindOf(row);
      if (kind <= SYSTEM) (kind === SYSTEM ? kernel : user)[Math.min(bins - 1, Math.floor(trace.begin[row] * scale))]++;
    }
    const most4 = Math.max(...user, ...kernel, 1);
    const shape = (n) => n === 0 ? 0 : 0.15 + 0.85 * (Math.log1p(n) / Math.log1p(most4));
    return { user: user.map(shape), kernel: kernel.map(shape) };
  }
  function drawOverview(context, colours, density, { from, to, width, duration: duration2 }) {
    const middle2 = overview / 2, per = width / bins;
    for (const [side, colour, up] of [[density.user, colours.user, true], [density.kernel, colours.kernel, false]]) {
      context.fillStyle = colour;
      context.globalAlpha = 0.55;
      for (let i = 0; i < bins; i++) {
        if (side[i] > 0) context.fillRect(i * per, up ? middle2 - side[i] * (middle2 - 3) : middle2, Math.max(per, 1), side[i] * (middle2 - 3));
      }
    }
    const left = from / duration2 * width, right = Math.max(to / duration2 * width, left + 3);
    context.fillStyle = colours.bg;
    context.globalAlpha = 0.7;
    context.fillRect(0, 0, left, overview);
    context.fillRect(right, 0, width - right, overview);
    context.globalAlpha = 1;
    context.strokeStyle = colours.accent;
    context.strokeRect(left + 0.5, 0.5, Math.max(right - left - 1, 1), overview - 1);
  }

  // web/heap.js
  var margin = { left: 76, right: 14, top: 24, between: 34, bottom: 24 };
  var shareOfBreak = 0.32;
  var reach = 6;
  var mostSites = 50;
  function heap(page, element) {
    const { trace, store, details } = page;
    const canvas = el("canvas", { class: "heap-canvas", tabIndex: 0, role: "img", "aria-label": "live bytes and program break over time. Arrow keys select the step before and after." });
    const sum = el("p", { class: "map-sum" }, "Reading the heap …");
    const hint = el("p", { class: "map-hint", "aria-live": "polite" });
    const table = el("div", { class: "heap-sites" });
    element.append(el("div", { class: "map-head" }, sum), canvas, hint, table);
    let steps2, areas, alone, drawn;
    details.heap().then((columns) => {
      steps2 = stepsOf(trace, columns);
      sum.textContent = sumOf(steps2);
      stress(void 0);
      element.dataset.steps = steps2.row.length;
    });
    new ResizeObserver(draw).observe(canvas);
    canvas.addEventListener("click", (event) => {
      const at = drawn?.timeAt(event.offsetX);
      if (at !== void 0) select(nearestStep(steps2, at, reach * drawn.perPixel, drawn.isBreak(event.offsetY)));
    });
    canvas.addEventListener("wheel", (event) => {
      if (!drawn) return;
      zoom(drawn.timeAt(event.offsetX), event.deltaY > 0 ? 1.25 : 0.8);
      event.preventDefault();
    }, { passive: false });
    function stress(site) {
      alone = alone === site ? void 0 : site;
      areas = new Areas(steps2, alone);
      list2();
      draw();
    }
    function list2() {
      table.replaceChildren(...tableOf(steps2, areas, alone, stress));
    }
    function select(step2) {
      if (step2 >= 0) page.select(steps2.row[step2]);
    }
    function zoom(around, by) {
      const { from, to } = store.state;
      const width = Math.min(trace.duration, Math.max(100, (to - from) * by));
      const start2 = Math.max(0, Math.min(trace.duration - width, around - (around - from) / (to - from || 1) * width));
      store.set({ from: start2, to: start2 + width });
    }
    function draw() {
      if (element.hidden || !areas || canvas.clientWidth === 0) return;
      drawn = drawHeap(canvas, areas, store.state, trace, alone);
      say();
    }
    function say() {
      const step2 = stepOf(store.state.selected);
      hint.textContent = steps2.row.length === 0 ? "" : step2 < 0 ? "Click a step to see the call that made it." : textOf2(trace, steps2, step2);
    }
    function stepOf(row) {
      return row < 0 ? -1 : steps2.row.lastIndexOf(row);
    }
    const keys2 = {
      ArrowRight: () => select(Math.min(steps2.row.length - 1, stepOf(store.state.selected) + 1)),
      ArrowLeft: () => select(Math.max(0, (stepOf(store.state.selected) < 0 ? steps2.row.length : stepOf(store.state.selected)) - 1)),
      "+": () => zoom((store.state.from + store.state.to) / 2, 0.5),
      "-": () => zoom((store.state.from + store.state.to) / 2, 2),
      0: () => store.set({ from: 0, to: trace.duration })
    };
    return {
      show: draw,
      hide() {
      },
      update(_, changed) {
        if (changed.has("theme") && areas) list2();
        draw();
      },
      key(event) {
        if (!steps2?.row.length || !Object.hasOwn(keys2, event.key)) return false;
        keys2[event.key]();
        return true;
      }
    };
  }
  function sumOf({ row, live, brk, sites, peak }) {
    const last = row.length - 1;
    if (last < 0) return "No call that changes the heap was seen.";
    const allocations = sites.reduce((sum, site) => sum + site.allocations, 0);
    const all = sites.reduce((sum, site) => sum + site.bytes, 0);
    const kept2 = sites.reduce((sum, site) => sum + site.live, 0);
    if (allocations === 0) return "No allocation was seen; only the program break moved.";
    return `${plural(allocations, "allocation")} of ${bytes(all)} in all, at most ${bytes(peak)} at a time. ${kept2 > 0 ? bytes(kept2) + " never freed." : "All was freed."}`;
  }
  function textOf2(trace, { row, site, change, live, brk, time }, step2) {
    const name = trace.nameOf(row[step2]);
    const moved = brk[step2] - (brk[step2 - 1] ?? 0);
    const what = site[step2] < 0 ? `the break moved ${moved < 0 ? "down" : "up"} by ${bytes(Math.abs(moved))}` : `${change[step2] < 0 ? "−" : "+"}${bytes(Math.abs(change[step2]))}`;
    return `${moment(time[step2])}  ${name}: ${what}; ${bytes(live[step2])} live, break ${bytes(brk[step2])} above its start`;
  }
  function drawHeap(canvas, areas, { from, to, selected }, trace, alone) {
    const { context, width, height: height2 } = fit(canvas);
    const colours = palette();
    const inner = Math.max(1, Math.floor(width - margin.left - margin.right));
    const room = height2 - margin.top - margin.between - margin.bottom;
    const split = areas.groups.length > 0 ? margin.top + room * (1 - shareOfBreak) : margin.top - margin.between;
    const until = to > from ? to : from + 1;
    const { live, brk } = areas.sample(from, until, inner);
    const upper = { top: margin.top, bottom: split, most: largestOf(areas.steps.live) };
    const lower = { top: split + margin.between, bottom: height2 - margin.bottom, most: largestOf(areas.steps.brk) };
    context.clearRect(0, 0, width, height2);
    context.font = "11px " + colours.sans;
    if (areas.groups.length > 0) frame(context, colours, upper, width, alone ? "live bytes, one place" : "live bytes, by place");
    stackAreas(context, upper, live, areas, inner, colours);
    frame(context, colours, lower, width, "program break, above where it began");
    area(context, lower, inner, (x) => brk[x], () => 0, colours["kernel-soft"]);
    edge(context, lower, brk, colours.kernel);
    ruler2(context, colours, from, until, inner, height2);
    const xOf = (time) => margin.left + (time - from) / (until - from) * inner;
    if (selected >= 0) marker(context, colours, xOf(trace.end[selected]), upper.top, lower.bottom, width);
    return {
      perPixel: (until - from) / inner,
      timeAt: (x) => from + (x - margin.left) / inner * (until - from),
      isBreak: (y) => y > split + margin.between / 2
    };
  }
  function largestOf(column2) {
    let most4 = 0;
    for (const value of column2) if (value > most4) most4 = value;
    return most4;
  }
  function frame(context, colours, { top: top3, bottom, most: most4 }, width, title) {
    context.fillStyle = colours.muted;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(title, margin.left, top3 - 9);
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    const step2 = bytesStep(most4, Math.max(1, (bottom - top3) / 56));
    for (let value = 0; value <= most4; value += step2) {
      const y = Math.round(bottom - value / (most4 || 1) * (bottom - top3)) + 0.5;
      context.beginPath();
      context.moveTo(margin.left, y);
      context.lineTo(width - margin.right, y);
      context.stroke();
      context.fillText(bytes(value), margin.left - 8, y);
      if (step2 <= 0) break;
    }
  }
  function stackAreas(context, panel, live, { groups }, width, colours) {
    const n = groups.length;
    const base = new Float64Array(width), next = new Float64Array(width);
    groups.forEach((group, i) => {
      for (let x = 0; x < width; x++) next[x] = base[x] + live[x * n + i];
      area(context, panel, width, (x) => next[x], (x) => base[x], colourOf(group, i, colours));
      base.set(next);
    });
  }
  function colourOf(group, i, colours) {
    if (!group.site) return colours.muted;
    const isDark = colours.bg.startsWith("#1");
    return `hsl(${[218, 196, 246, 172, 268, 210][i]} ${[56, 44, 42, 36, 34, 40][i]}% ${(isDark ? 52 : 56) + i % 3 * 7}%)`;
  }
  function area(context, { top: top3, bottom, most: most4 }, width, high, low, colour) {
    const yOf = (value) => bottom - value / (most4 || 1) * (bottom - top3);
    context.fillStyle = colour;
    for (let x = 0; x < width; ) {
      const start2 = x, h = high(x), l = low(x);
      while (x < width && high(x) === h && low(x) === l) x++;
      if (h > l) context.fillRect(margin.left + start2, yOf(h), x - start2, Math.max(1, yOf(l) - yOf(h)));
    }
  }
  function edge(context, { top: top3, bottom, most: most4 }, column2, colour) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    column2.forEach((value, x) => context.lineTo(margin.left + x, bottom - value / (most4 || 1) * (bottom - top3)));
    context.stroke();
  }
  function ruler2(context, colours, from, to, width, height2) {
    const { ticks, step: step2 } = ticksOf(from, to, width);
    context.fillStyle = colours.muted;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    for (const time of ticks) {
      const x = margin.left + (time - from) / (to - from) * width;
      const text = instant(time, step2);
      const half = context.measureText(text).width / 2;
      context.fillRect(Math.round(x), height2 - margin.bottom, 1, 4);
      context.fillText(text, Math.min(x, margin.left + width + margin.right - half), height2 - 6);
    }
  }
  function marker(context, colours, x, top3, bottom, width) {
    if (x < margin.left || x > width - margin.right + 1) return;
    context.fillStyle = colours.accent;
    context.fillRect(Math.round(x) - 0.5, top3, 1.5, bottom - top3);
  }
  function tableOf(steps2, areas, alone, stress) {
    if (steps2.sites.length === 0) return [];
    const sorted = [...steps2.sites].sort((a, b) => b.live - a.live || b.peak - a.peak || b.bytes - a.bytes);
    const head = el("tr", {}, ...["call", "made in", "never freed", "peak", "allocations", "bytes"].map((name) => el("th", { scope: "col" }, name)));
    const rows = sorted.slice(0, mostSites).map((site) => {
      const group = areas.groups.findIndex((group2) => group2.site === site);
      const swatch = el("i", { class: "swatch" });
      swatch.style.background = group >= 0 ? colourOf(areas.groups[group], group, palette()) : "var(--muted)";
      const button = el("button", { type: "button", "aria-pressed": String(site === alone), click: () => stress(site) }, swatch, site.name);
      return el("tr", {}, el("td", {}, button), ...[site.place, bytes(site.live), bytes(site.peak), count(site.allocations), bytes(site.bytes)].map((text) => el("td", {}, text)));
    });
    const more = sorted.length - rows.length;
    return [el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)), more > 0 ? el("p", { class: "hint" }, `and ${plural(more, "place")} more`) : void 0].filter(Boolean);
  }

  // web/filter.js
  function parse(expression) {
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
  function termsOf(expression) {
    return expression.match(/!?"[^"]*"?|(?:\\.|[^\s"])+/g) ?? [];
  }
  var kinds = {
    library: (kind) => kind < SYSTEM,
    system: (kind) => kind === SYSTEM,
    signal: (kind) => kind === SIGNAL,
    exit: (kind) => kind === EXIT,
    mark: (kind) => kind > SYSTEM
  };
  var words = {
    failed: (trace) => (row) => (trace.bits[row] & FAILED) !== 0,
    loader: (trace) => (row) => (trace.bits[row] & LOADER) !== 0,
    alone: (trace) => (row) => trace.parent[row] < 0,
    unfinished: (trace) => (row) => (trace.bits[row] & UNFINISHED) !== 0
  };
  var keys = {
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
        const inside = new Uint8Array(trace.rows);
        for (let row = 0; row < trace.rows; row++) {
          const parent = trace.parent[row];
          if (parent >= 0 && (inside[parent] || chosen(parent))) inside[row] = 1;
        }
        return (row) => inside[row] === 1;
      };
    }
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
  function callsNamed(filter) {
    const rules = rulesOf(filter);
    return (trace) => {
      const chosen = trace.functions.map((f) => matches(rules, f));
      return (row) => chosen[trace.fn[row]];
    };
  }
  function rulesOf(filter) {
    const rules = [];
    const pattern = /([+,-]?)(\/(?:[^/\\]|\\.)*\/|(?:\\.|[^@+,-]|(?<=\w)-(?=\d))*)(?:@(\/[^,+]*|(?:\\.|[^,+-]|-(?=[\d.]))*))?/y;
    for (let at = 0; at < filter.length; at = pattern.lastIndex) {
      pattern.lastIndex = at;
      const [whole, sign, name, object] = pattern.exec(filter);
      if (whole === "") throw new Error("not a filter: " + filter);
      if (object === "MAIN") throw new Error("@MAIN: the page knows where a function is, not who calls it");
      rules.push({ add: sign !== "-", name: matcher(name), object: matcher(object ?? "") });
    }
    return rules;
  }
  function matcher(text) {
    if (text === "") return () => true;
    const regular = /^\/(.+)\/$/.exec(text);
    if (regular) {
      try {
        const expression2 = new RegExp("^(?:" + regular[1] + ")$", "u");
        return (name) => expression2.test(name);
      } catch {
        throw new Error("not a regular expression: " + regular[1]);
      }
    }
    const source = text.replace(/\\(.)|[.*+?^${}()|[\]\\]/g, (special, escaped) => escaped ? escapeOne(escaped) : special === "*" ? ".*" : special === "?" ? "." : "\\" + special);
    const expression = new RegExp("^" + source + "$", "su");
    return (name) => expression.test(name);
  }
  function escapeOne(character3) {
    return character3.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
  }
  function matches(rules, f) {
    let chosen = rules.length > 0 && !rules[0].add;
    for (const rule of rules) {
      const named = rule.name(f.name) || f.kind === SYSTEM && rule.name("SYS_" + f.name);
      if (named && rule.object(f.object ?? "")) chosen = rule.add;
    }
    return chosen;
  }
  function nameTerm(name) {
    const escaped = name.replace(/[\\*?[\]@+,\-/:!<>\s"]/g, "\\$&");
    return Object.hasOwn(words, escaped) ? "\\" + escaped : escaped;
  }
  async function rowsOf(expression, trace, details) {
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

  // web/flows.js
  function flowsOf(trace) {
    const sides2 = sidesOf(trace);
    const hasCrossed = new Uint8Array(trace.rows);
    for (let row = 0; row < trace.rows; row++) {
      const fn = trace.fn[row], kind = trace.functions[fn].kind;
      if (kind < SYSTEM) sides2.leftOf[fn].calls++;
      if (kind !== SYSTEM) continue;
      const around = trace.parent[row];
      const left = around >= 0 ? sides2.leftOf[trace.fn[around]] : trace.bits[row] & LOADER ? sides2.loader : sides2.alone;
      if (around >= 0 && !hasCrossed[around]) left.crossed += hasCrossed[around] = 1;
      count2(left, sides2.rightOf[fn], trace.end[row] - trace.begin[row]);
    }
    return summed(sides2);
  }
  function sidesOf({ functions }) {
    const names = (isSystem) => new Set(functions.filter(({ kind }) => kind === SYSTEM === isSystem).map(({ name }) => name));
    const libraries = names(false), systems = names(true);
    const lefts = /* @__PURE__ */ new Map(), interrupted = /* @__PURE__ */ new Map(), rights = /* @__PURE__ */ new Map();
    const find = (map2, name, others, kind) => map2.get(name) ?? map2.set(name, makeLeft(name, nameTerm(name), others.has(name) ? kind : "")).get(name);
    return {
      leftOf: functions.map(({ name, kind }) => find(kind === SYSTEM ? interrupted : lefts, name, systems, " kind:library")),
      rightOf: functions.map(({ name }) => find(rights, name, libraries, " kind:system")),
      loader: makeLeft("the loader", "alone loader", " kind:system", "alone loader"),
      alone: makeLeft("no library call", "alone !loader", " kind:system", "alone !loader")
    };
  }
  function makeLeft(name, term, kind, inside = "in:" + term) {
    return { name, term: term + kind, inside, calls: 0, crossed: 0, count: 0, time: 0, flows: /* @__PURE__ */ new Map() };
  }
  function count2(left, right, time) {
    let flow = left.flows.get(right);
    if (!flow) left.flows.set(right, flow = { left, right, term: right.term + " " + left.inside, count: 0, time: 0 });
    for (const one of [left, right, flow]) {
      one.count++;
      one.time += time;
    }
  }
  function summed({ leftOf, rightOf, loader, alone }) {
    const lefts = [.../* @__PURE__ */ new Set([...leftOf, loader, alone])];
    const sum = (key) => lefts.reduce((sum2, left) => sum2 + left[key], 0);
    return {
      lefts: lefts.filter((left) => left.count > 0),
      rights: [...new Set(rightOf)].filter((right) => right.count > 0),
      flows: lefts.flatMap((left) => [...left.flows.values()]),
      idle: lefts.filter((left) => left.calls > 0 && left.crossed === 0).sort((a, b) => b.calls - a.calls),
      calls: sum("calls"),
      crossed: sum("crossed"),
      systems: sum("count")
    };
  }
  function largest({ lefts, rights, flows }, most4, weigh) {
    const place2 = (list2, what) => {
      const sorted = [...list2].sort((a, b) => weigh(b) - weigh(a));
      const rest = sorted.length > most4 ? sorted.slice(most4 - 1) : [];
      const other = { ...makeLeft(`${rest.length} other ${what}`, "", ""), term: void 0 };
      for (const one of rest) for (const key of ["calls", "crossed", "count", "time"]) other[key] += one[key];
      return { of: new Map(rest.map((one) => [one, other])), list: rest.length ? [...sorted.slice(0, most4 - 1), other] : sorted };
    };
    const left = place2(lefts, "functions"), right = place2(rights, "system calls");
    const joined = /* @__PURE__ */ new Map();
    for (const flow of flows) {
      const l = left.of.get(flow.left) ?? flow.left, r = right.of.get(flow.right) ?? flow.right;
      const term = l === flow.left && r === flow.right ? flow.term : void 0;
      const of = joined.get(l) ?? joined.set(l, /* @__PURE__ */ new Map()).get(l);
      const one = of.get(r) ?? of.set(r, { left: l, right: r, term, count: 0, time: 0 }).get(r);
      one.count += flow.count;
      one.time += flow.time;
    }
    return { lefts: left.list, rights: right.list, flows: [...joined.values()].flatMap((of) => [...of.values()]) };
  }

  // web/ribbons.js
  var slot = 20;
  var gap = 6;
  var thinnest = 1.5;
  function layOut({ lefts, rights, flows }, height2, weigh) {
    const left = [...lefts].sort((a, b) => isRest(a) - isRest(b) || weigh(b) - weigh(a));
    const rank = new Map(left.map((one, i) => [one, i]));
    const right = [...rights].sort((a, b) => isRest(a) - isRest(b) || middle(a, flows, rank, weigh) - middle(b, flows, rank, weigh));
    const total = left.reduce((sum, one) => sum + weigh(one), 0) || 1;
    const rows = Math.max(left.length, right.length);
    const room = Math.max(160, height2 - rows * (slot + gap));
    const scale = room / total;
    const columns = { left: column(left, weigh, scale), right: column(right, weigh, scale) };
    const all = Math.max(height2, columns.left.height, columns.right.height);
    for (const { entries, height: height3 } of Object.values(columns)) for (const entry of entries) entry.y += (all - height3) / 2;
    return { height: all, lefts: columns.left.entries, rights: columns.right.entries, flows: ribbons(flows, columns, weigh, scale) };
  }
  function isRest({ term }) {
    return term === void 0;
  }
  function middle(right, flows, rank, weigh) {
    let sum = 0, weight = 0;
    for (const flow of flows) {
      if (flow.right !== right) continue;
      const w = weigh(flow) || 1e-9;
      sum += rank.get(flow.left) * w;
      weight += w;
    }
    return weight ? sum / weight : 0;
  }
  function column(list2, weigh, scale) {
    let y = 0;
    const entries = list2.map((of) => {
      const thickness = Math.max(thinnest, weigh(of) * scale);
      const height2 = Math.max(slot, thickness);
      const entry = { of, y: y + (height2 - thickness) / 2, thickness };
      y += height2 + gap;
      return entry;
    });
    return { entries, height: Math.max(0, y - gap) };
  }
  function ribbons(flows, { left, right }, weigh, scale) {
    const at = new Map([...left.entries, ...right.entries].map((entry) => [entry.of, entry]));
    const list2 = flows.map((of) => ({ of, thickness: Math.max(thinnest, weigh(of) * scale), left: 0, right: 0 }));
    stack(list2, "left", (ribbon) => at.get(ribbon.of.left), (ribbon) => at.get(ribbon.of.right).y);
    stack(list2, "right", (ribbon) => at.get(ribbon.of.right), (ribbon) => at.get(ribbon.of.left).y);
    return list2;
  }
  function stack(list2, side, entryOf, order) {
    const next = /* @__PURE__ */ new Map();
    for (const ribbon of [...list2].sort((a, b) => order(a) - order(b))) {
      const entry = entryOf(ribbon);
      const y = next.get(entry) ?? entry.y;
      ribbon[side] = Math.min(y, entry.y + entry.thickness - Math.min(ribbon.thickness, entry.thickness));
      next.set(entry, y + ribbon.thickness);
    }
  }

  // web/map.js
  var most3 = 40;
  var mostIdle = 24;
  var bar = 10;
  var top = 24;
  var character = 7.6;
  var weights = { count: (one) => one.count, time: (one) => one.time };
  function map(page, element) {
    const { trace, store } = page;
    const all = flowsOf(trace);
    let by = "count";
    const hint = el("p", { class: "map-hint", "aria-live": "polite" });
    const picture = svg("svg", { class: "map-picture", role: "group", "aria-label": "system calls by the library calls that make them" });
    const box = el("div", { class: "map-box" }, picture);
    element.append(el("div", { class: "map-head" }, el("p", { class: "map-sum" }, sumOf2(all)), switchOf(["count", "time"], by, choose)), box, hint, idleOf(page, all));
    new ResizeObserver(() => draw()).observe(box);
    function choose(name) {
      by = name;
      draw();
    }
    function draw() {
      if (element.hidden || box.clientWidth === 0) return;
      const width = box.clientWidth;
      const weigh = weights[by];
      const places = layOut(largest(all, most3, weigh), box.clientHeight - top - 2, weigh);
      const margin3 = Math.min(280, width * 0.34);
      const columns = { left: margin3, right: width - margin3, width, room: Math.floor((margin3 - 16) / character) };
      picture.setAttribute("width", width);
      picture.setAttribute("height", places.height + top);
      const items = [...places.flows.map((flow) => ribbon(flow, columns)), ...places.lefts.map((entry) => node(entry, "left", columns)), ...places.rights.map((entry) => node(entry, "right", columns))];
      picture.replaceChildren(gradient(), border(columns, places.height), ...items);
      if (items.length === 0) hint.textContent = trace.rows === 0 ? "Nothing was traced." : "No system call was seen.";
      else say();
      mark();
    }
    function item(of, kind, name, ...children) {
      const group = svg("g", { class: "map-item " + kind, role: "button", tabindex: -1, "aria-label": name }, svg("title", {}, name), ...children);
      group.addEventListener("pointerenter", () => say(name));
      group.addEventListener("pointerleave", () => say());
      group.addEventListener("focus", () => say(name));
      if (of.term === void 0) group.setAttribute("aria-disabled", "true");
      else group.dataset.term = of.term;
      group.addEventListener("click", () => choosing(of));
      return group;
    }
    function choosing({ term }) {
      if (term !== void 0) page.filterBy(store.state.filter.text === term ? "" : term);
    }
    function ribbon({ of, left, right, thickness }, columns) {
      const from = columns.left + bar, to = columns.right - bar, middle2 = (from + to) / 2;
      const y = left + top, z = right + top;
      const path = `M${from} ${y}C${middle2} ${y} ${middle2} ${z} ${to} ${z}V${z + thickness}C${middle2} ${z + thickness} ${middle2} ${y + thickness} ${from} ${y + thickness}Z`;
      return item(of, "flow", `${of.left.name} → ${of.right.name}: ${costOf(of)}`, svg("path", { d: path }));
    }
    function node({ of, y, thickness }, side, columns) {
      const isLeft = side === "left";
      const text = svg("text", { x: isLeft ? columns.left - 8 : columns.right + 8, y: y + top + thickness / 2, "text-anchor": isLeft ? "end" : "start" });
      text.append(...labelOf(of, isLeft, columns.room));
      const box2 = svg("rect", { x: isLeft ? columns.left : columns.right - bar, y: y + top, width: bar, height: thickness, rx: 1.5 });
      return item(of, isLeft ? "user" : "kernel", nameOf(of, isLeft), box2, text);
    }
    function labelOf(of, isLeft, room) {
      const number = by === "time" ? duration(of.time) : isLeft && of.calls > 0 ? `${count(of.crossed)} of ${count(of.calls)}` : count(of.count);
      const name = shortened(of.name, room - number.length - 2);
      const parts = [svg("tspan", { class: "map-name" }, name), svg("tspan", { class: "map-number" }, isLeft ? number + "  " : "  " + number)];
      return isLeft ? parts.reverse() : parts;
    }
    function say(text = "Click a ribbon or a name to see only these calls, in every view.") {
      hint.textContent = text;
    }
    function mark() {
      const chosen = store.state.filter.text;
      let reached;
      for (const group of picture.querySelectorAll(".map-item")) {
        const isChosen = chosen !== "" && group.dataset.term === chosen;
        group.setAttribute("aria-pressed", String(isChosen));
        group.setAttribute("tabindex", -1);
        if (isChosen || !reached && document.activeElement === group) reached = group;
      }
      picture.classList.toggle("has-chosen", picture.querySelector('[aria-pressed="true"]') !== null);
      (reached ?? picture.querySelector(".map-item"))?.setAttribute("tabindex", 0);
    }
    return {
      show: draw,
      hide() {
      },
      update(state, changed) {
        if (changed.has("filter")) mark();
      },
      key: (event) => keyOf(event, picture)
    };
  }
  function keyOf(event, picture) {
    const items = [...picture.querySelectorAll(".map-item")];
    const at = items.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by && items.length > 0) {
      const next = items[at < 0 ? 0 : (at + by + items.length) % items.length];
      items[at]?.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
      return true;
    }
    if (at < 0 || event.key !== "Enter" && event.key !== " ") return false;
    items[at].dispatchEvent(new MouseEvent("click", { bubbles: true }));
    return true;
  }
  function sumOf2({ calls, crossed, systems }) {
    return `${plural(calls, "library call")}, of which ${count(crossed)} entered the kernel. ${plural(systems, "system call")} in all.`;
  }
  function nameOf(of, isLeft) {
    if (!isLeft) return `${of.name}: ${costOf(of)}`;
    const calls = of.calls > 0 ? `${plural(of.calls, "call")}, of which ${count(of.crossed)} entered the kernel, by ` : "";
    return `${of.name}: ${calls}${costOf(of)}`;
  }
  function costOf(of) {
    return `${plural(of.count, "system call")}, ${duration(of.time)}`;
  }
  function shortened(text, room) {
    return text.length <= room ? text : text.slice(0, Math.max(1, room - 1)) + "…";
  }
  function switchOf(names, chosen, choose) {
    const buttons = names.map((name) => el("button", { type: "button", "aria-pressed": String(name === chosen), click: () => press(name) }, "by " + name));
    function press(name) {
      buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(names[i] === name)));
      choose(name);
    }
    return el("div", { class: "switch", role: "group", "aria-label": "thickness of ribbons" }, ...buttons);
  }
  function idleOf(page, { idle }) {
    if (idle.length === 0) return void 0;
    const buttons = idle.slice(0, mostIdle).map((left) => el("button", { type: "button", click: () => page.filterBy(left.term) }, left.name, el("small", {}, " " + count(left.calls))));
    const more = idle.length > mostIdle ? el("span", {}, ` and ${plural(idle.length - mostIdle, "more function")}`) : void 0;
    return el("div", { class: "map-idle" }, el("h3", {}, "Never entered the kernel"), el("p", {}, ...buttons, more));
  }
  function gradient() {
    const stops = [svg("stop", { class: "user", offset: "0%" }), svg("stop", { class: "kernel", offset: "100%" })];
    return svg("defs", {}, svg("linearGradient", { id: "crossing", gradientUnits: "objectBoundingBox" }, ...stops));
  }
  function border({ left, right }, height2) {
    const x = (left + right) / 2;
    return svg("g", { class: "map-border", "aria-hidden": "true" }, svg("line", { x1: x, x2: x, y1: 0, y2: height2 + top }), svg("text", { x: x - 8, y: 11, "text-anchor": "end" }, "user space"), svg("text", { x: x + 8, y: 11 }, "kernel"));
  }

  // web/help.js
  var sections = [
    [
      "Keys",
      [
        ["1 2 3 …", "the views"],
        ["/", "filter; Esc ends it"],
        ["← →  ↑ ↓", "from call to call: beside, around, into"],
        ["+ −  Shift ← →", "timeline: zoom, move; the wheel zooms, Shift and the wheel move"],
        ["0  f", "timeline: everything; the selected call"],
        ["l", "timeline, list and step: what ld.so does at the start"],
        ["space", "step: play"],
        ["t", "light or dark"],
        ["?", "this help"]
      ]
    ],
    [
      "Filters: terms with blanks between them, all of which must hold",
      [
        ["malloc,free", "calls of these functions; * and ? stand for others"],
        ["*@libc*-str*", "of libraries of that name, but not those"],
        ["/mem(cpy|set)/", "a regular expression for the whole name"],
        ["kind:system", "or library, signal, exit, mark"],
        ["failed", "calls that report an error; unfinished: that did not return"],
        ["in:malloc", "what happens directly in malloc; within:malloc: anywhere in it"],
        [">1ms", "calls that last longer, with the tracer's work; <10us"],
        ["thread:7", "or process:7, by number"],
        ['"text"', "whatever has the text, also in arguments and results"],
        ["!failed", "a ! before a term: the others"]
      ]
    ]
  ];
  function helpDialog() {
    const dialog = el(
      "dialog",
      { class: "help-text", "aria-label": "help" },
      ...sections.flatMap(([title, entries]) => [el("h2", {}, title), el("dl", {}, ...entries.flatMap(([what, means]) => [el("dt", {}, what), el("dd", {}, means)]))]),
      el("button", { type: "button", click: () => dialog.close() }, "Close")
    );
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    const button = el("button", { class: "help", type: "button", "aria-label": "help", title: "help (?)", click: () => dialog.showModal() }, "?");
    return { dialog, button };
  }

  // web/list.js
  var height = 22;
  var tallest = 8e6;
  function list(page, element) {
    const { trace, details, store } = page;
    const lines2 = el("div", { class: "lines" });
    const space = el("div", { class: "space" });
    const scroller = el("div", { class: "scroller", tabIndex: 0, role: "listbox", "aria-label": "calls, one line each" }, space, lines2);
    element.append(scroller);
    const many = trace.threads.length > 2;
    let top3 = 0;
    scroller.addEventListener("scroll", () => {
      top3 = Math.round(indexAt(scroller.scrollTop));
      draw();
    });
    scroller.addEventListener("pointerdown", (event) => {
      const row = event.target.closest("[data-row]")?.dataset.row;
      if (row !== void 0 && event.button === 0) page.select(Number(row));
    });
    new ResizeObserver(() => draw()).observe(scroller);
    function total() {
      return page.shown.length;
    }
    function inSight() {
      return Math.max(1, Math.ceil(scroller.clientHeight / height));
    }
    function scaleOf() {
      return Math.max(1, total() * height / tallest);
    }
    function indexAt(place2) {
      return place2 * scaleOf() / height;
    }
    function scrollTo(index) {
      top3 = Math.max(0, Math.min(index, total() - inSight() + 1));
      scroller.scrollTop = top3 * height / scaleOf();
      draw();
    }
    function reveal(row) {
      const index = page.shown.indexOf(row);
      if (index < top3 || index >= top3 + inSight() - 1) scrollTo(index - Math.floor(inSight() / 3));
    }
    function draw() {
      if (element.hidden) return;
      space.style.height = Math.min(total() * height, tallest) + "px";
      lines2.style.transform = `translateY(${scroller.scrollTop - scroller.scrollTop % 1}px)`;
      const rows = [];
      const missing = /* @__PURE__ */ new Set();
      for (let i = top3; i < Math.min(total(), top3 + inSight() + 1); i++) {
        const row = page.shown.rowAt(i);
        rows.push(line(row, i));
        if (details.peek(row) === void 0) missing.add(row);
      }
      lines2.replaceChildren(...rows);
      if (total() === 0) lines2.append(el("p", { class: "empty" }, trace.rows === 0 ? "Nothing was traced." : "No call satisfies the filter."));
      const selected = lines2.querySelector(".selected");
      if (selected) scroller.setAttribute("aria-activedescendant", selected.id);
      else scroller.removeAttribute("aria-activedescendant");
      if (missing.size > 0) Promise.all([...missing].map((row) => details.get(row))).then(draw);
    }
    function line(row, index) {
      const { state } = store;
      const kind = trace.kindOf(row);
      const classes = ["line", kind === SYSTEM ? "kernel" : kind > SYSTEM ? "mark" : "user"];
      if (trace.bits[row] & FAILED) classes.push("failed");
      if (row === state.selected) classes.push("selected");
      if (state.uses.has(row)) classes.push("use");
      const element2 = el(
        "div",
        { class: classes.join(" "), id: "line-" + row, role: "option", "data-row": row, "aria-selected": String(row === state.selected), "aria-posinset": index + 1, "aria-setsize": total() },
        el("span", { class: "when" }, moment(trace.begin[row])),
        many ? el("span", { class: "who" }, String(trace.threadOf(row).tid)) : void 0,
        textOf3(row),
        el("span", { class: "long" }, trace.isCall(row) && !page.isFold(row) ? duration(trace.end[row] - trace.begin[row]) : "")
      );
      return element2;
    }
    function textOf3(row) {
      if (page.isFold(row)) {
        const fold = trace.folds.find((fold2) => fold2.first === row);
        return el("span", { class: "what fold" }, "ld.so starts the program: " + plural(fold.count, "system call"));
      }
      const text = el("span", { class: "what" });
      text.style.paddingLeft = Math.min(depthOf(row), 40) * 1.5 + "em";
      const detail = details.peek(row);
      text.append(el("b", {}, trace.nameOf(row)));
      if (trace.isMark(row)) {
        if (detail?.args) text.append(" " + argumentsOf(detail));
        return text;
      }
      if (!detail) {
        text.append("(…)");
        return text;
      }
      text.append("(" + argumentsOf(detail) + ")");
      const result = resultOf(detail);
      if (result) text.append(el("span", { class: trace.bits[row] & UNFINISHED ? "outcome" : "result" }, " = " + result));
      return text;
    }
    function depthOf(row) {
      return trace.level[row];
    }
    const moves = {
      ArrowDown: (i) => i + 1,
      ArrowUp: (i) => i - 1,
      PageDown: (i) => i + inSight() - 1,
      PageUp: (i) => i - inSight() + 1,
      Home: () => 0,
      End: () => total() - 1
    };
    return {
      show() {
        draw();
        if (store.state.selected >= 0) reveal(store.state.selected);
      },
      hide() {
      },
      update(state, changed) {
        if (changed.has("shown")) scrollTo(0);
        if ((changed.has("selected") || changed.has("shown")) && state.selected >= 0) reveal(state.selected);
        draw();
      },
      key(event) {
        if (event.key === "l") {
          store.set({ loader: !store.state.loader });
          return true;
        }
        const move = moves[event.key];
        if (!move || total() === 0) return false;
        const at = page.shown.indexOf(store.state.selected);
        page.select(page.shown.rowAt(Math.max(0, Math.min(total() - 1, store.state.selected < 0 ? 0 : move(at)))));
        return true;
      }
    };
  }

  // web/shown.js
  var Shown = class {
    constructor(trace, { filter, loader }) {
      this.folds = !filter.rows && !loader && trace.folds.length > 0;
      this.rows = filter.rows ?? (this.folds ? unfolded(trace) : null);
      this.has = filter.has;
      this.length = this.rows ? this.rows.length : trace.rows;
    }
    rowAt(index) {
      return this.rows ? this.rows[index] : index;
    }
    // indexOf returns where a row is; of a row that is not shown, where the one before it is.
    indexOf(row) {
      if (!this.rows) return row;
      let low = 0, high = this.rows.length;
      while (low < high) {
        const middle2 = low + high >>> 1;
        if (this.rows[middle2] <= row) low = middle2 + 1;
        else high = middle2;
      }
      return Math.max(0, low - 1);
    }
  };
  function unfolded(trace) {
    const rows = new Uint32Array(trace.rows);
    let n = 0;
    for (let row = 0; row < trace.rows; row++) if (trace.folded[row] !== 1) rows[n++] = row;
    return rows.subarray(0, n);
  }

  // web/walk.js
  var Walk = class {
    constructor(page) {
      this.page = page;
      this.trace = page.trace;
    }
    // first returns the first moment of a thread, or undefined.
    first(thread) {
      const row = this.after(-1, thread, -1);
      return row < 0 ? void 0 : this.normal({ row, returned: false });
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
    // after returns the next row of a thread directly in a parent (-1: in none), or -1. Rows of
    // other threads may be between.
    after(row, thread, parent) {
      const { trace } = this;
      const end = parent < 0 ? Infinity : trace.end[parent];
      for (let at = row + 1; at < trace.rows && trace.begin[at] <= end; at++) {
        if (trace.thread[at] !== thread || this.isHidden(at)) continue;
        if (trace.parent[at] === parent) return at;
        if (parent >= 0 && trace.parent[at] < parent) return -1;
      }
      return -1;
    }
    before(row) {
      const { trace } = this;
      for (let at = row - 1; at > trace.parent[row]; at--) {
        if (trace.thread[at] === trace.thread[row] && trace.parent[at] === trace.parent[row] && !this.isHidden(at)) return at;
      }
      return -1;
    }
    isHidden(row) {
      return this.page.shown.folds && this.trace.folded[row] === 1;
    }
    // next returns the moment after one, or undefined.
    next(moment2) {
      const { trace } = this;
      const { row, returned } = this.normal(moment2);
      if (row < 0) return void 0;
      if (!returned) {
        const child = this.child(row);
        return child >= 0 ? this.normal({ row: child, returned: false }) : { row, returned: true };
      }
      const sibling = this.after(row, trace.thread[row], trace.parent[row]);
      if (sibling >= 0) return this.normal({ row: sibling, returned: false });
      return trace.parent[row] >= 0 ? { row: trace.parent[row], returned: true } : void 0;
    }
    // previous returns the moment before one, or undefined.
    previous(moment2) {
      const { trace } = this;
      const { row, returned } = this.normal(moment2);
      if (row < 0) return void 0;
      if (returned && this.isTwo(row)) {
        const last = this.lastChild(row);
        return last >= 0 ? { row: last, returned: true } : { row, returned: false };
      }
      const sibling = this.before(row);
      if (sibling >= 0) return { row: sibling, returned: true };
      return trace.parent[row] >= 0 ? { row: trace.parent[row], returned: false } : void 0;
    }
    lastChild(row) {
      let last = -1;
      for (let at = this.child(row); at >= 0; at = this.after(at, this.trace.thread[row], row)) last = at;
      return last;
    }
    // chain returns a row with those around it, outermost first; of deep recursion the
    // innermost.
    chain(row) {
      const rows = [];
      for (let at = row; at >= 0 && rows.length < 12; at = this.trace.parent[at]) rows.unshift(at);
      return rows;
    }
    // recent returns the last moments up to one, oldest first.
    recent(moment2, most4) {
      const all = [];
      for (let m = this.normal(moment2); m && all.length < most4; m = this.previous(m)) all.unshift(m);
      return all;
    }
  };

  // web/step.js
  var lines = 10;
  var pace = 1600;
  function step(page, element) {
    const { trace, details, store } = page;
    const walk = new Walk(page);
    let playing;
    const previous = button("Previous", "←", () => go(walk.previous(now())));
    const next = button("Next", "→", () => go(walk.next(now())));
    const play = button("Play", "space", togglePlay);
    const threads = el("select", { "aria-label": "thread", change: () => go(walk.first(Number(threads.value))) });
    for (const process of trace.processes ?? []) {
      for (const thread of process.threads) threads.append(el("option", { value: String(thread.id) }, `${process.program} ${process.threads.length > 1 ? thread.name : process.pid}`));
    }
    const user = el("ol", { class: "calls" });
    const kernel = el("div", { class: "calls" });
    const arrow = el("div", { class: "arrow", "aria-hidden": "true" });
    const says = el("p", { class: "says", "aria-live": "polite" });
    const sofar = el("ol", { class: "sofar", "aria-label": "so far in this call" });
    element.append(
      el(
        "div",
        { class: "sides" },
        el("div", { class: "controls" }, previous, next, play, trace.threads.length > 2 ? threads : void 0),
        el("div", { class: "side user" }, el("h3", {}, "user space"), user),
        el("div", { class: "border" }, arrow),
        el("div", { class: "side kernel" }, el("h3", {}, "kernel"), kernel),
        says,
        sofar
      )
    );
    function button(name, key, click) {
      return el("button", { type: "button", title: `${name} (${key})`, click }, name);
    }
    function now() {
      return { row: store.state.selected, returned: store.state.returned };
    }
    function go(moment2) {
      if (moment2) store.set({ selected: moment2.row, returned: moment2.returned });
    }
    function togglePlay() {
      if (playing) clearInterval(playing);
      playing = playing ? void 0 : setInterval(() => walk.next(now()) ? go(walk.next(now())) : togglePlay(), pace);
      play.textContent = playing ? "Pause" : "Play";
    }
    async function draw() {
      if (element.hidden) return;
      if (store.state.selected < 0) return go(walk.first(trace.processes[0]?.threads[0]?.id));
      const { row } = now();
      const moment2 = walk.normal(now());
      const chain = walk.chain(row);
      const recent = walk.recent(moment2, lines);
      await Promise.all([...chain, ...recent.map((m) => m.row)].map((r) => details.get(r)));
      if (store.state.selected !== row || walk.normal(now()).returned !== moment2.returned) return;
      const inKernel = trace.isSystem(row);
      user.replaceChildren(...chain.filter((r) => !trace.isSystem(r)).map((r, depth) => card(r, depth, moment2)));
      kernel.replaceChildren(...chain.filter((r) => trace.isSystem(r)).map((r) => card(r, 0, moment2)));
      arrow.className = "arrow " + (inKernel ? moment2.returned ? "up" : "down" : "none");
      arrow.textContent = inKernel ? moment2.returned ? "▲ back, with the result" : "▼ into the kernel" : "";
      const detail = details.peek(row) ?? {};
      says.textContent = sentence(row, moment2, detail);
      says.className = "says " + (inKernel ? "kernel" : trace.isMark(row) ? "mark" : "user");
      sofar.replaceChildren(...recent.map((m) => lineOf(m, m === recent.at(-1))));
      previous.disabled = !walk.previous(now());
      next.disabled = !walk.next(now());
      threads.value = String(trace.thread[row]);
    }
    function card(row, depth, moment2) {
      const detail = details.peek(row) ?? {};
      const isNow = row === moment2.row;
      const done = isNow && moment2.returned;
      const result = done ? resultOf(detail) : "";
      const node = el(
        "li",
        { class: "card" + (isNow ? " now" : "") + (done && trace.bits[row] & FAILED ? " failed" : "") },
        el("b", {}, trace.nameOf(row)),
        trace.isMark(row) ? argumentsOf(detail) : "(" + argumentsOf(detail) + ")",
        result ? el("span", { class: "result" }, " = " + result) : void 0
      );
      node.style.marginLeft = Math.min(depth, 8) * 1.4 + "rem";
      return node;
    }
    function sentence(row, moment2, detail) {
      if (page.isFold(row)) return "The dynamic loader, ld.so, maps the program's libraries. This is folded; the key l shows it.";
      if (trace.isMark(row)) return trace.nameOf(row);
      if (detail.explanation && (moment2.returned || trace.isSystem(row))) return detail.explanation;
      if (moment2.returned) return trace.isSystem(row) ? "The kernel has done it." : walk.hasChild(row) ? "The call returns." : "";
      return trace.isSystem(row) ? "The program asks the kernel." : "The program calls a library function.";
    }
    function lineOf({ row, returned }, isLast) {
      const detail = details.peek(row) ?? {};
      const side = trace.isSystem(row) ? "kernel" : trace.isMark(row) ? "mark" : "user";
      const node = el("li", { class: side + (isLast ? " now" : "") }, page.isFold(row) ? "ld.so starts the program" : el("code", {}, trace.nameOf(row) + (returned ? " = " + (resultOf(detail) || "…") : "(" + argumentsOf(detail) + ")")));
      if (detail.explanation && returned && !page.isFold(row)) node.append(" ", el("span", {}, detail.explanation));
      node.style.paddingLeft = Math.min(walk.chain(row).length - 1, 8) * 1.2 + "rem";
      return node;
    }
    const keys2 = { ArrowRight: () => go(walk.next(now())), ArrowDown: () => go(walk.next(now())), ArrowLeft: () => go(walk.previous(now())), ArrowUp: () => go(walk.previous(now())), " ": togglePlay, l: () => store.set({ loader: !store.state.loader }) };
    return {
      show: draw,
      hide() {
        if (playing) togglePlay();
      },
      update(state, changed) {
        if (changed.has("selected") || changed.has("returned") || changed.has("shown")) draw();
      },
      key(event) {
        if (event.target.closest?.("button, select") && event.key === " ") return false;
        if (!Object.hasOwn(keys2, event.key) || event.target === threads) return false;
        keys2[event.key]();
        return true;
      }
    };
  }

  // web/store.js
  var Store = class {
    constructor(state) {
      this.state = state;
      this.changed = /* @__PURE__ */ new Set();
      this.subscribers = [];
    }
    // subscribe calls a function with the state and the names of what has changed.
    subscribe(subscriber) {
      this.subscribers.push(subscriber);
    }
    // set merges changes into the state.
    set(changes) {
      for (const [name, value] of Object.entries(changes)) {
        if (this.state[name] === value) continue;
        this.state[name] = value;
        if (this.changed.size === 0) requestAnimationFrame(() => this.tell());
        this.changed.add(name);
      }
    }
    tell() {
      const changed = this.changed;
      this.changed = /* @__PURE__ */ new Set();
      for (const subscriber of this.subscribers) subscriber(this.state, changed);
    }
  };

  // web/lanes.js
  var small = 20;
  var large = 28;
  var header = 28;
  var crossing = 12;
  var markHeight = 16;
  var margin2 = 14;
  var deepest = 16;
  function layout(trace, index, closed, room = 0) {
    const roomy = layoutBy(trace, index, closed, large);
    return roomy.height <= room * 0.6 ? roomy : layoutBy(trace, index, closed, small);
  }
  function layoutBy(trace, index, closed, box) {
    const items = [];
    let y = 0;
    for (const process of trace.processes) {
      items.push({ y, height: header, process });
      y += header;
      if (closed.has(process.id)) continue;
      for (const thread of process.threads) {
        const item = place(y, process, thread, index.get(thread.id), box);
        items.push(item);
        y += item.height;
      }
    }
    return { items, height: y, box };
  }
  function place(top3, process, thread, lanes, box) {
    let y = top3;
    const item = { y, process, thread, user: [], marks: void 0 };
    if (lanes.marks.length > 0) {
      item.marks = { y, rows: lanes.marks };
      y += markHeight;
    }
    for (const rows of lanes.user) {
      item.user.push({ y, rows });
      y += box;
    }
    item.border = y + crossing / 2;
    y += crossing;
    item.kernel = { y, rows: lanes.kernel };
    item.height = y + box + margin2 - top3;
    return item;
  }
  function indexLanes(trace) {
    const levels = levelsOf(trace);
    const index = /* @__PURE__ */ new Map();
    const columns = [];
    for (const thread of trace.threads) {
      if (!thread) continue;
      const counts = levels[thread.id];
      const column2 = counts.map((n) => ({ rows: new Uint32Array(n), n: 0 }));
      columns[thread.id] = column2;
      index.set(thread.id, { marks: column2[0].rows, kernel: column2[1].rows, user: column2.slice(2).map((c) => c.rows) });
    }
    for (let row = 0; row < trace.rows; row++) {
      const c = columns[trace.thread[row]][laneOf(trace, row)];
      c.rows[c.n++] = row;
    }
    return index;
  }
  function laneOf(trace, row) {
    const kind = trace.kindOf(row);
    return kind > SYSTEM ? 0 : kind === SYSTEM ? 1 : 2 + Math.min(trace.level[row], deepest - 1);
  }
  function levelsOf(trace) {
    const levels = trace.threads.map(() => [0, 0, 0]);
    for (let row = 0; row < trace.rows; row++) {
      const counts = levels[trace.thread[row]];
      const lane = laneOf(trace, row);
      while (counts.length <= lane) counts.push(0);
      counts[lane]++;
    }
    return levels;
  }
  function firstIn(trace, rows, time) {
    let low = 0, high = rows.length;
    while (low < high) {
      const middle2 = low + high >>> 1;
      if (trace.end[rows[middle2]] < time) low = middle2 + 1;
      else high = middle2;
    }
    return low;
  }
  function nextFrom(trace, rows, i, time) {
    let step2 = 1, low = i;
    while (low + step2 < rows.length && trace.begin[rows[low + step2]] < time) {
      low += step2;
      step2 *= 2;
    }
    let high = Math.min(low + step2, rows.length);
    while (low < high) {
      const middle2 = low + high >>> 1;
      if (trace.begin[rows[middle2]] < time) low = middle2 + 1;
      else high = middle2;
    }
    return low;
  }

  // web/draw.js
  var narrow = 2;
  var character2 = 0.605;
  var Pen = class {
    constructor(context, colours, page, view) {
      Object.assign(this, { context, colours, view, trace: page.trace, details: page.details, state: page.store.state });
      this.folds = page.shown.folds;
      this.character = character2 * view.font;
      this.loaded = 0;
    }
    x(time) {
      return (time - this.view.from) / (this.view.to - this.view.from) * this.view.width;
    }
    timeAt(x) {
      return this.view.from + x / this.view.width * (this.view.to - this.view.from);
    }
    // thread draws a thread's lanes. Positions are those of the layout, less scroll.
    thread(item, scroll) {
      const { context, colours } = this;
      const border2 = Math.round(item.border - scroll) + 0.5;
      context.strokeStyle = colours.kernel;
      context.globalAlpha = 0.45;
      context.setLineDash([2, 3]);
      context.beginPath();
      context.moveTo(0, border2);
      context.lineTo(this.view.width, border2);
      context.stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
      for (const lane of item.user) this.lane(lane.rows, lane.y - scroll, sides.user);
      this.lane(item.kernel.rows, item.kernel.y - scroll, sides.kernel, (row, x) => this.crossing(item, scroll, row, x));
      if (this.folds) this.foldsOf(item, scroll);
      if (item.marks) this.marks(item.marks.rows, item.marks.y - scroll);
    }
    // lane draws the rows of a lane that are in sight, and tells about each thing drawn.
    lane(rows, y, side, drawn = () => {
    }) {
      const { trace, view } = this;
      let dense;
      for (let i = firstIn(trace, rows, view.from); i < rows.length; ) {
        const row = rows[i];
        if (trace.begin[row] > view.to) break;
        const left = this.x(trace.begin[row]), right = this.x(trace.end[row]);
        if (this.folds && trace.folded[row]) i++;
        else if (right - left >= narrow) {
          dense = this.endRun(dense, y, side);
          this.call(row, left, right, y, side);
          drawn(row, left);
          i++;
        } else {
          const next = nextFrom(trace, rows, i + 1, this.timeAt(Math.floor(left) + 1));
          const shown2 = this.anyOf(rows, i, next);
          if (dense && dense.shown === shown2 && Math.floor(left) <= dense.to + 1) dense.to = Math.floor(left) + 1;
          else {
            this.endRun(dense, y, side);
            dense = { from: Math.floor(left), to: Math.floor(left) + 1, shown: shown2 };
          }
          if (shown2) drawn(row, left);
          i = next;
        }
      }
      this.endRun(dense, y, side);
    }
    // anyOf reports whether the filter chooses any of rows[i:end].
    anyOf(rows, i, end) {
      const { has } = this.state.filter;
      if (!has) return true;
      for (; i < end; i++) if (has[rows[i]]) return true;
      return false;
    }
    endRun(dense, y, side) {
      if (!dense) return;
      this.context.fillStyle = dense.shown ? this.colours[side.strong] : this.colours.line;
      this.context.globalAlpha = dense.shown ? 0.75 : 1;
      this.context.fillRect(dense.from, y + 1, Math.max(dense.to - dense.from, 1), this.view.box - 2);
      this.context.globalAlpha = 1;
    }
    call(row, left, right, y, side) {
      const { context, colours, state, trace } = this;
      const shown2 = !state.filter.has || state.filter.has[row];
      const x = Math.max(left, -2), width = Math.max(Math.min(right, this.view.width + 2) - x - 0.5, 1.5);
      context.fillStyle = shown2 ? colours[side.soft] : colours.line;
      context.globalAlpha = shown2 ? 1 : 0.5;
      context.beginPath();
      context.roundRect(x, y + 1, width, this.view.box - 2, Math.min(3, width / 3));
      context.fill();
      if (shown2) this.edge(row, x, y, width, side);
      if (shown2 && width > 26) this.label(row, x, y, width, side);
      context.globalAlpha = 1;
      if (row === state.selected) this.outline(x, y, width, colours.accent, 2);
      else if (state.uses.has(row)) this.outline(x, y, width, colours.warn, 1.5);
    }
    // edge is the strong line at a call's begin. A call that failed has one below it, too.
    edge(row, x, y, width, side) {
      const { context, colours } = this;
      context.fillStyle = colours[side.strong];
      context.fillRect(x, y + 1, Math.min(2, width), this.view.box - 2);
      if (this.trace.bits[row] & FAILED) context.fillRect(x, y + this.view.box - 3, width, 2);
    }
    outline(x, y, width, colour, thick) {
      const { context } = this;
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.strokeRect(x, y + 1, Math.max(width, 3), this.view.box - 2);
      context.lineWidth = 1;
    }
    label(row, x, y, width, side) {
      const room = Math.floor((Math.min(x + width, this.view.width) - Math.max(x, 0) - 9) / this.character);
      if (room < 2) return;
      let text = this.trace.nameOf(row);
      if (room > text.length + 6) text += this.argumentsFor(row);
      this.context.fillStyle = this.colours[side.text];
      this.context.fillText(text.length > room ? text.slice(0, Math.max(room - 1, 1)) + "…" : text, Math.max(x, 0) + 6, y + this.view.box / 2 + 0.5);
    }
    // argumentsFor returns the arguments if they are here, and asks for some that are not.
    argumentsFor(row) {
      const detail = this.details.peek(row);
      if (detail) return "(" + argumentsOf(detail) + ")";
      if (this.loaded++ < 4) setTimeout(() => this.details.get(row).then(this.view.again));
      return "";
    }
    // crossing draws where a library call enters the kernel: from its box down to the system
    // call.
    crossing(item, scroll, row, x) {
      const { context, colours, trace } = this;
      if (x < 0) return;
      const parent = trace.parent[row];
      const top3 = parent >= 0 && !trace.isSystem(parent) ? item.user[Math.min(trace.level[parent], item.user.length - 1)].y + this.view.box - 1 : item.border - 4;
      const bottom = item.kernel.y - scroll + 1;
      context.strokeStyle = context.fillStyle = colours.kernel;
      context.globalAlpha = parent >= 0 ? 0.8 : 0.4;
      context.beginPath();
      context.moveTo(x + 1, top3 - scroll);
      context.lineTo(x + 1, bottom);
      context.stroke();
      if (x - (this.lastArrow ?? -100) > 9 || x < this.lastArrow) {
        context.beginPath();
        context.moveTo(x - 2.5, bottom - 5);
        context.lineTo(x + 4.5, bottom - 5);
        context.lineTo(x + 1, bottom + 0.5);
        context.fill();
        this.lastArrow = x;
      }
      context.globalAlpha = 1;
    }
    // foldsOf draws what the loader did at the start of programs as one box each.
    foldsOf(item, scroll) {
      const { trace, context, colours } = this;
      for (const fold of trace.folds) {
        if (trace.thread[fold.first] !== item.thread.id) continue;
        const left = Math.max(this.x(trace.begin[fold.first]), -2), right = Math.min(this.x(trace.end[fold.last]), this.view.width + 2);
        if (right < 0 || left > this.view.width) continue;
        const y = item.kernel.y - scroll;
        context.fillStyle = colours.line;
        context.beginPath();
        context.roundRect(left, y + 1, Math.max(right - left, 2), this.view.box - 2, 3);
        context.fill();
        const room = Math.floor((right - Math.max(left, 0) - 12) / this.character);
        const text = `ld.so: ${fold.count} system calls`;
        context.fillStyle = colours.muted;
        if (room > 4) context.fillText(text.slice(0, room), Math.max(left, 0) + 6, y + this.view.box / 2 + 0.5);
      }
    }
    marks(rows, y) {
      const { trace, view, context, colours } = this;
      let free = -1;
      for (let i = firstIn(trace, rows, view.from); i < rows.length; ) {
        const row = rows[i];
        if (trace.begin[row] > view.to) break;
        const x = this.x(trace.begin[row]);
        const kind = trace.kindOf(row);
        context.fillStyle = kind === SIGNAL ? colours.warn : kind === EXEC ? colours.accent : colours.muted;
        this.shape(kind, x, y + 8);
        const text = trace.nameOf(row);
        if (x > free) {
          context.fillText(text, x + 7, y + 8.5);
          free = x + 14 + text.length * this.character;
        }
        if (row === this.state.selected) this.outline(x - 6, y - 3, 12, colours.accent, 2);
        i = nextFrom(trace, rows, i + 1, this.timeAt(x + 3));
      }
    }
    shape(kind, x, y) {
      const { context } = this;
      context.beginPath();
      if (kind === SIGNAL) [[0, -5], [5, 4], [-5, 4]].forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx, y + dy));
      else if (kind === EXIT) context.rect(x - 4, y - 4, 8, 8);
      else context.arc(x, y, 4, 0, 7);
      context.fill();
    }
  };
  var sides = {
    user: { soft: "user-soft", strong: "user", text: "user-text" },
    kernel: { soft: "kernel-soft", strong: "kernel", text: "kernel-text" }
  };

  // web/timeline.js
  var top2 = overview + ruler;
  var shortest = 20;
  function timeline(page, element) {
    const { trace, store, details } = page;
    const index = indexLanes(trace);
    const density = densityOf(trace);
    const closed = /* @__PURE__ */ new Set();
    let plan = layout(trace, index, closed);
    let colours = palette();
    const canvas = el("canvas", { class: "picture", tabIndex: 0, role: "img", "aria-label": "timeline; the list has the same as text" });
    const tree = el("div", { class: "tree", role: "tree", "aria-label": "processes and threads" });
    const space = el("div", { class: "space" });
    const scroller = el("div", { class: "tracks" }, space, el("div", { class: "pane" }, tree, canvas));
    const tip = el("div", { class: "tip", hidden: true });
    element.append(scroller, tip, buttons());
    scroller.addEventListener("scroll", draw);
    new ResizeObserver(() => {
      arrange();
      draw();
    }).observe(scroller);
    function buttons() {
      const loader = el("button", { type: "button", title: "show or fold what ld.so does at the start (l)", click: toggleLoader }, "ld.so");
      loader.hidden = trace.folds.length === 0;
      return el(
        "div",
        { class: "tools" },
        el("button", { type: "button", "aria-label": "zoom out", title: "zoom out (−)", click: () => zoom(1.6) }, "−"),
        el("button", { type: "button", "aria-label": "zoom in", title: "zoom in (+)", click: () => zoom(1 / 1.6) }, "+"),
        el("button", { type: "button", title: "show the whole trace (0)", click: fitAll }, "all"),
        el("button", { type: "button", title: "show the selected call (f)", click: fitSelected }, "selected"),
        loader
      );
    }
    function toggleLoader() {
      store.set({ loader: !store.state.loader });
    }
    function view() {
      const { from, to } = store.state;
      return { from, to: Math.max(to, from + shortest), width: canvas.clientWidth, height: canvas.clientHeight, box: plan.box, font: plan.box > 24 ? 12 : 11, duration: Math.max(trace.duration, 1), again: draw };
    }
    function timeAt(x) {
      const { from, to, width } = view();
      return from + x / width * (to - from);
    }
    function look(from, to) {
      const most4 = Math.max(trace.duration, shortest);
      const span = Math.min(Math.max(to - from, shortest), most4 * 1.05);
      const middle2 = (from + to) / 2;
      const low = Math.max(-most4 * 0.02, Math.min(middle2 - span / 2, most4 * 1.02 - span));
      store.set({ from: low, to: low + span });
    }
    function zoom(by, at) {
      const { from, to } = store.state;
      const fixed = at ?? (from + to) / 2;
      look(fixed - (fixed - from) * by, fixed + (to - fixed) * by);
    }
    function pan(by) {
      const { from, to } = store.state;
      look(from + (to - from) * by, to + (to - from) * by);
    }
    function fitAll() {
      look(0, trace.duration);
    }
    function fitRow(row) {
      const long = Math.max(trace.end[row] - trace.begin[row], 1e3);
      look(trace.begin[row] - long * 0.15, trace.end[row] + long * 0.15);
    }
    function fitSelected() {
      if (store.state.selected >= 0) fitRow(store.state.selected);
    }
    function reveal(row) {
      const { from, to } = store.state;
      const begin = trace.begin[row];
      if (trace.end[row] < from || begin > to) look(begin - (to - from) * 0.3, begin + (to - from) * 0.7);
      const item = plan.items.find((item2) => item2.thread?.id === trace.thread[row]);
      if (!item) return;
      const room = scroller.clientHeight - top2;
      if (item.y < scroller.scrollTop) scroller.scrollTop = item.y;
      else if (item.y + item.height > scroller.scrollTop + room) scroller.scrollTop = Math.min(item.y, item.y + item.height - room);
    }
    function rowAt(x, y) {
      const at = y - top2 + scroller.scrollTop;
      const item = plan.items.find((item2) => item2.thread && at >= item2.y && at < item2.y + item2.height);
      if (!item || y < top2) return -1;
      if (item.marks && at < item.marks.y + 16) return nearestMark(item.marks.rows, x);
      const lane = [...item.user, item.kernel].find((lane2) => at >= lane2.y && at < lane2.y + plan.box);
      return lane ? nearest(lane.rows, x) : -1;
    }
    function nearest(rows, x) {
      const time = timeAt(x);
      const reach2 = timeAt(x + 4) - time;
      const i = firstIn(trace, rows, time - reach2);
      const isHit = (row) => row !== void 0 && trace.begin[row] <= time + reach2 && trace.end[row] >= time - reach2;
      let best = -1, distance = Infinity;
      for (let k = i; k < Math.min(i + 8, rows.length) && isHit(rows[k]); k++) {
        const away = Math.max(trace.begin[rows[k]] - time, time - trace.end[rows[k]], 0);
        if (away < distance) [best, distance] = [rows[k], away];
      }
      return best >= 0 && page.shown.folds && trace.folded[best] ? trace.folds.find((f) => f.first <= best && best <= f.last && trace.thread[f.first] === trace.thread[best]).first : best;
    }
    function nearestMark(rows, x) {
      const reach2 = timeAt(x + 6) - timeAt(x);
      const i = firstIn(trace, rows, timeAt(x) - reach2);
      return i < rows.length && trace.begin[rows[i]] <= timeAt(x) + reach2 ? rows[i] : -1;
    }
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const unit = event.deltaMode === 1 ? 16 : 1;
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) * unit / canvas.clientWidth);
        else zoom(1.0015 ** (event.deltaY * unit), timeAt(event.offsetX));
      },
      { passive: false }
    );
    let drag;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drag = { x: event.offsetX, y: event.offsetY, moved: false, kind: event.offsetY < overview ? "overview" : event.offsetY < top2 ? "range" : "pan", from: timeAt(event.offsetX) };
      canvas.setPointerCapture(event.pointerId);
      if (drag.kind === "overview") centre(event.offsetX);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drag) return hover(event);
      const dx = event.offsetX - drag.x, dy = event.offsetY - drag.y;
      drag.moved ||= Math.abs(dx) + Math.abs(dy) > 3;
      if (!drag.moved) return;
      tip.hidden = true;
      if (drag.kind === "overview") centre(event.offsetX);
      else if (drag.kind === "range") {
        drag.to = timeAt(event.offsetX);
        draw();
      } else {
        pan(-dx / canvas.clientWidth);
        scroller.scrollTop -= dy;
        drag.x = event.offsetX;
        drag.y = event.offsetY;
      }
    });
    canvas.addEventListener("pointerup", (event) => {
      const was = drag;
      drag = void 0;
      if (was?.kind === "range" && was.moved) look(Math.min(was.from, was.to), Math.max(was.from, was.to));
      else if (was && !was.moved && was.kind === "pan") page.select(rowAt(event.offsetX, event.offsetY));
    });
    canvas.addEventListener("pointerleave", () => tip.hidden = true);
    canvas.addEventListener("dblclick", (event) => {
      const row = rowAt(event.offsetX, event.offsetY);
      if (row >= 0) fitRow(row);
    });
    function centre(x) {
      const { from, to } = store.state;
      const at = x / canvas.clientWidth * trace.duration;
      look(at - (to - from) / 2, at + (to - from) / 2);
    }
    function hover(event) {
      const row = rowAt(event.offsetX, event.offsetY);
      canvas.style.cursor = row >= 0 ? "pointer" : event.offsetY < top2 ? "col-resize" : "grab";
      tip.hidden = row < 0;
      if (row < 0) return;
      const detail = details.peek(row);
      if (!detail) details.get(row).then(() => !tip.hidden && hover(event));
      tip.textContent = tipOf(row, detail);
      tip.style.left = Math.min(event.offsetX + tree.clientWidth + 14, element.clientWidth - tip.offsetWidth - 8) + "px";
      tip.style.top = Math.min(event.offsetY + 18, element.clientHeight - tip.offsetHeight - 8) + "px";
    }
    function tipOf(row, detail) {
      if (page.isFold(row)) return `ld.so starts the program: ${trace.folds.find((fold) => fold.first === row).count} system calls`;
      if (trace.isMark(row)) return trace.nameOf(row);
      const text = detail ? textOf(trace.nameOf(row), detail) : trace.nameOf(row);
      return (text.length > 300 ? text.slice(0, 300) + "…" : text) + "\n" + duration(trace.end[row] - trace.begin[row]);
    }
    function draw() {
      if (element.hidden || canvas.clientWidth === 0) return;
      const start2 = performance.now();
      space.style.height = plan.height + top2 + "px";
      const { context, width, height: height2 } = fit(canvas);
      const now = view();
      const pen = new Pen(context, colours, page, now);
      context.fillStyle = colours.bg;
      context.fillRect(0, 0, width, height2);
      drawRuler(context, colours, { ...now, x: (time) => pen.x(time) });
      context.save();
      context.beginPath();
      context.rect(0, top2, width, height2 - top2);
      context.clip();
      context.font = now.font + "px " + colours.mono;
      context.textBaseline = "middle";
      const scroll = scroller.scrollTop - top2;
      const inSight = plan.items.filter((item) => item.y - scroll < height2 && item.y + item.height - scroll > top2);
      for (const item of inSight) {
        if (item.thread) pen.thread(item, scroll);
        else headerLine(context, item, scroll, width);
      }
      context.restore();
      drawOverview(context, colours, density, now);
      if (drag?.kind === "range" && drag.moved) drawRange(context, pen, height2);
      label(inSight, scroll);
      performance.measure("plait:frame", { start: start2 });
    }
    function headerLine(context, item, scroll, width) {
      context.fillStyle = colours.surface;
      context.fillRect(0, item.y - scroll, width, item.height - 4);
    }
    function drawRange(context, pen, height2) {
      context.fillStyle = colours.accent;
      context.globalAlpha = 0.15;
      context.fillRect(pen.x(drag.from), overview, pen.x(drag.to) - pen.x(drag.from), height2);
      context.globalAlpha = 1;
    }
    let labelled = "";
    function label(items, scroll) {
      const key = items.map((item) => item.y - scroll + (closed.has(item.process.id) ? "-" : "+")).join();
      if (key === labelled) return;
      labelled = key;
      tree.replaceChildren(...items.map((item) => item.thread ? threadLabel(item, scroll) : processLabel(item, scroll)));
    }
    function processLabel(item, scroll) {
      const { process } = item;
      const isOpen = !closed.has(process.id);
      const node = el(
        "button",
        { class: "process", type: "button", role: "treeitem", "aria-level": process.depth + 1, "aria-expanded": String(isOpen), click: () => toggle(process) },
        el("span", { class: "caret", "aria-hidden": "true" }, isOpen ? "▾" : "▸"),
        el("b", {}, process.program),
        el("span", { class: "number" }, String(process.pid))
      );
      node.style.top = item.y - scroll + "px";
      node.style.paddingLeft = 0.6 + Math.min(process.depth, 8) * 0.9 + "rem";
      return node;
    }
    function threadLabel(item, scroll) {
      const { thread, process } = item;
      const name = process.threads.length > 1 || thread.name !== "thread " + thread.tid ? thread.name : "";
      const node = el(
        "div",
        { class: "thread", role: "treeitem", "aria-level": process.depth + 2, "aria-label": `${thread.name}: ${plural(item.kernel.rows.length, "system call")}` },
        el("span", { class: "name" }, name),
        el("span", { class: "user" }, "user space"),
        el("span", { class: "kernel" }, "kernel")
      );
      node.style.top = item.y - scroll + "px";
      node.style.height = item.height + "px";
      node.style.setProperty("--border", item.border - item.y + "px");
      return node;
    }
    function arrange() {
      plan = layout(trace, index, closed, scroller.clientHeight - top2);
      labelled = "";
    }
    function toggle(process) {
      if (!closed.delete(process.id)) closed.add(process.id);
      arrange();
      draw();
    }
    const walks = {
      ArrowLeft: (row) => beside(row, -1),
      ArrowRight: (row) => beside(row, 1),
      ArrowUp: (row) => trace.parent[row],
      ArrowDown: (row) => row + 1 < trace.rows && trace.parent[row + 1] === row ? row + 1 : -1
    };
    function beside(row, by) {
      for (let at = row + by; at >= 0 && at < trace.rows; at += by) {
        if (trace.thread[at] === trace.thread[row] && trace.parent[at] === trace.parent[row]) return at;
      }
      return -1;
    }
    const commands = {
      "+": () => zoom(1 / 1.6),
      "=": () => zoom(1 / 1.6),
      "-": () => zoom(1.6),
      0: fitAll,
      f: fitSelected,
      l: toggleLoader,
      a: () => pan(-0.2),
      d: () => pan(0.2),
      w: () => zoom(1 / 1.6),
      s: () => zoom(1.6),
      PageDown: () => scroller.scrollTop += scroller.clientHeight * 0.8,
      PageUp: () => scroller.scrollTop -= scroller.clientHeight * 0.8,
      Home: () => pan(-1e9),
      End: () => pan(1e9)
    };
    return {
      show() {
        colours = palette();
        arrange();
        draw();
      },
      hide() {
        tip.hidden = true;
      },
      update(state, changed) {
        if (changed.has("theme")) colours = palette();
        if (changed.has("selected") && state.selected >= 0) reveal(state.selected);
        draw();
      },
      key(event) {
        const walk = walks[event.key];
        if (walk && trace.rows > 0) {
          if (event.shiftKey) pan(event.key === "ArrowLeft" ? -0.2 : 0.2);
          else {
            const { selected, from } = store.state;
            const to = selected < 0 ? Math.min(trace.after(from), trace.rows - 1) : walk(selected);
            if (to >= 0) page.select(to);
          }
          return true;
        }
        if (!Object.hasOwn(commands, event.key)) return false;
        commands[event.key]();
        return true;
      }
    };
  }

  // web/main.js
  var views = [
    { name: "timeline", title: "Timeline", make: timeline },
    { name: "list", title: "List", make: list },
    { name: "map", title: "Map", make: map },
    { name: "heap", title: "Heap", make: heap },
    { name: "step", title: "Step", make: step }
  ];
  performance.mark("plait:start");
  document.addEventListener("DOMContentLoaded", () => start().catch(fail));
  async function start() {
    const trace = await readTrace(document);
    performance.mark("plait:decoded");
    const store = new Store({ selected: -1, returned: false, ...firstWindow(trace), filter: { text: "", rows: null, has: null }, loader: false, uses: /* @__PURE__ */ new Map(), view: views[0].name, shown: 0, theme: "" });
    const page = { trace, store, details: new Details(trace, document), shown: void 0 };
    page.shown = new Shown(trace, store.state);
    page.isFold = (row) => page.shown.folds && trace.folded[row] === 2;
    page.select = (row) => store.set({ selected: row, returned: false });
    page.filterBy = (text) => filterBy(page, text);
    frame2(page);
    followAddress(page);
    requestAnimationFrame(() => {
      performance.mark("plait:first-picture");
      document.documentElement.dataset.ready = "true";
    });
  }
  function firstWindow(trace) {
    const fold = trace.folds[0];
    const from = fold && trace.parent[fold.first] < 0 && fold.first < 4 ? trace.end[fold.last] : 0;
    return { from: from < trace.duration ? from - (trace.duration - from) * 0.02 : 0, to: trace.duration * 1.005 };
  }
  function fail(error) {
    document.getElementById("page").replaceChildren(el("p", { class: "error", role: "alert" }, "This page cannot show its trace: " + error.message));
  }
  function frame2(page) {
    const { store, trace } = page;
    const root = document.getElementById("page");
    const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "views" });
    const stage = el("main", { class: "stage" });
    const panel = el("aside", { class: "panel", "aria-label": "selected call", "aria-live": "polite" });
    const search = searchBox(page);
    const help = helpDialog();
    root.replaceChildren(
      el("header", { class: "bar" }, el("h1", { title: "plait " + trace.about.version }, "plait"), tabs, el("span", { class: "command", title: commandOf(trace) }, commandOf(trace)), search.element, themeButton(page), help.button),
      stage,
      panel,
      statusLine(page),
      help.dialog
    );
    root.setAttribute("aria-busy", "false");
    document.title = commandOf(trace) + " – plait";
    const made = new Map(views.map((view) => [view.name, makeView(page, view, tabs, stage)]));
    const call = callPanel(page, panel);
    store.subscribe((state, changed) => {
      if (changed.has("filter") || changed.has("loader")) {
        page.shown = new Shown(trace, state);
        store.set({ shown: state.shown + 1 });
      }
      if (changed.has("selected")) followUses(page, state.selected);
      if (changed.has("view")) for (const view of made.values()) view.toggle();
      call.update(state, changed);
      made.get(state.view).update(state, changed);
      search.update(state, changed);
      if (["selected", "returned", "view", "filter"].some((name) => changed.has(name))) writeAddress(state);
    });
    listenToKeys(page, made, search);
    for (const view of made.values()) view.toggle();
  }
  function commandOf(trace) {
    return (trace.about.argv ?? []).join(" ");
  }
  function makeView(page, view, tabs, stage) {
    const { store } = page;
    const element = el("section", { class: "view " + view.name, role: "tabpanel", id: "view-" + view.name, "aria-label": view.title, hidden: true });
    const tab = el("button", { role: "tab", type: "button", id: "tab-" + view.name, "aria-controls": element.id, click: choose }, view.title);
    tabs.append(tab);
    stage.append(element);
    let made;
    function choose(event) {
      store.set({ view: view.name });
      if (event.detail > 0) tab.blur();
    }
    return {
      toggle() {
        const isShown = store.state.view === view.name;
        tab.setAttribute("aria-selected", String(isShown));
        tab.tabIndex = isShown ? 0 : -1;
        if (isShown === !element.hidden) return;
        element.hidden = !isShown;
        if (!isShown) return made?.hide();
        made ??= view.make(page, element);
        made.show();
      },
      update: (state, changed) => made?.update(state, changed),
      key: (event) => made?.key(event) ?? false
    };
  }
  function searchBox(page) {
    const input = el("input", { type: "search", placeholder: 'malloc  failed  kind:system  "text"', "aria-label": "filter", "aria-describedby": "filter-state", spellcheck: false, autocomplete: "off" });
    const state = el("output", { id: "filter-state" });
    let timer;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => page.filterBy(input.value), 150);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        input.value = "";
        page.filterBy("");
        input.blur();
      }
      event.stopPropagation();
    });
    return {
      element: el("div", { class: "search", role: "search" }, input, state),
      input,
      update({ filter }, changed) {
        if (!changed.has("filter")) return;
        if (document.activeElement !== input) input.value = filter.text;
        input.setAttribute("aria-invalid", String(Boolean(filter.error)));
        state.textContent = filter.error ?? (filter.rows ? `${plural(filter.rows.length, "row")} of ${plural(page.trace.rows, "row")}` : "");
      }
    };
  }
  async function filterBy(page, text) {
    const { store, trace, details } = page;
    page.filtering = text;
    let filter = { text, rows: null, has: null };
    if (text.trim() !== "") {
      try {
        filter = { text, ...await rowsOf(text, trace, details) };
      } catch (error) {
        filter = { text, rows: new Uint32Array(0), has: new Uint8Array(trace.rows), error: error.message };
      }
    }
    if (page.filtering === text) store.set({ filter });
  }
  async function followUses(page, row) {
    const uses = row < 0 ? [] : await page.details.uses(row);
    if (page.store.state.selected === row) page.store.set({ uses: new Map(uses.map(({ row: row2, what }) => [row2, what])) });
  }
  function themeButton({ store }) {
    const root = document.documentElement;
    const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const button = el("button", { class: "theme", type: "button", "aria-label": "light or dark", title: "light or dark (t)", click: toggle }, "◐");
    function toggle() {
      root.dataset.theme = dark() ? "light" : "dark";
      store.set({ theme: root.dataset.theme });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => store.set({ theme: event.matches ? "dark" : "light" }));
    printLight(store, root);
    return button;
  }
  function printLight(store, root) {
    let chosen;
    window.addEventListener("beforeprint", () => {
      chosen = root.dataset.theme;
      root.dataset.theme = "light";
      store.set({ theme: "paper" });
      store.tell();
    });
    window.addEventListener("afterprint", () => {
      if (chosen) root.dataset.theme = chosen;
      else delete root.dataset.theme;
      store.set({ theme: chosen ?? "" });
    });
  }
  function statusLine({ trace }) {
    const calls = trace.functions.length;
    const facts = [plural(trace.rows, "row"), plural(calls, "function"), plural(trace.threads.filter(Boolean).length, "thread"), plural(trace.processes.length, "process", "processes")];
    const line = el("footer", { class: "status" }, facts.join(" · "));
    if (!trace.complete) line.append(el("strong", { role: "alert" }, " The file is incomplete: the end of the trace is missing."));
    return line;
  }
  function followAddress(page) {
    const { store, trace } = page;
    const read = () => {
      const said = new URLSearchParams(location.hash.slice(1));
      const row = said.has("e") ? rowOf(trace, said.get("e")) : -1;
      if (row >= 0) store.set({ selected: row, returned: said.has("r") });
      if (views.some((view) => view.name === said.get("v"))) store.set({ view: said.get("v") });
      if (said.has("q") && said.get("q") !== store.state.filter.text) page.filterBy(said.get("q"));
    };
    read();
    window.addEventListener("hashchange", read);
  }
  function rowOf(trace, text) {
    if (/^\d+$/.test(text)) return Number(text) < trace.rows ? Number(text) : -1;
    for (let row = 0; row < trace.rows; row++) if (trace.nameOf(row) === text) return row;
    return -1;
  }
  function writeAddress({ selected, returned, view, filter }) {
    const said = new URLSearchParams();
    if (selected >= 0) said.set("e", selected);
    if (returned) said.set("r", "1");
    said.set("v", view);
    if (filter.text) said.set("q", filter.text);
    history.replaceState(null, "", "#" + said);
  }
  function listenToKeys(page, made, search) {
    const { store } = page;
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.target.role === "tab" && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
        nextView(store, event.key === "ArrowRight" ? 1 : -1);
        document.getElementById("tab-" + store.state.view).focus();
        event.preventDefault();
        return;
      }
      if (made.get(store.state.view).key(event) || pageKey(event.key)) event.preventDefault();
    });
    function pageKey(key) {
      if (key === "/") search.input.focus();
      else if (key === "?") document.querySelector("button.help").click();
      else if (key === "t") document.querySelector(".theme").click();
      else if (key >= "1" && key <= String(views.length)) store.set({ view: views[key - 1].name });
      else if (key === "Escape") page.select(-1);
      else return false;
      return true;
    }
  }
  function nextView(store, by) {
    const at = views.findIndex((view) => view.name === store.state.view);
    store.set({ view: views[(at + by + views.length) % views.length].name });
  }
})();
