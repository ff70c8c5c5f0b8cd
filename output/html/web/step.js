// Step mode, for teaching: one event at a time, the two sides and the crossing between them
// drawn large, and what has happened so far below. It follows one thread.
import { el } from "./dom.js";
import { FAILED, FUNCTION } from "./model.js";
import { argumentsOf, resultOf } from "./sentence.js";
import { plural } from "./units.js";
import { Walk } from "./walk.js";

const lines = 10; // of what happened so far
const pace = 1600; // milliseconds between events that play

// step makes the view.
export function step(page, element) {
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
  const kernel = el("ol", { class: "calls" });
  const arrow = el("div", { class: "arrow", "aria-hidden": "true" });
  const note = el("p", { class: "hint" });
  const says = el("p", { class: "says", "aria-live": "polite" });
  const sofar = el("ol", { class: "sofar", "aria-label": "so far in this call" });
  element.append(
    el(
      "div",
      { class: "sides" },
      el("div", { class: "controls" }, previous, next, play, trace.threads.length > 2 ? threads : undefined),
      note,
      el("div", { class: "side user" }, el("h2", {}, "user space"), user),
      el("div", { class: "border" }, arrow),
      el("div", { class: "side kernel" }, el("h2", {}, "kernel"), kernel),
      says,
      sofar,
    ),
  );

  function firstMoment() {
    return page.shown.length > 0 ? walk.normal({ row: page.shown.rowAt(0), returned: false }) : undefined;
  }

  // noteOf says that there is a filter.
  function noteOf({ rows }) {
    return rows ? `The filter chooses ${plural(rows.length, "row")} of ${plural(trace.rows, "row")}; next and previous go to these only.` : "";
  }

  function button(name, key, click) {
    return el("button", { type: "button", title: `${name} (${key})`, click }, name);
  }

  function now() {
    return { row: store.state.selected, returned: store.state.returned };
  }

  function go(moment) {
    if (moment) store.set({ selected: moment.row, returned: moment.returned });
  }

  function togglePlay() {
    if (playing) clearInterval(playing);
    playing = playing ? undefined : setInterval(() => (walk.next(now()) ? go(walk.next(now())) : togglePlay()), pace);
    play.textContent = playing ? "Pause" : "Play";
  }

  // draw shows the moment: the open calls, outermost first, and on which side the program is.
  async function draw() {
    if (element.hidden) return;
    note.textContent = noteOf(store.state.filter);
    if (store.state.selected < 0) return go(firstMoment());
    const { row } = now();
    const moment = walk.normal(now());
    const chain = walk.chain(row);
    const recent = walk.recent(moment, lines);
    await Promise.all([...chain, ...recent.map((m) => m.row)].map((r) => details.get(r)));
    if (store.state.selected !== row || walk.normal(now()).returned !== moment.returned) return;
    const inKernel = trace.isSystem(row);
    user.replaceChildren(...chain.filter((r) => !trace.isSystem(r)).map((r, depth) => card(r, depth, moment)));
    kernel.replaceChildren(...chain.filter((r) => trace.isSystem(r)).map((r) => card(r, 0, moment)));
    arrow.className = "arrow " + (inKernel ? (moment.returned ? "up" : "down") : "none");
    arrow.textContent = inKernel ? (moment.returned ? "▲ back, with the result" : "▼ into the kernel") : "";
    const detail = details.peek(row) ?? {};
    says.textContent = sentence(row, moment, detail);
    says.className = "says " + (inKernel ? "kernel" : trace.isMark(row) ? "mark" : "user");
    sofar.replaceChildren(...recent.map((m) => lineOf(m, m === recent.at(-1))));
    previous.disabled = !walk.previous(now());
    next.disabled = !walk.next(now());
    threads.value = String(trace.thread[row]);
  }

  function card(row, depth, moment) {
    const detail = details.peek(row) ?? {};
    const isNow = row === moment.row;
    const done = isNow && moment.returned;
    const result = done ? resultOf(detail) : "";
    const node = el(
      "li",
      { class: "card" + (isNow ? " now" : "") + (done && trace.bits[row] & FAILED ? " failed" : "") },
      el("b", {}, trace.nameOf(row)),
      trace.isMark(row) ? argumentsOf(detail) : "(" + argumentsOf(detail) + ")",
      result ? el("span", { class: "result" }, " = " + result) : undefined,
    );
    node.style.marginLeft = Math.min(depth, 8) * 1.4 + "rem";
    return node;
  }

  // sentence says what happens. Where nothing is known, it says on which side.
  function sentence(row, moment, detail) {
    if (page.isFold(row)) return "The dynamic loader, ld.so, maps the program's libraries. This is folded; the key l shows it.";
    if (trace.isMark(row)) return trace.nameOf(row);
    if (detail.explanation && (moment.returned || trace.isSystem(row))) return detail.explanation;
    if (moment.returned) return trace.isSystem(row) ? "The kernel has done it." : walk.hasChild(row) ? "The call returns." : "";
    return trace.isSystem(row) ? "The program asks the kernel." : callOf(trace.functions[trace.fn[row]]);
  }

  function lineOf({ row, returned }, isLast) {
    const detail = details.peek(row) ?? {};
    const side = trace.isSystem(row) ? "kernel" : trace.isMark(row) ? "mark" : "user";
    const node = el("li", { class: side + (isLast ? " now" : "") }, page.isFold(row) ? "ld.so starts the program" : el("code", {}, momentOf(row, returned, detail)));
    if (detail.explanation && returned && !page.isFold(row)) node.append(" ", el("span", {}, detail.explanation));
    node.style.paddingLeft = Math.min(walk.chain(row).length - 1, 8) * 1.2 + "rem";
    return node;
  }

  // momentOf writes a moment: the begin, the end, or both if nothing is between them.
  function momentOf(row, returned, detail) {
    const name = trace.nameOf(row), result = resultOf(detail);
    if (trace.isMark(row)) return name + " " + argumentsOf(detail);
    const end = result ? " = " + result : "";
    if (!walk.isTwo(row)) return name + "(" + argumentsOf(detail) + ")" + end;
    return returned ? name + (end || " returns") : name + "(" + argumentsOf(detail) + ")";
  }

  const keys = { ArrowRight: () => go(walk.next(now())), ArrowDown: () => go(walk.next(now())), ArrowLeft: () => go(walk.previous(now())), ArrowUp: () => go(walk.previous(now())), " ": togglePlay, l: () => store.set({ loader: !store.state.loader }) };

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
      if (!Object.hasOwn(keys, event.key) || event.target === threads) return false;
      keys[event.key]();
      return true;
    },
  };
}

function callOf({ name, kind, object }) {
  return kind === FUNCTION || !object ? `The program calls the function ${name}.` : `The program calls ${name}, a function of ${object}.`;
}
