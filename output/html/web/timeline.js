// The timeline: a pair of lanes for each thread, user space above the kernel. This module has
// what people do with it; draw.js draws.
import { Pen } from "./draw.js";
import { el, fit, palette } from "./dom.js";
import { crossingTop, deepest, firstIn, indexLanes, inLane, layout, nextFrom, placeOf } from "./lanes.js";
import { Look } from "./look.js";
import { densityOf, drawOverview, drawRuler, overview, ruler } from "./ruler.js";
import { textOf } from "./sentence.js";
import { count, duration, plural } from "./units.js";
import { Walk } from "./walk.js";

const top = overview + ruler;
const reach = 5; // pixels around a crossing in which it is meant
const toolbar = 52; // height of the buttons over the lower end of the picture
const tall = 44; // pixels above the border that have room for a thread's name above "user space"
const near = 50; // crossings on each side that are looked at

// timeline makes the view.
export function timeline(page, element) {
  const { trace, store, details } = page;
  const look = new Look(page);
  const walk = new Walk(page);
  const index = indexLanes(trace);
  const density = densityOf(trace);
  const closed = new Set(); // processes whose threads are not shown
  let plan = layout(trace, index, closed);
  let colours = palette();

  const canvas = el("canvas", { class: "picture", tabIndex: 0, role: "img", "aria-label": "timeline; the list has the same as text" });
  const tree = el("div", { class: "tree", role: "tree", "aria-label": "processes and threads" });
  const space = el("div", { class: "space" });
  const scroller = el("div", { class: "tracks" }, space, el("div", { class: "pane" }, tree, canvas));
  const note = el("p", { class: "paper-note" });
  const tip = el("div", { class: "tip", hidden: true });
  element.append(scroller, note, tip, buttons());

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
      el("button", { type: "button", "aria-label": "zoom out", title: "zoom out (−)", click: () => look.zoom(1.6) }, "−"),
      el("button", { type: "button", "aria-label": "zoom in", title: "zoom in (+)", click: () => look.zoom(1 / 1.6) }, "+"),
      el("button", { type: "button", title: "show the whole trace (0)", click: () => look.all() }, "all"),
      el("button", { type: "button", title: "show the selected call (f)", click: fitSelected }, "selected"),
      loader,
    );
  }

  function toggleLoader() {
    store.set({ loader: !store.state.loader });
  }

  // Time and place.

  function view() {
    return { ...look.now(), width: canvas.clientWidth, height: canvas.clientHeight, box: plan.box, font: plan.box > 24 ? 12 : 11, duration: Math.max(trace.duration, 1), again: draw };
  }

  function timeAt(x) {
    const { from, to, width } = view();
    return from + (x / width) * (to - from);
  }

  function fitRow(row) {
    const long = Math.max(trace.end[row] - trace.begin[row], 1000);
    look.at(trace.begin[row] - long * 0.15, trace.end[row] + long * 0.15);
  }

  function fitSelected() {
    if (store.state.selected >= 0) fitRow(store.state.selected);
  }

  // reveal brings a row into sight, as it is when it is somewhere in sight already.
  function reveal(row) {
    const { from, to } = store.state;
    const begin = trace.begin[row];
    if (trace.end[row] < from || begin > to) look.at(begin - (to - from) * 0.3, begin + (to - from) * 0.7);
    const item = plan.items.find((item) => item.thread?.id === trace.thread[row]);
    if (!item) return;
    const room = scroller.clientHeight - top;
    const isSmall = item.height <= room; // then all of the thread is shown
    const high = isSmall ? item.y : placeOf(trace, item, inLane(trace, row));
    const low = isSmall ? item.y + item.height : high + plan.box;
    if (high < scroller.scrollTop) scroller.scrollTop = high;
    else if (low > scroller.scrollTop + room) scroller.scrollTop = low - room;
  }

  // rowAt returns the row at a place, or -1. At a crossing it is the system call.
  function rowAt(x, y) {
    const at = y - top + scroller.scrollTop;
    const item = plan.items.find((item) => item.thread && at >= item.y && at < item.y + item.height);
    if (!item || y < top) return -1;
    if (item.marks && at < item.marks.y + 16) return nearestMark(item.marks.rows, x);
    const lane = [...item.user, item.kernel].find((lane) => at >= lane.y && at < lane.y + plan.box);
    const row = lane ? nearest(lane.rows, x) : -1;
    return row >= 0 || at >= item.kernel.y ? row : crossingAt(item, x, at);
  }

  // crossingAt returns the system call whose crossing goes through a place, or -1.
  function crossingAt(item, x, y) {
    const { rows } = item.kernel;
    const time = timeAt(x);
    const distance = timeAt(x + reach) - time;
    const next = nextFrom(trace, rows, 0, time);
    let best = -1;
    for (const row of rows.subarray(Math.max(0, next - near), next + near)) {
      const away = Math.abs(trace.begin[row] - time);
      if (away > distance || !page.shown.shows(row) || (page.shown.folds && trace.folded[row]) || y < crossingTop(trace, item, row, plan.box)) continue;
      if (best < 0 || away < Math.abs(trace.begin[best] - time)) best = row;
    }
    return best;
  }

  // nearest returns the row of a lane at x, or next to it within a few pixels: short calls
  // must not be hard to click.
  function nearest(rows, x) {
    const time = timeAt(x);
    const reach = timeAt(x + 4) - time;
    const i = firstIn(trace, rows, time - reach);
    const isHit = (row) => row !== undefined && trace.begin[row] <= time + reach && trace.end[row] >= time - reach;
    let best = -1, distance = Infinity;
    for (let k = i; k < Math.min(i + 8, rows.length) && isHit(rows[k]); k++) {
      const away = Math.max(trace.begin[rows[k]] - time, time - trace.end[rows[k]], 0);
      if (away < distance) [best, distance] = [rows[k], away];
    }
    return best >= 0 && page.shown.folds && trace.folded[best] ? trace.folds.find((f) => f.first <= best && best <= f.last && trace.thread[f.first] === trace.thread[best]).first : best;
  }

  function nearestMark(rows, x) {
    const reach = timeAt(x + 6) - timeAt(x);
    const i = firstIn(trace, rows, timeAt(x) - reach);
    return i < rows.length && trace.begin[rows[i]] <= timeAt(x) + reach ? rows[i] : -1;
  }

  // Wheel, drag, click.

  canvas.addEventListener(
    "wheel",
    (event) => {
      look.wheel(event, timeAt(event.offsetX), canvas.clientWidth);
    },
    { passive: false },
  );

  let drag; // {x, y, moved, kind}
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag = { x: event.offsetX, y: event.offsetY, moved: false, kind: event.offsetY < overview ? "overview" : event.offsetY < top ? "range" : "pan", from: timeAt(event.offsetX) };
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
      look.pan(-dx / canvas.clientWidth);
      scroller.scrollTop -= dy;
      drag.x = event.offsetX;
      drag.y = event.offsetY;
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    const was = drag;
    drag = undefined;
    if (was?.kind === "range" && was.moved) look.at(Math.min(was.from, was.to), Math.max(was.from, was.to));
    else if (was && !was.moved && was.kind === "pan") page.select(rowAt(event.offsetX, event.offsetY));
  });
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
  canvas.addEventListener("dblclick", (event) => {
    const row = rowAt(event.offsetX, event.offsetY);
    if (row >= 0) fitRow(row);
  });

  function centre(x) {
    const { from, to } = store.state;
    const at = (x / canvas.clientWidth) * trace.duration;
    look.at(at - (to - from) / 2, at + (to - from) / 2);
  }

  function hover(event) {
    const row = rowAt(event.offsetX, event.offsetY);
    canvas.style.cursor = row >= 0 ? "pointer" : event.offsetY < top ? "col-resize" : "grab";
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

  // The picture.

  function draw() {
    if (element.hidden || canvas.clientWidth === 0) return;
    const start = performance.now();
    space.style.height = plan.height + top + toolbar + "px";
    const { context, width, height } = fit(canvas);
    const now = view();
    const pen = new Pen(context, colours, page, now);
    context.fillStyle = colours.bg;
    context.fillRect(0, 0, width, height);
    drawRuler(context, colours, { ...now, x: (time) => pen.x(time) });
    context.save();
    context.beginPath();
    context.rect(0, top, width, height - top);
    context.clip();
    context.font = now.font + "px " + colours.mono;
    context.textBaseline = "middle";
    const scroll = scroller.scrollTop - top;
    const inSight = plan.items.filter((item) => item.y - scroll < height && item.y + item.height - scroll > top);
    for (const item of inSight) {
      if (item.thread) pen.thread(item, scroll);
      else headerLine(context, item, scroll, width);
    }
    context.restore();
    drawOverview(context, colours, density, now);
    if (drag?.kind === "range" && drag.moved) drawRange(context, pen, height);
    label(inSight, scroll);
    note.textContent = noteOf(inSight.filter((item) => item.thread).length);
    performance.measure("plait:frame", { start });
  }

  // noteOf says what is not on paper.
  function noteOf(shown) {
    const all = plan.items.filter((item) => item.thread).length;
    return store.state.theme === "paper" && shown < all ? `${plural(all - shown, "thread")} of ${count(all)} are left out.` : "";
  }

  function headerLine(context, item, scroll, width) {
    context.fillStyle = colours.surface;
    context.fillRect(0, item.y - scroll, width, item.height - 4);
  }

  function drawRange(context, pen, height) {
    context.fillStyle = colours.accent;
    context.globalAlpha = 0.15;
    context.fillRect(pen.x(drag.from), overview, pen.x(drag.to) - pen.x(drag.from), height);
    context.globalAlpha = 1;
  }

  // label writes the names of the processes and threads in sight beside the picture.
  let labelled = "";
  function label(items, scroll) {
    const key = items.map((item) => item.y - scroll + (closed.has(item.process.id) ? "-" : "+")).join();
    if (key === labelled) return;
    labelled = key;
    tree.replaceChildren(...items.map((item) => (item.thread ? threadLabel(item, scroll) : processLabel(item, scroll))));
  }

  function processLabel(item, scroll) {
    const { process } = item;
    const isOpen = !closed.has(process.id);
    const node = el(
      "button",
      { class: "process", type: "button", role: "treeitem", "aria-level": process.depth + 1, "aria-expanded": String(isOpen), click: () => toggle(process) },
      el("span", { class: "caret", "aria-hidden": "true" }, isOpen ? "▾" : "▸"),
      el("b", {}, process.program),
      el("span", { class: "number" }, String(process.pid)),
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
      { class: "thread" + (item.border - item.y >= tall ? " tall" : ""), role: "treeitem", "aria-level": process.depth + 2, "aria-label": `${thread.name}: ${plural(item.kernel.rows.length, "system call")}` },
      el("span", { class: "name" }, el("span", { class: "word" }, name.startsWith("thread ") ? "thread " : ""), name.replace(/^thread /, "")),
      el("span", { class: "user" }, "user space"),
      el("span", { class: "kernel" }, "kernel"),
      item.hidden > 0 ? el("span", { class: "deeper", title: `${plural(item.hidden, "call")} deeper than ${deepest} levels: they are in the list` }, `+ ${count(item.hidden)} deeper`) : undefined,
    );
    node.style.top = item.y - scroll + "px";
    node.style.height = item.height + "px";
    node.style.setProperty("--border", item.border - item.y + "px");
    return node;
  }

  function arrange() {
    plan = layout(trace, index, closed, scroller.clientHeight - top);
    labelled = "";
  }

  function toggle(process) {
    if (!closed.delete(process.id)) closed.add(process.id);
    arrange();
    draw();
  }

  // Keys. Arrows walk from call to call.

  const walks = {
    ArrowLeft: (row) => walk.before(row),
    ArrowRight: (row) => walk.beside(row),
    ArrowUp: (row) => walk.parent(row),
    ArrowDown: (row) => walk.child(row),
  };

  // firstInSight returns the first row that begins in sight, or the last one before.
  function firstInSight() {
    const { shown } = page;
    return shown.length > 0 ? shown.rowAt(Math.min(shown.after(trace.after(store.state.from) - 1), shown.length - 1)) : -1;
  }

  const commands = {
    "+": () => look.zoom(1 / 1.6),
    "=": () => look.zoom(1 / 1.6),
    "-": () => look.zoom(1.6),
    0: () => look.all(),
    f: fitSelected,
    l: toggleLoader,
    a: () => look.pan(-0.2),
    d: () => look.pan(0.2),
    w: () => look.zoom(1 / 1.6),
    s: () => look.zoom(1.6),
    PageDown: () => (scroller.scrollTop += scroller.clientHeight * 0.8),
    PageUp: () => (scroller.scrollTop -= scroller.clientHeight * 0.8),
    Home: () => look.pan(-1e9),
    End: () => look.pan(1e9),
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
      if (changed.has("theme")) {
        colours = palette();
        arrange();
      }
      if (changed.has("selected") && state.selected >= 0) reveal(state.selected);
      draw();
    },
    key(event) {
      const go = walks[event.key];
      if (go && trace.rows > 0) {
        if (event.shiftKey) look.pan(event.key === "ArrowLeft" ? -0.2 : 0.2);
        else {
          const { selected } = store.state;
          const to = selected < 0 ? firstInSight() : go(selected);
          if (to >= 0) page.select(to);
        }
        return true;
      }
      if (!Object.hasOwn(commands, event.key)) return false;
      commands[event.key]();
      return true;
    },
  };
}
