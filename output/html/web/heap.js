// The heap over time: live bytes by the place that allocated them, and below them the program
// break. A click on a step selects the call that made it.
import { el, fit, palette } from "./dom.js";
import { Areas, nearestStep } from "./heapareas.js";
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
  let steps, areas, alone, drawn;

  details.heap().then((columns) => {
    steps = stepsOf(trace, columns);
    sum.textContent = sumOf(steps);
    canvas.hidden = steps.row.length === 0;
    stress(undefined);
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
    if (wasClick) select(nearestStep(steps, drawn.timeAt(event.offsetX), reach * drawn.perPixel, drawn.isBreak(event.offsetY)));
  });
  canvas.addEventListener("pointercancel", () => (drag = undefined));

  // stress shows one place alone, or all again.
  function stress(site) {
    alone = alone === site ? undefined : site;
    areas = new Areas(steps, alone);
    list();
    draw();
  }

  function list() {
    table.replaceChildren(...tableOf(steps, areas, alone, stress));
  }

  function select(step) {
    if (step >= 0) page.select(steps.row[step]);
  }

  function draw() {
    if (element.hidden || !areas || canvas.clientWidth === 0) return;
    drawn = drawHeap(canvas, areas, store.state, trace, alone);
    say();
  }

  function say() {
    const step = stepOf(store.state.selected);
    hint.textContent = steps.row.length === 0 ? "" : step < 0 ? hintOf(store.state.filter) : textOf(trace, steps, step);
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
    ArrowRight: () => select(Math.min(steps.row.length - 1, stepOf(store.state.selected) + 1)),
    ArrowLeft: () => select(Math.max(0, (isStep() ? steps.row.indexOf(store.state.selected) : steps.row.length) - 1)),
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
      if (changed.has("theme") && areas) list();
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

function hintOf({ rows }) {
  return "Click a step to see the call that made it." + (rows ? " The heap shows all calls, whatever the filter chooses." : "");
}

function sumOf({ row, live, brk, sites, peak }) {
  const last = row.length - 1;
  if (last < 0) return "No call that changes the heap was seen.";
  const allocations = sites.reduce((sum, site) => sum + site.allocations, 0);
  const all = sites.reduce((sum, site) => sum + site.bytes, 0);
  const kept = sites.reduce((sum, site) => sum + site.live, 0);
  if (allocations === 0) return "No allocation was seen; only the program break moved.";
  return `${plural(allocations, "allocation")} of ${bytes(all)} in all, at most ${bytes(peak)} at a time. ${kept > 0 ? bytes(kept) + " never freed." : "All was freed."}`;
}

function textOf(trace, { row, site, change, live, brk, time }, step) {
  const name = trace.nameOf(row[step]);
  const moved = brk[step] - (brk[step - 1] ?? 0);
  const what = site[step] < 0 ? `the break moved ${moved < 0 ? "down" : "up"} by ${bytes(Math.abs(moved))}` : `${change[step] < 0 ? "−" : "+"}${bytes(Math.abs(change[step]))}`;
  return `${moment(time[step])}  ${name}: ${what}; ${bytes(live[step])} live, break ${bytes(brk[step])} above its start`;
}

// drawHeap draws, and returns what a click needs to know.
function drawHeap(canvas, areas, { from, to, selected }, trace, alone) {
  const { context, width, height } = fit(canvas);
  const colours = palette();
  const inner = Math.max(1, Math.floor(width - margin.left - margin.right));
  const room = height - margin.top - margin.between - margin.bottom;
  const split = areas.groups.length > 0 ? margin.top + room * (1 - shareOfBreak) : margin.top - margin.between;
  const until = to > from ? to : from + 1;
  const { live, brk } = areas.sample(from, until, inner);
  const upper = { top: margin.top, bottom: split, most: largestOf(areas.steps.live) };
  const lower = { top: split + margin.between, bottom: height - margin.bottom, most: largestOf(areas.steps.brk) };
  context.clearRect(0, 0, width, height);
  context.font = "11px " + colours.sans;
  if (areas.groups.length > 0) frame(context, colours, upper, width, alone ? "live bytes, one place" : "live bytes, by place");
  stackAreas(context, upper, live, areas, inner, colours);
  frame(context, colours, lower, width, "program break, above where it began");
  area(context, lower, inner, (x) => brk[x], () => 0, colours["kernel-soft"]);
  edge(context, lower, brk, colours.kernel);
  ruler(context, colours, from, until, inner, height);
  const xOf = (time) => margin.left + ((time - from) / (until - from)) * inner;
  if (selected >= 0) marker(context, colours, xOf(trace.end[selected]), areas.groups.length > 0 ? [upper, lower] : [lower], width);
  return {
    width: inner,
    perPixel: (until - from) / inner,
    timeAt: (x) => from + ((x - margin.left) / inner) * (until - from),
    isBreak: (y) => y > split + margin.between / 2,
  };
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

function area(context, { top, bottom, most }, width, high, low, colour) {
  const yOf = (value) => bottom - (value / (most || 1)) * (bottom - top);
  context.fillStyle = colour;
  for (let x = 0; x < width; ) {
    const start = x, h = high(x), l = low(x);
    while (x < width && high(x) === h && low(x) === l) x++;
    if (h > l) context.fillRect(margin.left + start, yOf(h), x - start, Math.max(1, yOf(l) - yOf(h)));
  }
}

// edge draws the upper edge of an area.
function edge(context, { top, bottom, most }, column, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  column.forEach((value, x) => context.lineTo(margin.left + x, bottom - (value / (most || 1)) * (bottom - top)));
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
