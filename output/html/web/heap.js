// The heap over time: live bytes by the place that allocated them, and below them the program
// break. A click on a step selects the call that made it. With a filter, the steps of the calls
// that it chooses and what these allocated are drawn over the whole heap, which is grey.
import { el, fit, palette } from "./dom.js";
import { Areas, nearestStep, stepAfter } from "./heapareas.js";
import { Chosen } from "./heapchosen.js";
import { stepsOf } from "./heapsteps.js";
import { Look } from "./look.js";
import { ticksOf } from "./ruler.js";
import { bytes, bytesStep, count, instant, moment, plural } from "./units.js";

const margin = { left: 76, right: 14, top: 24, between: 34, bottom: 24 };
const shareOfBreak = 0.32; // of the height
const reach = 6; // pixels around a click in which a step is meant
const mostSites = 50;

// heap makes the view.
export function heap(page, element) {
  const { trace, store, details } = page;
  const look = new Look(page);
  const canvas = el("canvas", { class: "heap-canvas", tabIndex: 0, role: "img", "aria-label": "live bytes and program break over time. Arrow keys select the step before and after, with Shift they move; + and - zoom." });
  const sum = el("p", { class: "map-sum" }, "Reading the heap …");
  const hint = el("p", { class: "map-hint", "aria-live": "polite" });
  const table = el("div", { class: "heap-sites" });
  element.append(el("div", { class: "map-head" }, sum), canvas, hint, table);
  let columns, steps, all, chosen, areas, alone, drawn; // all are the areas of the whole heap

  details.heap().then((heap) => {
    columns = heap;
    steps = stepsOf(trace, columns);
    all = new Areas(steps);
    canvas.hidden = steps.row.length === 0;
    draw();
    element.dataset.steps = steps.row.length;
  });
  new ResizeObserver(draw).observe(canvas);
  canvas.addEventListener("wheel", (event) => drawn && look.wheel(event, drawn.timeAt(event.offsetX), drawn.width), { passive: false });
  let drag; // {x, moved}
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !drawn) return;
    drag = { x: event.offsetX, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.moved ||= Math.abs(event.offsetX - drag.x) > 3;
    if (!drag.moved) return;
    look.pan((drag.x - event.offsetX) / drawn.width);
    drag.x = event.offsetX;
  });
  canvas.addEventListener("pointerup", (event) => {
    const wasClick = drag && !drag.moved;
    drag = undefined;
    if (wasClick) select(nearestStep(steps, drawn.timeAt(event.offsetX), reach * drawn.perPixel, drawn.isBreak(event.offsetY), (step) => chosen.includes(step)));
  });
  canvas.addEventListener("pointercancel", () => (drag = undefined));

  // follow chooses what the filter chooses. The place that is shown alone stays, if it can.
  function follow() {
    const { filter } = store.state;
    if (chosen?.has === filter.has) return;
    chosen = new Chosen(trace, columns, steps, filter);
    sum.textContent = sumOf(chosen);
    element.dataset.chosen = chosen.count;
    show(chosen.steps.sites.find((site) => site.number === alone?.number));
  }

  // stress shows one place alone, or all again.
  function stress(site) {
    show(alone === site ? undefined : site);
    draw();
  }

  function show(site) {
    alone = site;
    areas = chosen.isPart || alone ? new Areas(chosen.steps, alone) : all;
    list();
  }

  function list() {
    table.replaceChildren(...tableOf(chosen.steps, areas, alone, stress));
  }

  function select(step) {
    if (step >= 0) page.select(steps.row[step]);
  }

  function draw() {
    if (element.hidden || !all) return;
    follow();
    if (canvas.clientWidth > 0) drawn = drawHeap(canvas, { all, areas, chosen, alone }, store.state, trace);
    say();
  }

  function say() {
    const step = stepOf(store.state.selected);
    hint.textContent = steps.row.length === 0 ? "" : step < 0 ? hintOf(chosen) : textOf(trace, steps, step);
  }

  // stepOf returns the last step that a row made, or -1.
  function stepOf(row) {
    return row < 0 ? -1 : steps.row.lastIndexOf(row);
  }

  function isStep() {
    return stepOf(store.state.selected) >= 0;
  }

  // reveal brings the selected step into sight.
  function reveal() {
    const { from, to, selected } = store.state;
    if (!isStep() || (trace.end[selected] >= from && trace.end[selected] <= to)) return;
    look.at(trace.end[selected] - (to - from) * 0.5, trace.end[selected] + (to - from) * 0.5);
  }

  const keys = {
    ArrowRight: () => select(chosen.next(stepOf(store.state.selected), 1)),
    ArrowLeft: () => select(chosen.next(isStep() ? steps.row.indexOf(store.state.selected) : steps.row.length, -1)),
    "+": () => look.zoom(1 / 1.6),
    "=": () => look.zoom(1 / 1.6),
    "-": () => look.zoom(1.6),
    0: () => look.all(),
  };
  const moves = { ArrowRight: 0.2, ArrowLeft: -0.2 };
  return {
    show: draw,
    hide() {},
    update(_, changed) {
      if (changed.has("theme") && chosen) list();
      if (changed.has("selected") && steps) reveal();
      draw();
    },
    key(event) {
      if (!steps?.row.length || !Object.hasOwn(keys, event.key)) return false;
      if (event.shiftKey && moves[event.key]) look.pan(moves[event.key]);
      else keys[event.key]();
      return true;
    },
  };
}

function hintOf({ isPart, count }) {
  if (!isPart) return "Click a step to see the call that made it.";
  if (count === 0) return "The filter chooses no call that changes the heap.";
  return "Grey is the whole heap. Marked are the steps of the calls that the filter chooses; in colour is what they allocated, until any call frees it. Click a mark to see its call.";
}

function sumOf({ isPart, count: chosen, steps, whole }) {
  if (whole.row.length === 0) return "No call that changes the heap was seen.";
  if (!isPart) return steps.sites.length > 0 ? allocationsOf(steps) : "No allocation was seen; only the program break moved.";
  return `The filter chooses ${count(chosen)} of ${plural(whole.row.length, "step")}: ${steps.sites.length > 0 ? allocationsOf(steps) : "no allocation."}`;
}

function allocationsOf({ sites, peak }) {
  const sum = (key) => sites.reduce((sum, site) => sum + site[key], 0);
  const kept = sum("live");
  return `${plural(sum("allocations"), "allocation")} of ${bytes(sum("bytes"))} in all, at most ${bytes(peak)} at a time. ${kept > 0 ? bytes(kept) + " never freed." : "All was freed."}`;
}

function textOf(trace, { row, site, change, live, brk, time }, step) {
  const name = trace.nameOf(row[step]);
  const moved = brk[step] - (brk[step - 1] ?? 0);
  const what = site[step] < 0 ? `the break moved ${moved < 0 ? "down" : "up"} by ${bytes(Math.abs(moved))}` : `${change[step] < 0 ? "−" : "+"}${bytes(Math.abs(change[step]))}`;
  return `${moment(time[step])}  ${name}: ${what}; ${bytes(live[step])} live, break ${bytes(brk[step])} above its start`;
}

// drawHeap draws, and returns what a click needs to know.
function drawHeap(canvas, { all, areas, chosen, alone }, { from, to, selected }, trace) {
  const { context, width, height } = fit(canvas);
  const colours = palette();
  const inner = Math.max(1, Math.floor(width - margin.left - margin.right));
  const room = height - margin.top - margin.between - margin.bottom;
  const hasBlocks = all.groups.length > 0;
  const split = hasBlocks ? margin.top + room * (1 - shareOfBreak) : margin.top - margin.between;
  const until = to > from ? to : from + 1;
  const whole = all.sample(from, until, inner);
  const upper = { top: margin.top, bottom: split, most: largestOf(all.steps.live) };
  const lower = { top: split + margin.between, bottom: height - margin.bottom, most: largestOf(all.steps.brk) };
  context.clearRect(0, 0, width, height);
  context.font = "11px " + colours.sans;
  if (hasBlocks) frame(context, colours, upper, width, titleOf(chosen, alone));
  if (chosen.isPart) quiet(context, upper, totalOf(whole.live, all.groups.length), inner, colours);
  stackAreas(context, upper, areas === all ? whole.live : areas.sample(from, until, inner).live, areas, inner, colours);
  frame(context, colours, lower, width, "program break, above where it began" + (chosen.isPart ? "; in colour where the chosen calls move it" : ""));
  if (chosen.isPart) quiet(context, lower, whole.brk, inner, colours);
  else loud(context, lower, whole.brk, inner, colours);
  ruler(context, colours, from, until, inner, height);
  const xOf = (time) => margin.left + ((time - from) / (until - from)) * inner;
  if (chosen.isPart) markSteps(context, colours, chosen, { from, until, xOf, upper, lower });
  if (selected >= 0) marker(context, colours, xOf(trace.end[selected]), hasBlocks ? [upper, lower] : [lower], width);
  return {
    width: inner,
    perPixel: (until - from) / inner,
    timeAt: (x) => from + ((x - margin.left) / inner) * (until - from),
    isBreak: (y) => y > split + margin.between / 2,
  };
}

function titleOf({ isPart }, alone) {
  const by = alone ? "one place" : "by place";
  return isPart ? `live bytes: in colour what the chosen calls allocated, ${by}; grey the whole heap` : "live bytes, " + by;
}

// totalOf sums the groups of each pixel.
function totalOf(live, groups) {
  return Float64Array.from({ length: live.length / groups }, (_, x) => live.subarray(x * groups, (x + 1) * groups).reduce((sum, bytes) => sum + bytes, 0));
}

function loud(context, panel, column, width, colours) {
  area(context, panel, width, (x) => column[x], () => 0, colours["kernel-soft"]);
  edge(context, panel, column, colours.kernel);
}

// quiet draws what is there only to compare with.
function quiet(context, panel, column, width, colours) {
  area(context, panel, width, (x) => column[x], () => 0, colours.line);
  edge(context, panel, column, colours.muted, 1);
}

// markSteps marks the steps of the chosen calls on the edges of the whole heap: a bar from
// what was before to what was after. Bars that cover each other are drawn once.
function markSteps(context, colours, chosen, { from, until, xOf, upper, lower }) {
  const { time, site, live, brk } = chosen.whole;
  const colourOfBar = [colours["user-text"], colours.kernel];
  let drawn = new Set(), last;
  for (let i = stepAfter(chosen.whole, from); i < time.length && time[i] <= until; i++) {
    if (!chosen.includes(i)) continue;
    const isBreak = site[i] < 0, column = isBreak ? brk : live;
    const x = Math.round(xOf(time[i]));
    const [high, low] = [column[i], i > 0 ? column[i - 1] : 0].map((bytes) => Math.round(yOf(isBreak ? lower : upper, bytes))).sort((a, b) => a - b);
    if (x !== last) drawn = new Set();
    last = x;
    const bar = high * 0x10000 + low;
    if (drawn.has(bar)) continue;
    drawn.add(bar);
    context.fillStyle = colourOfBar[Number(isBreak)];
    context.fillRect(x - 1.5, high - 1.5, 3, low - high + 3);
  }
}

// yOf returns where so many bytes are in a panel.
function yOf({ top, bottom, most }, bytes) {
  return bottom - (bytes / (most || 1)) * (bottom - top);
}

function largestOf(column) {
  let most = 0;
  for (const value of column) if (value > most) most = value;
  return most;
}

// frame draws the axis of a panel: lines at round numbers of bytes.
function frame(context, colours, { top, bottom, most }, width, title) {
  context.fillStyle = colours.muted;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(title, margin.left, top - 9);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  const step = bytesStep(most, Math.max(1, (bottom - top) / 56));
  for (let value = 0; value <= most; value += step) {
    const y = Math.round(bottom - (value / (most || 1)) * (bottom - top)) + 0.5;
    context.beginPath();
    context.moveTo(margin.left, y);
    context.lineTo(width - margin.right, y);
    context.stroke();
    context.fillText(bytes(value), margin.left - 8, y);
    if (step <= 0) break;
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

// colourOf returns a group's colour: hues around the blue of user space, grey for the others.
function colourOf(group, i, colours) {
  if (!group.site) return colours.muted;
  const isDark = colours.bg.startsWith("#1");
  return `hsl(${[218, 196, 246, 172, 268, 210][i]} ${[56, 44, 42, 36, 34, 40][i]}% ${(isDark ? 52 : 56) + (i % 3) * 7}%)`;
}

function area(context, panel, width, high, low, colour) {
  context.fillStyle = colour;
  for (let x = 0; x < width; ) {
    const start = x, h = high(x), l = low(x);
    while (x < width && high(x) === h && low(x) === l) x++;
    if (h > l) context.fillRect(margin.left + start, yOf(panel, h), x - start, Math.max(1, yOf(panel, l) - yOf(panel, h)));
  }
}

// edge draws the upper edge of an area.
function edge(context, panel, column, colour, thickness = 1.5) {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.beginPath();
  column.forEach((value, x) => context.lineTo(margin.left + x, yOf(panel, value)));
  context.stroke();
}

function ruler(context, colours, from, to, width, height) {
  const { ticks, step } = ticksOf(from, to, width);
  context.fillStyle = colours.muted;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (const time of ticks) {
    const x = margin.left + ((time - from) / (to - from)) * width;
    const text = instant(time, step, to);
    const half = context.measureText(text).width / 2;
    context.fillRect(Math.round(x), height - margin.bottom, 1, 4);
    context.fillText(text, Math.min(x, margin.left + width + margin.right - half), height - 6);
  }
}

function marker(context, colours, x, panels, width) {
  if (x < margin.left || x > width - margin.right + 1) return;
  context.fillStyle = colours.accent;
  for (const { top, bottom } of panels) context.fillRect(Math.round(x) - 0.5, top, 1.5, bottom - top);
}

// tableOf lists the places. A click on one shows it alone.
function tableOf(steps, areas, alone, stress) {
  if (steps.sites.length === 0) return [];
  const sorted = [...steps.sites].sort((a, b) => b.live - a.live || b.peak - a.peak || b.bytes - a.bytes);
  const head = el("tr", {}, ...["call", "made in", "never freed", "peak", "allocations", "bytes"].map((name) => el("th", { scope: "col" }, name)));
  const rows = sorted.slice(0, mostSites).map((site) => {
    const group = areas.groups.findIndex((group) => group.site === site);
    const swatch = el("i", { class: "swatch" });
    swatch.style.background = group >= 0 ? colourOf(areas.groups[group], group, palette()) : "var(--muted)";
    const button = el("button", { type: "button", "aria-pressed": String(site === alone), click: () => stress(site) }, swatch, site.name);
    return el("tr", {}, el("td", {}, button), el("td", { title: site.place }, site.place), ...[bytes(site.live), bytes(site.peak), count(site.allocations), bytes(site.bytes)].map((text) => el("td", {}, text)));
  });
  const more = sorted.length - rows.length;
  return [el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)), more > 0 ? el("p", { class: "hint" }, `and ${plural(more, "place")} more`) : undefined].filter(Boolean);
}
