/**
 * The loops that take most of a Gauss-Newton step's time, over a heap of single precision. If the processor has vector
 * instructions, compiled loops run (`assembly/sample-loops.ts`), else the plain ones here. An iteration of a
 * photometric fit (1,800 samples, 257 parameters) takes 18 ms with the compiled loops and 350 with the plain ones;
 * `JᵀJ` alone takes 9 and 250.
 */
import { sampleLoopsBytes } from "./sample-loops-bytes.js";

/** Places are bytes from the heap's start, multiples of 16. */
export interface SampleLoops {
  /**
   * Adds the lower triangle of `JᵀJ`.
   * @param rows [count * stride] @param stride a multiple of 8 @param sum [stride * stride]
   */
  addProduct(rows: number, count: number, stride: number, sum: number): void;
  /** `out[k] = Σ_m rows[k][m] x[m]`. @param length numbers a row, a multiple of 4 */
  dots(rows: number, count: number, length: number, x: number, out: number): void;
  /** `out[c][m] = Σ_k factors[c][k] rows[k][m]`, c of 3 and k of 9. @param stride from `out[c]` to `out[c + 1]` */
  mix(rows: number, length: number, factors: number, out: number, stride: number): void;
  /** `out[c][m] = factors[c] rows[c][m]`, c of 3. */
  scale(rows: number, length: number, factors: number, out: number, stride: number): void;
}

export interface SampleHeap {
  readonly numbers: Float32Array;
  readonly loops: SampleLoops;
}

export interface SampleHeapOptions {
  /** Whether the compiled loops may run; true by default. */
  readonly compiled?: boolean;
}

export function sampleHeap(size: number, { compiled = true }: SampleHeapOptions = {}): SampleHeap {
  const module = compiled ? compiledModule() : null;
  if (!module) {
    const numbers = new Float32Array(size);
    return { numbers, loops: plainLoops(numbers) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * size) / 65536) });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { numbers: new Float32Array(memory.buffer, 0, size), loops: exports as unknown as SampleLoops };
}

let known: WebAssembly.Module | null | undefined;

/** Null if the processor has no vector instructions. */
function compiledModule(): WebAssembly.Module | null {
  if (known === undefined) {
    const bytes = Buffer.from(sampleLoopsBytes, "base64");
    known = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return known;
}

function plainLoops(heap: Float32Array): SampleLoops {
  return {
    addProduct(rows, count, stride, sum) {
      const [from, to] = [rows / 4, sum / 4];
      for (let a = 0; a < stride; a++) {
        for (let b = 0; b <= a; b++) {
          let product = 0;
          for (let i = from, end = from + count * stride; i < end; i += stride)
            product += heap[i + a] * heap[i + b];
          heap[to + a * stride + b] += product;
        }
      }
    },
    dots(rows, count, length, x, out) {
      for (let k = 0, i = rows / 4; k < count; k++) {
        let sum = 0;
        for (let m = x / 4, end = x / 4 + length; m < end; m++) sum += heap[i++] * heap[m];
        heap[out / 4 + k] = sum;
      }
    },
    mix(rows, length, factors, out, stride) {
      for (let c = 0; c < 3; c++) {
        for (let m = 0; m < length; m++) {
          let sum = 0;
          for (let k = 0; k < 9; k++) sum += heap[factors / 4 + 9 * c + k] * heap[rows / 4 + k * length + m];
          heap[out / 4 + c * stride + m] = sum;
        }
      }
    },
    scale(rows, length, factors, out, stride) {
      for (let c = 0; c < 3; c++) {
        for (let m = 0; m < length; m++)
          heap[out / 4 + c * stride + m] = heap[factors / 4 + c] * heap[rows / 4 + c * length + m];
      }
    },
  };
}

/** Hands out places on a heap. Ask for all places first; `size` then says how large the heap must be. */
export function placesOnHeap(): { take(numbers: number): number; size(): number } {
  let next = 0;
  return {
    take(numbers) {
      const place = 4 * next;
      next += Math.ceil(numbers / 4) * 4;
      return place;
    },
    size: () => next,
  };
}
