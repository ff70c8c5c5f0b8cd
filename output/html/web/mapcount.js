// What the map counts: all calls, or those that a filter chooses.
import { both, nameTerm } from "./filter.js";
import { flowsOf, largest } from "./flows.js";
import { count, plural } from "./units.js";

export const most = 40; // entries of a column of the map
export const weights = { count: (one) => one.count, time: (one) => one.time };

// A Counted has the flows of the calls that a filter chooses, by default of all.
export class Counted {
  constructor(trace, filter) {
    this.isPart = filter !== undefined;
    this.text = filter?.text.trim() ?? "";
    this.flows = flowsOf(trace, filter?.has);
    const { lefts, rights, flows, idle } = this.flows;
    const drawn = Object.values(weights).map((weigh) => largest(this.flows, most, weigh));
    const items = [{ lefts, rights, flows: [...flows, ...idle] }, ...drawn].flatMap(({ lefts, rights, flows }) => [...lefts, ...rights, ...flows]);
    this.texts = new Set([this.text, ...items.map((item) => this.textOf(item))]);
  }

  // textOf returns the filter that chooses what an item counts. An item at the left of a part
  // counts its system calls; one that has none, its own calls.
  textOf({ term, inside, count }) {
    if (!this.isPart) return term;
    return both(this.text, inside && count > 0 ? inside + " kind:system" : term);
  }

  // shows says whether a filter is the one that chooses what is counted, or that of an item.
  shows({ text }) {
    return this.texts.has(text.trim());
  }

  // sum says how many calls are counted, and of a part, of how many.
  sum({ flows: whole }) {
    const { calls, crossed, systems } = this.flows;
    if (!this.isPart) return `${plural(calls, "library call")}, of which ${count(crossed)} entered the kernel. ${plural(systems, "system call")} in all.`;
    const entered = calls > 0 ? `, of which ${count(crossed)} entered the kernel` : "";
    return `The filter chooses ${count(systems)} of ${plural(whole.systems, "system call")} and ${count(calls)} of ${plural(whole.calls, "library call")}${entered}.`;
  }

  // inside returns the filter of what happens in calls that the filter chooses, "" if nothing
  // happens there.
  get inside() {
    const names = this.flows.entered.map(({ name }) => nameTerm(name));
    return names.length > 0 ? "in:" + names.join(",") : "";
  }
}
