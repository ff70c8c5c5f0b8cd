// The panel of the selected call: all that is known of it.
import { el } from "./dom.js";
import { FAILED, FUNCTION, GUESSED, INHERITED, NOTICE, SYSTEM, UNFINISHED } from "./model.js";
import { textOf } from "./sentence.js";
import { duration, moment, plural } from "./units.js";

const most = 12; // of a list that may be long

// callPanel makes the panel.
export function callPanel(page, element) {
  const { trace, details, store } = page;
  let shown = -1;

  async function show(row) {
    shown = row;
    if (row < 0) {
      element.replaceChildren(el("p", { class: "hint" }, "Click a call, or press ↓, to see what it did."));
      return;
    }
    const detail = details.peek(row) ?? (await details.get(row));
    if (shown !== row) return;
    if (page.isFold(row)) {
      const { count } = trace.folds.find((fold) => fold.first === row);
      element.replaceChildren(el("p", { class: "kind kernel" }, "folded"), el("h2", { class: "kernel" }, "ld.so"), el("p", { class: "explanation" }, `The dynamic loader maps the program and its libraries, with ${plural(count, "system call")}. The key l shows them.`));
      return;
    }
    element.replaceChildren(...heading(row, detail), ...facts(row, detail), ...around(row), ...stack(detail), usesOf());
  }

  function heading(row, detail) {
    const { name, kind, object } = trace.functions[trace.fn[row]];
    const side = kind === SYSTEM ? "kernel" : kind > SYSTEM ? "mark" : "user";
    const what = kind === SYSTEM ? "system call" : kind === NOTICE ? "plait says" : kind > SYSTEM ? "event" : kind === FUNCTION ? "function" : "library call";
    return [
      el("p", { class: "kind " + side }, kind === SYSTEM ? what + ": enters the kernel" : object ? what + " into " + object : what),
      el("h2", { class: side }, name),
      detail.explanation ? el("p", { class: "explanation" }, detail.explanation) : undefined,
      detail.manual ? el("p", { class: "manual" }, "Manual: ", el("code", {}, manualCommand(detail.manual))) : undefined,
    ].filter(Boolean);
  }

  function facts(row, detail) {
    const list = el("dl", { class: "facts" });
    const add = (name, value, properties) => list.append(el("dt", {}, name), el("dd", properties ?? {}, value));
    for (let i = 0; i < (detail.args?.length ?? 0); i += 2) add(detail.args[i] || "argument " + (i / 2 + 1), detail.args[i + 1]);
    if (detail.result) add("result", detail.result, { class: trace.bits[row] & FAILED ? "failed" : "result" });
    if (detail.errno) add("errno", detail.errno, { class: "failed" });
    if (detail.outcome) add("end", detail.outcome);
    const notes = notesOf(row, detail);
    if (notes.length > 0) add("note", notes.join("; "));
    add("at", moment(trace.begin[row]));
    if (trace.isCall(row)) add("lasts", lasting(row, detail));
    if (trace.kindOf(row) === NOTICE) return [list];
    const thread = trace.threadOf(row);
    add("thread", `${thread.name} of ${thread.program} (process ${thread.pid})`);
    return [list];
  }

  function notesOf(row, detail) {
    const notes = [];
    if (trace.bits[row] & GUESSED) notes.push("no prototype is known: arguments are guesses");
    if (trace.bits[row] & INHERITED) notes.push("fork copied this call from the parent");
    if (trace.bits[row] & UNFINISHED && !detail.outcome) notes.push("it did not return");
    return notes;
  }

  function lasting(row, detail) {
    const all = duration(trace.end[row] - trace.begin[row]);
    return detail.elapsed && duration(detail.elapsed) !== all ? `${duration(detail.elapsed)} (${all} with the tracer's work)` : all;
  }

  // around lists the calls around the row, and those directly in it.
  function around(row) {
    const callers = [];
    for (let at = trace.parent[row]; at >= 0; at = trace.parent[at]) callers.push(at);
    const more = callers.length - most;
    const [children, count] = childrenOf(row);
    const sections = [];
    if (callers.length > 0) sections.push(el("h3", {}, "within"), links(callers.slice(0, most).reverse()));
    if (more > 0) sections.push(el("p", { class: "hint" }, `and ${plural(more, "more", "more")} around these`));
    if (count > 0) sections.push(el("h3", {}, plural(count, "call") + " in it"), links(children));
    if (count > children.length) sections.push(el("p", { class: "hint" }, `and ${plural(count - children.length, "more", "more")}`));
    if (count === 0 && trace.kindOf(row) < SYSTEM) sections.push(el("p", { class: "hint" }, "No call was seen in it: it did not enter the kernel, or system calls were not traced."));
    return sections;
  }

  function childrenOf(row) {
    const children = [];
    let count = 0;
    const end = trace.end[row];
    for (let at = row + 1; at < trace.rows && trace.begin[at] <= end; at++) {
      if (trace.parent[at] !== row) continue;
      if (++count <= most) children.push(at);
    }
    return [children, count];
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

  function stack(detail) {
    if (!detail.stack?.length) return [];
    return [el("h3", {}, "called from"), el("ol", { class: "stack" }, ...detail.stack.map((frame) => el("li", {}, frame)))];
  }

  // usesOf lists the other uses, by what is used.
  function usesOf() {
    const section = el("div", { class: "uses" });
    const byThing = new Map();
    for (const [row, things] of store.state.uses) for (const thing of things) byThing.set(thing, [...(byThing.get(thing) ?? []), row]);
    for (const [thing, rows] of byThing) {
      section.append(el("h3", {}, "other uses of " + thing), links(rows.slice(0, most)));
      if (rows.length > most) section.append(el("p", { class: "hint" }, `and ${plural(rows.length - most, "more", "more")}, marked in the list`));
    }
    if (store.state.moreUses > 0) section.append(el("p", { class: "hint" }, `${plural(store.state.moreUses, "use")} farther away ${store.state.moreUses === 1 ? "is" : "are"} left out.`));
    return section;
  }

  show(-1);
  return {
    update(state, changed) {
      if (changed.has("selected") || changed.has("shown")) show(state.selected);
      else if (changed.has("uses") && shown >= 0) element.querySelector(".uses")?.replaceWith(usesOf());
    },
  };
}

// manualCommand returns what to type to read a section such as "open(2)".
function manualCommand(section) {
  const [, name, number] = /^(.*)\((\w+)\)$/.exec(section) ?? [];
  return name ? `man ${number} ${name}` : section;
}
