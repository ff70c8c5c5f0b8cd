// The map: library calls at the left, system calls at the right, and between them ribbons as
// thick as the calls are many, or long. A click shows only these calls, in all views. A filter
// that does not come from such a click chooses what the map counts.
import { el, svg } from "./dom.js";
import { largest } from "./flows.js";
import { Counted, most, weights } from "./mapcount.js";
import { layOut } from "./ribbons.js";
import { count, duration, plural } from "./units.js";

const mostIdle = 24; // functions that never entered the kernel, before one asks for more
const mostOfAll = 1000;
const bar = 10; // width of an entry's bar
const top = 28; // height above the columns
const others = 190; // height of what is beside the columns
const character = 7.6; // width, of the font that style.css says

// map makes the view.
export function map(page, element) {
  const { trace, store } = page;
  const whole = new Counted(trace);
  let counted = whole;
  let by = "count";
  const hint = el("p", { class: "map-hint", "aria-live": "polite" });
  const picture = svg("svg", { class: "map-picture", role: "group", "aria-label": "system calls by the library calls that make them" });
  const box = el("div", { class: "map-box" }, picture);
  const sum = el("p", { class: "map-sum", "aria-live": "polite" });
  const idle = el("div", { class: "map-idle" });
  element.append(el("div", { class: "map-head" }, sum, switchOf(["count", "time"], by, choose)), box, hint, idle);
  recount();
  const observer = new ResizeObserver(() => draw());
  observer.observe(element);
  observer.observe(box);

  function choose(name) {
    by = name;
    draw();
  }

  // follow counts what the filter chooses, unless the filter is of an item of the map.
  function follow() {
    const { filter } = store.state;
    const next = whole.shows(filter) ? whole : counted.shows(filter) ? counted : new Counted(trace, filter);
    if (next === counted) return mark();
    counted = next;
    recount();
    draw();
  }

  function recount() {
    sum.textContent = counted.sum(whole);
    idle.replaceChildren(...idleOf(page, counted));
  }

  function draw() {
    if (element.hidden || element.clientWidth === 0) return;
    const width = Math.max(box.clientWidth, 200);
    const weigh = weights[by];
    const places = layOut(largest(counted.flows, most, weigh), element.clientHeight - others, weigh);
    const margin = Math.min(280, width * 0.34);
    const columns = { left: margin, right: width - margin, width, room: Math.floor((margin - 16) / character) };
    picture.setAttribute("width", width);
    picture.setAttribute("height", places.height + top + 4);
    picture.setAttribute("viewBox", `0 0 ${width} ${places.height + top + 4}`);
    const items = [...places.flows.map((flow) => ribbon(flow, columns)), ...places.lefts.map((entry) => node(entry, "left", columns)), ...places.rights.map((entry) => node(entry, "right", columns))];
    picture.replaceChildren(gradient(), border(columns, places.height), ...headings(columns, by, counted), ...items);
    box.hidden = items.length === 0;
    if (items.length === 0) hint.replaceChildren(...whyEmpty(page, counted));
    else say();
    mark();
  }

  // item makes what can be clicked: a group that is a button.
  function item(of, kind, name, ...children) {
    const group = svg("g", { class: "map-item " + kind, role: "button", tabindex: -1, "aria-label": name }, svg("title", {}, name), ...children);
    group.addEventListener("pointerenter", () => say(name));
    group.addEventListener("pointerleave", () => say());
    group.addEventListener("focus", () => say(name));
    const text = counted.textOf(of);
    group.dataset.term = text;
    group.addEventListener("click", () => page.filterBy(store.state.filter.text === text ? counted.text : text));
    return group;
  }

  function ribbon({ of, left, right, thickness }, columns) {
    const from = columns.left + bar, to = columns.right - bar, middle = (from + to) / 2;
    const y = left + top, z = right + top;
    const path = `M${from} ${y}C${middle} ${y} ${middle} ${z} ${to} ${z}V${z + thickness}C${middle} ${z + thickness} ${middle} ${y + thickness} ${from} ${y + thickness}Z`;
    return item(of, "flow", `${of.left.name} → ${of.right.name}: ${costOf(of)}`, svg("path", { d: path }));
  }

  function node({ of, y, thickness }, side, columns) {
    const isLeft = side === "left";
    const text = svg("text", { "aria-hidden": "true", x: isLeft ? columns.left - 8 : columns.right + 8, y: y + top + thickness / 2, "text-anchor": isLeft ? "end" : "start" });
    text.append(...labelOf(of, isLeft, columns.room));
    const box = svg("rect", { x: isLeft ? columns.left : columns.right - bar, y: y + top, width: bar, height: thickness, rx: 1.5 });
    return item(of, isLeft ? "user" : "kernel", nameOf(of, isLeft && !counted.isPart), box, text);
  }

  // labelOf writes the name, and how many calls there were.
  function labelOf(of, isLeft, room) {
    const number = by === "time" ? duration(of.time) : isLeft && !counted.isPart && of.calls > 0 ? `${count(of.crossed)} of ${count(of.calls)}` : count(of.count);
    const name = shortened(of.name, room - number.length - 2);
    const parts = [svg("tspan", { class: "map-name" }, name), svg("tspan", { class: "map-number" }, isLeft ? number + "  " : "  " + number)];
    return isLeft ? parts.reverse() : parts;
  }

  function say(text = "Click a ribbon or a name to see only these calls in the other views." + (counted.isPart ? " Drawn are the system calls that the filter chooses." : "")) {
    hint.textContent = text;
  }

  // mark shows which item the filter is of, and lets the tab key reach one item.
  function mark() {
    const chosen = store.state.filter.text;
    let reached;
    for (const group of picture.querySelectorAll(".map-item")) {
      const isChosen = chosen !== "" && group.dataset.term === chosen;
      group.setAttribute("aria-pressed", String(isChosen));
      group.setAttribute("tabindex", -1);
      if (isChosen || (!reached && document.activeElement === group)) reached = group;
    }
    picture.classList.toggle("has-chosen", picture.querySelector('[aria-pressed="true"]') !== null);
    (reached ?? picture.querySelector(".map-item"))?.setAttribute("tabindex", 0);
  }

  return {
    show() {
      follow();
      draw();
    },
    hide() {},
    update(state, changed) {
      if (changed.has("filter")) follow();
    },
    key: (event) => keyOf(event, picture),
  };
}

// keyOf moves the focus among the items, and clicks them.
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
  if (at < 0 || (event.key !== "Enter" && event.key !== " ")) return false;
  items[at].dispatchEvent(new MouseEvent("click", { bubbles: true }));
  return true;
}

// nameOf says what an entry is, and of a left how many of all calls entered the kernel.
function nameOf(of, withCalls) {
  if (!withCalls) return `${of.name}: ${costOf(of)}`;
  const calls = of.calls > 0 ? `${plural(of.calls, "call")}, of which ${count(of.crossed)} entered the kernel, by ` : "";
  return `${of.name}: ${calls}${costOf(of)}`;
}

function costOf(of) {
  return `${plural(of.count, "system call")}, ${duration(of.time)}`;
}

// whyEmpty says why nothing is drawn, and has a button for what may be meant instead.
function whyEmpty(page, counted) {
  if (page.trace.rows === 0) return ["Nothing was traced."];
  if (!counted.isPart) return ["No system call was seen."];
  const { inside } = counted;
  const button = inside && el("button", { class: "link user", type: "button", click: () => page.filterBy(inside) }, shortened(inside, 60));
  return ["The filter chooses no system call.", ...(button ? [" System calls in calls of these names: ", button] : [])];
}

function shortened(text, room) {
  return text.length <= room ? text : text.slice(0, Math.max(1, room - 1)) + "…";
}

// switchOf makes a choice of what the ribbons' thickness is.
function switchOf(names, chosen, choose) {
  const buttons = names.map((name) => el("button", { type: "button", "aria-pressed": String(name === chosen), click: () => press(name) }, "by " + name));
  function press(name) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(names[i] === name)));
    choose(name);
  }
  return el("div", { class: "switch", role: "group", "aria-label": "thickness of ribbons" }, ...buttons);
}

// idleOf lists the functions that never entered the kernel.
function idleOf(page, counted) {
  const { idle } = counted.flows;
  if (idle.length === 0) return [];
  const buttonOf = (left) => el("button", { type: "button", click: () => page.filterBy(counted.textOf(left)) }, left.name, el("small", {}, " " + count(left.calls)));
  const list = el("p", {}, ...idle.slice(0, mostIdle).map(buttonOf));
  if (idle.length > mostIdle) list.append(el("button", { class: "more", type: "button", click: showMore }, plural(idle.length - mostIdle, "more function") + " …"));
  function showMore(event) {
    event.target.replaceWith(...idle.slice(mostIdle, mostOfAll).map(buttonOf), idle.length > mostOfAll ? `and ${count(idle.length - mostOfAll)} more` : "");
  }
  return [el("h2", {}, "Never entered the kernel" + (counted.isPart ? ", of what the filter chooses" : "")), list];
}

function gradient() {
  const stops = [svg("stop", { class: "user", offset: "0%" }), svg("stop", { class: "kernel", offset: "100%" })];
  return svg("defs", {}, svg("linearGradient", { id: "crossing", gradientUnits: "objectBoundingBox" }, ...stops));
}

// headings say what the numbers are.
function headings({ left, right }, by, { isPart }) {
  const text = (side, x, anchor) => svg("text", { class: "map-heading", x, y: 11, "text-anchor": anchor }, side);
  return by === "time" ? [text("time in the kernel", left - 8, "end"), text("time", right + 8, "start")] : [text(isPart ? "chosen system calls" : "entered, of all calls", left - 8, "end"), text("calls", right + 8, "start")];
}

// border draws the line between user space and the kernel.
function border({ left, right }, height) {
  const x = (left + right) / 2;
  return svg("g", { class: "map-border", "aria-hidden": "true" }, svg("line", { x1: x, x2: x, y1: 0, y2: height + top }), svg("text", { x: x - 8, y: 11, "text-anchor": "end" }, "user space"), svg("text", { x: x + 8, y: 11 }, "kernel"));
}
