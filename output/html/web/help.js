// What the page can do, in a dialog.
import { el } from "./dom.js";

const sections = [
  [
    "Keys",
    [
      ["1 2 3 …", "the views"],
      ["/", "filter; Esc ends it"],
      ["← →  ↑ ↓", "from call to call: beside, around, into"],
      ["+ −  Shift ← →", "timeline and heap: zoom, move; the wheel zooms, Shift and the wheel move"],
      ["0  f", "timeline and heap: everything; timeline: the selected call"],
      ["l", "timeline, list and step: what ld.so does at the start"],
      ["space", "step: play"],
      ["t", "light or dark"],
      ["?", "this help"],
    ],
  ],
  [
    "Filters: terms with blanks between them, all of which must hold",
    [
      ["malloc,free", "calls of these functions; * ? [a-z] stand for others"],
      ["*@libc*-str*", "of libraries of that name, but not those"],
      ["/mem(cpy|set)/", "a regular expression for the whole name"],
      ["kind:system", "or library, signal, exit, notice, mark (all but calls)"],
      ["failed", "calls that report an error; unfinished: that did not return"],
      ["crossing", "calls that enter the kernel; alone: that no call is around"],
      ["in:malloc", "what happens directly in malloc; within:malloc: anywhere in it"],
      [">1ms", "calls that last longer, with the tracer's work; <10us"],
      ["thread:7", "or process:7, by number"],
      ['"text"', "whatever has the text, also in arguments and results"],
      ["!failed", "a ! before a term: the others"],
    ],
  ],
];

// helpDialog makes the dialog and the button that opens it.
export function helpDialog() {
  const dialog = el(
    "dialog",
    { class: "help-text", "aria-label": "help" },
    ...sections.flatMap(([title, entries]) => [el("h2", {}, title), el("dl", {}, ...entries.flatMap(([what, means]) => [el("dt", {}, what), el("dd", {}, means)]))]),
    el("button", { type: "button", click: () => dialog.close() }, "Close"),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  const button = el("button", { class: "help", type: "button", "aria-label": "help", title: "help (?)", click: () => dialog.showModal() }, "?");
  return { dialog, button };
}
