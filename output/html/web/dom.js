// What the views share to build elements. Text always becomes a text node, so nothing in a
// trace can become markup.

// el makes an element. Of properties, "class" and names with a dash are attributes, functions
// listen to the event of their name, and all others are properties of the element.
export function el(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "class" || name === "role" || name === "for" || name.includes("-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

// svg makes an element of a picture; properties are attributes.
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// palette returns the colours of the style sheet, for canvases.
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colours = {};
  for (const name of ["bg", "surface", "line", "text", "muted", "user", "user-soft", "user-text", "kernel", "kernel-soft", "kernel-text", "accent", "warn", "mono", "sans"]) {
    colours[name] = style.getPropertyValue("--" + name).trim();
  }
  return colours;
}

// fit makes a canvas as large as its box, in the screen's own pixels, and returns its context
// and its size in CSS pixels.
export function fit(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height };
}
