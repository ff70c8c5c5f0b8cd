// The state of the page. Whoever changes it tells all who show it, once for each frame.

export class Store {
  constructor(state) {
    this.state = state;
    this.changed = new Set();
    this.subscribers = [];
  }

  // subscribe calls a function with the state and the names of what has changed.
  subscribe(subscriber) {
    this.subscribers.push(subscriber);
  }

  // set merges changes into the state.
  set(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (this.state[name] === value) continue;
      this.state[name] = value;
      if (this.changed.size === 0) requestAnimationFrame(() => this.tell());
      this.changed.add(name);
    }
  }

  tell() {
    const changed = this.changed;
    this.changed = new Set();
    for (const subscriber of this.subscribers) subscriber(this.state, changed);
  }
}
