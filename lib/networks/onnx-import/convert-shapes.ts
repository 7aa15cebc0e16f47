/** Converts operators that only change how a file sees a value: they give no nodes, or a slice of channels. */
import { type Feature, isReshaped, type Length, openBatch, type Value } from "./feature.js";
import type { Converter, Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";
import * as shapes from "./view-shapes.js";

export const same: Converter = (op) => op.values[0] ?? op.fail("an input", "none");

/** A cast to a float of any width changes nothing, as we compute in floats of one width. */
export const cast: Converter = (op) => {
  const float = [1, 10, 11, 16].includes(op.integer("to", 1));
  return float ? same(op) : op.fail("a floating type", `type ${op.integer("to", 1)}`);
};

export const shape: Converter = (op) => {
  const value = op.values[0] ?? op.fail("an input", "none");
  const end = op.attribute("end")?.i;
  const values = Float64Array.from(value.shape.slice(op.integer("start", 0), end));
  return { kind: "constant", shape: [values.length], values, whole: true } satisfies Constant;
};

export const reshape: Converter = (op) => {
  const [first, ...rest] = op.list("shape", 1) ?? op.fail("a shape", "none");
  // A file that was written for one batch size may have that size as a number.
  const fixed = first === (op.context.fileBatch ?? 1);
  return view(op, shapes.reshaped(op, op.feature().shape, [fixed ? openBatch : first, ...rest]));
};

export const flatten: Converter = (op) => view(op, shapes.flattened(op, op.feature().shape));
export const squeeze: Converter = (op) => viewOfAny(op, shapes.squeezed);
export const unsqueeze: Converter = (op) => viewOfAny(op, shapes.unsqueezed);

function viewOfAny(
  op: Operation,
  change: (op: Operation, shape: readonly number[]) => readonly number[],
): Value {
  const value = op.values[0];
  if (value?.kind === "length") return { ...value, shape: change(op, value.shape) } satisfies Length;
  return view(op, change(op, op.feature().shape));
}

function view(op: Operation, shape: readonly number[]): Feature {
  if (shape[0] !== openBatch) op.fail("the batch as the first axis", op.written(shape));
  return { ...op.feature(), shape };
}

export const transpose: Converter = (op) => {
  const x = op.feature();
  const order = op.integers("perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  if (order[0] !== 0 || order.length !== x.shape.length) op.fail("the batch as the first axis", `[${order}]`);
  if (x.shape.some((_, axis) => !order.includes(axis))) op.fail("each axis once", `[${order}]`);
  if (order.every((axis, i) => axis === i)) return x;
  // A transposition from [B, H, W, C] to [B, C, H, W] means that the value was channels last.
  const wasLast = isReshaped(x) && x.axes !== "BCHW" && `${order}` === "0,3,1,2";
  const whole = op.settled(x, wasLast ? "BHWC" : undefined);
  const axes = order.map((axis) => whole.axes[axis]).join("");
  const sizes = order.map((axis) => whole.sizes[axis]);
  return { ...whole, axes, sizes, shape: sizes };
};

export const concat: Converter = (op) => {
  const xs = op.values.map((_, i) => op.feature(i));
  const axes = xs.find((x) => x.shape.length === 4)?.axes;
  const whole = xs.map((x) => op.settled(x, axes === "BC" ? "BCHW" : axes));
  const axis = op.axis(op.integer("axis", 1), whole[0].shape.length);
  needChannels(op, whole[0], axis);
  return op.add({ kind: "concat" }, whole);
};

export const split: Converter = (op) => {
  const x = op.settled();
  const axis = op.axis(op.integer("axis", 0), x.shape.length);
  needChannels(op, x, axis);
  const channels = x.shape[axis];
  const count = op.node.outputs.length;
  const equal = Math.ceil(channels / count);
  const given = op.list("split", 1);
  const lengths = given ?? op.node.outputs.map((_, i) => Math.min(equal, channels - i * equal));
  if (lengths.length !== count) op.fail(`${count} parts`, `${lengths.length}`);
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return slice(op, x, end - length, end);
  });
};

export const sliceOf: Converter = (op) => {
  const x = op.settled();
  let result = x;
  shapes.ranges(op, x.shape).forEach((range, axis) => {
    if (range.step === 1 && range.length === x.shape[axis]) return;
    if (range.step !== 1) op.fail("steps of 1", `${range.step}`);
    needChannels(op, x, axis);
    result = slice(op, x, range.start, range.start + range.length);
  });
  return result;
};

/** Puts channels into another order, for example from RGB to BGR. */
export const gather: Converter = (op) => {
  const x = op.settled();
  const axis = op.axis(op.integer("axis", 0), x.shape.length);
  needChannels(op, x, axis);
  const { values, shape } = op.constant(1);
  if (shape.length !== 1 || values.length > 64) op.fail("a list of at most 64 channels", `[${shape}]`);
  const channels = [...values].map((i) => (i < 0 ? i + x.shape[axis] : i));
  return op.add(
    { kind: "concat" },
    channels.map((i) => slice(op, x, i, i + 1)),
  );
};

function needChannels(op: Operation, { axes }: Feature, axis: number): void {
  if (axes[axis] !== "C") op.fail("the axis of the channels", `axis ${axis} of ${axes}`);
}

function slice(op: Operation, x: Feature, start: number, end: number): Feature {
  return op.add({ kind: "sliceChannels", start, end }, [x]);
}

/** Repeats one pixel over an image, or a length over the channels that it divides. */
export const expand: Converter = (op) => {
  const value = op.values[0];
  if (value?.kind === "length") return value;
  const x = op.feature();
  const target = [...op.constant(1).values];
  if (`${target.slice(1)}` === `${x.shape.slice(1)}`) return x;
  const image = op.image();
  const [, channels, height, width] = image.shape;
  const fits =
    target.length === 4 && (target[1] === channels || target[1] === 1) && height === 1 && width === 1;
  if (!fits) op.fail("one pixel to repeat", `${op.written(x.shape)} to ${op.written(target)}`);
  const to = { size: [target[2], target[3]] as const };
  return op.add({ kind: "resize", to, coordinates: "asymmetric", sampling: "floor" }, [image]);
};
