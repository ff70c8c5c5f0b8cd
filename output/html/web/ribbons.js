// Where the two columns of the map and the ribbons between them are.

export const slot = 20; // the least height of an entry, for its name
const gap = 6;
const thinnest = 1.5;

// layOut places lefts, rights and flows in a box of that height, or in a higher one if they
// do not fit: it returns {height, lefts, rights, flows}, where each entry has what it stands
// for (of), y and thickness. A flow has y at the left and at the right. weigh returns the
// weight of what an entry stands for.
export function layOut({ lefts, rights, flows }, height, weigh) {
  const left = [...lefts].sort((a, b) => isRest(a) - isRest(b) || weigh(b) - weigh(a));
  const rank = new Map(left.map((one, i) => [one, i]));
  const right = [...rights].sort((a, b) => isRest(a) - isRest(b) || middle(a, flows, rank, weigh) - middle(b, flows, rank, weigh));
  const total = left.reduce((sum, one) => sum + weigh(one), 0) || 1;
  const rows = Math.max(left.length, right.length);
  const room = Math.max(160, height - rows * (slot + gap));
  const scale = room / total;
  const columns = { left: column(left, weigh, scale), right: column(right, weigh, scale) };
  const all = Math.max(columns.left.height, columns.right.height);
  return { height: all, lefts: columns.left.entries, rights: columns.right.entries, flows: ribbons(flows, columns, weigh, scale) };
}

// isRest says whether an entry stands for all that are too light for one of their own.
function isRest({ rest }) {
  return rest === true;
}

// middle is the mean place of the lefts that a right gets its calls from: sorting by it makes
// fewer ribbons cross.
function middle(right, flows, rank, weigh) {
  let sum = 0, weight = 0;
  for (const flow of flows) {
    if (flow.right !== right) continue;
    const w = weigh(flow) || 1e-9;
    sum += rank.get(flow.left) * w;
    weight += w;
  }
  return weight ? sum / weight : 0;
}

// column puts entries below each other, each in a slot that has room for its name.
function column(list, weigh, scale) {
  let y = 0;
  const entries = list.map((of) => {
    const thickness = Math.max(thinnest, weigh(of) * scale);
    const height = Math.max(slot, thickness);
    const entry = { of, y: y + (height - thickness) / 2, thickness };
    y += height + gap;
    return entry;
  });
  return { entries, height: Math.max(0, y - gap) };
}

// ribbons puts the ribbons of an entry below each other, in the order of their other ends.
function ribbons(flows, { left, right }, weigh, scale) {
  const at = new Map([...left.entries, ...right.entries].map((entry) => [entry.of, entry]));
  const list = flows.map((of) => ({ of, thickness: Math.max(thinnest, weigh(of) * scale), left: 0, right: 0 }));
  stack(list, "left", (ribbon) => at.get(ribbon.of.left), (ribbon) => at.get(ribbon.of.right).y);
  stack(list, "right", (ribbon) => at.get(ribbon.of.right), (ribbon) => at.get(ribbon.of.left).y);
  return list;
}

function stack(list, side, entryOf, order) {
  const next = new Map();
  for (const ribbon of [...list].sort((a, b) => order(a) - order(b))) {
    const entry = entryOf(ribbon);
    const y = next.get(entry) ?? entry.y;
    ribbon[side] = Math.min(y, entry.y + entry.thickness - Math.min(ribbon.thickness, entry.thickness));
    next.set(entry, y + ribbon.thickness);
  }
}
