"use strict";
/** Decides how the value of a cell's last expression is shown. The kernel and the notebook runner share this. */
const util = require("node:util");

const mime = Symbol.for("rerenderable.mime");
const alreadyShown = Symbol.for("rerenderable.shown");

/**
 * A value with a method `[Symbol.for("rerenderable.mime")]()` is shown as the MIME bundle that the method returns,
 * either `{ data, metadata }` or the data alone. A bundle that `rerenderable/notebook` has displayed already is not
 * shown again. Anything else is shown as Node prints it, cut short so that notebooks stay small.
 *
 * @param {unknown} value value of the last expression, never null or undefined
 * @returns {{ data: Record<string, unknown>, metadata: Record<string, unknown> } | null} null: show nothing
 */
function shownValue(value) {
  if (value[alreadyShown]) return null;
  if (typeof value[mime] === "function") {
    const bundle = value[mime]();
    return bundle.data && typeof bundle.data === "object"
      ? { data: bundle.data, metadata: bundle.metadata ?? {} }
      : { data: bundle, metadata: {} };
  }
  const text = util.inspect(value, { depth: 3, maxArrayLength: 24, maxStringLength: 2000, breakLength: 100 });
  return { data: { "text/plain": text }, metadata: {} };
}

module.exports = shownValue;
