/**
 * What a photometric fit needs of a model: a few thousand points of the skin, spread evenly over the face, with the
 * rows of the bases that move, turn and colour them. They are made once for each model.
 *
 * A point is a drawn vertex. Its normal is the cross product of two tangents, each a fixed mixture of the vertices
 * around it, so that it is as cheap, and as exactly differentiable, as a position. It lies 0.02° (median) from the
 * normal that the renderer sums up from triangles.
 */

import {
  multiplySparse,
  multiplySparseDense,
  type SparseMatrix,
  sparseFromRows,
} from "../../base/tensor/sparse-matrix.js";
import { coefficientCount } from "../morphable-model/coefficients.js";
import type { MorphableModelData } from "../morphable-model/morphable-model.js";
import { normalMatrixSize } from "./normal-matrix.js";
import { placesOnHeap, type SampleHeap, type SampleHeapOptions, sampleHeap } from "./sample-loops.js";

export interface SurfaceSamples {
  /** Drawn vertex of each sample, [P]. */
  readonly vertices: Int32Array;
  /** Position and two tangents of the mean face, model frame, [P * 9]. */
  readonly meanShape: Float32Array;
  /** Encoded sRGB, [P * 3]. */
  readonly meanAlbedo: Float32Array;
  /** Numbers of coefficients. */
  readonly shapes: number;
  readonly albedos: number;
  /** The memory on which the next fields lie; they are places in bytes. */
  readonly heap: SampleHeap;
  /** How each shape coefficient (identity, then expression) moves the nine numbers of `meanShape`: [P, 9, shapes]. */
  readonly shapeModes: number;
  /** [P, 3, albedos] */
  readonly albedoModes: number;
  /**
   * `block` is room for a block of rows of all parameters, then come the coefficients of shape and of albedo; `scratch`
   * is room for 40 numbers.
   */
  readonly block: number;
  readonly shapeCoefficients: number;
  readonly albedoCoefficients: number;
  readonly scratch: number;
}

/** How many points of the skin are aimed at. At 224 px a face shows about 13,000 pixels of skin. */
export const sampleCount = 1800;

const known = new WeakMap<MorphableModelData, SurfaceSamples>();

/** The samples of a model, made at the first call in 0.3 s and kept. */
export function surfaceSamples(data: MorphableModelData): SurfaceSamples {
  const found = known.get(data);
  if (found) return found;
  const samples = makeSamples(data);
  known.set(data, samples);
  return samples;
}

/** @param options for tests: whether the compiled loops may run */
export function makeSamples(data: MorphableModelData, options?: SampleHeapOptions): SurfaceSamples {
  const rings = skinRings(data);
  const vertices = spreadEvenly(data, [...rings.keys()], sampleCount);
  const frames = throughSubdivision(frameRows(vertices, rings, data.uvs.length / 2), data.shapeSubdivision);
  const colours = throughSubdivision(rowsOf(vertices, data), data.albedoSubdivision);
  const { identityPrior, expressionPrior, albedoPrior } = data;
  const shapes = identityPrior.size + expressionPrior.size;
  const albedos = albedoPrior.size;
  if (shapes % 4 || albedos % 4) {
    throw new Error(`surfaceSamples: expected multiples of 4 modes but got ${shapes} and ${albedos}.`);
  }
  const places = placesOnHeap();
  const on = {
    shapeModes: places.take(vertices.length * 9 * shapes),
    albedoModes: places.take(vertices.length * 3 * albedos),
    block: places.take(normalMatrixSize(coefficientCount)),
    shapeCoefficients: places.take(shapes),
    albedoCoefficients: places.take(albedos),
    scratch: places.take(40),
  };
  const heap = sampleHeap(places.size(), options);
  const write = (
    place: number,
    rows: SparseMatrix,
    modes: Float32Array,
    size: number,
    first: number,
    stride: number,
  ) => writeModes(heap.numbers.subarray(place / 4), rows, modes, { size, first, stride });
  write(on.shapeModes, frames, data.identityModes, identityPrior.size, 0, shapes);
  write(on.shapeModes, frames, data.expressionModes, expressionPrior.size, identityPrior.size, shapes);
  write(on.albedoModes, colours, data.albedoModes, albedos, 0, albedos);
  return {
    vertices,
    meanShape: multiplySparseDense(frames, data.meanShape, 3),
    meanAlbedo: multiplySparseDense(colours, data.meanAlbedo, 3),
    shapes,
    albedos,
    heap,
    ...on,
  };
}

const rowsOf = (vertices: ArrayLike<number>, { uvs }: MorphableModelData) =>
  sparseFromRows(
    Array.from(vertices, (v): [number, number][] => [[v, 1]]),
    uvs.length / 2,
  );

/** For each vertex that has skin all around it, its neighbours, counter-clockwise as seen from outside. */
function skinRings({ triangles, skinTriangle, uvs }: MorphableModelData): Map<number, number[]> {
  const next = Array.from({ length: uvs.length / 2 }, () => new Map<number, number>());
  const bare = new Uint8Array(uvs.length / 2).fill(1);
  for (let t = 0; t < skinTriangle.length; t++) {
    const corners = [triangles[3 * t], triangles[3 * t + 1], triangles[3 * t + 2]];
    corners.forEach((v, k) => {
      next[v].set(corners[(k + 1) % 3], corners[(k + 2) % 3]);
      if (!skinTriangle[t]) bare[v] = 0;
    });
  }
  const rings = new Map<number, number[]>();
  next.forEach((following, v) => {
    if (!bare[v] || following.size < 3) return;
    const ring = [Math.min(...following.keys())];
    while (ring.length <= following.size) {
      const after = following.get(ring[ring.length - 1]);
      if (after === undefined || after === ring[0]) break;
      ring.push(after);
    }
    if (ring.length === following.size && following.get(ring[ring.length - 1]) === ring[0])
      rings.set(v, ring);
  });
  return rings;
}

/** Chooses about `count` vertices: the first in each cell of a grid, with cells of the width that gives so many. */
function spreadEvenly(data: MorphableModelData, candidates: readonly number[], count: number): Int32Array {
  const at = multiplySparseDense(
    throughSubdivision(rowsOf(candidates, data), data.shapeSubdivision),
    data.meanShape,
    3,
  );
  const choose = (width: number) => {
    const cells = new Map<number, number>();
    candidates.forEach((v, i) => {
      const [x, y, z] = [0, 1, 2].map((k) => Math.floor(at[3 * i + k] / width) + 512);
      const cell = (x * 1024 + y) * 1024 + z;
      if (!cells.has(cell)) cells.set(cell, v);
    });
    return [...cells.values()];
  };
  let [narrow, wide] = [1e-3, 1];
  for (let i = 0; i < 20; i++) {
    const width = (narrow + wide) / 2;
    if (choose(width).length > count) narrow = width;
    else wide = width;
  }
  return Int32Array.from(choose(wide)).sort();
}

/** Rows that give a vertex and its two tangents, `Σ cos(2πi/k) vᵢ` and `Σ sin(2πi/k) vᵢ` around it. */
function frameRows(
  vertices: Int32Array,
  rings: ReadonlyMap<number, readonly number[]>,
  count: number,
): SparseMatrix {
  const rows = Array.from(vertices).flatMap((v) => {
    const ring = rings.get(v)!;
    const turn = (f: (angle: number) => number) =>
      ring.map((w, i): [number, number] => [w, f((2 * Math.PI * i) / ring.length)]);
    return [[[v, 1] as [number, number]], turn(Math.cos), turn(Math.sin)];
  });
  return sparseFromRows(rows, count);
}

/** Turns rows over drawn vertices into rows over the coarse vertices. */
function throughSubdivision(rows: SparseMatrix, subdivision: readonly SparseMatrix[]): SparseMatrix {
  return [...subdivision].reverse().reduce((product, matrix) => multiplySparse(product, matrix), rows);
}

/**
 * Writes the modes so that the coefficients of one number stand side by side, because a row of the Jacobian is made
 * from those.
 */
function writeModes(
  out: Float32Array,
  rows: SparseMatrix,
  modes: Float32Array,
  { size, first, stride }: { size: number; first: number; stride: number },
): void {
  const width = modes.length / size;
  for (let m = 0; m < size; m++) {
    const field = multiplySparseDense(rows, modes.subarray(m * width, (m + 1) * width), 3);
    for (let i = 0; i < field.length; i++) out[i * stride + first + m] = field[i];
  }
}
