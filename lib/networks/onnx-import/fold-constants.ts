/** Computes the operators whose inputs are all known when a file is read: arithmetic on shapes, prepared weights. */
import type { Shape } from "../layers.js";
import { size } from "../shape-inference.js";
import {
  broadcast,
  constant,
  dot,
  expanded,
  mapped,
  type Numbers,
  replaced,
  taken,
} from "./constant-arrays.js";
import { strides } from "./feature.js";
import type { Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";
import * as shapes from "./view-shapes.js";

type Fold = (op: Operation, inputs: readonly Constant[]) => Constant;

const folds: Readonly<Record<string, Fold>> = {
  Identity: (_, [x]) => x,
  Constant: foldConstant,
  ConstantOfShape(op, [shape]) {
    const fill = op.attribute("value")?.tensor?.();
    const value = fill?.values[0] ?? 0;
    const sizes = [...shape.values];
    op.compute(size(sizes), sizes);
    const values = new Float64Array(size(sizes)).fill(value);
    return { kind: "constant", shape: sizes, values, whole: fill?.whole ?? false };
  },
  Cast(op, [x]) {
    const whole = ![1, 10, 11, 16].includes(op.integer("to", 1));
    const convert = whole && !x.whole ? Math.trunc : (value: number) => value;
    return { ...mapped(op, x, convert), whole };
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b, whole) => (whole ? Math.trunc(a / b) : a / b)),
  Pow: binary((a, b) => a ** b),
  Min: binary((a, b) => Math.min(a, b)),
  Max: binary((a, b) => Math.max(a, b)),
  Equal: binary((a, b) => Number(a === b), true),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Neg: unary((x) => -x),
  Where(op, [condition, yes, no]) {
    const shape = [condition, yes, no].map((x) => x.shape).reduce((a, b) => broadcast(op, a, b));
    const [where, a, b] = [condition, yes, no].map((x) => expanded(op, x, shape)) as [
      Numbers,
      Numbers,
      Numbers,
    ];
    return constant(op, shape, yes.whole, (i) => (where[i] ? a[i] : b[i]));
  },
  Expand(op, [x, target]) {
    const shape = broadcast(op, x.shape, [...target.values]);
    const values = expanded(op, x, shape);
    return constant(op, shape, x.whole, (i) => values[i]);
  },
  Reshape: (op, [x, target]) => ({ ...x, shape: shapes.reshaped(op, x.shape, [...target.values]) }),
  Flatten: (op, [x]) => ({ ...x, shape: shapes.flattened(op, x.shape) }),
  Squeeze: (op, [x]) => ({ ...x, shape: shapes.squeezed(op, x.shape) }),
  Unsqueeze: (op, [x]) => ({ ...x, shape: shapes.unsqueezed(op, x.shape) }),
  Transpose(op, [x]) {
    const axes = op.integers("perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
    return taken(
      op,
      x,
      axes.map((axis) => x.shape[axis]),
      (at) => at.map((_, axis) => at[axes.indexOf(axis)]),
    );
  },
  Gather(op, [x, indices]) {
    const axis = op.axis(op.integer("axis", 0), x.shape.length);
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    const steps = strides(indices.shape);
    const rank = indices.shape.length;
    return taken(op, x, shape, (at) => {
      const place = at.slice(axis, axis + rank).reduce((sum, i, j) => sum + i * steps[j], 0);
      const index = indices.values[place];
      return [...at.slice(0, axis), index < 0 ? index + x.shape[axis] : index, ...at.slice(axis + rank)];
    });
  },
  Slice(op, [x]) {
    const ranges = shapes.ranges(op, x.shape);
    const shape = ranges.map(({ length }) => length);
    return taken(op, x, shape, (at) => at.map((i, axis) => ranges[axis].start + i * ranges[axis].step));
  },
  Concat(op, inputs) {
    const axis = op.axis(op.integer("axis", 0), inputs[0].shape.length);
    const others = ({ shape }: Constant) => `${replaced(shape, axis, 0)}`;
    const other = inputs.find((input) => others(input) !== others(inputs[0]));
    if (other) op.fail("shapes that differ along one axis", `[${inputs[0].shape}] and [${other.shape}]`);
    const ends: number[] = [];
    for (const { shape } of inputs) ends.push((ends.at(-1) ?? 0) + shape[axis]);
    const shape = replaced(inputs[0].shape, axis, ends.at(-1)!);
    const steps = inputs.map((input) => strides(input.shape));
    op.compute(0, shape);
    const parts = ends.flatMap((end, part) => new Array<number>(end - (ends[part - 1] ?? 0)).fill(part));
    const whole = inputs[0].whole;
    return constant(op, shape, whole, (_, at) => {
      const part = parts[at[axis]];
      const inside = replaced(at, axis, at[axis] - (ends[part - 1] ?? 0));
      return inputs[part].values[dot(inside, steps[part])];
    });
  },
};

/** The number of inputs of each operator that needs more or fewer than one. */
const needs: Readonly<Record<string, number>> = { Constant: 0, Where: 3, Expand: 2, Reshape: 2, Gather: 2 };

/** @returns undefined if the operator is not one of those that are computed here */
export function foldConstants(op: Operation, inputs: readonly Constant[]): Constant | undefined {
  const { opType } = op.node;
  if (!Object.hasOwn(folds, opType)) return undefined;
  const needed = needs[opType] ?? 1;
  if (inputs.length < needed) op.fail(`${needed} inputs`, `${inputs.length}`);
  return folds[opType](op, inputs);
}

function foldConstant(op: Operation): Constant {
  const tensor = op.attribute("value")?.tensor?.();
  if (tensor) return tensor;
  const list = (values: readonly number[], shape: Shape, whole: boolean) =>
    constant(op, shape, whole, (i) => values[i]);
  for (const [name, { f, i, floats, ints }] of op.node.attributes) {
    if (name === "value_float") return list([f], [], false);
    if (name === "value_int") return list([i], [], true);
    if (name === "value_floats") return list(floats, [floats.length], false);
    if (name === "value_ints") return list(ints, [ints.length], true);
  }
  return op.fail("numbers", "none that are known");
}

function unary(compute: (x: number) => number): Fold {
  return (op, [x]) => mapped(op, x, compute);
}

function binary(compute: (a: number, b: number, whole: boolean) => number, whole?: boolean): Fold {
  return (op, inputs) => {
    if (inputs.length !== 2) op.fail("2 constants", `${inputs.length}`);
    const [a, b] = inputs as [Constant, Constant];
    const shape = broadcast(op, a.shape, b.shape);
    const [left, right] = [expanded(op, a, shape), expanded(op, b, shape)];
    const result = constant(op, shape, a.whole, (i) => compute(left[i], right[i], a.whole && b.whole));
    return whole === undefined ? result : { ...result, whole };
  };
}
