/** Convolutions and products with weights. */
import type { Padding, Pair } from "../layers.js";
import { size } from "../shape-inference.js";
import type { Parts } from "./network-under-way.js";
import type { Converter, Operation } from "./operation.js";
import type { Constant } from "./read-tensor.js";

export const conv: Converter = (op) => {
  const weight = weightOf(op, 4);
  const x = op.image();
  const [filters, inGroup, ...kernel] = weight.shape as readonly [number, number, number, number];
  const [groups, channels] = [op.integer("group", 1), x.shape[1]];
  if (inGroup * groups !== channels) {
    op.fail(`weights for ${channels} channels`, `[${weight.shape}] in ${groups} groups`);
  }
  const [stride, dilation] = [pairOf(op, "strides", [1, 1]), pairOf(op, "dilations", [1, 1])];
  const padding = paddingOf(op, { kernel, stride, dilation }, [x.shape[2], x.shape[3]]);
  const window = { kernel, stride, dilation, padding };
  const { bias, parts } = weighted(op, weight, filters);
  if (groups > 1 && groups === channels && filters === channels) {
    return op.add({ kind: "depthwiseConv", ...window, bias }, [x], "BCHW", parts);
  }
  return op.add({ kind: "conv", filters, ...window, groups, bias }, [x], "BCHW", parts);
};

export const convTranspose: Converter = (op) => {
  const weight = weightOf(op, 4);
  const x = op.image();
  const [channels, filters, ...kernel] = weight.shape as readonly [number, number, number, number];
  const groups = op.integer("group", 1);
  if (groups !== 1) op.fail("1 group", `${groups}`);
  if (channels !== x.shape[1]) op.fail(`weights for ${x.shape[1]} channels`, `[${weight.shape}]`);
  if (op.attribute("output_shape")) op.fail("padding", "`output_shape` in its place");
  if (!["NOTSET", "VALID"].includes(op.text("auto_pad", "NOTSET"))) {
    op.fail("padding in numbers", op.text("auto_pad", ""));
  }
  const dilation = pairOf(op, "dilations", [1, 1]);
  if (size(dilation) !== 1) op.fail("dilation 1", `[${dilation}]`);
  const [top, left, bottom, right] = quadruple(op, op.integers("pads") ?? [0, 0, 0, 0]);
  // Each row that `output_padding` adds at the end is one row less of padding there.
  const more = pairOf(op, "output_padding", [0, 0]);
  const padding = [top, left, bottom - more[0], right - more[1]] as const;
  if (Math.min(...padding) < 0) op.fail("`output_padding` up to the padding", `[${more}]`);
  const { bias, parts } = weighted(op, weight, filters);
  const stride = pairOf(op, "strides", [1, 1]);
  return op.add({ kind: "transposedConv", filters, kernel, stride, padding, bias }, [x], "BCHW", parts);
};

/** y = alpha x W + beta c. */
export const gemm: Converter = (op) => {
  if (op.integer("transA", 0)) op.fail("an input that is not transposed", "`transA`");
  const weight = weightOf(op, 2);
  const scale = op.number("alpha", 1);
  const rows = op.integer("transB", 0) ? weight.values : transposed(weight);
  const units = op.integer("transB", 0) ? weight.shape[0] : weight.shape[1];
  const given = op.optionalConstant(2);
  if (given && given.values.length !== 1 && (given.values.length !== units || given.shape.at(-1) !== units)) {
    op.fail(`${units} biases`, `[${given.shape}]`);
  }
  const beta = op.number("beta", 1);
  const bias = given && Float32Array.from({ length: units }, (_, i) => beta * valueAt(given, i));
  const scaled = scale === 1 ? Float32Array.from(rows) : Float32Array.from(rows, (value) => scale * value);
  return dense(op, units, { weight: scaled, ...(bias && { bias }) });
};

/** y = x W. */
export const matMul: Converter = (op) => {
  const weight = weightOf(op, 2);
  return dense(op, weight.shape[1], { weight: transposed(weight) });
};

function dense(op: Operation, units: number, parts: Parts) {
  const x = op.vector();
  const expected = parts.weight.length / units;
  if (x.shape[1] !== expected) op.fail(`${expected} inputs`, op.written(x.shape));
  return op.add({ kind: "dense", units, bias: parts.bias !== undefined }, [x], "BC", parts);
}

function weightOf(op: Operation, rank: number): Constant {
  const weight = op.constant(1);
  if (weight.shape.length !== rank) op.fail(`weights of ${rank} axes`, `[${weight.shape}]`);
  return weight;
}

function weighted(op: Operation, weight: Constant, filters: number): { bias: boolean; parts: Parts } {
  const bias = op.optionalConstant(2);
  if (bias && bias.values.length !== filters) op.fail(`${filters} biases`, `${bias.values.length}`);
  const parts = {
    weight: Float32Array.from(weight.values),
    ...(bias && { bias: Float32Array.from(bias.values) }),
  };
  return { bias: bias !== undefined, parts };
}

function transposed({ values, shape }: Constant): Float32Array {
  const [rows, columns] = shape as readonly [number, number];
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  }
  return result;
}

function valueAt({ values }: Constant, i: number): number {
  return values[values.length === 1 ? 0 : i];
}

export function pairOf(op: Operation, attribute: string, otherwise: Pair): Pair {
  const list = op.integers(attribute) ?? otherwise;
  if (list.length !== 2 || list.some((value) => value < 0))
    op.fail(`two numbers \`${attribute}\``, `[${list}]`);
  return [list[0], list[1]];
}

export function quadruple(op: Operation, list: readonly number[]): Padding {
  if (list.length !== 4 || list.some((side) => side < 0)) op.fail("padding of four sides", `[${list}]`);
  return [list[0], list[1], list[2], list[3]];
}

interface Reach {
  readonly kernel: Pair | readonly number[];
  readonly stride: Pair;
  readonly dilation: Pair;
}

/** @param from [height, width] of the image */
export function paddingOf(op: Operation, { kernel, stride, dilation }: Reach, from: Pair): Padding {
  const automatic = op.text("auto_pad", "NOTSET");
  if (automatic === "NOTSET") return quadruple(op, op.integers("pads") ?? [0, 0, 0, 0]);
  if (automatic === "VALID") return [0, 0, 0, 0];
  if (!automatic.startsWith("SAME_")) op.fail("a known `auto_pad`", automatic);
  const [tall, wide] = ([0, 1] as const).map((axis) => {
    const windows = Math.ceil(from[axis] / stride[axis]);
    const reach = (windows - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
    const total = Math.max(0, reach - from[axis]);
    const before = automatic === "SAME_UPPER" ? Math.floor(total / 2) : Math.ceil(total / 2);
    return [before, total - before] as const;
  }) as [Pair, Pair];
  return [tall[0], wide[0], tall[1], wide[1]];
}
