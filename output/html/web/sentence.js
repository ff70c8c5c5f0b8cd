// The line of text that stands for a call.

// argumentsOf writes arguments with commas between them.
export function argumentsOf(detail) {
  const values = [];
  for (let i = 1; i < (detail.args?.length ?? 0); i += 2) values.push(detail.args[i]);
  return values.join(", ");
}

// resultOf writes what stands after the "=", or how a call ended that did not return.
export function resultOf(detail) {
  if (detail.outcome) return "<" + detail.outcome + ">";
  if (!detail.result) return "";
  return detail.errno ? detail.result + " " + detail.errno : detail.result;
}

// textOf writes the whole call.
export function textOf(name, detail) {
  const result = resultOf(detail);
  return name + "(" + argumentsOf(detail) + ")" + (result ? " = " + result : "");
}
