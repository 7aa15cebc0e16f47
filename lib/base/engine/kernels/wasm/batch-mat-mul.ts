/**
 * Matrix products. The kernel of tfjs is fast for one product of two matrices that are not transposed. For batches,
 * and for the transposed factors that every gradient of a product has, it is a plain loop. Here the factors are
 * transposed first and the items of a batch are multiplied one by one: 15 to 19 ms in place of 217 to 385 for a
 * product of two transposed 512 x 512 matrices (`results/decisions/matrix-products-on-wasm.md`).
 */
import * as tf from "@tensorflow/tfjs";
import { allocateOutput, asTensor, copyOfRange, type WasmBackend, type WasmKernel } from "./wasm-kernel.js";

/**
 * A product of fewer multiplications than this goes to the stock kernel: more kernels would cost more than they save.
 */
const SMALL = 1 << 15;
/** With fewer results than this, packing a factor costs more than the sums do. */
const FEW_RESULTS = 64;

interface Product {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export const batchMatMul: WasmKernel = {
  kernelName: "BatchMatMul",
  run(call, stock) {
    const { a, b } = call.inputs as Record<"a" | "b", tf.TensorInfo>;
    const { transposeA, transposeB } = call.attrs as Pick<Product, "transposeA" | "transposeB">;
    const product = { a, b, transposeA, transposeB };
    const batch = a.shape.slice(0, -2);
    const items = tf.util.sizeFromShape(batch);
    const asItLies = items === 1 && !transposeA && !transposeB;
    const sameBatch = tf.util.arraysEqual(batch, b.shape.slice(0, -2));
    if (asItLies || !sameBatch || !isValid(product) || isSmall(product)) {
      return stock!(call as unknown as Parameters<tf.KernelFunc>[0]);
    }
    if (items > 1) return multiplyItems(product, batch, call.backend);
    return tf.tidy(() => {
      const matrices = { a: matrix(a), b: matrix(b), transposeA, transposeB };
      return multiply(matrices).reshape([...batch, ...outerSizes(product)]);
    });
  },
};

/** Multiplies the items of a batch one by one. */
function multiplyItems(product: Product, batch: readonly number[], backend: WasmBackend): tf.TensorInfo {
  const { a, b, transposeA, transposeB } = product;
  const [aShape, bShape, shape] = [a.shape.slice(-2), b.shape.slice(-2), outerSizes(product)];
  const [aSize, bSize, size] = [aShape, bShape, shape].map((sizes) => sizes[0] * sizes[1]) as number[];
  const { output } = allocateOutput(backend, [a, b], [...batch, ...shape]);
  for (let item = 0; item < tf.util.sizeFromShape([...batch]); item++) {
    tf.tidy(() => {
      const itemA = asTensor(copyOfRange(a, item * aSize, aShape, backend)) as tf.Tensor2D;
      const itemB = asTensor(copyOfRange(b, item * bSize, bShape, backend)) as tf.Tensor2D;
      const result = multiply({ a: itemA, b: itemB, transposeA, transposeB });
      const values = backend.typedArrayFromHeap(result);
      backend.typedArrayFromHeap(output).set(values, item * size);
    });
  }
  return output;
}

/**
 * One product, either as op(A) op(B) or as the transpose of op(B)ᵀ op(A)ᵀ, whichever moves less. The backend
 * repacks the right factor, at about four times the cost of transposing it: with the wide bases of a morphable
 * model on either side, the choice is worth a factor of ten.
 */
function multiply(product: Product & { a: tf.Tensor2D; b: tf.Tensor2D }): tf.Tensor2D {
  const { a, b, transposeA, transposeB } = product;
  const [rows, columns] = outerSizes(product);
  const direct = (transposeA ? a.size : 0) + (transposeB ? b.size : 0) + 4 * b.size;
  const swapped = (transposeA ? 0 : a.size) + (transposeB ? 0 : b.size) + 4 * a.size + rows * columns;
  if (direct <= swapped) {
    return tf.matMul<tf.Tensor2D>(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b);
  }
  return tf.transpose<tf.Tensor2D>(
    tf.matMul<tf.Tensor2D>(transposeB ? b : tf.transpose(b), transposeA ? a : tf.transpose(a)),
  );
}

function matrix(info: tf.TensorInfo): tf.Tensor2D {
  return asTensor(info).reshape(info.shape.slice(-2) as [number, number]);
}

/** Rows and columns of the result. */
function outerSizes({ a, b, transposeA, transposeB }: Product): [number, number] {
  return [a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
}

/** Whether the product is valid; one that is not goes to the stock kernel, whose error says why. */
function isValid({ a, b, transposeA, transposeB }: Product): boolean {
  const innerSizesAgree = a.shape.at(transposeA ? -2 : -1) === b.shape.at(transposeB ? -1 : -2);
  return innerSizesAgree && a.dtype === "float32" && b.dtype === "float32";
}

function isSmall(product: Product): boolean {
  const [rows, columns] = outerSizes(product);
  if (product.transposeA && rows * columns < FEW_RESULTS) return true;
  return tf.util.sizeFromShape(product.a.shape) * columns < SMALL;
}
