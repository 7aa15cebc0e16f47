/**
 * Gradient of `conv2d` with respect to its input, which is also the value of `conv2dTranspose`. Pixels of the
 * input whose rows and columns have the same remainders modulo the stride form a phase: each phase is a plain
 * convolution of dy with every S-th tap of the filter, reversed, so that all the arithmetic is in the backend's
 * fast `Conv2D`. A dy of few pixels takes another way, `conv2d-few-pixels.ts`.
 */
import * as tf from "@tensorflow/tfjs";
import type { NumericArray } from "../../kernel-array.js";
import { type ConvAttributes, convGeometry } from "./conv-geometry.js";
import { fewPixels, inputGradientOfFewPixels } from "./conv2d-few-pixels.js";
import {
  allocateOutput,
  asTensor,
  type KernelCall,
  type WasmBackend,
  type WasmKernel,
} from "./wasm-kernel.js";

/** One phase along one axis: the pixels `remainder + stride q`, q = 0 … count - 1. */
export interface Phase {
  readonly remainder: number;
  readonly count: number;
  /** The taps of the filter that reach the phase, in the order in which they meet growing rows of dy. */
  readonly taps: readonly number[];
  /** How many rows of zeros stand before and after dy; a negative number leaves out rows of dy. */
  readonly before: number;
  readonly after: number;
}

/**
 * The phases of one axis. Pixel y gets dy[o] w[k] for each o and k with o S + k = y + padding.
 *
 * @param size pixels of the input along the axis
 * @param outSize pixels of dy along the axis
 */
function phases(size: number, outSize: number, filterSize: number, stride: number, padding: number): Phase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, remainder) => {
    const count = Math.ceil((size - remainder) / stride);
    const firstTap = (remainder + padding) % stride;
    const taps: number[] = [];
    for (let k = firstTap; k < filterSize; k += stride) taps.unshift(k);
    const last = Math.floor((remainder + padding) / stride); // the row of dy that meets `firstTap` at q = 0
    return { remainder, count, taps, before: taps.length - 1 - last, after: count + last - outSize };
  });
}

export const conv2DBackpropInput: WasmKernel = {
  kernelName: "Conv2DBackpropInput",
  run({ inputs, attrs, backend }: KernelCall) {
    const { dy, filter } = inputs as Record<"dy" | "filter", tf.Tensor4D>;
    const attributes = attrs as ConvAttributes & { inputShape: [number, number, number, number] };
    const { inputShape } = attributes;
    const info = convGeometry("Conv2DBackpropInput", inputShape, filter.shape, attributes);
    if (fewPixels(info)) return inputGradientOfFewPixels(dy, filter, info, backend);
    const { padInfo } = info;
    const rows = phases(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, padInfo.top);
    const columns = phases(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, padInfo.left);
    if (info.strideHeight === 1 && info.strideWidth === 1) {
      const only = tf.tidy(() => convolvePhase(dy, filter, rows[0], columns[0], backend));
      if (only) return only;
    }
    return interleave(dy, filter, rows, columns, inputShape, backend);
  },
};

/** Computes each phase and writes its pixels to their places; a phase that no tap reaches stays zero. */
function interleave(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  rows: readonly Phase[],
  columns: readonly Phase[],
  shape: readonly [number, number, number, number],
  backend: WasmBackend,
): tf.TensorInfo {
  const { output, values } = allocateOutput(backend, [], shape);
  values.fill(0);
  for (const row of rows) {
    for (const column of columns) {
      tf.tidy(() => {
        const part = convolvePhase(dy, filter, row, column, backend);
        if (part) scatterPhase(part, row, column, rows.length, columns.length, output, backend);
      });
    }
  }
  return output;
}

/** Values of one phase, [B, row.count, column.count, C]; undefined where they are all zero. */
function convolvePhase(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  row: Phase,
  column: Phase,
  backend: WasmBackend,
): tf.Tensor4D | undefined {
  const [batch, height, width, channels] = dy.shape;
  const top = Math.max(0, -row.before);
  const left = Math.max(0, -column.before);
  const keptHeight = height - top - Math.max(0, -row.after);
  const keptWidth = width - left - Math.max(0, -column.after);
  const reached = row.taps.length > 0 && column.taps.length > 0;
  if (!reached || keptHeight <= 0 || keptWidth <= 0) return undefined;

  const whole = keptHeight === height && keptWidth === width;
  const kept = whole ? dy : dy.slice([0, top, left, 0], [batch, keptHeight, keptWidth, channels]);
  const taps = asTensor(reversedTaps(filter, row.taps, column.taps, backend));
  const around = (phase: Phase): [number, number] => [Math.max(0, phase.before), Math.max(0, phase.after)];
  return tf.conv2d(kept, taps as tf.Tensor4D, 1, [[0, 0], around(row), around(column), [0, 0]]);
}

/** The chosen taps with input and output channels exchanged, [rows, columns, D, C]. */
function reversedTaps(
  filter: tf.Tensor4D,
  rows: readonly number[],
  columns: readonly number[],
  backend: WasmBackend,
): tf.TensorInfo {
  const [, filterWidth, inChannels, outChannels] = filter.shape;
  const shape = [rows.length, columns.length, outChannels, inChannels];
  const { output, values, inputs } = allocateOutput(backend, [filter], shape);
  const source = inputs[0];
  const size = inChannels * outChannels;
  let to = 0;
  for (const i of rows) {
    for (const j of columns) {
      transpose(source, (i * filterWidth + j) * size, values, to, inChannels, outChannels);
      to += size;
    }
  }
  return output;
}

/** Transposes a matrix of `rows` x `columns`, eight rows at a time: that many streams stay in cache at any size. */
function transpose(
  source: NumericArray,
  from: number,
  target: NumericArray,
  to: number,
  rows: number,
  columns: number,
): void {
  for (let first = 0; first < rows; first += 8) {
    const last = Math.min(rows, first + 8);
    for (let column = 0; column < columns; column++) {
      const start = to + column * rows;
      for (let row = first; row < last; row++) target[start + row] = source[from + row * columns + column];
    }
  }
}

function scatterPhase(
  part: tf.Tensor4D,
  row: Phase,
  column: Phase,
  strideHeight: number,
  strideWidth: number,
  output: tf.TensorInfo,
  backend: WasmBackend,
): void {
  const [batch, height, width, channels] = output.shape as [number, number, number, number];
  const values = backend.typedArrayFromHeap(output);
  const source = backend.typedArrayFromHeap(part);
  let from = 0;
  for (let b = 0; b < batch; b++) {
    for (let q = 0; q < row.count; q++) {
      const line = (b * height + q * strideHeight + row.remainder) * width;
      for (let p = 0; p < column.count; p++) {
        const to = (line + p * strideWidth + column.remainder) * channels;
        for (let c = 0; c < channels; c++) values[to + c] = source[from++];
      }
    }
  }
}
