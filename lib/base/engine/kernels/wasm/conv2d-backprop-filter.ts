/**
 * Gradient of `conv2d` with respect to its filter, dW[i, j, c, d] = sum over b, y, x of
 * padded[b, y S + i, x S + j, c] dy[b, y, x, d]: a matrix product of the input's patches, one row for each
 * (i, j, c), with dy, taken in bands of output rows so that the patches stay in cache.
 */
import * as tf from "@tensorflow/tfjs";
import { type ConvAttributes, convGeometry } from "./conv-geometry.js";
import {
  allocateOutput,
  asTensor,
  copyOfRange,
  type KernelCall,
  type WasmBackend,
  type WasmKernel,
} from "./wasm-kernel.js";

type ConvInfo = ReturnType<typeof convGeometry>;

/**
 * Patches are built this many numbers at a time: 8 MiB. Larger bands gain nothing and cost memory; an eighth
 * of it made the kernel 1.3 to 2 times slower.
 */
const BAND_SIZE = 1 << 21;
/** Shorter runs than this are copied faster by a loop than by `copyWithin`. */
const SHORT_RUN = 24;

export const conv2DBackpropFilter: WasmKernel = {
  kernelName: "Conv2DBackpropFilter",
  run({ inputs, attrs, backend }: KernelCall) {
    const { x, dy } = inputs as Record<"x" | "dy", tf.TensorInfo>;
    const attributes = attrs as ConvAttributes & { filterShape: [number, number, number, number] };
    const info = convGeometry("Conv2DBackpropFilter", x.shape, attributes.filterShape, attributes);
    return tf.tidy(() => filterGradient(x, dy, info, backend));
  },
};

function filterGradient(
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  info: ConvInfo,
  backend: WasmBackend,
): tf.Tensor {
  const { batchSize, outHeight, outWidth, outChannels, filterHeight, filterWidth, inChannels } = info;
  const planes = asTensor(channelPlanes(x, info, backend));

  const taps = filterHeight * filterWidth * inChannels;
  const rows = batchSize * outHeight;
  const band = Math.max(1, Math.floor(BAND_SIZE / (taps * outWidth)));
  let total: tf.Tensor | undefined;
  for (let start = 0; start < rows; start += band) {
    const count = Math.min(band, rows - start);
    const before = total;
    total = tf.tidy(() => {
      const columns = asTensor(patches(planes, start, count, info, backend)) as tf.Tensor2D;
      const part = asTensor(
        copyOfRange(dy, start * outWidth * outChannels, [count * outWidth, outChannels], backend),
      ) as tf.Tensor2D;
      const product = tf.matMul(columns, part);
      return before ? tf.add(before, product) : product;
    });
    before?.dispose();
  }
  return total!.reshape([filterHeight, filterWidth, inChannels, outChannels]);
}

/** The sizes of the planes that `channelPlanes` writes: they cover what the filter can reach, and no more. */
function planeSize({ outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth }: ConvInfo) {
  return {
    height: (outHeight - 1) * strideHeight + filterHeight,
    width: Math.ceil(((outWidth - 1) * strideWidth + filterWidth) / strideWidth),
    remainders: Math.min(strideWidth, filterWidth), // a 1 x 1 filter reads only every S-th column
  };
}

/**
 * Writes the padded input with channels first, [C, B, height, min(S, KW), width]. Columns are sorted by their
 * remainder modulo the stride S, so that what one tap reads of one row lies together at any stride.
 */
function channelPlanes(x: tf.TensorInfo, info: ConvInfo, backend: WasmBackend): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, strideHeight, strideWidth, padInfo } = info;
  const { height, width, remainders } = planeSize(info);
  const shape = [inChannels, batchSize, height, remainders, width];
  const { output, values, inputs } = allocateOutput(backend, [x], shape);
  const source = inputs[0];
  values.fill(0);
  const plane = batchSize * height * remainders * width;
  const last = Math.min(width * strideWidth, padInfo.left + inWidth);
  for (let b = 0; b < batchSize; b++) {
    for (let row = padInfo.top; row < Math.min(height, padInfo.top + inHeight); row++) {
      if (row % strideHeight >= filterHeight) continue;
      const from = (b * inHeight + row - padInfo.top) * inWidth * inChannels;
      const to = (b * height + row) * remainders * width;
      // Eight channels are copied at a time: that many streams stay in cache, whatever power of two lies between
      // them.
      for (let first = 0; first < inChannels; first += 8) {
        const end = Math.min(inChannels, first + 8);
        for (let column = padInfo.left; column < last; column++) {
          if (column % strideWidth >= remainders) continue;
          const pixel = from + (column - padInfo.left) * inChannels;
          const place = to + (column % strideWidth) * width + Math.floor(column / strideWidth);
          for (let c = first; c < end; c++) values[place + c * plane] = source[pixel + c];
        }
      }
    }
  }
  return output;
}

/** Writes rows of the patch matrix, [KH KW C, count * OW], for `count` output rows of the batch from `start`. */
function patches(planes: tf.TensorInfo, start: number, count: number, info: ConvInfo, backend: WasmBackend) {
  const { outHeight, outWidth, filterHeight, filterWidth, inChannels, batchSize, strideHeight, strideWidth } =
    info;
  const { height, width, remainders } = planeSize(info);
  const shape = [filterHeight * filterWidth * inChannels, count * outWidth];
  const { output, values, inputs } = allocateOutput(backend, [planes], shape);
  // One view of the whole heap holds source and target, for `copyWithin` to move a run without making a view.
  const heap = new Float32Array(values.buffer);
  const base = inputs[0].byteOffset / 4;
  let to = values.byteOffset / 4;
  for (let i = 0; i < filterHeight; i++) {
    for (let j = 0; j < filterWidth; j++) {
      const offset = (j % strideWidth) * width + Math.floor(j / strideWidth);
      for (let c = 0; c < inChannels; c++) {
        for (let row = start; row < start + count; row++, to += outWidth) {
          const b = Math.floor(row / outHeight);
          const y = (row - b * outHeight) * strideHeight + i;
          const from = base + ((c * batchSize + b) * height + y) * remainders * width + offset;
          if (outWidth >= SHORT_RUN) heap.copyWithin(to, from, from + outWidth);
          else for (let x = 0; x < outWidth; x++) heap[to + x] = heap[from + x];
        }
      }
    }
  }
  return output;
}
