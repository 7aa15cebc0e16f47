/**
 * The constants of a file as arrays of any number of axes, which can be computed value by value, repeated and
 * rearranged.
 */
import type { Shape } from "../layers.js";
import { size } from "../shape-inference.js";
import { strides } from "./feature.js";
import type { Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";

export type Numbers = ArrayLike<number>;

/** The shape of two tensors that meet, by ONNX's rules. */
export function broadcast(op: Operation, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const [one, other] = [a, b].map((shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape]);
  return one.map((length, axis) => {
    const against = other[axis];
    if (length !== against && length !== 1 && against !== 1) op.fail("shapes that meet", `[${a}] and [${b}]`);
    return length === 1 ? against : length;
  });
}

/** The values of `x` repeated to a shape. */
export function expanded(op: Operation, x: Constant, shape: Shape): Numbers {
  if (`${x.shape}` === `${shape}`) return x.values;
  const steps = strides(x.shape).map((step, axis) => (x.shape[axis] === 1 ? 0 : step));
  const missing = shape.length - x.shape.length;
  return constant(op, shape, x.whole, (_, at) => x.values[dot(at.slice(missing), steps)]).values;
}

/** Computes each value from the one at its place. */
export function mapped(op: Operation, x: Constant, compute: (value: number) => number): Constant {
  op.compute(x.values.length, x.shape);
  const values = new Float64Array(x.values); // `from` would take ten times as long
  for (let i = 0; i < values.length; i++) values[i] = compute(values[i]);
  return { ...x, values };
}

/** Takes each value from the place of `x` that `from` names. */
export function taken(op: Operation, x: Constant, shape: Shape, from: (at: number[]) => number[]): Constant {
  const steps = strides(x.shape);
  return constant(op, shape, x.whole, (_, at) => {
    const value = x.values[dot(from(at), steps)];
    return value ?? op.fail(`places inside [${x.shape}]`, "one outside");
  });
}

/** @param value gives the value at that index and place */
export function constant(
  op: Operation,
  shape: Shape,
  whole: boolean,
  value: (i: number, at: number[]) => number,
): Constant {
  const count = size(shape);
  op.compute(count, shape);
  const at = new Array<number>(shape.length).fill(0);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = value(i, at);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
  }
  return { kind: "constant", shape, values, whole };
}

/** The index of a place in a row-major array. */
export function dot(at: readonly number[], steps: readonly number[]): number {
  return at.reduce((sum, i, axis) => sum + i * steps[axis], 0);
}

/** The list with one number changed. */
export function replaced(list: readonly number[], index: number, value: number): number[] {
  return list.map((old, i) => (i === index ? value : old));
}
