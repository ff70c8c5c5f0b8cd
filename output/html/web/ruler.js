// The ruler of the timeline, and the overview above it: where in the whole trace one is.
import { SYSTEM } from "./model.js";
import { instant } from "./units.js";

export const overview = 30, ruler = 24; // heights
const bins = 1200;

// ticksOf returns the times of ticks, at least so many pixels apart, and their distance.
export function ticksOf(from, to, width, apart = 110) {
  const least = ((to - from) * apart) / Math.max(width, 1);
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least) ?? 10 * power;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to && ticks.length < 200; at += step) ticks.push(at);
  return { ticks, step };
}

// drawRuler draws it, and the lines below it.
export function drawRuler(context, colours, { from, to, width, height, x }) {
  const { ticks, step } = ticksOf(from, to, width);
  context.font = "11px " + colours.sans;
  context.textBaseline = "middle";
  for (const at of ticks) {
    const left = Math.round(x(at)) + 0.5;
    context.strokeStyle = colours.line;
    context.beginPath();
    context.moveTo(left, overview + ruler - 5);
    context.lineTo(left, height);
    context.stroke();
    context.fillStyle = colours.muted;
    const text = instant(at, step, to);
    if (left + 5 + context.measureText(text).width <= width) context.fillText(text, left + 5, overview + ruler / 2);
  }
}

// densityOf returns how busy each part of the trace is, from 0 to 1, by side.
export function densityOf(trace) {
  const user = new Float32Array(bins), kernel = new Float32Array(bins);
  const scale = bins / Math.max(trace.duration, 1);
  for (let row = 0; row < trace.rows; row++) {
    const kind = trace.kindOf(row);
    if (kind <= SYSTEM) (kind === SYSTEM ? kernel : user)[Math.min(bins - 1, Math.floor(trace.begin[row] * scale))]++;
  }
  const most = Math.max(...user, ...kernel, 1);
  const shape = (n) => (n === 0 ? 0 : 0.15 + 0.85 * (Math.log1p(n) / Math.log1p(most)));
  return { user: user.map(shape), kernel: kernel.map(shape) };
}

// drawOverview draws library calls upwards and system calls downwards, and what is in sight.
export function drawOverview(context, colours, density, { from, to, width, duration }) {
  const middle = overview / 2, per = width / bins;
  for (const [side, colour, up] of [[density.user, colours.user, true], [density.kernel, colours.kernel, false]]) {
    context.fillStyle = colour;
    context.globalAlpha = 0.55;
    for (let i = 0; i < bins; i++) {
      if (side[i] > 0) context.fillRect(i * per, up ? middle - side[i] * (middle - 3) : middle, Math.max(per, 1), side[i] * (middle - 3));
    }
  }
  const left = (from / duration) * width, right = Math.max((to / duration) * width, left + 3);
  context.fillStyle = colours.bg;
  context.globalAlpha = 0.7;
  context.fillRect(0, 0, left, overview);
  context.fillRect(right, 0, width - right, overview);
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.strokeRect(left + 0.5, 0.5, Math.max(right - left - 1, 1), overview - 1);
}
