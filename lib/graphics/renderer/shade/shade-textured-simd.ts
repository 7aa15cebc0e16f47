/**
 * Runs the compiled loops of `assembly/shade-textured.ts` on tensors in the memory of tfjs's wasm backend, where they
 * lie. Beside the loops in TypeScript, one thread, 29,324 pixels at 224 px and 153,206 at 512 px: forward 3.5 ms, not 8.3,
 * and 15, not 35; the gradients 7.4, not 18, and 33, not 88.
 */
import * as tf from "@tensorflow/tfjs";
import type { KernelArray } from "../../../base/engine/kernel-array.js";
import { shadeTexturedBytes } from "./shade-textured-bytes.js";

/** The exports of the module, all for one item of the batch: pointers and counts. */
interface Loops {
  setPixels(barycentrics: number, triangleId: number): void;
  setMesh(
    triangles: number,
    uvTriangles: number,
    triangleCount: number,
    normals: number,
    normalCount: number,
    uvs: number,
    uvCount: number,
  ): void;
  setMaps(
    albedoMap: number,
    albedoRows: number,
    albedoColumns: number,
    lightMap: number,
    lightRows: number,
    lightColumns: number,
  ): void;
  setGradients(barycentrics: number, normals: number, uvs: number, albedoMap: number, lightMap: number): void;
  forward(pixels: number, out: number): void;
  backward(pixels: number, dy: number): void;
}

/**
 * The loops by the memory that they work in; null if the processor lacks vectors or the memory is of another kind.
 */
const loopsByMemory = new WeakMap<WebAssembly.Memory, Loops | null>();

/**
 * @param inputs in the order of `texturedInputs`
 * @returns false, and nothing is done, where the loops do not apply: one light, another engine, no vectors
 */
export function shadeTexturedOnHeap(inputs: readonly KernelArray[], [out]: readonly KernelArray[]): boolean {
  const loops = loopsFor(inputs);
  if (!loops) return false;
  forEachItem(loops, inputs, (pixels, n) => loops.forward(pixels, pointer(out, n)));
  return true;
}

/**
 * Does the same for the gradients.
 * @param outputs the gradients to barycentrics, normals, uvs, albedo map and light, zeroed
 */
export function shadeTexturedGradientOnHeap(
  dy: KernelArray,
  inputs: readonly KernelArray[],
  outputs: readonly KernelArray[],
): boolean {
  const loops = loopsFor(inputs);
  if (!loops) return false;
  forEachItem(loops, inputs, (pixels, n) => {
    const [barycentrics, normals, uvs, albedoMap, light] = outputs.map((output) => pointer(output, n));
    loops.setGradients(barycentrics, normals, uvs, albedoMap, light);
    loops.backward(pixels, pointer(dy, n));
  });
  return true;
}

function forEachItem(
  loops: Loops,
  [barycentrics, triangleId, triangles, normals, uvTriangles, uvs, albedoMap, light]: readonly KernelArray[],
  visit: (pixels: number, item: number) => void,
): void {
  const [batch, height, width] = triangleId.shape;
  const [, albedoRows, albedoColumns] = albedoMap.shape;
  const [, lightRows, lightColumns] = light.shape;
  for (let n = 0; n < batch; n++) {
    loops.setPixels(pointer(barycentrics, n), pointer(triangleId, n));
    loops.setMesh(
      pointer(triangles),
      pointer(uvTriangles),
      triangles.shape[0],
      pointer(normals, n),
      normals.shape[1],
      pointer(uvs, n),
      uvs.shape[1],
    );
    loops.setMaps(
      pointer(albedoMap, n),
      albedoRows,
      albedoColumns,
      pointer(light, n),
      lightRows,
      lightColumns,
    );
    visit(height * width, n);
  }
}

/** The place in memory, in bytes, where an item's values start; all items share a batch of 1. */
function pointer({ values, shape }: KernelArray, item = 0): number {
  return values.byteOffset + (shape[0] === 1 ? 0 : (item * values.byteLength) / shape[0]);
}

function loopsFor(inputs: readonly KernelArray[]): Loops | undefined {
  if (inputs.at(-1)!.shape.length !== 4) return undefined;
  // Public members of tfjs 4.22's backend, under the names that Emscripten gives them.
  const backend = tf.backend() as { readonly wasm?: { readonly asm?: { readonly memory?: unknown } } };
  const memory = backend.wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  if (inputs.some(({ values }) => values.buffer !== memory.buffer)) return undefined;
  let loops = loopsByMemory.get(memory);
  if (loops === undefined) {
    loops = instantiate(memory);
    loopsByMemory.set(memory, loops);
  }
  return loops ?? undefined;
}

function instantiate(memory: WebAssembly.Memory): Loops | null {
  try {
    const module = new WebAssembly.Module(Buffer.from(shadeTexturedBytes, "base64"));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Loops;
  } catch {
    return null; // this processor has no vectors
  }
}
