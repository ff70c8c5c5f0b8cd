// The list: the trace as text, one line for each row, nested calls indented. Only lines that
// are in sight exist as elements; on paper, a bounded part.
import { el } from "./dom.js";
import { FAILED, NOTICE, SYSTEM, UNFINISHED } from "./model.js";
import { argumentsOf, resultOf } from "./sentence.js";
import { count, duration, moment, plural } from "./units.js";

const height = 22; // of a line, as in style.css
const tallest = 8e6; // browsers draw no element that is much taller
const mostOnPaper = 500; // lines

// list makes the view.
export function list(page, element) {
  const { trace, details, store } = page;
  const lines = el("div", { class: "lines" });
  const space = el("div", { class: "space" });
  const scroller = el("div", { class: "scroller", tabIndex: 0, role: "listbox", "aria-label": "calls, one line each" }, space, lines);
  const many = trace.threads.length > 2;
  const note = el("p", { class: "paper-note" });
  element.append(headings(many), scroller, note);
  let top = 0; // index of the first line in sight

  scroller.addEventListener("scroll", () => {
    top = Math.round(indexAt(scroller.scrollTop));
    draw();
  });
  // Not a click: there is none if the lines are drawn anew while the button is down.
  scroller.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-row]")?.dataset.row;
    if (row !== undefined && event.button === 0) page.select(Number(row));
  });
  new ResizeObserver(() => draw()).observe(scroller);

  function total() {
    return page.shown.length;
  }

  function inSight() {
    return Math.max(1, Math.ceil(scroller.clientHeight / height));
  }

  // Where there are more lines than an element can be tall, a place stands for several.
  function scaleOf() {
    return Math.max(1, (total() * height) / tallest);
  }

  function indexAt(place) {
    return (place * scaleOf()) / height;
  }

  function scrollTo(index) {
    top = Math.max(0, Math.min(index, total() - inSight() + 1));
    scroller.scrollTop = (top * height) / scaleOf();
    draw();
  }

  function reveal(row) {
    const index = page.shown.indexOf(row);
    if (index < top || index >= top + inSight() - 1) scrollTo(index - Math.floor(inSight() / 3));
  }

  function draw() {
    if (element.hidden) return;
    space.style.height = Math.min(total() * height, tallest) + "px";
    lines.style.transform = `translateY(${scroller.scrollTop - (scroller.scrollTop % 1)}px)`;
    const rows = [];
    const missing = new Set();
    const [first, last] = range();
    for (let i = first; i < last; i++) {
      const row = page.shown.rowAt(i);
      rows.push(line(row, i));
      if (details.peek(row) === undefined) missing.add(row);
    }
    note.textContent = noteOf(first, last, missing.size);
    lines.replaceChildren(...rows);
    if (total() === 0) lines.append(el("p", { class: "empty" }, trace.rows === 0 ? "Nothing was traced." : store.state.filter.error ? "The filter was not understood." : "No call satisfies the filter."));
    const selected = lines.querySelector(".selected");
    if (selected) scroller.setAttribute("aria-activedescendant", selected.id);
    else scroller.removeAttribute("aria-activedescendant");
    if (missing.size > 0) Promise.all([...missing].map((row) => details.get(row))).then(draw);
  }

  // range returns which lines are drawn: those in sight; on paper as many as there may be from
  // the first one in sight.
  function range() {
    return store.state.theme === "paper" ? paperRange() : [top, Math.min(total(), top + inSight() + 1)];
  }

  function paperRange() {
    const first = Math.max(0, Math.min(top, total() - mostOnPaper));
    return [first, Math.min(total(), first + mostOnPaper)];
  }

  // noteOf says what is not on paper.
  function noteOf(first, last, unread) {
    const said = [];
    if (first > 0 || last < total()) said.push(`Lines ${count(first + 1)} to ${count(last)} of ${count(total())}: ${count(first)} before and ${count(total() - last)} after them are left out.`);
    if (unread > 0) said.push(`The arguments of ${plural(unread, "line")} were not read in time: (…).`);
    return said.join(" ");
  }

  function line(row, index) {
    const { state } = store;
    const kind = trace.kindOf(row);
    const classes = ["line", kind === SYSTEM ? "kernel" : kind > SYSTEM ? "mark" : "user"];
    if (trace.bits[row] & FAILED) classes.push("failed");
    if (row === state.selected) classes.push("selected");
    if (state.uses.has(row)) classes.push("use");
    const element = el(
      "div",
      { class: classes.join(" "), id: "line-" + row, role: "option", "data-row": row, "aria-selected": String(row === state.selected), "aria-posinset": index + 1, "aria-setsize": total() },
      el("span", { class: "when" }, moment(trace.begin[row])),
      many ? el("span", { class: "who" }, trace.kindOf(row) === NOTICE ? "" : String(trace.threadOf(row).tid)) : undefined,
      textOf(row),
      el("span", { class: "long" }, trace.isCall(row) && !page.isFold(row) ? duration(trace.end[row] - trace.begin[row]) : ""),
    );
    return element;
  }

  function textOf(row) {
    if (page.isFold(row)) {
      const fold = trace.folds.find((fold) => fold.first === row);
      return el("span", { class: "what fold" }, "ld.so starts the program: " + plural(fold.count, "system call"));
    }
    const detail = details.peek(row);
    const call = el("span", { class: "call" }, el("b", {}, trace.nameOf(row)));
    const text = el("span", { class: "what" }, call);
    text.style.paddingLeft = Math.min(trace.level[row], 40) * 1.5 + "em";
    if (trace.isMark(row)) {
      if (detail?.args) call.append(" " + argumentsOf(detail));
      return text;
    }
    call.append("(" + (detail ? argumentsOf(detail) : "…") + ")");
    const result = detail ? resultOf(detail) : "";
    if (result) text.append(resultFor(row, " = " + result, call.textContent.length));
    return text;
  }

  // resultFor makes the result after a call of so many characters. It may take what the call
  // leaves, and of a narrow list about half, more if it says what failed.
  function resultFor(row, text, before) {
    const element = el("span", { class: trace.bits[row] & UNFINISHED ? "outcome" : "result" }, text);
    element.style.maxWidth = `max(${trace.bits[row] & FAILED ? 62 : 45}%, 100% - ${before}ch)`;
    return element;
  }

  const moves = {
    ArrowDown: (i) => i + 1,
    ArrowUp: (i) => i - 1,
    PageDown: (i) => i + inSight() - 1,
    PageUp: (i) => i - inSight() + 1,
    Home: () => 0,
    End: () => total() - 1,
  };

  return {
    show() {
      draw();
      if (store.state.selected >= 0) reveal(store.state.selected);
    },
    hide() {},
    // prepare reads what is drawn on paper.
    prepare() {
      const [first, last] = paperRange();
      return Promise.all(Array.from({ length: last - first }, (_, i) => details.get(page.shown.rowAt(first + i))));
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
    },
  };
}

// headings names the columns.
function headings(many) {
  const names = ["when", many ? "who" : "", "what", "long"].filter(Boolean);
  const titles = { when: "begin", who: "thread", what: "call = result", long: "lasts" };
  return el("div", { class: "headings", "aria-hidden": "true" }, ...names.map((name) => el("span", { class: name }, titles[name])));
}
