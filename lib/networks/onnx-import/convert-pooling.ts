/** Poolings, and zeros around an image. */
import type { Padding, Pair } from "../layers.js";
import { size } from "../shape-inference.js";
import { paddingOf, pairOf, quadruple } from "./convert-convolutions.js";
import { type Feature, openBatch } from "./feature.js";
import type { Converter, Operation } from "./operation.js";

export const maxPool: Converter = (op) => {
  const x = op.image();
  return op.add({ kind: "maxPool", ...windowOf(op, x).window }, [x]);
};

export const averagePool: Converter = (op) => {
  const x = op.image();
  const { window, beyond } = windowOf(op, x);
  if (op.integer("count_include_pad", 0) === 0 || Math.max(...window.padding) === 0) {
    return op.add({ kind: "averagePool", ...window }, [x]);
  }
  if (beyond) op.fail("`count_include_pad` and windows inside the padding", "windows that end beyond it");
  const padded = op.add({ kind: "pad", padding: window.padding }, [x], "BCHW", {}, `${op.layerName()}.pad`);
  return op.add({ kind: "averagePool", ...window, padding: [0, 0, 0, 0] }, [padded]);
};

function windowOf(op: Operation, x: Feature) {
  if (op.node.outputs.slice(1).some((name) => name !== "")) op.fail("one output", "places of maxima too");
  const kernel = pairOf(op, "kernel_shape", [0, 0]);
  const [stride, dilation] = [pairOf(op, "strides", [1, 1]), pairOf(op, "dilations", [1, 1])];
  if (size(dilation) !== 1) op.fail("dilation 1", `[${dilation}]`);
  const from = [x.shape[2], x.shape[3]] as const;
  const padding = paddingOf(op, { kernel, stride, dilation }, from);
  const rest = op.integer("ceil_mode", 0) ? ([0, 1] as const).map((axis) => restAlong(axis)) : [0, 0];
  const sides: Padding = [padding[0], padding[1], padding[2] + rest[0], padding[3] + rest[1]];
  return { window: { kernel, stride, padding: sides }, beyond: Math.max(...rest) > 0 };

  /** How far the last window reaches beyond the end; the window has to begin before the padding there. */
  function restAlong(axis: 0 | 1): number {
    const padded = from[axis] + padding[axis] + padding[axis + 2];
    const windows = Math.ceil((padded - kernel[axis]) / stride[axis]);
    const begins = windows * stride[axis] < from[axis] + padding[axis];
    return Math.max(0, (begins ? windows : windows - 1) * stride[axis] + kernel[axis] - padded);
  }
}

export const globalAveragePool: Converter = (op) => {
  const x = op.image();
  return { ...op.add({ kind: "globalAveragePool" }, [x]), shape: [openBatch, x.shape[1], 1, 1] };
};

export const globalMaxPool: Converter = (op) => {
  const x = op.image();
  const kernel: Pair = [x.shape[2], x.shape[3]];
  return op.add({ kind: "maxPool", kernel, stride: [1, 1], padding: [0, 0, 0, 0] }, [x]);
};

/** A mean over space; other means are refused. */
export const reduceMean: Converter = (op) => {
  const given = op.feature();
  const list = op.list("axes", 1) ?? op.fail("axes", "none");
  const axes = list.map((axis) => op.axis(axis, given.shape.length));
  const { source, overSpace } = spaceOf(op, given, axes);
  if (!overSpace) op.fail("the axes of height and width", `[${list}] of ${op.written(given.shape)}`);
  const keeps = op.integer("keepdims", 1) === 1;
  const kept = given.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const shape = keeps ? kept : given.shape.filter((_, axis) => !axes.includes(axis));
  return { ...op.add({ kind: "globalAveragePool" }, [source]), shape };
};

function spaceOf(op: Operation, x: Feature, axes: readonly number[]) {
  // [B, C, H, W] seen as [B, C, H · W] has its mean over space along one axis.
  const joined = x.axes === "BCHW" && x.shape.length === 3 && x.shape[1] === x.sizes[1];
  if (joined) return { source: x, overSpace: `${axes}` === "2" };
  const source = op.settled(x);
  const reduced = axes.map((axis) => source.axes[axis]).sort();
  return { source, overSpace: reduced.join("") === "HW" };
}

export const pad: Converter = (op) => {
  const x = op.image();
  const mode = op.text("mode", "constant");
  const value = op.optionalConstant(2)?.values[0] ?? op.number("value", 0);
  if (mode !== "constant" || value !== 0) op.fail("zeros", mode === "constant" ? `${value}` : mode);
  const list = op.list("pads", 1) ?? op.fail("pads", "none");
  const axes = op.optionalConstant(3)?.values ?? [0, 1, 2, 3];
  if (list.length !== 2 * axes.length) op.fail(`${2 * axes.length} pads`, `${list.length}`);
  const all = new Array<number>(8).fill(0);
  [...axes].forEach((given, i) => {
    const axis = op.axis(given, 4);
    all[axis] = list[i];
    all[axis + 4] = list[i + axes.length];
  });
  if (all[0] || all[1] || all[4] || all[5]) op.fail("padding of height and width only", `[${list}]`);
  const padding = quadruple(
    op,
    [2, 3, 6, 7].map((i) => all[i]),
  );
  return Math.max(...padding) === 0 ? x : op.add({ kind: "pad", padding }, [x]);
};
