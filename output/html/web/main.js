// The page: reads the trace, makes the views, and keeps them, the address and the keys
// together.
import { callPanel } from "./call.js";
import { Details } from "./details.js";
import { el } from "./dom.js";
import { heap } from "./heap.js";
import { map } from "./map.js";
import { rowsOf } from "./filter.js";
import { helpDialog } from "./help.js";
import { list } from "./list.js";
import { readTrace } from "./model.js";
import { Shown } from "./shown.js";
import { step } from "./step.js";
import { Store } from "./store.js";
import { timeline } from "./timeline.js";
import { plural } from "./units.js";

const views = [
  { name: "timeline", title: "Timeline", make: timeline },
  { name: "list", title: "List", make: list },
  { name: "map", title: "Map", make: map },
  { name: "heap", title: "Heap", make: heap },
  { name: "step", title: "Step", make: step },
];

performance.mark("plait:start");
document.addEventListener("DOMContentLoaded", () => start().catch(fail));

async function start() {
  const trace = await readTrace(document);
  performance.mark("plait:decoded");
  const store = new Store({ selected: -1, returned: false, ...firstWindow(trace), filter: { text: "", rows: null, has: null }, loader: false, uses: new Map(), moreUses: 0, view: views[0].name, shown: 0, theme: "" });
  const page = { trace, store, details: new Details(trace, document), shown: undefined };
  page.shown = new Shown(trace, store.state);
  page.isFold = (row) => page.shown.folds && trace.folded[row] === 2;
  page.select = (row) => store.set({ selected: row, returned: false });
  page.filterBy = (text) => filterBy(page, text);
  frame(page);
  followAddress(page);
  requestAnimationFrame(() => {
    performance.mark("plait:first-picture");
    document.documentElement.dataset.ready = "true";
  });
}

// firstWindow returns the time that is in sight at first: all but what the loader does before
// the program begins.
function firstWindow(trace) {
  const fold = trace.folds[0];
  const from = fold && trace.parent[fold.first] < 0 && fold.first < 4 ? trace.end[fold.last] : 0;
  return { from: from < trace.duration ? from - (trace.duration - from) * 0.02 : 0, to: trace.duration * 1.005 };
}

function fail(error) {
  document.getElementById("page").replaceChildren(el("p", { class: "error", role: "alert" }, "This page cannot show its trace: " + error.message));
}

// frame makes what is around the views.
function frame(page) {
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
    help.dialog,
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

// makeView makes the tab and the element of a view, and the view when it is first shown.
function makeView(page, view, tabs, stage) {
  const { store } = page;
  const element = el("section", { class: "view " + view.name, role: "tabpanel", id: "view-" + view.name, "aria-label": view.title, hidden: true });
  const tab = el("button", { role: "tab", type: "button", id: "tab-" + view.name, "aria-controls": element.id, click: choose }, view.title);
  tabs.append(tab);
  stage.append(element);
  let made;

  // choose shows the view. After a click with the mouse, keys are for the view, not for the tab.
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
    key: (event) => made?.key(event) ?? false,
    prepare: async () => made?.prepare?.(),
  };
}

function searchBox(page) {
  const input = el("input", { type: "search", placeholder: 'filter: malloc, failed, "text"', "aria-label": "filter", "aria-describedby": "filter-state", spellcheck: false, autocomplete: "off" });
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
    },
  };
}

// filterBy shows only what an expression chooses. Of several, the last one counts.
async function filterBy(page, text) {
  const { store, trace, details } = page;
  page.filtering = text;
  let filter = { text, rows: null, has: null };
  if (text.trim() !== "") {
    try {
      filter = { text, ...(await rowsOf(text, trace, details)) };
    } catch (error) {
      filter = { text, rows: new Uint32Array(0), has: new Uint8Array(trace.rows), error: error.message };
    }
  }
  if (page.filtering === text) store.set({ filter });
}

async function followUses(page, row) {
  const { uses, more } = row < 0 ? { uses: [], more: 0 } : await page.details.uses(row);
  if (page.store.state.selected === row) page.store.set({ uses: new Map(uses.map(({ row, what }) => [row, what])), moreUses: more });
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

// printLight makes the page light and as wide as paper while it is printed. Canvases must be
// drawn anew for that, at once.
function printLight(store, root) {
  let chosen;
  window.addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    root.dataset.paper = "";
    store.set({ theme: "paper" });
    store.tell();
  });
  window.addEventListener("afterprint", () => {
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    delete root.dataset.paper;
    store.set({ theme: chosen ?? "" });
  });
}

// legend says what the colours of the timeline mean.
function legend() {
  const means = { user: "library call", kernel: "system call", many: "many short calls", failed: "failed", other: "folded or not chosen", selected: "selected", same: "same address or descriptor" };
  return el("span", { class: "legend" }, ...Object.entries(means).map(([name, text]) => el("span", {}, el("i", { class: name, "aria-hidden": "true" }), text)));
}

function statusLine({ trace }) {
  const calls = trace.functions.length;
  const facts = [plural(trace.rows, "row"), plural(calls, "function"), plural(trace.threads.filter(Boolean).length, "thread"), plural(trace.processes.length, "process", "processes")];
  const line = el("footer", { class: "status" }, legend(), facts.join(" · "));
  if (!trace.complete) line.append(el("strong", { role: "alert" }, " The file is incomplete: the end of the trace is missing."));
  return line;
}

// followAddress shows what the address says, now and when it changes: #e=ROW&v=VIEW&q=FILTER.
// The row may be a name: that of the first call. r says that the call has returned.
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

// rowOf returns the row of a number, or the first one of a name, or -1.
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

// listenToKeys gives keys to the view first, then to the page.
function listenToKeys(page, made, search) {
  const { store } = page;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "p") {
      event.preventDefault();
      made.get(store.state.view).prepare().finally(() => print());
    }
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
