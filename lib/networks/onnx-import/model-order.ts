/** Which nodes of a file are needed, and what its inputs mean. */
import { InputError } from "../../base/tensor/input-error.js";
import type { Model, ModelInput, ModelNode } from "./read-model.js";

/**
 * @returns the nodes that the outputs depend on, in the order of the file
 * @throws InputError if a node reads a value that no node before it gives, or if no node gives an output
 */
export function neededNodes(model: Model, outputs: readonly string[], file: string): ModelNode[] {
  const wanted = new Set(outputs);
  const needed = [...model.nodes].reverse().filter((node) => {
    const isNeeded = node.outputs.some((name) => name !== "" && wanted.has(name));
    if (isNeeded) for (const name of node.inputs) wanted.add(name);
    return isNeeded;
  });
  const known = new Set(["", ...model.inputs.map(({ name }) => name), ...model.constants.keys()]);
  const later = new Set(model.nodes.flatMap((node) => node.outputs));
  for (const { name, opType, inputs, outputs: given } of needed.reverse()) {
    const missing = inputs.find((input) => !known.has(input));
    if (missing !== undefined) {
      const got = `"${missing}", ${later.has(missing) ? "which only a later node gives" : "which nothing gives"}`;
      throw new InputError(file, `${opType} (node "${name || given[0]}") to read what comes before it`, got);
    }
    for (const output of given) known.add(output);
  }
  const unknown = outputs.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new InputError(file, `an output "${unknown}"`, `the outputs ${model.outputs.join(", ") || "none"}`);
  }
  if (outputs.length === 0) throw new InputError(file, "an output", "none");
  return needed;
}

/** Operators that leave the axes as they are. */
const indifferent = new Set(["Identity", "Cast", "Add", "Sub", "Mul", "Div", "Neg", "Clip", "Relu"]);

/**
 * Tells whether an image is channels last in the file: it is if the first operator that depends on the axes
 * transposes it to channels first.
 */
export function inputAxes(model: Model, { name }: ModelInput): "BCHW" | "BHWC" {
  const same = new Set([name]);
  for (const { opType, inputs, outputs, attributes } of model.nodes) {
    if (!inputs.some((input) => same.has(input))) continue;
    if (indifferent.has(opType)) for (const output of outputs) same.add(output);
    else if (opType === "Transpose") return `${attributes.get("perm")?.ints}` === "0,3,1,2" ? "BHWC" : "BCHW";
    else if (opType !== "Shape") return "BCHW";
  }
  return "BCHW";
}
